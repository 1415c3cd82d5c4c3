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
        let rest = try await self.fixingResponses(in: template)
        self.liveDefaults.set(place, rest.placeholders.isEmpty ? nil : rest)
    }

    /// Makes default fields and query parameters anew for a request.
    ///
    /// The session has the newest values too, for whoever lists or keeps them. The request has
    /// its own: others may be on their way at the same time.
    func makeDefaults(for request: inout SessionRequest) async throws(ShellProblem) {
        guard !self.liveDefaults.entries.isEmpty else { return }
        let fields = await self.session.fields
        let query = await self.session.query
        self.liveDefaults.keep { place in
            switch place {
            case .field(let name, let scope):
                fields.contains { $0.name == name && $0.scope == scope && $0.source == .session }
            case .query(let name, let scope):
                query.contains { $0.name == name && $0.scope == scope }
            }
        }
        for entry in self.liveDefaults.entries {
            let value = try await self.resolve(entry.template)
            request.defaultValues[entry.place] = try await self.set(entry, to: value)
        }
    }

    /// Gives the session the newest value of a default; returns it as it goes out.
    private func set(
        _ entry: LiveDefaults.Entry,
        to value: String
    ) async throws(ShellProblem) -> String {
        do {
            switch entry.place {
            case .field(let name, let scope):
                return try await self.session.setField(
                    name.rawName,
                    to: value,
                    scope: scope.map(DefaultScope.only) ?? .all
                ).value
            case .query(let name, let scope):
                try await self.session.setQuery(
                    name,
                    to: [value],
                    scope: scope.map(DefaultScope.only) ?? .all
                )
                return value
            }
        } catch {
            throw .field(error, nil)
        }
    }

    /// The template with what it takes from the last response, or from one by its number, fixed
    /// to what that is now.
    private func fixingResponses(in template: Template) async throws(ShellProblem) -> Template {
        var parts: [Template.Part] = []
        for part in template.parts {
            guard case .placeholder(let placeholder) = part,
                placeholder.reference.isFixedWhenEntered
            else {
                parts.append(part)
                continue
            }
            let text = try await self.resolve(Template(parts: [part], span: template.span))
            parts.append(.literal(text))
        }
        return Template(parts: parts, span: template.span)
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
