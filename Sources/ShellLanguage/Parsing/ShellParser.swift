/// Reads lines of the shell language (LANGUAGE.md).
///
/// A value of settings: parsing has no state, so the same text always gives the same line.
package struct ShellParser: Sendable {
    /// The commands that exist.
    package var commands: [CommandSignature]
    /// The names of aliases and the text that each stands for.
    package var aliases: [String: String]
    /// Whether a person types the lines: then unique prefixes of commands work.
    package var isInteractive: Bool

    /// Makes a parser.
    package init(
        commands: [CommandSignature],
        aliases: [String: String] = [:],
        isInteractive: Bool
    ) {
        self.commands = commands
        self.aliases = aliases
        self.isInteractive = isInteractive
    }

    /// Reads one line, which may hold line breaks where rule 7 of section 2 lets it go on.
    ///
    /// Aliases are not expanded here: `expandingAlias(in:)` comes before, so that spans fit the text
    /// that was parsed.
    package func parse(_ text: String) throws(Diagnostic) -> ShellLine {
        .blank
    }
}
