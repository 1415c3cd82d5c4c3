extension ShellParser {
    /// Returns a line as the history file has it: `{{$secret NAME}}` in place of secrets.
    ///
    /// Secrets are literals under a sensitive field, key or variable, in `--auth`, `--bearer`,
    /// `--digest` and in URL userinfo (LANGUAGE.md section 5). The rest of the line stays as typed,
    /// so that it can be recalled; a line that holds none comes back unchanged. A line that is
    /// wrong is redacted as far as its words can be read.
    ///
    /// - Parameters:
    ///   - text: The line as typed.
    ///   - names: What is sensitive.
    /// - Returns: `nil` if the line must be left out, because it may hold secrets where this module
    ///   does not read: in a `curl` line, in text for the shell, in an expectation, or after a
    ///   quote that is never closed.
    package func redactedForHistory(_ text: String, names: SensitiveNames) -> String? {
        var redactor = LineRedactor(source: SourceText(text), parser: self, names: names)
        return redactor.redact()
    }
}
