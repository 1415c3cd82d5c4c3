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
        /// Where it went.
        var origin: Origin
        /// The base at that time.
        var base: URI?
        /// The settings at that time.
        var settings: SettingsRecord
        /// What stuck at that time.
        var state: StickyState
        /// Whether its credentials answer a challenge, which no field of a file does.
        var answersChallenges = false
    }

    /// Lines that changed the session since the last request: `pool close idle`.
    var linesBeforeNext: [String] = []
    private var entries: [Int: Entry] = [:]
    private var order: [Int] = []

    /// The request of exchange `number`.
    subscript(number: Int) -> Entry? { self.entries[number] }

    /// The numbers that there are requests for.
    var numbers: [Int] { self.order }

    /// Keeps a request, with the lines that came before it.
    mutating func insert(_ entry: Entry, for number: Int) {
        var entry = entry
        entry.recorded.commands = self.linesBeforeNext
        self.linesBeforeNext = []
        if self.order.count >= Self.limit { self.entries[self.order.removeFirst()] = nil }
        self.order.append(number)
        self.entries[number] = entry
    }
}

extension Evaluator {
    /// The request of a line as a session file will say it: references are kept, not substituted.
    func typedRequest(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest,
        tags: RequestTags
    ) async throws(ShellProblem) -> TypedRequests.Entry {
        let last = await self.session.lastExchange()?.exchange.number
        var recorded = RecordedRequest(
            number: 0,
            lastNumber: last,
            name: request.name,
            method: request.method.rawValue,
            target: await self.typedTarget(line, request),
            followsRedirects: request.followsRedirects ?? true,
            usesCookieJar: request.usesCookies ?? true
        )
        recorded.timeout = request.totalTimeout
        recorded.wantsHTTP2 = request.version == .http2
        recorded.captures = tags.captures.map { "\($0.name) = \($0.text)" }
        recorded.expectations = tags.expectations
        recorded.fields = Self.typedFields(line, request, defaults: await self.session.fields)
        recorded.body = try await self.typedBody(line, request)
        if let type = request.contentType, recorded.body != .none,
            !recorded.fields.contains(where: { $0.name.lowercased() == "content-type" })
        {
            recorded.fields.append(HTTPModel.FieldLine("Content-Type", type))
        }
        return TypedRequests.Entry(
            recorded: recorded,
            origin: request.target.origin,
            base: self.base,
            settings: self.settingsForSave(),
            state: await self.stickyState(),
            answersChallenges: request.ownCredentials.map { $0.revealedFieldValue == nil } ?? false
        )
    }

    /// The target relative to `{{base}}` where it lies below it.
    private func typedTarget(
        _ line: RequestLine,
        _ request: HTTPSession.SessionRequest
    ) async -> String {
        let base = self.base
        var target = request.target
        target.fragment = nil
        // `OPTIONS *` (RFC 9112, section 3.2.4): the origin is said by `Host`.
        if target.path == "*" { return "*" }
        let origin = target.origin.description
        var text = Self.source(ofLiteral: target.description)
        if let typed = line.target, !typed.template.placeholders.isEmpty {
            var form = typed.form
            if form == .reference, let given = try? await self.resolve(typed.template) {
                form = TargetResolver.form(ofSubstituted: given)
            }
            text = Self.join(Self.source(of: typed.template), form, to: target, base: base)
        } else if let base, base.origin == target.origin, text.hasPrefix("\(origin)/") {
            text = "{{base}}" + text.dropFirst(origin.utf8.count)
        }
        return text + Self.typedQuery(line, hasQuery: text.contains("?"))
    }

    /// A target with references, so that a file says where it goes without the base's path:
    /// `{{base}}` is an origin there.
    static func join(
        _ text: String,
        _ form: TargetForm,
        to target: URI,
        base: URI?
    ) -> String {
        let isAtBase = base?.origin == target.origin
        let origin = isAtBase ? "{{base}}" : target.origin.description
        let path = Self.source(ofLiteral: base?.path ?? "/")
        let directory = path.hasSuffix("/") ? path : "\(path)/"
        if text.hasPrefix("{{base}}") {
            // Typed, it is the base with its path.
            let end = path.hasSuffix("/") ? path.dropLast() : path[...]
            return origin + end + text.dropFirst("{{base}}".count)
        }
        switch form {
        case .absolute, .reference: return text
        case .schemeRelative: return "\(target.origin.scheme.rawValue):\(text)"
        case .host: return "\(target.origin.scheme.rawValue)://\(text)"
        case .localPort: return "\(target.origin.scheme.rawValue)://localhost\(text)"
        case .originPath: return origin + text
        case .base, .asterisk: return origin + path
        case .query: return origin + path + text
        case .relativePath:
            return origin + directory + (text.hasPrefix("./") ? text.dropFirst(2) : text[...])
        case .bare where base == nil: return "\(target.origin.scheme.rawValue)://\(text)"
        case .bare: return origin + directory + text
        }
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
        _ request: HTTPSession.SessionRequest,
        defaults: [DefaultField]
    ) -> [HTTPModel.FieldLine] {
        let defaultNames = Set(defaults.map { $0.name.rawName.lowercased() })
        var fields: [HTTPModel.FieldLine] = []
        for item in line.items {
            switch item.content {
            case .field(let name, let value):
                fields.append(.init(Self.source(of: name), Self.source(of: value)))
            case .removedField(let name):
                // Without a default there is nothing to take away, and the line would send it.
                let typed = Self.source(of: name)
                if defaultNames.contains(typed.lowercased()) { fields.append(.init(typed, "")) }
            case .emptyField(let name):
                fields.append(.init(Self.source(of: name), ""))
            case .fieldFromFile(let name, _):
                let typed = Self.source(of: name)
                let sent = request.fields.last { $0.name.rawName == typed }
                if case .set(let value)? = sent?.action {
                    fields.append(.init(typed, Self.source(ofLiteral: value)))
                }
            case .query, .queryFromFile, .string, .stringFromFile, .json, .jsonFromFile, .upload,
                .bodyFromFile, .bodyFromStandardInput:
                continue
            }
        }
        for option in line.options {
            switch option.content {
            case .bearer(let token):
                fields.append(.init("Authorization", "Bearer \(Self.source(of: token))"))
            case .digest(let typed):
                // As editors' HTTP clients have it: the answer to a challenge is made anew.
                guard case .digest(let user, let password)? = request.credentials?.revealed()
                else { continue }
                let words = [typed.user, typed.password].map { $0.map(Self.source(of:)) }
                let name = words[0] ?? Self.source(ofLiteral: user)
                let secret = words[1] ?? Self.source(ofLiteral: password)
                fields.append(.init("Authorization", "Digest \(name) \(secret)"))
            case .auth, .json, .form, .multipart, .raw, .name, .fresh, .via, .noFollow, .follow,
                .timeout, .noCookies, .http, .compress, .chunked, .download, .output,
                .resume, .dryRun, .verbose:
                continue
            }
        }
        let isSaid = fields.contains { $0.name.lowercased() == "authorization" }
        if !isSaid, let value = request.ownCredentials?.revealedFieldValue {
            fields.append(.init("Authorization", Self.source(ofLiteral: value)))
        }
        return fields
    }

    /// A template as raw text of a file: what was literal stays so, references stay references.
    private static func source(of template: Template) -> String {
        Self.forFile(template).rawText
    }

    /// Plain text as raw text of a file.
    static func source(ofLiteral text: String) -> String {
        Template(literal: text).rawText
    }

    /// A template with each reference percent-encoded, and its literal text too.
    private static func encodedSource(of template: Template) -> String {
        Self.forFile(template).parts.map { part in
            switch part {
            case .literal(let text): text.percentEncodingAll
            case .placeholder(let placeholder) where placeholder.isEncoded: placeholder.text
            case .placeholder(let placeholder): "{{%\(placeholder.source)}}"
            }
        }.joined()
    }

    /// A secret is a variable in a file: who replays it gives it.
    static func forFile(_ template: Template) -> Template {
        let parts = template.parts.flatMap { part -> [Template.Part] in
            guard case .placeholder(let placeholder) = part,
                case .secret(let name) = placeholder.reference
            else { return [part] }
            return Template.parse("{{\(placeholder.isEncoded ? "%" : "")\(name)}}").parts
        }
        return Template(parts: parts)
    }
}
