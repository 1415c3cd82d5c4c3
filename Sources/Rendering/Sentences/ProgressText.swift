/// How far a transfer is: `12.3 MB of 50 MB · 25 % · 4.1 MB/s · 9 s left`.
package enum ProgressText {
    /// The text of a transfer: so many bytes of so many in all, nil if that is not known, in the
    /// time since it began.
    package static func text(done: Int, of length: Int?, after elapsed: Duration) -> String {
        let (whole, fraction) = elapsed.components
        let seconds = Double(whole) + Double(fraction) / 1e18
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var clauses = [ByteText.text(done)]
        if let length, length > 0 {
            clauses[0] += " of \(ByteText.text(length))"
            clauses.append("\(min(100, Int(Double(done) / Double(length) * 100))) %")
        }
        clauses.append("\(ByteText.text(Int(rate)))/s")
        if let length, length > done, rate > 0 {
            let left = (Double(length - done) / rate).rounded(.up)
            // Beyond a day nobody plans by the second.
            if left < 86_400 { clauses.append("\(DurationText.text(.seconds(left))) left") }
        }
        return clauses.clauses
    }
}
