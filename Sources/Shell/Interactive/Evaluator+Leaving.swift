import HTTPModel
import Rendering

/// What becomes of the jobs when the user leaves.
extension Evaluator {
    /// How long jobs have to end once the user wants to leave (POOL.md rule 47).
    private static let grace = Duration.seconds(2)

    /// Gives the jobs a moment to end, then cancels what is left, and says what that was.
    ///
    /// ^C ends it at once, and with `takesKeys` any key: ^D, or `quit` once more.
    func leaveJobs(takesKeys: Bool) async {
        let count = self.jobs.all.count
        guard count > 0 else { return }
        let gate = self.configuration.watchGate ?? WatchGate()
        let isOpen = takesKeys && gate.open(draws: false)
        defer { if isOpen { gate.close() } }
        let jobs = count == 1 ? "1 job has" : "\(count) jobs have"
        let key = isOpen ? "; a key aborts \(count == 1 ? "it" : "them") now" : ""
        self.tell("\(jobs) 2 s to end\(key)")
        await withTaskGroup { group in
            group.addTask { _ = await self.waitForAllJobs() }
            group.addTask { _ = await gate.pause(Self.grace) }
            await group.next()
            group.cancelAll()
        }
        let left = self.jobs.all
        guard !left.isEmpty else { return }
        self.jobs.cancelAll()
        let names = left.prefix(4).map { ConnectionLine.background($0.numbers, $0.label) }
        let more = left.count > 4 ? ", and \(left.count - 4) more" : ""
        self.tell("aborted: \(names.joined(separator: ", "))\(more)")
    }

    /// Says it also where results are JSON Lines: it is about what was left behind.
    private func tell(_ text: String) {
        let palette = self.console.errorContext.palette
        self.console.errLine(palette.styled(Sanitizer.line(text), as: .dim))
    }
}
