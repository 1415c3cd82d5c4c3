import Crypto

/// The SHA-256 of a content that comes in pieces, so that a large one need not be held.
package struct ContentDigest {
    private var hash = SHA256()

    /// Creates the digest of nothing.
    package init() {}

    /// Adds the next piece.
    package mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { self.hash.update(bufferPointer: $0) }
    }

    /// The digest of all pieces so far, in lower-case hexadecimal digits.
    package var text: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self.hash.finalize() {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The digest of a content that is at hand.
    package static func sha256(of bytes: [UInt8]) -> String {
        var digest = ContentDigest()
        digest.add(bytes)
        return digest.text
    }
}
