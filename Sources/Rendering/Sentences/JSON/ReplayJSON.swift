/// The `replay` object of `--json`: the summary of one replayed file.
package enum ReplayJSON {
    /// What came of a replay.
    package struct Summary: Sendable, Hashable {
        /// The file.
        package var file: String
        /// Requests issued.
        package var requests: Int
        /// Requests without a response.
        package var failed: Int
        /// Requests that were not issued because one before them failed.
        package var skipped: Int
        /// Expectations that held.
        package var passedExpectations: Int
        /// Expectations that did not hold.
        package var failedExpectations: Int
        /// Connections that were opened.
        package var opened: Int
        /// Requests that went out on a reused connection.
        package var reused: Int
        /// How long it took.
        package var elapsed: Duration
        /// The exit status that the file asks for (PRODUCT.md section 7).
        package var exitStatus: Int

        /// Creates a summary.
        package init(
            file: String,
            requests: Int,
            failed: Int = 0,
            skipped: Int = 0,
            passedExpectations: Int = 0,
            failedExpectations: Int = 0,
            opened: Int = 0,
            reused: Int = 0,
            elapsed: Duration = .zero,
            exitStatus: Int = 0
        ) {
            self.file = file
            self.requests = requests
            self.failed = failed
            self.skipped = skipped
            self.passedExpectations = passedExpectations
            self.failedExpectations = failedExpectations
            self.opened = opened
            self.reused = reused
            self.elapsed = elapsed
            self.exitStatus = exitStatus
        }
    }

    /// The object on one line.
    package static func line(for summary: Summary) -> String {
        JSONLine.text("replay") { object in
            object.member("file", summary.file)
            object.member("requests", summary.requests)
            object.member("failed", summary.failed)
            object.member("skipped", summary.skipped)
            object.object("expectations") { counts in
                counts.member("passed", summary.passedExpectations)
                counts.member("failed", summary.failedExpectations)
            }
            object.member("connectionsOpened", summary.opened)
            object.member("reused", summary.reused)
            object.milliseconds("elapsedMs", summary.elapsed)
            object.member("exitStatus", summary.exitStatus)
        }
    }

    /// The summary in words: `5 requests, 12 expectations: 11 passed, 1 failed; 2 connections …`.
    package static func text(for summary: Summary) -> String {
        let checked = summary.passedExpectations + summary.failedExpectations
        let failed = summary.failed > 0 ? " (\(summary.failed) failed)" : ""
        let skipped = summary.skipped > 0 ? " (\(summary.skipped) skipped)" : ""
        let reused = "\(CountText.text(summary.reused, "request")) reused one"
        return "\(CountText.text(summary.requests, "request"))\(failed)\(skipped),"
            + " \(CountText.text(checked, "expectation")):"
            + " \(summary.passedExpectations) passed, \(summary.failedExpectations) failed;"
            + " \(CountText.text(summary.opened, "connection")) opened, \(reused)"
    }
}
