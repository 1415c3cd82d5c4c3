import HTTPModel
package import HTTPSession
import Rendering

/// Waits before a retry where people can see it: a countdown on a terminal, a line elsewhere.
package struct RetryCountdown: Sendable {
    private let console: Console

    /// Creates a countdown on a console.
    package init(console: Console) {
        self.console = console
    }

    /// Waits; cancelling the task, as ^C does, ends the wait and the exchange.
    package func wait(_ wait: RetryWait) async throws {
        // A wait that nobody has time to read needs no words.
        guard wait.duration >= .seconds(1), !wait.isBackground else {
            try await Task.sleep(for: wait.duration)
            return
        }
        guard self.console.streams.errorIsTerminal else {
            self.console.errLine(Self.text(wait, left: wait.duration))
            try await Task.sleep(for: wait.duration)
            return
        }
        defer { self.console.showProgress(nil) }
        let end = ContinuousClock.now + wait.duration
        while true {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return }
            self.console.showProgress("\(Self.text(wait, left: left)) (^C ends it)")
            try await Task.sleep(for: min(left, .milliseconds(200)))
        }
    }

    private static func text(_ wait: RetryWait, left: Duration) -> String {
        let record = wait.record
        let why =
            switch record.evidence {
            case .notConnected: "no connection"
            case .noResponse: "no response"
            case .status(let status): "\(status)"
            }
        let seconds = Int(left.components.seconds) + (left.components.attoseconds > 0 ? 1 : 0)
        let whose = record.isServersWait ? ", as Retry-After says" : ""
        return "\(why): retry \(record.number) of \(record.limit) in \(seconds) s\(whose)"
    }
}
