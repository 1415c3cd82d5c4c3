private import Crypto
private import CryptoExtras

/// The hash of Digest authentication (RFC 7616, section 6.1), weakest first.
enum DigestAlgorithm: String, Hashable, CaseIterable {
    case md5 = "MD5"
    /// Not of RFC 7616, as SHA-512 is not; what Requests answers, servers ask for.
    case sha1 = "SHA"
    case sha256 = "SHA-256"
    case sha512Half = "SHA-512-256"
    case sha512 = "SHA-512"

    /// The algorithm that a challenge names, and whether it is its session variant.
    ///
    /// Nil if we do not know it; a challenge that names none means MD5.
    static func named(_ text: String?) -> (algorithm: Self, isSession: Bool)? {
        guard let text else { return (.md5, false) }
        let name = text.lowercasingASCII
        let isSession = name.hasSuffix("-sess")
        let stem = isSession ? String(name.dropLast(5)) : name
        guard let algorithm = self.allCases.first(where: { $0.rawValue.lowercasingASCII == stem })
        else { return nil }
        return (algorithm, isSession)
    }

    /// Which of two algorithms is preferred.
    var strength: Int {
        switch self {
        case .md5: 0
        case .sha1: 1
        case .sha256: 2
        case .sha512Half: 3
        case .sha512: 4
        }
    }

    /// The hash of the text's UTF-8, in lower-case hexadecimal digits.
    func hash(_ text: String) -> String { self.hash(Array(text.utf8)) }

    /// The hash of `bytes`, in lower-case hexadecimal digits.
    func hash(_ bytes: [UInt8]) -> String {
        switch self {
        // Broken as a hash; here it is what many servers know, and beats a password in clear.
        case .md5: Self.hex(Insecure.MD5.hash(data: bytes))
        case .sha1: Self.hex(Insecure.SHA1.hash(data: bytes))
        case .sha256: Self.hex(SHA256.hash(data: bytes))
        case .sha512Half: Self.hex(SHA512256.hash(data: bytes))
        case .sha512: Self.hex(SHA512.hash(data: bytes))
        }
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
