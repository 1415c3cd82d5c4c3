import HTTPModel
import HTTPSession
import ShellLanguage

/// Settings that hold for one origin only: `set NAME VALUE --for ORIGIN`.
///
/// The narrower scope wins: what is said for an origin holds there, and all else is as it is for
/// all origins (SESSION.md, section 2.8).
struct SettingScopes: Sendable, Hashable {
    /// What is said for one origin.
    private struct Scope: Sendable, Hashable {
        /// Values by the name of their setting, as they were typed.
        var texts: [String: String] = [:]
        /// Who said them.
        var sources: [String: SettingSource] = [:]
        /// The passphrase of the key that is named there; never show it.
        var revealedPassphrase: String?
    }

    private var scopes: [Origin: Scope] = [:]

    /// Whether nothing is said for any origin.
    var isEmpty: Bool { self.scopes.isEmpty }

    /// The origins that something is said for, in order.
    var origins: [Origin] { self.scopes.keys.sorted() }

    /// Says what `name` is for `origin`.
    mutating func set(
        _ name: String,
        to text: String,
        for origin: Origin,
        from source: SettingSource = .session
    ) {
        self.scopes[origin, default: Scope()].texts[name] = text
        self.scopes[origin]?.sources[name] = source
    }

    /// Who said what `name` is for `origin`.
    func source(of name: String, for origin: Origin) -> SettingSource? {
        self.scopes[origin]?.sources[name]
    }

    /// Keeps the passphrase of the key that is named for `origin`.
    mutating func setPassphrase(_ passphrase: String?, for origin: Origin) {
        self.scopes[origin]?.revealedPassphrase = passphrase
    }

    /// Takes back what was said of `name`: for `origin`, or if that is nil for every origin.
    mutating func remove(_ name: String, for origin: Origin?) {
        for scope in self.origins where origin == nil || scope == origin {
            self.scopes[scope]?.texts[name] = nil
            self.scopes[scope]?.sources[name] = nil
            if self.scopes[scope]?.texts.isEmpty == true { self.scopes[scope] = nil }
        }
    }

    /// What is said of `name`, in order of the origins.
    func values(of name: String) -> [(origin: Origin, text: String)] {
        self.origins.compactMap { origin in
            self.scopes[origin]?.texts[name].map { (origin, $0) }
        }
    }

    /// The settings that hold for `origin` where `base` holds for all.
    func settings(for origin: Origin, over base: SettingsValues) -> SettingsValues {
        guard let scope = self.scopes[origin] else { return base }
        var values = base
        for setting in SettingsTable.all {
            // A file that has gone since it was named leaves what holds for all.
            if let text = scope.texts[setting.name] { _ = setting.set(&values, text) }
        }
        if values.connections.tls.keyFile != base.connections.tls.keyFile {
            values.connections.tls.revealedPassphrase = scope.revealedPassphrase
        }
        return values
    }

    /// How connections are made to the origins where that is not as `base` says.
    func connections(over base: SettingsValues) -> [Origin: ConnectionOptions] {
        self.different(from: base, \.connections)
    }

    /// The session's settings for the origins where they are not as `base` says.
    func sessions(over base: SettingsValues) -> [Origin: SessionSettings] {
        self.different(from: base, \.session)
    }

    private func different<Part: Equatable>(
        from base: SettingsValues,
        _ part: KeyPath<SettingsValues, Part>
    ) -> [Origin: Part] {
        var result: [Origin: Part] = [:]
        for origin in self.scopes.keys {
            let own = self.settings(for: origin, over: base)[keyPath: part]
            if own != base[keyPath: part] { result[origin] = own }
        }
        return result
    }
}

extension Setting {
    /// Whether it can differ by origin: what requests and connections go by can, what the pool as a
    /// whole and the shell go by cannot.
    var isPerOrigin: Bool {
        switch self.name {
        case "pool.size", "http.version", "proxy", "cookies", "body.limit": true
        // Which fields are credentials is asked when they are entered, before they go anywhere.
        case "redirect.sensitive": false
        default:
            ["timeout.", "redirect.", "retry.", "cookies.", "tls.", "connect."].contains {
                self.name.hasPrefix($0)
            }
        }
    }

    /// Whether it says who we are, so that it belongs to one origin as credentials do
    /// (SESSION.md, RD2).
    var isCredential: Bool { self.name == "tls.cert" || self.name == "tls.key" }
}

extension Evaluator {
    /// The values of a setting that hold for one origin each.
    func scopedValues(of setting: Setting) -> [(origin: Origin, text: String)] {
        guard setting.name == "pool.size" else {
            return self.settingScopes.values(of: setting.name)
        }
        return self.settings.limits.perOriginOverrides.sorted { $0.key < $1.key }
            .map { ($0.key, String($0.value)) }
    }

    /// The value of a setting for `origin`, and whether it was said for that origin.
    func value(of setting: Setting, for origin: Origin) -> (text: String, isScoped: Bool) {
        if let own = self.scopedValues(of: setting).first(where: { $0.origin == origin }) {
            let values = self.settingScopes.settings(for: origin, over: self.settings)
            return (setting.name == "pool.size" ? own.text : setting.get(values), true)
        }
        return (setting.get(self.settings), false)
    }

    /// Changes a setting that says who we are: for the origin of the base, as credentials are
    /// given; its default value takes it back everywhere.
    ///
    /// - Returns: The origin that it is for; nil if it is for none any more.
    func setCredential(
        _ setting: Setting,
        _ name: Arguments.Argument,
        to value: Arguments.Argument,
        from source: SettingSource
    ) async throws(ShellProblem) -> Origin? {
        if value.text == setting.get(SettingsValues()) {
            try await self.unset(setting, for: nil, name.span)
            return nil
        }
        guard let origin = self.base?.origin, origin.scheme == .https else {
            throw .settingNeedsOrigin(setting.name, base: self.base?.origin, name.span)
        }
        try await self.set(name, to: value, for: origin, from: source)
        return origin
    }

    /// Changes a setting for one origin, at once; a wrong name or value changes nothing.
    func set(
        _ name: Arguments.Argument,
        to value: Arguments.Argument,
        for origin: Origin,
        from source: SettingSource = .session
    ) async throws(ShellProblem) {
        let setting = try Self.setting(name.text, name.span)
        try Self.checkIsPerOrigin(setting, name)
        let text = setting.takesPath ? self.localPath(value.text) : value.text
        var scopes = self.settingScopes
        let before = scopes.settings(for: origin, over: self.settings)
        var changed = before
        try Self.change(setting.name, to: text, in: &changed, name.span, value.span)
        scopes.set(setting.name, to: text, for: origin, from: source)
        let key = changed.connections.tls.keyFile
        if key != before.connections.tls.keyFile {
            var passphrase: String?
            if let key, key.holdsEncryptedKey {
                passphrase = try await self.passphrase(of: key, value.span)
            }
            scopes.setPassphrase(passphrase, for: origin)
        }
        try await self.applyScopes(scopes, value.span)
    }

    /// Takes back what was said of a setting for one origin, or for each.
    func unset(
        _ setting: Setting,
        for origin: Origin?,
        _ span: SourceSpan?
    ) async throws(ShellProblem) {
        if setting.name == "pool.size" {
            var settings = self.settings
            if let origin {
                settings.limits.perOriginOverrides[origin] = nil
            } else {
                settings.limits.perOriginOverrides = [:]
            }
            return await self.apply(settings)
        }
        var scopes = self.settingScopes
        scopes.remove(setting.name, for: origin)
        guard scopes != self.settingScopes else { return }
        try await self.applyScopes(scopes, span)
    }

    /// Refuses a scope for what has none.
    static func checkIsPerOrigin(
        _ setting: Setting,
        _ name: Arguments.Argument
    ) throws(ShellProblem) {
        guard !setting.isPerOrigin else { return }
        throw .usage(
            command: "--for",
            .invalid(name.text, expected: "a setting of requests, such as tls.verify or proxy"),
            name.span
        )
    }

    /// Puts what is said for single origins in force, and nothing else.
    func applyScopes(
        _ scopes: SettingScopes,
        _ span: SourceSpan? = nil
    ) async throws(ShellProblem) {
        do {
            try await self.session.transport.setConnectionOptions(
                self.settings.connections,
                byOrigin: scopes.connections(over: self.settings)
            )
        } catch {
            throw .connectionOptions(error, span)
        }
        self.settingScopes = scopes
        await self.session.setSettings(
            self.settings.session,
            byOrigin: scopes.sessions(over: self.settings)
        )
    }
}
