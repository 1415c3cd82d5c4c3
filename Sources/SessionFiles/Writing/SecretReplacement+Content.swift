import HTTPModel

/// Replaces secrets in contents: literals under keys such as `password`, in JSON and in forms.
extension SecretReplacement {
    /// The content with its secrets replaced by references, as a template.
    ///
    /// What stands around a secret stays byte for byte: JSON is kept as it was typed.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - hasReferences: Whether `{{…}}` in it is a reference.
    ///   - mediaType: The value of its `Content-Type`.
    /// - Returns: The template; nil if there is nothing to replace.
    package mutating func replacing(
        content bytes: [UInt8],
        hasReferences: Bool,
        mediaType: String
    ) -> String? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        let type = mediaType.prefix { $0 != ";" }.trimmed.lowercased()
        var spans: [Secret]
        if type == "application/x-www-form-urlencoded" {
            spans = Self.formSecrets(in: bytes)
        } else if type.hasSuffix("json") || type.isEmpty, Self.beginsContainer(bytes) {
            spans = JSONSecretScanner.secrets(in: bytes)
        } else {
            return nil
        }
        spans = spans.filter { secret in
            self.isSensitiveKey(secret.key)
                && Self.holdsLiteral(String(decoding: bytes[secret.range], as: UTF8.self))
        }
        guard !spans.isEmpty else { return nil }
        // In a template all braces mean something; in bytes none did.
        let kept: (Range<Int>) -> [UInt8] = { range in
            hasReferences ? Array(bytes[range]) : Self.escapingBraces(in: bytes[range])
        }
        var result: [UInt8] = []
        var end = 0
        for secret in spans {
            let value = String(decoding: bytes[secret.range], as: UTF8.self)
            let name = self.name(forKey: secret.key, value: value)
            result += kept(end..<secret.range.lowerBound)
            result += "{{\(secret.isEncoded ? "%" : "")\(name)}}".utf8
            end = secret.range.upperBound
        }
        result += kept(end..<bytes.count)
        return String(decoding: result, as: UTF8.self)
    }

    /// The target with the secrets of its query replaced by references.
    package mutating func replacing(target: String) -> String {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        let start = target.utf8.index(after: mark)
        let end = target[start...].utf8.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex
        let query = self.replacing(
            content: Array(target[start..<end].utf8),
            hasReferences: true,
            mediaType: "application/x-www-form-urlencoded"
        )
        return query.map { target[..<start] + $0 + target[end...] } ?? target
    }

    /// The value of a query parameter, or a reference in its place.
    package mutating func replacing(parameter name: String, value: String) -> String {
        guard self.isSensitiveKey(name), Self.holdsLiteral(value) else { return value }
        return "{{\(self.name(forKey: name, value: value))}}"
    }

    /// The text with a backslash before each `{{`, and those that stand there doubled.
    private static func escapingBraces(in bytes: ArraySlice<UInt8>) -> [UInt8] {
        let backslash = UInt8(ascii: "\\")
        var result: [UInt8] = []
        var rest = bytes
        while let first = rest.first {
            if rest.starts(with: "{{".utf8) {
                let run = result.reversed().prefix { $0 == backslash }.count
                result += Array(repeating: backslash, count: run + 1) + Array("{{".utf8)
                rest = rest.dropFirst(2)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    /// A value that may be a secret.
    struct Secret {
        var key: String
        /// Where the value stands, without quotes.
        var range: Range<Int>
        /// Whether it is percent-encoded there.
        var isEncoded = false
    }

    private static func beginsContainer(_ bytes: [UInt8]) -> Bool {
        let first = bytes.first { $0 > 0x20 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    private static func formSecrets(in bytes: [UInt8]) -> [Secret] {
        var secrets: [Secret] = []
        var start = 0
        for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            if let equals = pair.firstIndex(of: UInt8(ascii: "=")), equals + 1 < pair.endIndex {
                let key = String(decoding: bytes[start..<equals], as: UTF8.self)
                secrets.append(
                    Secret(key: key, range: (equals + 1)..<pair.endIndex, isEncoded: true)
                )
            }
            start = pair.endIndex + 1
        }
        return secrets
    }
}

/// Finds the members of JSON text whose values are strings or numbers, without parsing it: what is
/// no JSON has no members, or wrong ones, which are then only replaced if their keys say so.
private struct JSONSecretScanner {
    private let bytes: [UInt8]
    private var offset = 0

    static func secrets(in bytes: [UInt8]) -> [SecretReplacement.Secret] {
        var scanner = JSONSecretScanner(bytes: bytes)
        return scanner.secrets()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func secrets() -> [SecretReplacement.Secret] {
        var secrets: [SecretReplacement.Secret] = []
        while self.offset < self.bytes.count {
            guard self.bytes[self.offset] == UInt8(ascii: "\"") else {
                self.offset += 1
                continue
            }
            let key = self.string()
            self.skipBlanks()
            guard self.offset < self.bytes.count, self.bytes[self.offset] == UInt8(ascii: ":")
            else { continue }
            self.offset += 1
            self.skipBlanks()
            guard self.offset < self.bytes.count else { break }
            let name = String(decoding: self.bytes[key], as: UTF8.self)
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""):
                let value = self.string()
                if !value.isEmpty { secrets.append(.init(key: name, range: value)) }
            case UInt8(ascii: "-"), 0x30...0x39:
                let start = self.offset
                while self.offset < self.bytes.count, self.isNumberByte { self.offset += 1 }
                secrets.append(.init(key: name, range: start..<self.offset))
            default: break
            }
        }
        return secrets
    }

    /// Passes a string; what stands between its quotes.
    private mutating func string() -> Range<Int> {
        self.offset += 1
        let start = self.offset
        while self.offset < self.bytes.count, self.bytes[self.offset] != UInt8(ascii: "\"") {
            self.offset += self.bytes[self.offset] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(self.offset, self.bytes.count)
        self.offset = end + 1
        return start..<end
    }

    private var isNumberByte: Bool {
        let byte = self.bytes[self.offset]
        return byte.isASCIIDigit || "+-.eE".utf8.contains(byte)
    }

    private mutating func skipBlanks() {
        while self.offset < self.bytes.count, self.bytes[self.offset] <= 0x20 { self.offset += 1 }
    }
}
