import ShellLanguage

/// Runs scripts: the lines of a file, of standard input, or of `-c`.
extension Evaluator {
    /// Runs the lines of a script until one fails, unless `on-error` is `continue`.
    ///
    /// - Returns: The problem of the first line that failed; nil if none did.
    package func runScript(_ bytes: [UInt8], file: String) async -> ShellProblem? {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            let problem = ShellProblem.file(
                path: file == "-" ? "standard input" : file,
                .read,
                detail: "it is binary, not shell lines",
                nil
            )
            self.report(problem, source: "", at: nil)
            return problem
        }
        if SessionFileText.firstMark(in: text) != nil {
            let problem = ShellProblem.file(
                path: file == "-" ? "standard input" : file,
                .read,
                detail: "this is a session file: `replay \(file == "-" ? "FILE" : file)`",
                nil
            )
            self.report(problem, source: "", at: nil)
            return problem
        }
        var first: ShellProblem?
        for line in self.parser.logicalLines(of: text) {
            let place = ScriptPlace(file: file, line: line.number)
            if let problem = await self.run(line.text, at: place) {
                first = first ?? problem
                if self.stopsScript(problem) { return first }
            }
            if self.wantsToQuit || self.console.outputIsGone { break }
        }
        return first
    }

    /// Runs the lines of `-c`, each a line of its own.
    package func runLines(_ lines: [String]) async -> ShellProblem? {
        var first: ShellProblem?
        for line in lines {
            for logical in self.parser.logicalLines(of: line) {
                if let problem = await self.run(logical.text) {
                    first = first ?? problem
                    if self.stopsScript(problem) { return first }
                }
                if self.wantsToQuit || self.console.outputIsGone { return first }
            }
        }
        return first
    }

    /// Runs what was entered at the prompt: a line, or the lines of a paste until one fails.
    func runEntered(_ text: String) async -> ShellProblem? {
        if SessionFileText.isBlock(text, parser: self.parser) { return await self.runBlock(text) }
        let lines = self.parser.logicalLines(of: text)
        // One line keeps its spelling, so that a caret stands where it was typed.
        guard lines.count > 1 else { return await self.run(text) }
        for line in lines {
            if let problem = await self.run(line.text), self.stopsScript(problem) { return problem }
            if self.wantsToQuit { break }
        }
        return nil
    }

    /// Whether a problem ends a script.
    private func stopsScript(_ problem: ShellProblem) -> Bool {
        if case .interrupted = problem { return true }
        return Task.isCancelled || self.settings.onError == .stop
    }
}
