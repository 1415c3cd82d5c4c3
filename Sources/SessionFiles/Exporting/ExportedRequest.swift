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
