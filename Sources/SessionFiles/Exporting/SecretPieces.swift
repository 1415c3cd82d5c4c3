import HTTPModel

/// Text that is written for another tool: what may be read, and secrets by their name.
package enum ExportPiece: Sendable, Hashable {
    /// Bytes as they are.
    case literal([UInt8])
    /// A secret in place of some text, by the name that it stands under.
    ///
    /// `isBare`: in JSON, it stood without quotes.
    case secret(name: String, isBare: Bool)
}

/// Finds secrets in content by the names that they stand under, in JSON and in forms.
package struct SecretPieces: Sendable {
    private let isSecret: @Sendable (String) -> Bool

    /// Creates a finder; `isSecret` judges keys.
    package init(isSecret: @escaping @Sendable (_ key: String) -> Bool) {
        self.isSecret = isSecret
    }

    /// Splits content by its media type; all of it is one piece where nothing is known of it.
    package func pieces(of bytes: [UInt8], mediaType: String) -> [ExportPiece] {
        self.cuts(in: bytes, mediaType: mediaType)?.pieces ?? [.literal(bytes)]
    }

    /// Splits `a=b&c=d`.
    package func pieces(ofForm bytes: [UInt8]) -> [ExportPiece] {
        self.cuts(inForm: bytes).pieces
    }

    /// Splits JSON; what is none is split as far as it looks like it.
    package func pieces(ofJSON bytes: [UInt8]) -> [ExportPiece] {
        self.cuts(inJSON: bytes).pieces
    }

    /// The secrets of a content with the names that they stand under.
    package func secrets(
        in bytes: [UInt8],
        mediaType: String
    ) -> [(key: String, text: String)] {
        if Self.bareType(mediaType) == Self.formType { return self.secrets(inForm: bytes) }
        return self.cuts(in: bytes, mediaType: mediaType)?.secrets ?? []
    }

    /// The secrets of `a=b&c=d`, as they are meant.
    package func secrets(inForm bytes: [UInt8]) -> [(key: String, text: String)] {
        self.cuts(inForm: bytes).secrets.map { ($0.key, $0.text.percentDecoded) }
    }

    private func cuts(in bytes: [UInt8], mediaType: String) -> Builder? {
        let type = Self.bareType(mediaType)
        if type == Self.formType { return self.cuts(inForm: bytes) }
        if type == "multipart/form-data" {
            return self.cuts(in: MultipartPart.parts(in: bytes, mediaType: mediaType), of: bytes)
        }
        return Self.isJSON(bytes, mediaType: mediaType) ? self.cuts(inJSON: bytes) : nil
    }

    /// Whether content is read as JSON: its media type says so, or says nothing of it and it begins
    /// as JSON does.
    static func isJSON(_ bytes: [UInt8], mediaType: String) -> Bool {
        let type = Self.bareType(mediaType)
        if type.contains("json") { return true }
        guard type.isEmpty || type.hasPrefix("text/"),
            let first = bytes.first(where: { !$0.isShellBlank })
        else { return false }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// The media type of `a=b&c=d`.
    static let formType = "application/x-www-form-urlencoded"

    /// A media type without its parameters.
    private static func bareType(_ mediaType: String) -> String {
        mediaType.prefix { $0 != ";" }.trimmed.lowercased()
    }

    private func cuts(inForm bytes: [UInt8]) -> Builder {
        var builder = Builder(bytes: bytes)
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
            if let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "=")),
                equals + 1 < end
            {
                let key = String(decoding: bytes[start..<equals], as: UTF8.self).percentDecoded
                if self.isSecret(key) {
                    builder.replace(equals + 1..<end, by: key, isBare: false)
                }
            }
            start = end + 1
        }
        return builder
    }

    private func cuts(in parts: [MultipartPart], of bytes: [UInt8]) -> Builder {
        var builder = Builder(bytes: bytes)
        for part in parts
        where part.fileName == nil && !part.range.isEmpty && self.isSecret(part.name) {
            builder.replace(part.range, by: part.name, isBare: false)
        }
        return builder
    }

    private func cuts(inJSON bytes: [UInt8]) -> Builder {
        var scanner = JSONSecretScanner(bytes: bytes, isSecret: self.isSecret)
        scanner.scan()
        var builder = Builder(bytes: bytes)
        for found in scanner.found {
            builder.replace(found.range, by: found.key, isBare: found.isBare)
        }
        return builder
    }

    /// Cuts ranges out of bytes, in order.
    private struct Builder {
        let bytes: [UInt8]
        private var done = 0
        private var result: [ExportPiece] = []
        /// What was cut out, with the names that it stood under.
        private(set) var secrets: [(key: String, text: String)] = []

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func replace(_ range: Range<Int>, by key: String, isBare: Bool) {
            if self.done < range.lowerBound {
                self.result.append(.literal(Array(self.bytes[self.done..<range.lowerBound])))
            }
            self.result.append(.secret(name: key, isBare: isBare))
            self.secrets.append((key, String(decoding: self.bytes[range], as: UTF8.self)))
            self.done = range.upperBound
        }

        var pieces: [ExportPiece] {
            guard self.done < self.bytes.count else { return self.result }
            return self.result + [.literal(Array(self.bytes[self.done...]))]
        }
    }
}

/// Walks over JSON text and notes values that stand under a secret's name.
private struct JSONSecretScanner {
    let bytes: [UInt8]
    let isSecret: (String) -> Bool
    private(set) var found: [(range: Range<Int>, key: String, isBare: Bool)] = []
    private var offset = 0
    /// The key whose value comes next.
    private var key: String?
    /// The secret names under which the open brackets stand.
    private var enclosing: [String?] = []

    init(bytes: [UInt8], isSecret: @escaping (String) -> Bool) {
        self.bytes = bytes
        self.isSecret = isSecret
    }

    mutating func scan() {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""): self.scanString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                self.enclosing.append(self.secretName)
                self.key = nil
                self.offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if !self.enclosing.isEmpty { self.enclosing.removeLast() }
                self.key = nil
                self.offset += 1
            case UInt8(ascii: ","):
                self.key = nil
                self.offset += 1
            case UInt8(ascii: "-"), 0x30...0x39: self.scanNumber()
            default: self.offset += 1
            }
        }
    }

    /// The name under which a value at this place would be secret.
    private var secretName: String? {
        if let key = self.key, self.isSecret(key) { return key }
        return self.enclosing.last ?? nil
    }

    private mutating func scanString() {
        let start = self.offset + 1
        var end = start
        while end < self.bytes.count, self.bytes[end] != UInt8(ascii: "\"") {
            end += self.bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        end = min(end, self.bytes.count)
        self.offset = end + 1
        var next = self.offset
        while next < self.bytes.count, self.bytes[next].isShellBlank { next += 1 }
        if next < self.bytes.count, self.bytes[next] == UInt8(ascii: ":") {
            self.key = String(decoding: self.bytes[start..<end], as: UTF8.self)
            self.offset = next + 1
        } else if let name = self.secretName, start < end {
            self.found.append((start..<end, name, false))
        }
    }

    private mutating func scanNumber() {
        let start = self.offset
        while self.offset < self.bytes.count,
            "+-.eE0123456789".utf8.contains(self.bytes[self.offset])
        {
            self.offset += 1
        }
        if let name = self.secretName { self.found.append((start..<self.offset, name, true)) }
    }
}
