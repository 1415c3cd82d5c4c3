package import HTTPModel

/// What `timing [N]` prints: how long each phase took, with bars that follow one another.
///
///     1 · GET /users/7 · 200 OK · 1.4 ms
///       queue    –
///       connect  0.6 ms  ████████
///       wait     0.5 ms          ██████
package enum TimingReport {
    /// The lines for an exchange: one block for each attempt.
    package static func lines(
        for exchange: Exchange,
        in context: RenderingContext = .plain
    ) -> [String] {
        guard !exchange.attempts.isEmpty else {
            return [context.adapted("\(exchange.number) · not sent: there are no timings")]
        }
        var lines: [String] = []
        for (index, attempt) in exchange.attempts.enumerated() {
            let id = RequestID(exchange: exchange.number, attempt: index + 1)
            lines += Self.block(attempt, id: id, in: context)
        }
        if exchange.attempts.count > 1, let elapsed = exchange.elapsed {
            let count = CountText.text(exchange.attempts.count, "attempt")
            lines.append("\(exchange.number) · \(DurationText.text(elapsed)) in all · \(count)")
        }
        return lines.map(context.adapted)
    }

    private static func block(
        _ attempt: Attempt,
        id: RequestID,
        in context: RenderingContext
    ) -> [String] {
        let outcome =
            switch attempt.result {
            case .response(let response): response.head.statusText
            case .failed(let failure): "failed · \(ErrorSentences.render(failure).words)"
            }
        let heading = [
            "\(id)", Sanitizer.line(attempt.label.description), outcome,
            attempt.use.map { ReuseSentences.use($0, isRetry: attempt.isRetry) } ?? "",
        ].clauses
        guard let timings = attempt.timings else { return [context.styled(heading, as: .strong)] }
        return [context.styled(heading, as: .strong)] + Self.phases(timings, in: context)
    }

    private static func phases(_ timings: Timings, in context: RenderingContext) -> [String] {
        let phases = timings.phases
        let sum = phases.reduce(Duration.zero) { $0 + ($1.duration ?? .zero) }
        let texts = phases.map { DurationText.text($0.duration) }
        let totalText = DurationText.text(timings.total)
        let numberWidth = (texts + [totalText]).map(\.cellWidth).max() ?? 0
        // Two blanks, the longest name and two blanks stand before the number, two after it.
        let room = min(60, max(10, (context.width ?? 80) - numberWidth - 13))
        var bars = Bars(scale: max(sum, .nanoseconds(1)), cells: room)
        var lines: [String] = []
        for (phase, text) in zip(phases, texts) {
            let bar = phase.duration.map { bars.next($0) }
            let name = phase.name.padded(toCells: 7)
            let number = text.padded(toCells: numberWidth, alignment: .right)
            let drawn = bar.map { "  \($0.blanks)" + context.styled($0.bar, as: .notice) } ?? ""
            lines.append("  \(name)  \(number)\(drawn)")
        }
        let total = totalText.padded(toCells: numberWidth, alignment: .right)
        return lines + ["  \("total".padded(toCells: 7))  \(total)"]
    }

    /// Bars that begin where the one before ended.
    private struct Bars {
        /// What the whole width stands for.
        let scale: Duration
        /// The whole width.
        let cells: Int
        private var before = Duration.zero

        init(scale: Duration, cells: Int) {
            self.scale = scale
            self.cells = cells
        }

        /// The next bar; a phase that happened has at least one cell.
        mutating func next(_ duration: Duration) -> (blanks: String, bar: String) {
            let start = min(self.cells - 1, self.cell(of: self.before))
            self.before += duration
            let end = max(start + 1, self.cell(of: self.before))
            return (
                String(repeating: " ", count: start), String(repeating: "█", count: end - start)
            )
        }

        private func cell(of duration: Duration) -> Int {
            let share = duration.milliseconds / self.scale.milliseconds
            return Int((share * Double(self.cells)).rounded())
        }
    }
}
