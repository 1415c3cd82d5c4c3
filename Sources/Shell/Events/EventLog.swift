package import HTTPModel
package import HTTPSession
import Rendering
internal import Synchronization

/// The session's events in one sequence: the most recent ones, and who wants to hear of new ones.
package final class EventLog: Sendable {
    /// How many events are kept: those of some 15,000 requests, at six or seven each.
    package static let limit = 100_000

    private struct State {
        var events: [PoolEvent] = []
        var start = 0
        var sequence: UInt64 = 0
        var listener: (@Sendable (PoolEvent) -> Void)?
        /// Those who follow, by number.
        var followers: [Int: AsyncStream<PoolEvent>.Continuation] = [:]
        var lastFollower = 0
        /// Counts from the beginning; they outlive the events that are no longer kept.
        var totals = ConnectionTotals()
        /// Counts from later on, by the number of who counts.
        var counts: [Int: ConnectionTotals] = [:]
        var lastCount = 0
    }

    private let state = Mutex(State())

    /// Creates an empty log.
    package init() {}

    /// Takes an event of the pool.
    package func receive(_ event: PoolEvent) {
        let (numbered, listener, followers) = self.state.withLock { state in
            var numbered = event
            state.sequence += 1
            numbered.sequence = state.sequence
            state.totals.count(event)
            for number in state.counts.keys { state.counts[number]?.count(event) }
            // A ring: an array that is overwritten from `start` once it is full.
            if state.events.count < Self.limit {
                state.events.append(numbered)
            } else {
                state.events[state.start] = numbered
                state.start = (state.start + 1) % Self.limit
            }
            return (numbered, state.listener, Array(state.followers.values))
        }
        listener?(numbered)
        for follower in followers { follower.yield(numbered) }
    }

    /// Takes an event of the session.
    package func receive(_ event: SessionEvent) {
        self.receive(
            PoolEvent(
                sequence: 0,
                at: event.at,
                connection: event.connection,
                request: event.request,
                kind: event.kind
            )
        )
    }

    /// Has `listener` called with every event, on the thread where it happens.
    package func listen(_ listener: (@Sendable (PoolEvent) -> Void)?) {
        self.state.withLock { $0.listener = listener }
    }

    /// Every event from now on, until whoever iterates is cancelled.
    ///
    /// One who is slow misses the oldest of those that wait.
    package func follow() -> AsyncStream<PoolEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PoolEvent.self,
            bufferingPolicy: .bufferingNewest(10_000)
        )
        let number = self.state.withLock { state in
            state.lastFollower += 1
            state.followers[state.lastFollower] = continuation
            return state.lastFollower
        }
        continuation.onTermination = { _ in
            self.state.withLock { $0.followers[number] = nil }
        }
        return stream
    }

    /// The events that are kept, oldest first.
    package var events: [PoolEvent] {
        self.state.withLock { Array($0.events[$0.start...] + $0.events[..<$0.start]) }
    }

    /// How many connections have been opened and closed so far, and how many were open at once.
    package var connectionTotals: ConnectionTotals { self.state.withLock { $0.totals } }

    /// Counts connections from now on, until `endCount`.
    package func beginCount() -> Int {
        self.state.withLock { state in
            state.lastCount += 1
            state.counts[state.lastCount] = ConnectionTotals()
            return state.lastCount
        }
    }

    /// What has been counted since `beginCount` gave this number.
    package func totals(ofCount number: Int) -> ConnectionTotals {
        self.state.withLock { $0.counts[number] ?? ConnectionTotals() }
    }

    /// Ends a count.
    package func endCount(_ number: Int) {
        self.state.withLock { $0.counts[number] = nil }
    }

    /// The number of the latest event.
    package var latestSequence: UInt64 { self.state.withLock { $0.sequence } }
}

/// Connections counted from events.
package struct ConnectionTotals: Sendable, Hashable {
    /// Connections that were opened.
    package var opened = 0
    /// Requests that went out on a connection that had been used before.
    package var reused = 0
    /// Open connections now.
    package var open = 0
    /// The most that were open at once.
    package var mostOpen = 0

    mutating func count(_ event: PoolEvent) {
        switch event.kind {
        case .connecting:
            self.open += 1
            self.mostOpen = max(self.mostOpen, self.open)
        // One that could not be opened was not.
        case .ready: self.opened += 1
        // One that was open before the count began is none of its own.
        case .closed: self.open = max(0, self.open - 1)
        case .reused: self.reused += 1
        case .requestQueued, .requestDispatched, .requestSent, .requestFirstByte, .requestDone,
            .requestFailed, .requestRedispatched, .requestRetry, .requestRetryRefused,
            .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect, .requestCancelled, .resolved, .connectAttempt, .tcpConnected,
            .proxied, .tlsEstablished, .parked, .retiring, .draining, .limitHit, .resized,
            .converged, .paused, .resumed, .generation, .warning, .http2:
            break
        }
    }
}
