package import HTTPModel
package import HTTPTypes

/// A field that goes out with every request, or with those to one origin.
package struct DefaultField: Sendable, Hashable {
    /// The name, as spelled when it was entered.
    package var name: HTTPField.Name
    /// The value.
    package var value: String
    /// Where it comes from.
    package var source: Source
    /// The only origin that it goes to; nil is all.
    package var scope: Origin?

    /// Creates a default field.
    package init(name: HTTPField.Name, value: String, source: Source, scope: Origin? = nil) {
        self.name = name
        self.value = value
        self.source = source
        self.scope = scope
    }

    /// Where a default field comes from.
    package enum Source: String, Sendable, Hashable {
        /// It is there from the start.
        case builtIn = "built-in"
        /// It was entered.
        case session
    }
}

/// Where something that was entered goes (LANGUAGE.md, section 5).
package enum DefaultScope: Sendable, Hashable {
    /// To `base` only if it is sensitive, else everywhere.
    case automatic(base: Origin?)
    /// Everywhere, as `--for all` says.
    case all
    /// To one origin only, as `--for` says.
    case only(Origin)
}

/// The fields that requests carry unless they say otherwise, in the order of the wire.
///
/// The built-in ones stand first; they are replaced in place, and once removed they are truly
/// absent. A field with a scope beats one of the same name without, for its origin.
package struct DefaultFields: Sendable, Hashable {
    /// All fields in order.
    package private(set) var fields: [DefaultField]

    /// Creates the built-in fields: what is said of the user agent, and what it can take.
    ///
    /// - Parameter userAgent: The value of `User-Agent`.
    package init(userAgent: String) {
        self.fields = Self.builtIns(userAgent: userAgent)
    }

    /// The built-in fields.
    private static func builtIns(userAgent: String) -> [DefaultField] {
        [
            DefaultField(name: .userAgent, value: userAgent, source: .builtIn),
            DefaultField(name: .accept, value: "*/*", source: .builtIn),
            DefaultField(name: .acceptEncoding, value: "gzip, deflate, br, zstd", source: .builtIn),
            DefaultField(name: .connection, value: "keep-alive", source: .builtIn),
        ]
    }

    /// The names of the built-in fields.
    package static let builtInNames: [HTTPField.Name] = [
        .userAgent, .accept, .acceptEncoding, .connection,
    ]

    /// The built-in fields that are neither there nor replaced by ones for all origins.
    package var absentBuiltIns: [HTTPField.Name] {
        Self.builtInNames.filter { name in
            !self.fields.contains { $0.name == name && $0.scope == nil }
        }
    }

    /// Gives a field one value in `scope`, in the place of those it had there.
    package mutating func set(_ name: HTTPField.Name, to value: String, scope: Origin?) {
        let field = DefaultField(name: name, value: value, source: .session, scope: scope)
        let places = self.fields.indices.filter { self.fields[$0].matches(name, scope) }
        if let first = places.first {
            self.fields[first] = field
            for place in places.dropFirst().reversed() { self.fields.remove(at: place) }
        } else {
            self.fields.append(field)
        }
    }

    /// Gives a field one more value in `scope`.
    package mutating func append(_ name: HTTPField.Name, _ value: String, scope: Origin?) {
        self.fields.append(
            DefaultField(name: name, value: value, source: .session, scope: scope)
        )
    }

    /// Removes a field in `scope`, built-in or not; returns what was removed.
    @discardableResult
    package mutating func remove(_ name: HTTPField.Name, scope: Origin?) -> [DefaultField] {
        let removed = self.fields.filter { $0.matches(name, scope) }
        self.fields.removeAll { $0.matches(name, scope) }
        return removed
    }

    /// Removes a field in every scope; returns what was removed.
    @discardableResult
    package mutating func removeEverywhere(_ name: HTTPField.Name) -> [DefaultField] {
        let removed = self.fields.filter { $0.name == name }
        self.fields.removeAll { $0.name == name }
        return removed
    }

    /// Puts back fields that were kept elsewhere: the first of each name and scope takes the place
    /// of what is there, further ones are added.
    mutating func restore(_ fields: [DefaultField]) {
        var seen: Set<Place> = []
        for field in fields {
            if seen.insert(Place(name: field.name, scope: field.scope)).inserted {
                self.set(field.name, to: field.value, scope: field.scope)
            } else {
                self.append(field.name, field.value, scope: field.scope)
            }
        }
    }

    private struct Place: Hashable {
        let name: HTTPField.Name
        let scope: Origin?
    }

    /// The fields that go to `origin`, in order.
    package func fields(for origin: Origin) -> [DefaultField] {
        let scoped = Set(self.fields.lazy.filter { $0.scope == origin }.map(\.name))
        return self.fields.filter { field in
            field.scope == origin || (field.scope == nil && !scoped.contains(field.name))
        }
    }
}

extension DefaultField {
    /// Whether this is the field `name` of `scope`.
    fileprivate func matches(_ name: HTTPField.Name, _ scope: Origin?) -> Bool {
        self.name == name && self.scope == scope
    }
}
