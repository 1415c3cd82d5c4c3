package import HTTPModel
internal import Synchronization

/// How many connections are open, busy, and how many requests wait: what the prompt says.
///
/// Counted from events, so that it can be read on any thread without asking the pool.
package final class PoolGauge: Sendable {
    private struct State {
        var open: Set<ConnectionID> = []
        /// How many requests each busy connection carries.
        var busy: [ConnectionID: Int] = [:]
        /// The connections of requests that are under way.
        var carriers: [RequestID: ConnectionID] = [:]
        var waiting: Set<RequestID> = []
        var watcher: (@Sendable () -> Void)?

        var counts: [Int] { [self.open.count, self.busy.count, self.waiting.count] }
    }

    private let state = Mutex(State())

    /// Creates a gauge that stands at nothing.
    package init() {}

    /// Hears of an event.
    package func receive(_ event: PoolEvent) {
        let watcher = self.state.withLock { state in
            let before = state.counts
            Self.count(event, in: &state)
            return state.counts == before ? nil : state.watcher
        }
        watcher?()
    }

    /// Has `watcher` called whenever the text has changed, on any thread; nil ends that.
    package func watch(_ watcher: (@Sendable () -> Void)?) {
        self.state.withLock { $0.watcher = watcher }
    }

    private static func count(_ event: PoolEvent, in state: inout State) {
        switch event.kind {
        case .connecting:
            if let id = event.connection { state.open.insert(id) }
        case .closed:
            guard let id = event.connection else { return }
            state.open.remove(id)
            state.busy[id] = nil
        case .requestQueued:
            if let id = event.request { state.waiting.insert(id) }
        case .requestDispatched:
            if let id = event.request { state.waiting.remove(id) }
            if let id = event.request, let connection = event.connection {
                Self.release(id, in: &state)
                state.carriers[id] = connection
                state.busy[connection, default: 0] += 1
            }
        case .requestDone, .requestFailed, .requestCancelled:
            guard let id = event.request else { return }
            state.waiting.remove(id)
            Self.release(id, in: &state)
        case .requestSent, .requestFirstByte, .requestRedispatched, .requestRetry,
            .requestRetryRefused, .requestPolicyRetry, .requestChallenged, .requestMisdirected,
            .requestExpectationRefused, .requestRemark,
            .requestRedirect,
            .resolved, .connectAttempt, .tcpConnected,
            .proxied, .tlsEstablished, .ready, .reused, .parked, .retiring, .draining, .limitHit,
            .resized, .converged, .paused, .resumed, .generation, .warning, .http2:
            return
        }
    }

    /// Takes a request off its connection, if it is on one.
    private static func release(_ id: RequestID, in state: inout State) {
        guard let connection = state.carriers.removeValue(forKey: id),
            let count = state.busy[connection]
        else { return }
        state.busy[connection] = count > 1 ? count - 1 : nil
    }

    /// `2 open · 1 busy · 3 waiting`; empty while nothing is open.
    package var text: String {
        self.state.withLock { state in
            var parts: [String] = []
            if !state.open.isEmpty { parts.append("\(state.open.count) open") }
            if !state.busy.isEmpty { parts.append("\(state.busy.count) busy") }
            if !state.waiting.isEmpty { parts.append("\(state.waiting.count) waiting") }
            return parts.joined(separator: " · ")
        }
    }
}
