import HTTPModel
import HTTPSession
import HTTPTypes
import SessionFiles
import ShellLanguage

/// Requests as they were typed, by the number of their exchange, for `save`.
///
/// As many are kept as the session's log keeps entries.
struct TypedRequests {
    /// How many are kept.
    static let limit = 10_000

    /// A request as it was typed.
    struct Entry: Sendable {
        /// What a session file says of it, but for what came of it.
        var recorded: RecordedRequest
        /// How often it was sent, and how many at a time, if it was repeated.
        var repetition: (count: Int, parallel: Int)?
        /// The base at that time.
        var base: URI?
        /// The pool limits at that time, which `@do` lines restore.
        var limits: PoolLimits
    }

    private var entries: [Int: Entry] = [:]
    private var order: [Int] = []

    /// The request of exchange `number`.
    subscript(number: Int) -> Entry? { self.entries[number] }

    /// The numbers that there are requests for.
    var numbers: [Int] { self.order }

    /// Keeps a request.
    mutating func insert(_ entry: Entry, for number: Int) {
        if self.order.count >= Self.limit { self.entries[self.order.removeFirst()] = nil }
        self.order.append(number)
        self.entries[number] = entry
    }
}

extension Evaluator {
    /// The request of a line as a session file will say it: references are kept, not substituted.
    func typedRequest(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest
    ) async throws(ShellProblem) -> TypedRequests.Entry {
        let last = await self.session.lastExchange()?.exchange.number
        var recorded = RecordedRequest(
            number: 0,
            lastNumber: last,
            name: request.name,
            method: request.method.rawValue,
            target: Self.typedTarget(line, request, base: self.base),
            followsRedirects: request.followsRedirects ?? true,
            usesCookieJar: request.usesCookies ?? true
        )
        recorded.timeout = request.totalTimeout
        recorded.fields = Self.typedFields(line, request)
        recorded.body = try await self.typedBody(line, request)
        if let type = request.contentType, recorded.body != .none,
            !recorded.fields.contains(where: { $0.name.lowercased() == "content-type" })
        {
            recorded.fields.append(HTTPModel.FieldLine("Content-Type", type))
        }
        return TypedRequests.Entry(
            recorded: recorded,
            base: self.base,
            limits: self.settings.limits
        )
    }

    /// The target relative to `{{base}}` where it lies below it.
    private static func typedTarget(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest,
        base: URI?
    ) -> String {
        var target = request.target
        target.fragment = nil
        var text = target.description
        // References in a target are kept where the rest of it is plain.
        if let template = line.target?.template, !template.placeholders.isEmpty {
            text = Self.source(of: template)
            switch line.target?.form {
            case .absolute, .host, .localPort, .schemeRelative, .reference: break
            case .originPath: text = "{{base}}\(text)"
            case .relativePath, .base, .query, .asterisk, .bare, nil:
                text = "{{base}}/\(text)"
            }
        } else if let base, text.hasPrefix("\(base.origin)/") {
            text = "{{base}}" + text.dropFirst(base.origin.description.utf8.count)
        }
        return text + Self.typedQuery(line, hasQuery: text.contains("?"))
    }

    private static func typedQuery(_ line: RequestLine, hasQuery: Bool) -> String {
        var separator = hasQuery ? "&" : "?"
        var text = ""
        for item in line.items {
            guard case .query(let name, let value) = item.content else { continue }
            text += "\(separator)\(Self.encodedSource(of: name))=\(Self.encodedSource(of: value))"
            separator = "&"
        }
        return text
    }

    private static func typedFields(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest
    ) -> [HTTPModel.FieldLine] {
        var fields: [HTTPModel.FieldLine] = []
        for item in line.items {
            switch item.content {
            case .field(let name, let value):
                fields.append(.init(Self.source(of: name), Self.source(of: value)))
            case .removedField(let name), .emptyField(let name):
                fields.append(.init(Self.source(of: name), ""))
            case .fieldFromFile(let name, _):
                let typed = Self.source(of: name)
                let sent = request.fields.last { $0.name.rawName == typed }
                if case .set(let value)? = sent?.action { fields.append(.init(typed, value)) }
            case .query, .queryFromFile, .string, .stringFromFile, .json, .jsonFromFile, .upload,
                .bodyFromFile, .bodyFromStandardInput:
                continue
            }
        }
        for option in line.options {
            switch option.content {
            case .bearer(let token):
                fields.append(.init("Authorization", "Bearer \(Self.source(of: token))"))
            case .auth:
                guard let value = request.credentials?.revealedFieldValue else { continue }
                fields.append(.init("Authorization", value))
            case .json, .form, .multipart, .raw, .name, .fresh, .via, .noFollow, .follow,
                .timeout, .noCookies, .digest, .http, .compress, .chunked, .download, .output,
                .resume, .dryRun, .verbose:
                continue
            }
        }
        return fields
    }

    /// The content: with its references where it is JSON made of items, else as it was sent.
    private func typedBody(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest
    ) async throws(ShellProblem) -> RecordedRequest.Body {
        switch request.body {
        case .none: return .none
        case .bytes(let bytes):
            guard let template = Self.jsonTemplate(line) else { return .bytes(bytes) }
            return .template(template)
        case .parts(let parts):
            if case .file(let path, _)? = parts.first, parts.count == 1 {
                return .file(path: path)
            }
            return .bytes(Self.bytes(of: parts))
        }
    }

    private static func bytes(of parts: [RequestBody.Part]) -> [UInt8] {
        parts.reduce(into: []) { bytes, part in
            switch part {
            case .bytes(let piece): bytes += piece
            case .file(let path, _): bytes += (try? Files.read(path)) ?? []
            }
        }
    }

    /// JSON made of items with references kept as text; nil if there are none to keep.
    private static func jsonTemplate(_ line: RequestLine) -> String? {
        var tree = DataTree()
        var hasReference = false
        for item in line.items {
            let leaf: JSONValue
            let dataKey: DataKey
            switch item.content {
            case .string(let key, let value):
                hasReference = hasReference || !value.placeholders.isEmpty
                (dataKey, leaf) = (key, .string(Self.source(of: value)))
            case .json(let key, let value):
                guard value.placeholders.isEmpty,
                    let parsed = try? JSONValue(parsing: Self.source(of: value))
                else { return nil }
                (dataKey, leaf) = (key, parsed)
            case .field, .removedField, .emptyField, .fieldFromFile, .query, .queryFromFile:
                continue
            case .stringFromFile, .jsonFromFile, .upload, .bodyFromFile, .bodyFromStandardInput:
                return nil
            }
            let steps = Self.literalSteps(dataKey)
            guard let steps, (try? tree.insert(leaf, at: steps, key: "")) != nil else { return nil }
        }
        let isPlain = line.options.contains { option in
            switch option.content {
            case .form, .multipart, .raw: true
            case .json, .name, .fresh, .via, .noFollow, .follow, .timeout, .noCookies, .auth,
                .bearer,
                .digest, .http, .compress, .chunked, .download, .output, .resume, .dryRun,
                .verbose:
                false
            }
        }
        guard hasReference, !isPlain, let value = tree.value else { return nil }
        return value.compactText
    }

    private static func literalSteps(_ key: DataKey) -> [DataTree.Step]? {
        var steps: [DataTree.Step] = []
        if let root = key.root {
            guard let name = root.literalText else { return nil }
            steps.append(.member(name))
        }
        for step in key.steps {
            switch step {
            case .member(let name):
                guard let text = name.literalText else { return nil }
                steps.append(.member(text))
            case .element(let index): steps.append(.element(index))
            case .append: steps.append(.append)
            }
        }
        return steps
    }

    /// The text of a template with its references written out.
    private static func source(of template: Template) -> String {
        template.parts.map { part in
            switch part {
            case .literal(let text): text
            case .placeholder(let placeholder):
                "{{\(placeholder.isEncoded ? "%" : "")\(Self.fileReference(placeholder))}}"
            }
        }.joined()
    }

    private static func encodedSource(of template: Template) -> String {
        template.parts.map { part in
            switch part {
            case .literal(let text): text.percentEncodingAll
            case .placeholder(let placeholder): "{{%\(Self.fileReference(placeholder))}}"
            }
        }.joined()
    }

    /// A secret is a variable in a file: who replays it gives it.
    private static func fileReference(_ placeholder: Placeholder) -> String {
        if case .secret(let name) = placeholder.reference { return name }
        return placeholder.source
    }
}
