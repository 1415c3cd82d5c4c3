package import HTTPModel

/// What is kept out of everything that leaves the session: exported requests, HAR, and what a
/// replay says and reports of responses.
///
/// One rule for all: values of sensitive fields, of cookies, and of what stands under a sensitive
/// key in a query, a form or JSON; what `@redact` names; and what secret variables hold, wherever
/// it stands.
package struct ExportSecrets: Sendable {
    private let isSensitiveField: @Sendable (String) -> Bool
    private let isSensitiveKey: @Sendable (String) -> Bool
    let values: SecretValues
    private let isOff: Bool
    let redactions: Redactions

    /// Keeps out what stands in sensitive fields and under sensitive keys, and what a session file
    /// keeps out.
    ///
    /// - Parameters:
    ///   - isSensitiveField: Whether a field holds a secret.
    ///   - isSensitiveKey: Whether what stands under a key of content is a secret.
    ///   - redactions: What `@redact` names.
    ///   - values: What secret variables hold.
    package init(
        isSensitiveField: @escaping @Sendable (_ name: String) -> Bool,
        isSensitiveKey: @escaping @Sendable (_ key: String) -> Bool,
        redactions: Redactions = Redactions(),
        values: SecretValues = SecretValues()
    ) {
        self.isSensitiveField = isSensitiveField
        self.isSensitiveKey = isSensitiveKey
        self.redactions = redactions
        self.values = values
        self.isOff = false
    }

    private init() {
        self.isSensitiveField = { _ in false }
        self.isSensitiveKey = { _ in false }
        self.redactions = Redactions()
        self.values = SecretValues()
        self.isOff = true
    }

    /// Everything is written as it is.
    package static let shown = ExportSecrets()

    // MARK: What is secret

    /// Whether the values of a field are kept out as a whole.
    package func hidesField(_ name: String) -> Bool {
        self.redactions.hidesField(name) || self.isSensitiveField(name)
    }

    /// Whether the value of a cookie is kept out: all are if `Cookie` is a sensitive field.
    package func hidesCookie(_ name: String) -> Bool {
        self.redactions.hidesCookie(name) || self.isSensitiveField("Cookie")
    }

    /// Whether what stands under a key of content is kept out.
    package func hidesKey(_ key: String) -> Bool { self.isSensitiveKey(key) }

    // MARK: Pieces

    /// A field's value, its secret as a piece of its own; the scheme of credentials stays.
    package func pieces(of field: FieldLine) -> [ExportPiece] {
        let value = Array(field.value.utf8)
        guard self.hidesField(field.name), !value.isEmpty else {
            return self.values.pieces(of: value)
        }
        let secret = ExportPiece.secret(name: field.name, isBare: false)
        guard field.name.lowercased().hasSuffix("authorization"),
            let blank = field.value.firstIndex(of: " ")
        else { return [secret] }
        let scheme = field.value[..<blank].lowercased()
        guard ["basic", "bearer", "digest", "negotiate", "token"].contains(scheme) else {
            return [secret]
        }
        return [.literal(Array(field.value[...blank].utf8)), secret]
    }

    /// The URI, without user information, its secret parameters as pieces of their own.
    package func pieces(of target: URI) -> [ExportPiece] {
        var target = target
        target.userInfo = nil
        target.fragment = nil
        guard !self.isOff, let query = target.query else {
            return self.values.pieces(of: Array(target.description.utf8))
        }
        target.query = nil
        let head = self.values.pieces(of: Array("\(target.description)?".utf8))
        return head + self.hidingValues(self.content.pieces(ofForm: Array(query.utf8)))
    }

    /// Content by its media type.
    package func pieces(of bytes: [UInt8], mediaType: String) -> [ExportPiece] {
        if self.isOff { return [.literal(bytes)] }
        if self.redactions.hidesContent, !bytes.isEmpty, mediaType.lowercased().contains("json") {
            return [.secret(name: "content", isBare: true)]
        }
        return self.hidingValues(self.content.pieces(of: bytes, mediaType: mediaType))
    }

    /// The pieces of JSON text.
    func pieces(ofJSON text: String) -> [ExportPiece] {
        self.hidingValues(self.content.pieces(ofJSON: Array(text.utf8)))
    }

    /// The pieces of text of which nothing is known.
    func pieces(of text: String) -> [ExportPiece] { self.values.pieces(of: Array(text.utf8)) }

    private var content: SecretPieces { SecretPieces(isSecret: self.isSensitiveKey) }

    private func hidingValues(_ pieces: [ExportPiece]) -> [ExportPiece] {
        if self.values.isEmpty { return pieces }
        return pieces.flatMap { piece in
            switch piece {
            case .literal(let bytes): self.values.pieces(of: bytes)
            case .secret: [piece]
            }
        }
    }
}

/// What secret variables hold: it is secret wherever it stands, as a token is that a response gave
/// and a later one repeats.
package struct SecretValues: Sendable, Hashable {
    /// The names of the variables by what they hold, as it is and percent-encoded.
    private var names: [[UInt8]: String] = [:]

    /// Shorter values stand in text by chance.
    private static let shortest = 6

    /// Creates an empty list.
    package init() {}

    /// Whether nothing is in the list.
    package var isEmpty: Bool { self.names.isEmpty }

    /// Adds what a variable holds, unless it is too short to be told from other text.
    package mutating func add(_ value: String, of variable: String) {
        guard value.utf8.count >= Self.shortest else { return }
        self.names[Array(value.utf8)] = variable
        self.names[Array(value.percentEncodingAll.utf8)] = variable
    }

    /// Adds what another list holds.
    package mutating func formUnion(_ other: SecretValues) {
        self.names.merge(other.names) { old, _ in old }
    }

    /// Text with each of the values as a piece of its own, the longest where several begin.
    func pieces(of bytes: [UInt8]) -> [ExportPiece] {
        guard !self.names.isEmpty else { return [.literal(bytes)] }
        let values = self.names.sorted { ($1.key.count, $0.value) < ($0.key.count, $1.value) }
        let firstBytes = Set(values.compactMap(\.key.first))
        var pieces: [ExportPiece] = []
        var done = 0
        var offset = 0
        while offset < bytes.count {
            guard firstBytes.contains(bytes[offset]),
                let found = values.first(where: { bytes[offset...].starts(with: $0.key) })
            else {
                offset += 1
                continue
            }
            if done < offset { pieces.append(.literal(Array(bytes[done..<offset]))) }
            pieces.append(.secret(name: found.value, isBare: false))
            offset += found.key.count
            done = offset
        }
        if done < bytes.count { pieces.append(.literal(Array(bytes[done...]))) }
        return pieces
    }
}
