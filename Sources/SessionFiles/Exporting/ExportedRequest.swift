package import HTTPModel

/// A request as it was sent, for another tool to send again.
package struct ExportedRequest: Sendable, Hashable {
    /// The method.
    package var method: String
    /// The target.
    package var target: URI
    /// The fields as they were sent, in order, those of the transport included.
    package var fields: [FieldLine]
    /// The content.
    package var body: Body
    /// Whether redirects were followed.
    package var followsRedirects: Bool
    /// Whether it went out as HTTP/2.
    package var isHTTP2: Bool
    /// Whether certificates were not verified.
    package var isInsecure: Bool

    /// Creates a request to export.
    package init(
        method: String,
        target: URI,
        fields: [FieldLine],
        body: Body = .none,
        followsRedirects: Bool = false,
        isHTTP2: Bool = false,
        isInsecure: Bool = false
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
        self.followsRedirects = followsRedirects
        self.isHTTP2 = isHTTP2
        self.isInsecure = isInsecure
    }

    /// The content of a request.
    package enum Body: Sendable, Hashable {
        /// None.
        case none
        /// Bytes.
        case bytes([UInt8])
        /// A file.
        case file(path: String)
    }

    /// The value of the field `name`.
    func value(_ name: String) -> String? {
        self.fields.first { $0.name.lowercased() == name }?.value
    }

    /// The fields that are not the transport's own affair.
    var ownFields: [FieldLine] {
        self.fields.filter { field in
            switch field.name.lowercased() {
            case "content-length", "transfer-encoding": false
            case "host": field.value != self.target.origin.authority
            case "connection": !self.isHTTP2
            default: true
            }
        }
    }
}

/// What is kept out of an exported request.
package struct ExportSecrets: Sendable {
    private let isSensitiveField: @Sendable (String) -> Bool
    private let content: SecretPieces
    private let isOff: Bool
    private let hidesJSON: Bool

    /// Keeps out what stands in sensitive fields and under sensitive keys.
    ///
    /// `hidesJSON`: JSON content is kept out as a whole, because some of it is not to be written.
    package init(
        isSensitiveField: @escaping @Sendable (_ name: String) -> Bool,
        isSensitiveKey: @escaping @Sendable (_ key: String) -> Bool,
        hidesJSON: Bool = false
    ) {
        self.hidesJSON = hidesJSON
        self.isSensitiveField = isSensitiveField
        self.content = SecretPieces(isSecret: isSensitiveKey)
        self.isOff = false
    }

    private init() {
        self.hidesJSON = false
        self.isSensitiveField = { _ in false }
        self.content = SecretPieces { _ in false }
        self.isOff = true
    }

    /// Everything is written as it is.
    package static let shown = ExportSecrets()

    /// A field's value, its secret as a piece of its own; the scheme of credentials stays.
    package func pieces(of field: FieldLine) -> [ExportPiece] {
        let value = Array(field.value.utf8)
        guard self.isSensitiveField(field.name), !value.isEmpty else { return [.literal(value)] }
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
            return [.literal(Array(target.description.utf8))]
        }
        target.query = nil
        let head = Array("\(target.description)?".utf8)
        return [.literal(head)] + self.content.pieces(ofForm: Array(query.utf8))
    }

    /// Content by its media type.
    package func pieces(of bytes: [UInt8], mediaType: String) -> [ExportPiece] {
        if self.isOff { return [.literal(bytes)] }
        if self.hidesJSON, !bytes.isEmpty, mediaType.lowercased().contains("json") {
            return [.secret(name: "content", isBare: true)]
        }
        return self.content.pieces(of: bytes, mediaType: mediaType)
    }
}
