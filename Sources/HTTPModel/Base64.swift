/// The alphabet of RFC 4648, section 4.
private let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
)

extension [UInt8] {
    /// The bytes in base64, padded (RFC 4648, section 4).
    package var base64: String {
        var result: [UInt8] = []
        result.reserveCapacity((self.count + 2) / 3 * 4)
        var index = 0
        while index < self.count {
            let rest = self[index..<Swift.min(index + 3, self.count)]
            var word: UInt32 = 0
            for byte in rest { word = word << 8 | UInt32(byte) }
            word <<= UInt32(8 * (3 - rest.count))
            for place in 0..<4 {
                if place <= rest.count {
                    result.append(alphabet[Int(word >> UInt32(18 - 6 * place)) & 63])
                } else {
                    result.append(UInt8(ascii: "="))
                }
            }
            index += 3
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension Substring.UTF8View {
    /// The bytes that padded base64 stands for; nil if it is none.
    package var base64Decoded: [UInt8]? {
        var result: [UInt8] = []
        var word: UInt32 = 0
        var bits = 0
        for character in self where character != UInt8(ascii: "=") {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return result
    }
}
