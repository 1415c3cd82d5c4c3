package import HTTPModel

/// What came of one request that was sent many times: `200x8 get /users`.
///
/// It stands for all of them in the log; the single exchanges are not kept.
package struct RepeatRecord: Sendable {
    /// The numbers of the exchanges.
    package var numbers: ClosedRange<Int>
    /// The request; when it was made anew for each repetition, the first one.
    package var request: SessionRequest
    /// How many at a time.
    package var parallel: Int
    /// When the first was issued.
    package var issuedAt: Instant
    /// From then until the last had ended.
    package var elapsed: Duration = .zero
    /// Whether it still runs.
    package var isRunning = true
    /// How many ended, well or not.
    package var finished = 0
    /// How many responses there were by status; the final ones.
    package var statuses: [Int: Int] = [:]
    /// How many exchanges each connection carried; the one that carried the final response counts.
    package var connections: [ConnectionID: ConnectionTally] = [:]
    /// How often each failure occurred; the first sixteen kinds are told apart.
    package var failures: [(failure: ExchangeFailure, count: Int)] = []
    /// How many failures were of further kinds.
    package var otherFailures = 0
    /// Redirects that were followed.
    package var redirects = 0
    /// Retries, stale ones and those by the policy.
    package var retries = 0
    /// Bytes on the wire, and of the content.
    package var bytes = ByteCounts()
    /// Microseconds that exchanges over new connections took, in order of their ends.
    package var newLatencies: [UInt32] = []
    /// Microseconds that exchanges over reused connections took, in order of their ends.
    package var reusedLatencies: [UInt32] = []
    /// The first exchanges that ended, without their contents: all of a short repetition.
    package var exchanges: [Exchange] = []
    /// Whether the request was made anew for each.
    package var isRemade = false

    /// What one connection did in a repetition.
    package struct ConnectionTally: Sendable, Hashable {
        /// Exchanges that it carried.
        package var exchanges = 0
        /// Whether it was opened for this repetition.
        package var isNew = false
    }

    /// Creates the record of a repetition that begins.
    package init(
        numbers: ClosedRange<Int>,
        request: SessionRequest,
        parallel: Int,
        issuedAt: Instant
    ) {
        self.numbers = numbers
        self.request = request
        self.parallel = parallel
        self.issuedAt = issuedAt
    }

    /// The first exchange that ended, as an example.
    package var sample: Exchange? { self.exchanges.first }

    /// How many were asked for.
    package var planned: Int { self.numbers.count }

    /// How many failed.
    package var failed: Int { self.failures.reduce(self.otherFailures) { $0 + $1.count } }
}
