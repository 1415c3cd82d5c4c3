import HTTPModel
import HTTPSession
import ShellLanguage

/// One setting: its name, what it means, and how its value is read and written.
package struct Setting: Sendable {
    /// The name.
    package let name: String
    /// What it means, in a few words.
    package let summary: String
    /// What values look like, for errors: `a duration such as 30s`.
    let expected: String
    /// Reads the value in force.
    let get: @Sendable (SettingsValues) -> String
    /// Takes a value; returns false if the text is none.
    let set: @Sendable (inout SettingsValues, String) -> Bool
    /// Whether the value is a path, in which `~/` is the home folder.
    var takesPath = false
    /// Reads the value with the secrets in it; nil where it has none.
    var reveal: (@Sendable (SettingsValues) -> String)?
}

/// Where a setting's value comes from, for `set`.
package enum SettingSource: String, Sendable, Hashable {
    case `default`
    case environment
    case rc
    case commandLine = "command line"
    case session
    case file
}

extension Setting {
    /// A count from `minimum` up.
    static func count(
        _ name: String,
        _ summary: String,
        _ path: any WritableKeyPath<SettingsValues, Int> & Sendable,
        minimum: Int
    ) -> Setting {
        Setting(
            name: name,
            summary: summary,
            expected: "a whole number from \(minimum) up",
            get: { String($0[keyPath: path]) },
            set: { values, text in
                guard let count = Int(text), count >= minimum, count <= 1_000_000 else {
                    return false
                }
                values[keyPath: path] = count
                return true
            }
        )
    }

    /// A duration that is longer than zero, or as long if `allowsZero` says so.
    static func duration(
        _ name: String,
        _ summary: String,
        _ path: any WritableKeyPath<SettingsValues, Duration> & Sendable,
        allowsZero: Bool = false
    ) -> Setting {
        Setting(
            name: name,
            summary: summary,
            expected: "a duration such as 250ms, 5s or 2m",
            get: { DurationLiteral.text($0[keyPath: path]) },
            set: { values, text in
                guard let duration = DurationLiteral.parse(text),
                    allowsZero ? duration >= .zero : duration > .zero
                else { return false }
                values[keyPath: path] = duration
                return true
            }
        )
    }

    /// A duration, or `off`.
    static func optionalDuration(
        _ name: String,
        _ summary: String,
        _ path: any WritableKeyPath<SettingsValues, Duration?> & Sendable
    ) -> Setting {
        Setting(
            name: name,
            summary: summary,
            expected: "a duration such as 250ms, 5s or 2m, or off",
            get: { $0[keyPath: path].map(DurationLiteral.text) ?? "off" },
            set: { values, text in
                if text == "off" {
                    values[keyPath: path] = nil
                    return true
                }
                guard let duration = DurationLiteral.parse(text), duration > .zero else {
                    return false
                }
                values[keyPath: path] = duration
                return true
            }
        )
    }

    /// A switch.
    static func toggle(
        _ name: String,
        _ summary: String,
        _ path: any WritableKeyPath<SettingsValues, Bool> & Sendable
    ) -> Setting {
        Setting(
            name: name,
            summary: summary,
            expected: "on or off",
            get: { SwitchLiteral.text($0[keyPath: path]) },
            set: { values, text in
                guard let isOn = SwitchLiteral.parse(text) else { return false }
                values[keyPath: path] = isOn
                return true
            }
        )
    }

    /// One of a few words.
    static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String,
        _ summary: String,
        _ path: any WritableKeyPath<SettingsValues, Value> & Sendable
    ) -> Setting {
        Setting(
            name: name,
            summary: summary,
            expected: Value.allCases.map(\.rawValue).joined(separator: " or "),
            get: { $0[keyPath: path].rawValue },
            set: { values, text in
                guard let value = Value(rawValue: text) else { return false }
                values[keyPath: path] = value
                return true
            }
        )
    }
}
