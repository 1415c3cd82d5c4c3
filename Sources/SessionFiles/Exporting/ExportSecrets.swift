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
    private(set) var values: SecretValues
    let isOff: Bool
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

    // MARK: What was sent

    /// Also keeps out what the requests of an exchange sent as secrets, wherever it stands: servers
    /// say again what they were told.
    package mutating func hide(sentBy exchange: Exchange) {
        if self.isOff { return }
        for attempt in exchange.attempts {
            for field in attempt.sentFields where self.hidesField(field.name) {
                for text in Self.secretTexts(of: field) { self.values.add(text, of: field.name) }
            }
            if let query = attempt.target.query {
                self.add(self.content.secrets(inForm: Array(query.utf8)))
            }
        }
    }

    /// Also keeps out what a request sent as a secret in its content.
    package mutating func hide(sent content: [UInt8], mediaType: String) {
        if self.isOff { return }
        self.add(self.content.secrets(in: content, mediaType: mediaType))
    }

    /// The same, that also keeps out what the requests of an exchange sent as secrets.
    package func hiding(sentBy exchange: Exchange) -> ExportSecrets {
        var secrets = self
        secrets.hide(sentBy: exchange)
        return secrets
    }

    private mutating func add(_ found: [(key: String, text: String)]) {
        for (key, text) in found { self.values.add(text, of: key) }
    }

    /// What of a sensitive field is the secret: credentials without their scheme, the values of
    /// cookies.
    private static func secretTexts(of field: FieldLine) -> [String] {
        if field.name.lowercased() == "cookie" {
            return field.value.split(separator: ";").compactMap { pair in
                pair.firstIndex(of: "=").map { pair[pair.index(after: $0)...].trimmed }
            }
        }
        return [String(field.value[(Self.endOfScheme(in: field) ?? field.value.startIndex)...])]
    }

    /// Where the credentials begin behind a scheme that says nothing secret; nil if there is none.
    private static func endOfScheme(in field: FieldLine) -> String.Index? {
        guard field.name.lowercased().hasSuffix("authorization"),
            let blank = field.value.firstIndex(of: " ")
        else { return nil }
        let scheme = field.value[..<blank].lowercased()
        guard ["basic", "bearer", "digest", "negotiate", "token"].contains(scheme) else {
            return nil
        }
        return field.value.index(after: blank)
    }

    // MARK: Pieces

    /// A field's value, its secret as a piece of its own; the scheme of credentials stays.
    package func pieces(of field: FieldLine) -> [ExportPiece] {
        let value = Array(field.value.utf8)
        guard self.hidesField(field.name), !value.isEmpty else {
            return self.values.pieces(of: value)
        }
        let secret = ExportPiece.secret(name: field.name, isBare: false)
        guard let start = Self.endOfScheme(in: field) else { return [secret] }
        return [.literal(Array(field.value[..<start].utf8)), secret]
    }

    /// The URI, without user information, its secret parameters as pieces of their own.
    package func pieces(of target: URI) -> [ExportPiece] {
        var target = target
        target.userInfo = nil
        target.fragment = nil
        // The target URI of `OPTIONS *` has no path (RFC 9110, section 7.1).
        if target.path == "*" { target.path = "/" }
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
        if self.redactions.hidesContent, !bytes.isEmpty,
            SecretPieces.isJSON(bytes, mediaType: mediaType)
        {
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
