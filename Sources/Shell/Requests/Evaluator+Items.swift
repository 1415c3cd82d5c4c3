import HTTPModel
import HTTPSession
import ShellLanguage

/// What the items of a request come to.
struct RequestParts {
    var fields: [FieldEdit] = []
    var query: [QueryEdit] = []
    var data: [BodyBuilder.Datum] = []
    var whole: BodyBuilder.Content?

    /// Whether a file is uploaded, which makes the content multipart.
    var hasUpload: Bool {
        self.data.contains { if case .upload = $0 { true } else { false } }
    }
}

/// Substitutes items. Each was split into key, operator and value before; what is substituted is
/// data and nothing else.
extension Evaluator {
    /// Adds an item to the parts of a request.
    func add(_ item: RequestItem, to parts: inout RequestParts) async throws(ShellProblem) {
        switch item.content {
        case .field(let name, let value):
            let text = try await self.resolve(value)
            parts.fields.append(
                try await self.fieldEdit(name, item.span) {
                    name
                        throws(FieldError) in try .set(name, text)
                }
            )
        case .fieldFromFile(let name, let path):
            let text = try await self.textFile(path, of: item).trimmingFinalNewline
            parts.fields.append(
                try await self.fieldEdit(name, item.span) {
                    name
                        throws(FieldError) in try .set(name, text)
                }
            )
        case .removedField(let name):
            parts.fields.append(
                try await self.fieldEdit(name, item.span) {
                    name
                        throws(FieldError) in try .remove(name)
                }
            )
        case .emptyField(let name):
            parts.fields.append(
                try await self.fieldEdit(name, item.span) {
                    name
                        throws(FieldError) in try .set(name, "")
                }
            )
        case .query(let name, let value):
            let text = try await self.resolve(value)
            parts.query.append(.set(try await self.resolve(name), text))
        case .queryFromFile(let name, let path):
            let text = try await self.textFile(path, of: item).trimmingFinalNewline
            parts.query.append(.set(try await self.resolve(name), text))
        case .string, .stringFromFile, .json, .jsonFromFile, .upload:
            parts.data.append(try await self.datum(item))
        case .bodyFromFile(let path):
            parts.whole = try await self.wholeFile(path, span: item.span)
        case .bodyFromStandardInput:
            guard let bytes = self.configuration.readStandardInput?() else {
                throw .file(
                    path: "-",
                    .read,
                    detail: "standard input holds commands, or is a terminal",
                    item.span
                )
            }
            parts.whole = BodyBuilder.Content(body: .bytes(bytes), type: MediaTypes.unknown)
        }
    }

    private func fieldEdit(
        _ name: Template,
        _ span: SourceSpan,
        _ make: (String) throws(FieldError) -> FieldEdit
    ) async throws(ShellProblem) -> FieldEdit {
        let text = try await self.resolve(name)
        do {
            return try make(text)
        } catch {
            throw .field(error, span)
        }
    }

    func datum(_ item: RequestItem) async throws(ShellProblem) -> BodyBuilder.Datum {
        switch item.content {
        case .string(let key, let value):
            let text = try await self.resolve(value)
            return .string(
                key: try await self.resolve(key.flat),
                steps: try await self.steps(key),
                value: text,
                key.span
            )
        case .stringFromFile(let key, let path):
            return .string(
                key: try await self.resolve(key.flat),
                steps: try await self.steps(key),
                value: try await self.textFile(path, of: item),
                key.span
            )
        case .json(let key, let value):
            let text = try await self.resolve(value)
            return try await self.jsonDatum(key, text, span: item.span)
        case .jsonFromFile(let key, let path):
            return try await self.jsonDatum(
                key,
                try await self.textFile(path, of: item),
                span: item.span
            )
        case .upload(let name, let path, let type):
            let file = self.localPath(try await self.resolve(path))
            guard let size = Files.size(of: file) else {
                throw .noFile(path: file, offer: nil, path.span)
            }
            var mediaType: String?
            if let type { mediaType = try await self.resolve(type) }
            return .upload(
                name: try await self.resolve(name),
                path: file,
                type: mediaType,
                size: size
            )
        case .field, .fieldFromFile, .removedField, .emptyField, .query, .queryFromFile,
            .bodyFromFile, .bodyFromStandardInput:
            preconditionFailure("\(item.content) is no data item")
        }
    }

    private func jsonDatum(
        _ key: DataKey,
        _ text: String,
        span: SourceSpan
    ) async throws(ShellProblem) -> BodyBuilder.Datum {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw .json(text, span)
        }
        return .json(
            key: try await self.resolve(key.flat),
            steps: try await self.steps(key),
            value: value,
            key.span
        )
    }

    private func steps(_ key: DataKey) async throws(ShellProblem) -> [DataTree.Step] {
        var steps: [DataTree.Step] = []
        if let root = key.root { steps.append(.member(try await self.resolve(root))) }
        for step in key.steps {
            switch step {
            case .member(let name): steps.append(.member(try await self.resolve(name)))
            case .element(let index): steps.append(.element(index))
            case .append: steps.append(.append)
            }
        }
        return steps
    }

    private func wholeFile(
        _ path: Template,
        span: SourceSpan
    ) async throws(ShellProblem) -> BodyBuilder.Content {
        let file = self.localPath(try await self.resolve(path))
        guard let size = Files.size(of: file) else {
            throw .noFile(path: file, offer: nil, span)
        }
        return BodyBuilder.Content(
            body: .parts([.file(path: file, size: size)]),
            type: MediaTypes.type(ofFile: file)
        )
    }

    private func textFile(
        _ path: Template,
        of item: RequestItem
    ) async throws(ShellProblem) -> String {
        let file = self.localPath(try await self.resolve(path))
        guard Files.exists(file) else {
            throw .noFile(path: file, offer: item.withoutFile?.canonicalText, path.span)
        }
        do {
            return String(decoding: try Files.read(file), as: UTF8.self)
        } catch {
            throw .file(path: file, .read, detail: error.detail, path.span)
        }
    }
}

extension RequestItem {
    /// The item as it would be if what looks like a file were text: `k=\@x`.
    fileprivate var withoutFile: RequestItem? {
        func text(_ path: Template) -> Template {
            Template(parts: [.literal("@")] + path.parts, span: path.span)
        }
        switch self.content {
        case .fieldFromFile(let name, let path):
            return RequestItem(content: .field(name: name, value: text(path)))
        case .queryFromFile(let name, let path):
            return RequestItem(content: .query(name: name, value: text(path)))
        case .stringFromFile(let key, let path):
            return RequestItem(content: .string(key, value: text(path)))
        case .field, .removedField, .emptyField, .query, .string, .json, .jsonFromFile, .upload,
            .bodyFromFile, .bodyFromStandardInput:
            return nil
        }
    }
}

extension String {
    /// The string without one line break at its end: what an editor adds to a token in a file.
    fileprivate var trimmingFinalNewline: String {
        if self.hasSuffix("\r\n") { return String(self.dropLast()) }
        return self.hasSuffix("\n") ? String(self.dropLast()) : self
    }
}
