import HTTPModel
import SessionFiles

/// The settings that requests went by, for `save`: one value for all requests between two changes.
final class SettingsRecord: Sendable {
    /// What holds for all origins.
    let values: SettingsValues
    /// What holds for single ones.
    let scopes: SettingScopes
    /// Who said what holds for all.
    let sources: [String: SettingSource]

    init(values: SettingsValues, scopes: SettingScopes, sources: [String: SettingSource]) {
        self.values = values
        self.scopes = scopes
        self.sources = sources
    }

    /// What can be told apart in it: a setting, or what it is for one origin.
    struct Key: Hashable {
        var name: String
        var origin: Origin?
    }

    /// What a file says of it: what differs from the defaults and belongs to the session.
    var said: [(key: Key, text: String)] {
        let defaults = SettingsValues()
        let common = SettingsTable.all.compactMap { setting -> (Key, String)? in
            let value = setting.get(self.values)
            let source = self.sources[setting.name] ?? .default
            guard value != setting.get(defaults), !Self.personal.contains(setting.name),
                // Another machine has its own; and a replay turns retries off by itself.
                source != .environment, setting.name != "retry.max" || source != .default
            else { return nil }
            return (Key(name: setting.name), value)
        }
        return common + SettingsTable.all.flatMap { self.scoped($0) }
    }

    /// What a setting is where `said` has nothing of it any more.
    func text(of key: Key) -> String {
        let values =
            key.origin == nil && self.sources[key.name] == .environment
            ? SettingsValues() : self.values
        return SettingsTable.setting(key.name)?.get(values) ?? ""
    }

    private func scoped(_ setting: Setting) -> [(key: Key, text: String)] {
        if setting.name == "pool.size" {
            return self.values.limits.perOriginOverrides.sorted { $0.key < $1.key }
                .map { (Key(name: setting.name, origin: $0.key), String($0.value)) }
        }
        return self.scopes.values(of: setting.name).map { origin, text in
            // A secret in it is shown as nothing, and left for who replays to say.
            let shown =
                setting.reveal == nil
                ? text : setting.get(self.scopes.settings(for: origin, over: self.values))
            return (Key(name: setting.name, origin: origin), shown)
        }
    }

    /// What concerns the person at the terminal is not the session's.
    private static let personal: Set<String> = [
        "show", "format.json", "format", "color", "notify", "history.size", "on-error", "timing",
    ]
}

/// What changed between requests, so that each is replayed as it was sent (FILES.md 9.2).
extension Evaluator {
    /// The settings in force, as the requests that go by them have them.
    func settingsForSave() -> SettingsRecord {
        if let last = self.settingsRecord, last.values == self.settings,
            last.scopes == self.settingScopes, last.sources == self.settingSources
        {
            return last
        }
        let record = SettingsRecord(
            values: self.settings,
            scopes: self.settingScopes,
            sources: self.settingSources
        )
        self.settingsRecord = record
        return record
    }

    /// Remembers a line that changed the session, which stands before the next request of a file.
    func noteForSave(_ line: String) {
        self.typed.linesBeforeNext.removeAll { $0 == line }
        self.typed.linesBeforeNext = self.typed.linesBeforeNext.suffix(15) + [line]
    }

    /// Settings as a file says them; the origin of the base by its name, as the requests have it.
    func tags(
        of settings: [(key: SettingsRecord.Key, text: String)]
    ) -> [SessionVariable] {
        settings.map { key, text in
            guard let origin = key.origin else {
                return SessionVariable(name: key.name, value: text)
            }
            let name = origin == self.base?.origin ? "{{base}}" : origin.description
            let value = ScopedValue(value: text, origin: name)
            return SessionVariable(name: key.name, value: value.text)
        }
    }

    /// The settings that changed between two requests.
    func changes(from before: SettingsRecord, to after: SettingsRecord) -> [SessionVariable] {
        guard before !== after else { return [] }
        let (old, new) = (before.said, after.said)
        let known = Dictionary(old.map { ($0.key, $0.text) }) { $1 }
        let names = Set(new.map(\.key))
        let changed = new.filter { known[$0.key] != $0.text }
        let gone = old.filter { !names.contains($0.key) }
            .map { (key: $0.key, text: after.text(of: $0.key)) }
        return self.tags(of: (changed + gone).filter { !Self.isPoolLine($0.key) })
    }

    /// What changed the pool between two requests, as shell lines.
    static func poolLines(from before: PoolLimits, to after: PoolLimits) -> [String] {
        var lines: [String] = []
        if before.perOrigin != after.perOrigin { lines.append("pool size \(after.perOrigin)") }
        if before.total != after.total { lines.append("pool total \(after.total)") }
        return lines
    }

    private static func isPoolLine(_ key: SettingsRecord.Key) -> Bool {
        key.origin == nil && (key.name == "pool.size" || key.name == "pool.total")
    }
}
