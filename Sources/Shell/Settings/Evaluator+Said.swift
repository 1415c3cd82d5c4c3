import HTTPModel
import SessionFiles
import ShellLanguage

/// Settings as files and the command line say them.
extension Evaluator {
    /// Changes a setting, for one origin where the value ends in `--for ORIGIN`; a wrong name or
    /// value changes nothing.
    func setting(
        _ name: String,
        to value: String,
        from source: SettingSource
    ) async throws(ShellProblem) {
        let setting = try Self.setting(name, nil)
        let name = Arguments.Argument(text: name, span: nil)
        guard let scoped = ScopedValue(value) else {
            guard setting.isCredential else {
                return try await self.set(name.text, to: value, from: source)
            }
            let value = Arguments.Argument(text: value, span: nil)
            _ = try await self.setCredential(setting, name, to: value, from: source)
            return
        }
        let text = try await self.resolve(text: scoped.origin)
        let origin = try self.origin(named: Arguments.Argument(text: text, span: nil))
        let value = Arguments.Argument(text: scoped.value, span: nil)
        guard setting.name == "pool.size" else {
            return try await self.set(name, to: value, for: origin, from: source)
        }
        _ = try await self.setPoolSize(value, for: origin)
    }

    /// Whether a setting is put in force only when the variables of a file are known: it may name
    /// its origin by one, or mean that of the base, which is one.
    static func waitsForVariables(_ name: String, _ value: String) -> Bool {
        ScopedValue(value) != nil || SettingsTable.setting(name)?.isCredential == true
    }
}
