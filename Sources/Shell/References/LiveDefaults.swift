import HTTPModel
import HTTPSession
import HTTPTypes
import ShellLanguage

/// What default fields and query parameters are made of that have references in them: they are
/// made anew at each send (LANGUAGE.md, section 3).
struct LiveDefaults: Sendable {
    /// One of them.
    struct Entry: Sendable {
        /// What it is.
        let place: DefaultPlace
        /// What it is made of.
        let template: Template
    }

    /// All of them, in the order in which they were set.
    private(set) var entries: [Entry] = []

    /// Whether one of them is another one in each repetition.
    var areDynamic: Bool { self.entries.contains { $0.template.isDynamic } }

    /// Whether one of them is taken from an answer.
    var areOfExchanges: Bool {
        self.entries.contains { $0.template.references.contains(where: \.meansExchange) }
    }

    /// What is made anew for `place`.
    func template(for place: DefaultPlace) -> Template? {
        self.entries.first { $0.place == place }?.template
    }

    /// Remembers what `place` is made of; nil is of what it is now, once and for all.
    mutating func set(_ place: DefaultPlace, _ template: Template?) {
        self.entries.removeAll { $0.place == place }
        if let template { self.entries.append(Entry(place: place, template: template)) }
    }

    /// Forgets those that are not there any more.
    mutating func keep(where isThere: (DefaultPlace) -> Bool) {
        self.entries.removeAll { !isThere($0.place) }
    }
}

extension Evaluator {
    /// Remembers what a default field or query parameter is made of, if it is made anew at each
    /// send.
    func keepLive(_ template: Template?, as place: DefaultPlace) async throws(ShellProblem) {
        guard let template else { return self.liveDefaults.set(place, nil) }
        let rest = try await self.fixing(template, where: \.isFixedWhenEntered)
        self.liveDefaults.set(place, rest.placeholders.isEmpty ? nil : rest)
    }

    /// Makes default fields and query parameters anew for a request.
    ///
    /// The request has its own: others may be on their way at the same time. One that is bound to
    /// another origin, where only a redirect leads, is as new as can be without asking anybody.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isKept: Whether the session has the newest values too, for whoever lists or keeps them:
    ///     not where a line is entered while the request is made, which may say something else.
    /// - Throws: What one of them cannot be made of.
    func makeDefaults(
        for request: inout SessionRequest,
        isKept: Bool = true
    ) async throws(ShellProblem) {
        request.defaultValues = [:]
        guard !self.liveDefaults.entries.isEmpty else { return }
        let fields = await self.session.fields
        let query = await self.session.query
        let isThere = { (place: DefaultPlace) in
            switch place {
            case .field(let name, let scope):
                fields.contains { $0.name == name && $0.scope == scope && $0.source == .session }
            case .query(let name, let scope):
                query.contains { $0.name == name && $0.scope == scope }
            }
        }
        if isKept { self.liveDefaults.keep(where: isThere) }
        for entry in self.liveDefaults.entries where isThere(entry.place) {
            let template = self.readingEnvironment(in: entry.template)
            let value: String
            if entry.place.concerns(request.target.origin) {
                do throws(ShellProblem) {
                    value = try await self.resolve(template)
                } catch {
                    throw .inDefault(entry.place, error)
                }
            } else {
                guard !template.asksForSecret, let made = try? await self.resolve(template) else {
                    continue
                }
                value = made
            }
            do {
                let sent = try request.setDefault(entry.place, to: value)
                if isKept { try await self.session.setDefault(entry.place, to: sent) }
            } catch {
                throw .field(error, nil)
            }
        }
    }

    /// The template with what it takes from the environment put in: what a session file may read
    /// there says nothing about what the user's own defaults may.
    private func readingEnvironment(in template: Template) -> Template {
        guard self.readableEnvironment != nil else { return template }
        let parts = template.parts.map { part in
            guard case .placeholder(let placeholder) = part,
                case .environment(let name) = placeholder.reference,
                let value = self.configuration.environment[name]
            else { return part }
            return .literal(placeholder.isEncoded ? value.percentEncodingAll : value)
        }
        return Template(parts: parts, span: template.span)
    }

    /// What a default is when it is entered.
    ///
    /// It is made anew at each send, so what it refers to may be set later, or have a value only
    /// in a repetition: it stands for itself until then, and that is said, as it may be a slip.
    /// Where the state of a session is taken up there need not be anybody to ask either.
    func resolveDefault(_ template: Template) async throws(ShellProblem) -> String {
        guard template.literalText == nil else { return try await self.resolve(template) }
        if Self.takesUpState { return template.rawText }
        do throws(ShellProblem) {
            return try await self.resolve(template)
        } catch {
            guard case .unresolved(let reference, let problem, _) = error,
                let remark = ShellSentences.untilSent(reference, problem)
            else { throw error }
            self.remark(remark)
            return template.rawText
        }
    }

    /// A default as the state of a session keeps it: as what it is made of, but with what it takes
    /// from answers as that is, since answers are not kept.
    func keptTemplate(for place: DefaultPlace, value: String) async -> Template {
        guard let live = self.liveDefaults.template(for: place) else {
            return Template(literal: value)
        }
        if let kept = try? await self.fixing(live, where: \.meansExchange) { return kept }
        // No secret is stored.
        return live.asksForSecret ? live : Template(literal: value)
    }

    /// The template with some of its references fixed to what they are now.
    private func fixing(
        _ template: Template,
        where isFixed: (Reference) -> Bool
    ) async throws(ShellProblem) -> Template {
        var parts: [Template.Part] = []
        for part in template.parts {
            guard case .placeholder(let placeholder) = part, isFixed(placeholder.reference) else {
                parts.append(part)
                continue
            }
            let text = try await self.resolve(Template(parts: [part], span: template.span))
            parts.append(.literal(text))
        }
        return Template(parts: parts, span: template.span)
    }
}

extension DefaultPlace {
    /// Whether it goes out with requests to `origin`.
    fileprivate func concerns(_ origin: Origin) -> Bool {
        switch self {
        case .field(_, let scope), .query(_, let scope): scope == nil || scope == origin
        }
    }
}

extension Template {
    /// Whether somebody may be asked for what it yields.
    fileprivate var asksForSecret: Bool {
        self.references.contains { if case .secret = $0 { true } else { false } }
    }
}

extension Reference {
    /// Whether a default that has it keeps what it is when it is entered.
    fileprivate var isFixedWhenEntered: Bool {
        switch self {
        case .lastBody, .exchange(.last, _, _), .exchange(.number, _, _): true
        case .exchange(.name, _, _), .variable, .dynamic, .environment, .secret, .index: false
        }
    }
}
