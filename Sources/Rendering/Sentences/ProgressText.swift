/// How far something is that takes a while:
/// `━━━━━─────────────── 12.3 MB of 50 MB · 25 % · 4.1 MB/s · 9 s left`.
package enum ProgressText {
    /// Which way content goes.
    package enum Direction: Sendable, Hashable {
        /// To the server.
        case upload
        /// From the server.
        case download
    }

    /// The cells of the bar.
    private static let barCells = 20

    /// The line of a transfer: so many bytes of so many in all, nil if that is not known, in the
    /// time since it began.
    ///
    /// Without a length there is no bar: nobody knows how far it is.
    package static func line(
        _ direction: Direction,
        done: Int,
        of length: Int?,
        after elapsed: Duration,
        in context: RenderingContext = .plain
    ) -> String {
        let arrow = direction == .upload ? "↑" : "↓"
        let text = Self.text(done: done, of: length, after: elapsed)
        guard let length, length > 0 else { return context.adapted("\(arrow) \(text)") }
        let share = Double(min(done, length)) / Double(length)
        let filled = Int(share * Double(Self.barCells))
        let bar =
            String(repeating: "━", count: filled)
            + context.styled(String(repeating: "─", count: Self.barCells - filled), as: .dim)
        return context.adapted("\(arrow) \(bar) \(text)")
    }

    /// The text of a transfer, without its bar.
    package static func text(done: Int, of length: Int?, after elapsed: Duration) -> String {
        let rate = Self.rate(of: done, after: elapsed)
        var clauses = [ByteText.text(done)]
        if let length, length > 0 {
            clauses[0] += " of \(ByteText.text(length))"
            clauses.append("\(min(100, Int(Double(done) / Double(length) * 100))) %")
        }
        clauses.append("\(ByteText.text(Int(rate)))/s")
        if let length { clauses.append(Self.left(length - done, rate)) }
        return clauses.clauses
    }

    /// The text of a repetition: `120 of 200 · 60 % · 245 a second · 1 s left`.
    package static func text(
        finished: Int,
        of planned: Int,
        after elapsed: Duration
    ) -> String {
        let rate = Self.rate(of: finished, after: elapsed)
        let percent = planned > 0 ? finished * 100 / planned : 100
        return [
            "\(finished) of \(planned)", "\(percent) %", "\(Int(rate.rounded())) a second",
            Self.left(planned - finished, rate),
        ].clauses
    }

    private static func rate(of done: Int, after elapsed: Duration) -> Double {
        let (whole, fraction) = elapsed.components
        let seconds = Double(whole) + Double(fraction) / 1e18
        return seconds > 0 ? Double(done) / seconds : 0
    }

    /// The time that what is left will take; empty where nobody knows, or it is over.
    private static func left(_ amount: Int, _ rate: Double) -> String {
        guard amount > 0, rate > 0 else { return "" }
        let seconds = (Double(amount) / rate).rounded(.up)
        // Beyond a day nobody plans by the second.
        return seconds < 86_400 ? "\(DurationText.text(.seconds(seconds))) left" : ""
    }
}
