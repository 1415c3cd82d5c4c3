/// Whether output is coloured: the value of `--color` and of the setting `color`.
package enum ColorMode: String, Sendable, Hashable, CaseIterable {
    /// Colour on a terminal, unless the environment says otherwise.
    case auto
    /// Always.
    case always
    /// Never.
    case never

    /// Decides by mode, environment and device.
    ///
    /// An explicit `always` or `never` wins. Otherwise `NO_COLOR` (not empty) refuses colour,
    /// `CLICOLOR_FORCE` (not empty, not `0`) asks for it, `TERM=dumb` refuses it, and what is left
    /// is whether the output is a terminal.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether the output goes to a terminal.
    ///   - environment: The variables of the process.
    /// - Returns: Whether to colour.
    package func isColored(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if let refusal = environment["NO_COLOR"], !refusal.isEmpty { return false }
        if let force = environment["CLICOLOR_FORCE"], !force.isEmpty, force != "0" { return true }
        return isTerminal && environment["TERM"] != "dumb"
    }
}
