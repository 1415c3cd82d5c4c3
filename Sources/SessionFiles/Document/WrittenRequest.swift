package import HTTPModel

/// A request as it stands in a session file; all text in which `{{…}}` is not yet resolved.
package struct WrittenRequest: Sendable, Hashable {
    /// The method; GET if the file names none.
    package var method: String
    /// The target with its query lines joined.
    package var target: String
    /// The version as written, such as `HTTP/1.1`; nil if there is none.
    package var version: String?
    /// Whether the query stands on lines of its own.
    package var hasQueryLines: Bool
    /// The fields in order, spelled as written.
    package var fields: [SessionField]
    /// The content.
    package var body: SessionBody
    /// Where the request line stands.
    package var place: SourcePlace
    /// Where the body begins.
    package var bodyPlace: SourcePlace

    /// Creates a request.
    package init(
        method: String,
        target: String,
        version: String? = nil,
        hasQueryLines: Bool = false,
        fields: [SessionField] = [],
        body: SessionBody = .none,
        place: SourcePlace = .nowhere,
        bodyPlace: SourcePlace = .nowhere
    ) {
        self.method = method
        self.target = target
        self.version = version
        self.hasQueryLines = hasQueryLines
        self.fields = fields
        self.body = body
        self.place = place
        self.bodyPlace = bodyPlace
    }

    /// The first value of the field `name`; names are compared without case.
    package func firstValue(_ name: String) -> String? {
        let wanted = name.lowercased()
        return self.fields.first { $0.line.name.lowercased() == wanted }?.line.value
    }

    /// The media type of the content, in lower case and without parameters; empty if unknown.
    package var mediaType: String {
        let value = self.firstValue("content-type") ?? ""
        return String(value.prefix { $0 != ";" }).trimmed.lowercased()
    }
}

/// A field line of a request.
package struct SessionField: Sendable, Hashable {
    /// Name and value.
    package var line: FieldLine
    /// Where it was read.
    package var place: SourcePlace

    /// Creates a field line.
    package init(_ name: String, _ value: String, place: SourcePlace = .nowhere) {
        self.line = FieldLine(name, value)
        self.place = place
    }
}

/// The content of a request in a session file.
package enum SessionBody: Sendable, Hashable {
    /// None.
    case none
    /// Text in the file, in which `{{…}}` is not yet resolved.
    case text(String)
    /// What is to be sent, byte for byte; only documents that were built have this.
    ///
    /// The writer puts it inline if it is safe there, else into a side file. `hasReferences`: its
    /// `{{…}}` are to be resolved, else they are plain text.
    case content([UInt8], hasReferences: Bool)
    /// A file: `< path`.
    case file(FileReference)
    /// Lines of text with files between them, as in a multipart body.
    case parts([Part])

    /// A piece of a body.
    package enum Part: Sendable, Hashable {
        /// Whole lines of text, without the last line end.
        case text(String)
        /// A line `< path`.
        case file(FileReference)
    }
}

/// `< path`, `<@ path` or `<@encoding path`.
package struct FileReference: Sendable, Hashable {
    /// The path as written.
    package var path: String
    /// Whether `{{…}}` in the file is resolved: `<@`.
    package var substitutesVariables: Bool
    /// The encoding of the file, if one is named after `<@`.
    package var encoding: String?
    /// Where it was read.
    package var place: SourcePlace

    /// Creates a reference to a file.
    package init(
        path: String,
        substitutesVariables: Bool = false,
        encoding: String? = nil,
        place: SourcePlace = .nowhere
    ) {
        self.path = path
        self.substitutesVariables = substitutesVariables
        self.encoding = encoding
        self.place = place
    }
}
