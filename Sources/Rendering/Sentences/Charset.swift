/// How bytes become text; what has no entry here is taken for UTF-8.
enum Charset: Sendable, Hashable {
    /// UTF-8, and everything that we do not know.
    case utf8
    /// Windows-1252, which also is what the Web means by ISO-8859-1 and US-ASCII.
    case windows1252
    /// UTF-16, the more significant byte first.
    case utf16BigEndian
    /// UTF-16, the less significant byte first.
    case utf16LittleEndian

    /// The charset of `bytes`: a byte order mark counts more than what was declared.
    init(declared: String?, bytes: [UInt8]) {
        if bytes.starts(with: [0xFE, 0xFF]) {
            self = .utf16BigEndian
        } else if bytes.starts(with: [0xFF, 0xFE]) {
            self = .utf16LittleEndian
        } else if bytes.starts(with: Self.utf8Mark) {
            self = .utf8
        } else {
            self.init(name: declared ?? "")
        }
    }

    private init(name: String) {
        switch name {
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1", "windows-1252", "cp1252",
            "x-cp1252", "us-ascii", "ascii":
            self = .windows1252
        case "utf-16be": self = .utf16BigEndian
        // Without a byte order mark, the Web's custom holds (WHATWG Encoding, section 4.2).
        case "utf-16", "utf-16le": self = .utf16LittleEndian
        default: self = .utf8
        }
    }

    /// The bytes as UTF-8, without byte order mark; bytes that are not UTF-8 stay as they are.
    func utf8Bytes(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .utf8: bytes.starts(with: Self.utf8Mark) ? Array(bytes.dropFirst(3)) : bytes
        case .windows1252: Self.decodedWindows1252(bytes)
        case .utf16BigEndian: Self.decodedUTF16(bytes) { UInt16($0) << 8 | UInt16($1) }
        case .utf16LittleEndian: Self.decodedUTF16(bytes) { UInt16($1) << 8 | UInt16($0) }
        }
    }

    private static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func decodedWindows1252(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 4)
        for byte in bytes {
            let value = (0x80...0x9F).contains(byte) ? Self.upper[Int(byte) - 0x80] : UInt16(byte)
            if value < 0x80 {
                result.append(UInt8(value))
            } else if value < 0x800 {
                result.append(0xC0 | UInt8(value >> 6))
                result.append(0x80 | UInt8(value & 0x3F))
            } else {
                result.append(0xE0 | UInt8(value >> 12))
                result.append(0x80 | UInt8(value >> 6 & 0x3F))
                result.append(0x80 | UInt8(value & 0x3F))
            }
        }
        return result
    }

    /// The characters of 0x80 to 0x9F; five of them are C1 controls (WHATWG Encoding, section 9).
    private static let upper: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
        0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    ]

    private static func decodedUTF16(
        _ bytes: [UInt8],
        unit: (UInt8, UInt8) -> UInt16
    ) -> [UInt8] {
        var units = stride(from: 0, to: bytes.count - 1, by: 2).map {
            unit(bytes[$0], bytes[$0 + 1])
        }
        if units.first == 0xFEFF { units.removeFirst() }
        // A byte too many is no character.
        if !bytes.count.isMultiple(of: 2) { units.append(0xFFFD) }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
