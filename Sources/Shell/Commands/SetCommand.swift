import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `set`: the settings.
struct SetCommand: ShellCommand {
    let signature = CommandSignature("set", acceptsTails: true)
    let group = CommandGroup.session
    let summary = "show or change settings"
    let help = CommandHelp(
        usage: ["set", "set NAME", "set NAME VALUE", "set NAME [VALUE] --for ORIGIN"],
        text: """
            Without a value shows what is in force and where it comes from. A change takes effect
            at once. Durations are 250ms, 5s or 2m (a bare number is seconds), sizes 64KiB or 10MB,
            switches on or off. A wrong name or value changes nothing.

            With --for it holds for one origin only, and wins there over what holds for all: the
            pool's size, timeouts, redirects (but for redirect.sensitive), retries, cookies, tls.*,
            proxy and connect.* can. tls.cert and tls.key say who we are: without --for they are for
            the base's origin, and no other gets to see them.
            """,
        examples: [
            "set", "set pool.size 3", "set timeout.response 5s", "set pool.size",
            "set proxy socks5h://127.0.0.1:1080", "set connect.resolve api.example.com=127.0.0.1",
            "set tls.verify on", "set timeout.response 2m --for api.example.com",
        ]
    )
    let completions: [String: [CompletionSource]] = [
        "NAME": [.settings], "VALUE": [.settingValues], "ORIGIN": [.origins],
    ]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let scope = try arguments.takeOption("--for", "an origin")
        guard var name = arguments.take() else { return self.list(evaluator, invocation.tails) }
        var value = arguments.take()
        // `set NAME=VALUE`, as `--set` has it.
        if value == nil, let equals = name.text.firstIndex(of: "=") {
            value = .init(
                text: String(name.text[name.text.index(after: equals)...]),
                span: name.span
            )
            name.text = String(name.text[..<equals])
        }
        try arguments.end()
        if let scope {
            let origin = try evaluator.origin(named: scope)
            guard let value else { return try self.show(name, for: origin, evaluator) }
            if name.text == "pool.size" {
                return try await evaluator.setPoolSize(value, for: origin)
            }
            try await evaluator.set(name, to: value, for: origin)
            return .none
        }
        guard let value else { return try self.show(name, evaluator) }
        let setting = try Evaluator.setting(name.text, name.span)
        if setting.isCredential {
            let origin = try await evaluator.setCredential(setting, name, to: value, from: .session)
            return origin.map { .remark("\(setting.name) goes to \($0) only") } ?? .none
        }
        try await evaluator.set(name.text, to: value.text, from: .session, name.span, value.span)
        return .none
    }

    private func show(
        _ name: Arguments.Argument,
        _ evaluator: isolated Evaluator
    ) throws(ShellProblem) -> CommandOutput {
        let setting = try Evaluator.setting(name.text, name.span)
        let scoped = evaluator.scopedValues(of: setting).map { scope in
            "\(setting.name) \(evaluator.value(of: setting, for: scope.origin).text)"
                + " --for \(scope.origin)"
        }
        return CommandOutput(
            ["\(setting.name) \(setting.get(evaluator.settings))"] + scoped,
            json: self.json(setting, evaluator)
        )
    }

    /// What holds for one origin, and whether it was said for it.
    private func show(
        _ name: Arguments.Argument,
        for origin: Origin,
        _ evaluator: isolated Evaluator
    ) throws(ShellProblem) -> CommandOutput {
        let setting = try Evaluator.setting(name.text, name.span)
        let value = evaluator.value(of: setting, for: origin)
        let scope = value.isScoped ? "\(origin)" : "all origins"
        let json = self.json(setting, evaluator, scope: value.isScoped ? origin : nil)
        return CommandOutput(["\(setting.name) \(value.text) (for \(scope))"], json: [json])
    }

    private func list(_ evaluator: isolated Evaluator, _ tails: Tails) -> CommandOutput {
        let context = evaluator.outputContext(for: tails)
        let defaults = SettingsValues()
        var table = Table(columns: [
            .init("setting"), .init("value"), .init("default", priority: 1),
            .init("from", priority: 2), .init("meaning", priority: 0),
        ])
        for setting in SettingsTable.all {
            let value = setting.get(evaluator.settings)
            let isChanged = value != setting.get(defaults)
            table.append([
                .init(setting.name), .init(Sanitizer.line(value), role: isChanged ? .strong : nil),
                .init(setting.get(defaults), role: .dim),
                .init(evaluator.source(of: setting.name).rawValue, role: .dim),
                .init(setting.summary, role: .dim),
            ])
            for scoped in evaluator.scopedValues(of: setting) {
                let own = evaluator.value(of: setting, for: scoped.origin).text
                table.append([
                    .init(setting.name), .init(Sanitizer.line(own), role: .strong), .init(""),
                    .init(evaluator.source(of: setting, for: scoped.origin).rawValue, role: .dim),
                    .init("for \(scoped.origin)", role: .dim),
                ])
            }
        }
        return CommandOutput(
            table.lines(width: context.width, palette: context.palette),
            json: SettingsTable.all.flatMap { self.json($0, evaluator) }
        )
    }

    /// A setting as it is for all origins, and as it is for some.
    private func json(_ setting: Setting, _ evaluator: isolated Evaluator) -> [String] {
        let scopes = evaluator.scopedValues(of: setting).map { Optional($0.origin) }
        return ([nil] + scopes).map { self.json(setting, evaluator, scope: $0) }
    }

    private func json(
        _ setting: Setting,
        _ evaluator: isolated Evaluator,
        scope: Origin?
    ) -> String {
        let source =
            scope.map { evaluator.source(of: setting, for: $0) }
            ?? evaluator.source(of: setting.name)
        return SettingJSON.line(
            name: setting.name,
            value: scope.map { evaluator.value(of: setting, for: $0).text }
                ?? setting.get(evaluator.settings),
            default: setting.get(SettingsValues()),
            source: source.rawValue,
            scope: scope?.description
        )
    }
}

extension Evaluator {
    /// The setting called `name`, or the problem with the name.
    static func setting(_ name: String, _ span: SourceSpan?) throws(ShellProblem) -> Setting {
        if let setting = SettingsTable.setting(name) { return setting }
        if SettingsTable.notYet.contains(name) { throw .settingNotYet(name, span) }
        let names = SettingsTable.all.map(\.name)
        if let meant = SettingsTable.namesElsewhere(of: name) {
            throw .unknownSetting(name, nearest: meant, span)
        }
        // `idle-timeout` means `pool.idle-timeout`.
        let completed = names.filter { $0.hasSuffix(".\(name)") }
        throw .unknownSetting(
            name,
            nearest: completed.isEmpty ? NearestNames.of(name, among: names) : completed,
            span
        )
    }

    /// Where the value in force of a setting comes from.
    func source(of name: String) -> SettingSource {
        self.settingSources[name] ?? .default
    }

    /// Where the value of a setting for one origin comes from.
    func source(of setting: Setting, for origin: Origin) -> SettingSource {
        self.settingScopes.source(of: setting.name, for: origin) ?? .session
    }

    /// Changes a setting for all origins, at once; a wrong name or value changes nothing.
    func set(
        _ name: String,
        to value: String,
        from source: SettingSource,
        _ nameSpan: SourceSpan? = nil,
        _ valueSpan: SourceSpan? = nil
    ) async throws(ShellProblem) {
        var changed = self.settings
        let text = SettingsTable.setting(name)?.takesPath == true ? self.localPath(value) : value
        try Self.change(name, to: text, in: &changed, nameSpan, valueSpan)
        try await self.applyConnections(&changed.connections, valueSpan ?? nameSpan)
        self.settingSources[name] = source
        await self.apply(changed)
    }

    /// Changes a setting in `values` alone.
    static func change(
        _ name: String,
        to value: String,
        in values: inout SettingsValues,
        _ nameSpan: SourceSpan?,
        _ valueSpan: SourceSpan?
    ) throws(ShellProblem) {
        let setting = try Self.setting(name, nameSpan)
        guard setting.set(&values, value) else {
            throw .settingValue(
                name: name,
                value: value,
                expected: setting.expected,
                valueSpan ?? nameSpan
            )
        }
    }

    /// Puts the settings of how connections are made in force, asking for the passphrase of an
    /// encrypted key; ones that cannot be used change nothing.
    func applyConnections(
        _ changed: inout ConnectionOptions,
        _ span: SourceSpan? = nil
    ) async throws(ShellProblem) {
        let before = self.settings.connections
        guard changed != before else { return }
        if changed.tls.keyFile != before.tls.keyFile {
            changed.tls.revealedPassphrase = nil
            if let file = changed.tls.keyFile, file.holdsEncryptedKey {
                changed.tls.revealedPassphrase = try await self.passphrase(of: file, span)
            }
        }
        var base = self.settings
        base.connections = changed
        do {
            try await self.session.transport.setConnectionOptions(
                changed,
                byOrigin: self.settingScopes.connections(over: base)
            )
        } catch {
            throw .connectionOptions(error, span)
        }
        self.settings.connections = changed
    }

    /// The passphrase of a key: from a variable of that name in scripts, else asked for.
    func passphrase(
        of file: PEMFile,
        _ span: SourceSpan?
    ) async throws(ShellProblem) -> String {
        let name = "key_passphrase"
        if let value = self.variables[name] { return value }
        guard let ask = self.configuration.askSecret else {
            throw .unresolved(reference: name, .secretWithoutTerminal(name), span)
        }
        guard let answer = await ask("passphrase of \(Sanitizer.line(file.path))") else {
            throw .unresolved(reference: name, .secretNotGiven(name), span)
        }
        return answer
    }

    /// Puts settings in force, but for those of how connections are made.
    ///
    /// With `force`, busy connections above lowered limits are cut off.
    func apply(_ changed: SettingsValues, force: Bool = false) async {
        let before = self.settings
        self.settings = changed
        if changed.limits != before.limits {
            await self.session.transport.setLimits(changed.limits, force: force)
        }
        if changed.session != before.session {
            await self.session.setSettings(
                changed.session,
                byOrigin: self.settingScopes.sessions(over: changed)
            )
        }
        if changed.color != before.color { self.console.setColor(changed.color) }
        if changed.notify != before.notify { self.console.setTellsNotices(changed.notify) }
    }
}
