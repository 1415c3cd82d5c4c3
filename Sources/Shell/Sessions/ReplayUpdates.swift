import HTTPModel
import SessionFiles

/// What `--update` changes in session files: lines of tags, and stored responses.
struct ReplayUpdates {
    /// New texts of lines, by file and line.
    private(set) var lines: [String: [Int: String]] = [:]
    /// Stored responses by their paths.
    var bodies: [(path: String, bytes: [UInt8])] = []

    /// The numbers of connections in the replay, in order of first use.
    private var ordinals: [ConnectionID: Int] = [:]

    private mutating func ordinal(of connection: ConnectionID) -> Int {
        let ordinal = self.ordinals[connection] ?? self.ordinals.count + 1
        self.ordinals[connection] = ordinal
        return ordinal
    }

    /// Brings the recording and the literal expectations of a step up to date.
    ///
    /// A step that is sent several times is recorded as a whole, which one answer cannot change.
    mutating func add(_ step: ReplayStep, _ subject: ExpectationSubject, inWhole isWhole: Bool) {
        let ordinal = subject.use.map { self.ordinal(of: $0.connection) }
        guard step.repetition.count == 1 else { return }
        if let recorded = step.recorded, let line = step.recordedLine {
            var summary = recorded.updated(to: subject)
            // Of a part of the file the connections have other numbers, and in a group by chance.
            if isWhole, step.group == nil, !summary.connections.isEmpty, let ordinal {
                summary.connections = [ordinal]
            }
            if summary != recorded {
                self.lines[step.file, default: [:]][line] = "# @recorded \(summary)"
            }
        }
        for placed in step.expectations where !placed.expectation.holdsReferences {
            guard !placed.expectation.evaluate(subject).passed else { continue }
            guard let text = placed.expectation.updated(to: subject) else { continue }
            self.lines[placed.file, default: [:]][placed.line] = "# @expect \(text)"
        }
    }
}
