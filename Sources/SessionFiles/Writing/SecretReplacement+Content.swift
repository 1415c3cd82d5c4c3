import HTTPModel
import ShellLanguage

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
        let found = Self.secrets(in: bytes, mediaType: mediaType)
        return self.replacing(found, in: bytes, hasReferences: hasReferences)
    }

    /// Whether a content has a secret that no template could keep out of a file: one beside bytes
    /// that are no text.
    package func holdsSecret(content bytes: [UInt8], mediaType: String) -> Bool {
        Self.secrets(in: bytes, mediaType: mediaType).contains { self.isSensitiveKey($0.key) }
    }

    private static func secrets(in bytes: [UInt8], mediaType: String) -> [Secret] {
        let type = mediaType.prefix { $0 != ";" }.trimmed.lowercased()
        if type == "application/x-www-form-urlencoded" {
            return Self.pairs(in: 0..<bytes.count, of: bytes)
        }
        if type == "multipart/form-data" {
            // Files are not looked at.
            return MultipartPart.parts(in: bytes, mediaType: mediaType)
                .filter { $0.fileName == nil }
                .map { Secret(key: $0.name, range: $0.range) }
        }
        // Of text nobody says more: what begins as JSON is read as JSON.
        guard type.contains("json") || type.isEmpty || type.hasPrefix("text/"),
            Self.beginsContainer(bytes)
        else { return [] }
        return JSONSecretScanner.secrets(in: bytes)
    }

    /// The target with the secrets of its query replaced by references; it is raw text, in which
    /// `{{…}}` is one.
    package mutating func replacing(target text: String) -> String {
        let bytes = Array(text.utf8)
        // What stands in a reference separates nothing.
        var plain = bytes
        for placeholder in Template.parse(text).placeholders {
            for offset in placeholder.span.lowerBound..<placeholder.span.upperBound {
                plain[offset] = UInt8(ascii: "x")
            }
        }
        guard let question = plain.firstIndex(of: UInt8(ascii: "?")) else { return text }
        let end = plain[question...].firstIndex(of: UInt8(ascii: "#")) ?? plain.count
        let spans = Self.pairs(in: (question + 1)..<end, of: plain)
        return self.replacing(spans, in: bytes, hasReferences: true) ?? text
    }

    /// The content with those of its spans replaced that are secret; nil if none is.
    private mutating func replacing(
        _ found: [Secret],
        in bytes: [UInt8],
        hasReferences: Bool
    ) -> String? {
        var spans: [Secret] = []
        for span in found where self.isSensitiveKey(span.key) {
            let value = String(decoding: bytes[span.range], as: UTF8.self)
            self.noteReferences(in: value)
            if Self.holdsLiteral(value) { spans.append(span) }
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

    /// The value of a query parameter, or a reference in its place.
    package mutating func replacing(parameter name: String, value: String) -> String {
        guard self.isSensitiveKey(name) else { return value }
        self.noteReferences(in: value)
        guard Self.holdsLiteral(value) else { return value }
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

    /// `name=value&name=value`.
    private static func pairs(in range: Range<Int>, of bytes: [UInt8]) -> [Secret] {
        var secrets: [Secret] = []
        let pairs = bytes[range].split(
            separator: UInt8(ascii: "&"),
            omittingEmptySubsequences: false
        )
        for pair in pairs {
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), equals + 1 < pair.endIndex
            else { continue }
            let key = String(decoding: pair[..<equals], as: UTF8.self).percentDecoded
            secrets.append(
                Secret(key: key, range: (equals + 1)..<pair.endIndex, isEncoded: true)
            )
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
