/// Switches: `on` and `off`.
package enum SwitchLiteral {
    /// Reads `on` or `off`, and nothing else.
    package static func parse(_ text: String) -> Bool? {
        switch text {
        case "on": true
        case "off": false
        default: nil
        }
    }

    /// The text that reads back as the value.
    package static func text(_ value: Bool) -> String { value ? "on" : "off" }
}
