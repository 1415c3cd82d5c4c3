import HTTPModel
import HTTPSession
import SessionFiles
import ShellLanguage

/// The content of requests as it was typed.
extension Evaluator {
    /// The content: with its references where it was typed, else as it was sent.
    func typedBody(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest
    ) async throws(ShellProblem) -> RecordedRequest.Body {
        switch request.body {
        case .none: return .none
        case .parts(let parts):
            if case .file(let path, _)? = parts.first, parts.count == 1 {
                // Where the program is then may be another folder.
                return .file(path: Files.absolute(path))
            }
        case .bytes: break
        }
        if let template = try await self.typedTemplate(line, request) { return .template(template) }
        return .bytes(Self.bytes(of: request.body))
    }

    static func bytes(of body: RequestBody) -> [UInt8] {
        switch body {
        case .none: []
        case .bytes(let bytes): bytes
        case .parts(let parts):
            parts.reduce(into: []) { bytes, part in
                switch part {
                case .bytes(let piece): bytes += piece
                case .file(let path, _): bytes += (try? Files.read(path)) ?? []
                }
            }
        }
    }

    /// The content with its references as raw text of a file; nil if there are none to keep.
    private func typedTemplate(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest
    ) async throws(ShellProblem) -> String? {
        var format = BodyBuilder.Format.json
        var raw: Template?
        for option in line.options {
            switch option.content {
            case .json: format = .json
            case .form: format = .form
            case .multipart: format = .multipart
            case .raw(let template): raw = template
            case .name, .fresh, .via, .noFollow, .follow, .timeout, .noCookies, .auth, .bearer,
                .digest, .http, .compress, .chunked, .download, .output, .resume, .dryRun,
                .verbose:
                break
            }
        }
        if let raw { return raw.placeholders.isEmpty ? nil : Self.forFile(raw).rawText }
        guard line.items.contains(where: \.refersInContent) else { return nil }
        var marks = ContentMarks()
        var data: [BodyBuilder.Datum] = []
        for item in line.items {
            guard let datum = try await self.markedDatum(item, &marks) else { return nil }
            data += datum
            if case .upload = item.content { format = .multipart }
        }
        let mark = "boundary="
        let type = request.contentType ?? ""
        let boundary = type.firstRange(of: mark).map { String(type[$0.upperBound...]) } ?? ""
        let content = try BodyBuilder.content(of: data, as: format) { boundary }
        return marks.template(of: Self.bytes(of: content.body), format)?.rawText
    }

    /// A data item in which each reference is a mark; none for an item that is no data, and nil for
    /// a whole body.
    private func markedDatum(
        _ item: RequestItem,
        _ marks: inout ContentMarks
    ) async throws(ShellProblem) -> [BodyBuilder.Datum]? {
        let key: DataKey
        switch item.content {
        case .string(let typed, _), .json(let typed, _): key = typed
        case .field, .removedField, .emptyField, .fieldFromFile, .query, .queryFromFile: return []
        case .stringFromFile, .jsonFromFile, .upload: return [try await self.datum(item)]
        case .bodyFromFile, .bodyFromStandardInput: return nil
        }
        let flat = marks.text(of: Self.forFile(key.flat))
        let steps = marks.steps(of: key)
        switch item.content {
        case .string(_, let value):
            let text = marks.text(of: Self.forFile(value))
            return [.string(key: flat, steps: steps, value: text, key.span)]
        case .json(_, let value):
            let leaf: JSONValue
            if let text = value.literalText {
                guard let parsed = try? JSONValue(parsing: text) else { return nil }
                leaf = parsed
            } else {
                leaf = .string(marks.whole(Self.forFile(value)))
            }
            return [.json(key: flat, steps: steps, value: leaf, key.span)]
        case .field, .removedField, .emptyField, .fieldFromFile, .query, .queryFromFile,
            .stringFromFile, .jsonFromFile, .upload, .bodyFromFile, .bodyFromStandardInput:
            return nil
        }
    }
}

extension RequestItem {
    /// Whether a reference stands in what it adds to the content.
    fileprivate var refersInContent: Bool {
        switch self.content {
        case .string(let key, let value), .json(let key, let value):
            !key.flat.placeholders.isEmpty || !value.placeholders.isEmpty
        case .field, .removedField, .emptyField, .fieldFromFile, .query, .queryFromFile,
            .stringFromFile, .jsonFromFile, .upload, .bodyFromFile, .bodyFromStandardInput:
            false
        }
    }
}

/// Content made of items, in which references stay references.
///
/// What makes content escapes what it is given, and raw text counts the backslashes before `{{`. So
/// each reference is a mark while the content is made, and the template is put together from what
/// stands between the marks.
private struct ContentMarks {
    /// Scalars for private use: before and after the number of a reference, and of a whole JSON
    /// value with references in it.
    private static let reference: (open: Unicode.Scalar, close: Unicode.Scalar) = (
        "\u{F0000}", "\u{F0001}"
    )
    private static let value: Unicode.Scalar = "\u{F0002}"

    private var templates: [Template] = []

    /// The text of a template with marks for its references.
    mutating func text(of template: Template) -> String {
        template.parts.reduce(into: "") { text, part in
            switch part {
            case .literal(let literal): text += literal
            case .placeholder: text += self.mark(Template(parts: [part]))
            }
        }
    }

    /// A mark that stands for a JSON value.
    mutating func whole(_ template: Template) -> String {
        "\(Self.value)\(self.mark(template))"
    }

    private mutating func mark(_ template: Template) -> String {
        self.templates.append(template)
        return "\(Self.reference.open)\(self.templates.count - 1)\(Self.reference.close)"
    }

    /// The steps of a key.
    mutating func steps(of key: DataKey) -> [DataTree.Step] {
        var steps: [DataTree.Step] = []
        if let root = key.root { steps.append(.member(self.text(of: Evaluator.forFile(root)))) }
        for step in key.steps {
            switch step {
            case .member(let name):
                steps.append(.member(self.text(of: Evaluator.forFile(name))))
            case .element(let index): steps.append(.element(index))
            case .append: steps.append(.append)
            }
        }
        return steps
    }

    /// The template of content with marks in it; nil if that is no text, or holds such marks that
    /// are not ours.
    func template(of content: [UInt8], _ format: BodyBuilder.Format) -> Template? {
        guard var text = String(validating: content, as: UTF8.self) else { return nil }
        if format == .form {
            for mark in [Self.reference.open, Self.reference.close, Self.value] {
                text = text.replacing(String(mark).percentEncodingAll, with: String(mark))
            }
        }
        var parts: [Template.Part] = []
        var pieces = text.unicodeScalars.split(
            separator: Self.reference.open,
            omittingEmptySubsequences: false
        )[...]
        var literal = pieces.popFirst().map { String($0) } ?? ""
        for piece in pieces {
            guard let close = piece.firstIndex(of: Self.reference.close),
                let index = Int(String(piece[..<close])), self.templates.indices.contains(index)
            else { return nil }
            var rest = String(piece[piece.index(after: close)...])
            let isValue = literal.unicodeScalars.last == Self.value
            if isValue {
                literal.unicodeScalars.removeLast()
                if format == .json {
                    // The quotes of the string that stood for it.
                    literal.removeLast()
                    rest.removeFirst()
                }
            }
            let template = self.templates[index]
            // A form has no syntax for a value that is more than one reference.
            guard !isValue || format == .json || template.parts.count == 1 else { return nil }
            parts.append(.literal(literal))
            parts += format == .form ? template.parts.map(\.encoded) : template.parts
            literal = rest
        }
        return Template(parts: parts + [.literal(literal)])
    }
}

extension Template.Part {
    /// The part with what a reference yields percent-encoded.
    fileprivate var encoded: Self {
        guard case .placeholder(let placeholder) = self, !placeholder.isEncoded else { return self }
        return Template.parse("{{%\(placeholder.source)}}").parts.first ?? self
    }
}
