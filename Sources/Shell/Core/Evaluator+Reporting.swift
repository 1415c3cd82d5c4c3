import Rendering
import ShellLanguage

/// Shows what went wrong.
extension Evaluator {
    /// Shows a problem with its place in the line, and in the script.
    func report(_ problem: ShellProblem, source: String, at place: ScriptPlace?) {
        guard let words = ShellSentences.words(for: problem) else { return }
        if self.printsJSON { self.reportJSON(words, source: source, at: place) }
        let context = self.console.errorContext
        let diagnostic = CaretDiagnostic(
            words.message,
            at: words.span.map { span in
                CaretDiagnostic.Place(
                    utf8: span.lowerBound..<span.upperBound,
                    in: source,
                    firstLine: place?.line
                )
            },
            note: words.note,
            help: words.help.map { "help \($0)" }
        )
        if let place, let file = place.file {
            var first = diagnostic
            if first.place == nil {
                // What is wrong with a line as a whole stands at its beginning.
                first.place = CaretDiagnostic.Place(source: source, line: place.line, column: 1)
            }
            self.console.errLine(first.oneLine(file: file == "-" ? "stdin" : file))
            // The note stands behind the message already; below it stands once more at its caret.
            var rest = diagnostic
            if rest.place == nil { rest.note = nil }
            for line in rest.lines(width: context.width, palette: context.palette).dropFirst() {
                self.console.errLine(line)
            }
            return
        }
        for line in diagnostic.lines(width: context.width, palette: context.palette) {
            self.console.errLine(line)
        }
    }

    private func reportJSON(_ words: ShellSentences.Words, source: String, at place: ScriptPlace?) {
        let excerpt = words.span.map { SourceExcerpt(of: $0, in: source) }
        let firstLine = place?.line ?? 1
        self.console.outLine(
            ErrorJSON.line(
                kind: words.kind,
                message: words.message,
                line: excerpt.map { firstLine + $0.line - 1 } ?? firstLine,
                column: excerpt?.column
            )
        )
    }
}
