package import HTTPModel
package import HTTPTypes

extension Session {
    // MARK: Default fields

    /// All default fields, in the order of the wire, with where they come from and go.
    package var fields: [DefaultField] { self.defaultFields.fields }

    /// The built-in fields that were removed.
    package var absentBuiltInFields: [HTTPField.Name] { self.defaultFields.absentBuiltIns }

    /// Gives a default field a value, in the place of those that it has in that scope.
    ///
    /// With `.automatic`, fields on the sensitive list and `Host` are bound to the base's origin
    /// (LANGUAGE.md, section 5).
    ///
    /// - Returns: The field, so that its scope can be shown.
    @discardableResult
    package func setField(
        _ name: String,
        to value: String,
        scope: DefaultScope
    ) throws(FieldError) -> DefaultField {
        let checked = try self.check(name, value, scope)
        self.defaultFields.set(checked.name, to: checked.value, scope: checked.scope)
        return checked
    }

    /// Removes a default field, built-in or not; returns what was removed.
    ///
    /// `.automatic` removes it in every scope, `.all` only the one without a scope.
    @discardableResult
    package func removeField(
        _ name: String,
        scope: DefaultScope = .automatic(base: nil)
    ) throws(FieldError) -> [DefaultField] {
        let name = try HTTPField.Name(checking: name)
        switch scope {
        case .automatic: return self.defaultFields.removeEverywhere(name)
        case .all: return self.defaultFields.remove(name, scope: nil)
        case .only(let origin): return self.defaultFields.remove(name, scope: origin)
        }
    }

    private func check(
        _ name: String,
        _ value: String,
        _ scope: DefaultScope
    ) throws(FieldError) -> DefaultField {
        let fieldName = try HTTPField.Name(checking: name)
        guard fieldName != .cookie else { throw .cookieIsNoDefault }
        let isBound = fieldName == .host || self.settings.isSensitive(fieldName)
        return DefaultField(
            name: fieldName,
            value: try value.checkedFieldValue(of: name),
            source: .session,
            scope: try scope.resolved(isBound: isBound, name: name)
        )
    }

    // MARK: Default query parameters

    /// All default query parameters.
    package var query: [QueryParameter] { self.queryDefaults.parameters }

    /// Gives a default query parameter these values.
    ///
    /// With `.automatic`, one whose name looks like that of a credential, such as `api_key`, is
    /// bound to the base's origin.
    ///
    /// - Returns: The only origin that it goes to; nil is all.
    @discardableResult
    package func setQuery(
        _ name: String,
        to values: [String],
        scope: DefaultScope
    ) throws(FieldError) -> Origin? {
        let canonical = String(name.lowercased().map { $0 == "_" ? "-" : $0 })
        let isBound = self.settings.sensitiveFields.contains(canonical: canonical)
        let origin = try scope.resolved(isBound: isBound, name: name)
        self.queryDefaults.set(name, to: values, scope: origin)
        return origin
    }

    /// Removes a default query parameter; returns what was removed.
    @discardableResult
    package func removeQuery(_ name: String) -> [QueryParameter] {
        self.queryDefaults.remove(name)
    }

    // MARK: Credentials

    /// The session's credentials, by origin.
    package var credentialsByOrigin: [Origin: Credentials] { self.credentials }

    /// Sets or removes the credentials for an origin; they go there only.
    package func setCredentials(_ credentials: Credentials?, for origin: Origin) {
        self.credentials[origin] = credentials
    }

    /// The names of the credentials that do not go to `origin` because they belong to another one,
    /// by the origin that they belong to (LANGUAGE.md, section 5).
    ///
    /// What `origin` has under the same name is not missed there.
    package func credentialsElsewhere(than origin: Origin) -> [Origin: [String]] {
        var names: [Origin: [String]] = [:]
        if self.credentials[origin] == nil {
            for other in self.credentials.keys { names[other] = ["Authorization"] }
        }
        let own = Set(self.defaultFields.fields(for: origin).map(\.name))
        for field in self.defaultFields.fields {
            guard let scope = field.scope, scope != origin, !own.contains(field.name),
                self.settings.isSensitive(field.name)
            else { continue }
            let name = field.name.rawName
            if names[scope]?.contains(name) != true { names[scope, default: []].append(name) }
        }
        return names
    }

    // MARK: State

    /// What sticks, for `-s` and `session save`.
    package func state() -> SessionState {
        var state = SessionState()
        state.fields = self.defaultFields.fields.filter { $0.source == .session }
        state.absentBuiltIns = self.defaultFields.absentBuiltIns
        state.query = self.queryDefaults.parameters
        state.credentials = self.credentials
        state.cookies = self.cookieStore.all
        return state
    }

    /// Makes the session what `state` says; the log and the settings stay.
    package func restore(_ state: SessionState) {
        self.defaultFields = DefaultFields(userAgent: self.configuration.userAgent)
        for name in state.absentBuiltIns { self.defaultFields.remove(name, scope: nil) }
        self.defaultFields.restore(state.fields)
        self.queryDefaults = QueryDefaults()
        self.queryDefaults.restore(state.query)
        self.credentials = state.credentials
        self.cookieStore = CookieStore()
        self.cookieStore.insert(state.cookies, now: self.configuration.wallClock())
    }
}

extension DefaultScope {
    /// The origin that something is bound to; nil is none.
    func resolved(isBound: Bool, name: String) throws(FieldError) -> Origin? {
        switch self {
        case .all: return nil
        case .only(let origin): return origin
        case .automatic(let base):
            guard isBound else { return nil }
            guard let base else { throw .needsOrigin(name: name) }
            return base
        }
    }
}

extension SessionSettings {
    /// Whether the field `name` is a credential; a name that no field can have is none.
    package func isSensitive(fieldNamed name: String) -> Bool {
        HTTPField.Name(name).map { self.isSensitive($0) } ?? false
    }

    /// Whether a field is a credential: on the list, or one of those that always are (RD2).
    func isSensitive(_ name: HTTPField.Name) -> Bool {
        name == .authorization || name == .cookie || name == .proxyAuthorization
            || self.sensitiveFields.contains(canonical: name.canonicalName)
    }
}
