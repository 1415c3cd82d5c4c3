import ShellLanguage

/// Runs scripts: the lines of a file, of standard input, or of `-c`.
extension Evaluator {
    /// Runs the lines of a script until one fails, unless `on-error` is `continue`.
    ///
    /// - Returns: The problem of the first line that failed; nil if none did.
    package func runScript(_ bytes: [UInt8], file: String) async -> ShellProblem? {
        var script = ArrivingScript(file: file)
        return await self.runLines(of: &script, with: ScriptPiece(bytes, isLast: true)).problem
    }

    /// Runs the lines of a script while it arrives, each as soon as all of it has.
    ///
    /// - Parameters:
    ///   - file: Its name; `-` is standard input.
    ///   - next: Waits for the next piece; nil is that no more is wanted.
    /// - Returns: The problem of the first line that failed; nil if none did.
    package func runScript(
        _ file: String,
        arriving next: @Sendable () async -> ScriptPiece?
    ) async -> ShellProblem? {
        var script = ArrivingScript(file: file)
        var first: ShellProblem?
        while let piece = await next() {
            let (problem, goesOn) = await self.runLines(of: &script, with: piece)
            first = first ?? problem
            guard goesOn, !piece.isLast else { break }
        }
        return first
    }

    /// Runs the lines that are whole with a piece of a script; says whether to go on, and the
    /// problem of the first line that failed.
    private func runLines(
        of script: inout ArrivingScript,
        with piece: ScriptPiece
    ) async -> (problem: ShellProblem?, goesOn: Bool) {
        do throws(ArrivingScript.Refusal) {
            try script.append(piece)
        } catch {
            let problem = ShellProblem.file(path: script.name, .read, detail: error.detail, nil)
            self.report(problem, source: "", at: nil)
            return (problem, false)
        }
        var first: ShellProblem?
        while let line = script.lines.next(for: self.parser) {
            let place = ScriptPlace(file: script.file, line: line.number)
            if let problem = await self.run(line.text, at: place) {
                first = first ?? problem
                if self.stopsScript(problem) { return (first, false) }
            }
            if self.wantsToQuit || self.console.outputIsGone { return (first, false) }
        }
        return (first, true)
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
    func stopsScript(_ problem: ShellProblem) -> Bool {
        if case .interrupted = problem { return true }
        return Task.isCancelled || self.settings.onError == .stop
    }
}
