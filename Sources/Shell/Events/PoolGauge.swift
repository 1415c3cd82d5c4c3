package import HTTPModel
internal import Rendering
internal import Synchronization

/// How many connections are open, busy, and how many requests wait: what the prompt says.
///
/// Counted from events, so that it can be read on any thread without asking the pool.
package final class PoolGauge: Sendable {
    private struct State {
        /// The open connections with their origins.
        var open: [ConnectionID: Origin] = [:]
        /// How many requests each busy connection carries.
        var busy: [ConnectionID: Int] = [:]
        /// The connections of requests that are under way.
        var carriers: [RequestID: ConnectionID] = [:]
        var waiting: Set<RequestID> = []
        /// Lowered limits that the pool is still above, as they were told last.
        var resizes: [Resize] = []
        var watcher: (@Sendable () -> Void)?

        var counts: [Int] {
            [self.open.count, self.busy.count, self.waiting.count]
                + self.resizes.flatMap { [$0.old, $0.new, self.over($0)] }
        }

        /// How many connections remain above a lowered limit (POOL.md rule 31).
        ///
        /// No more than there were when it was lowered, and no more than are left.
        func over(_ resize: Resize) -> Int {
            let left: Int =
                switch resize.limit {
                case .perOrigin(let origin?):
                    self.open.values.count { $0 == origin } - resize.new
                case .perOrigin(nil):
                    Dictionary(grouping: self.open.values, by: \.self).values.reduce(0) {
                        $0 + max(0, $1.count - resize.new)
                    }
                case .total: self.open.count - resize.new
                case .idle: 0
                }
            return max(0, min(left, resize.over))
        }
    }

    /// A limit that was lowered.
    private struct Resize {
        let limit: PoolLimitName
        let old: Int
        let new: Int
        let over: Int
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
        case .connecting(let key, _):
            if let id = event.connection { state.open[id] = key.origin }
        case .closed:
            guard let id = event.connection else { return }
            state.open[id] = nil
            state.busy[id] = nil
        case .resized(let limit, let old, let new, _, _, _, let over):
            let before = state.resizes.first { $0.limit == limit }
            state.resizes.removeAll { $0.limit == limit }
            guard over > 0 else { return }
            // One that is raised on the way is still approached from where it began.
            let start = before.map { new > old ? $0.old : old } ?? old
            state.resizes.append(Resize(limit: limit, old: start, new: new, over: over))
        case .converged(let limit, _, _): state.resizes.removeAll { $0.limit == limit }
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
            .paused, .resumed, .generation, .warning, .http2:
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

    /// `2 open · 1 busy · 3 waiting`, and `8→3 (busy 5, over by 2)` while a lowered limit is
    /// approached; empty while nothing is open.
    package var text: String {
        self.state.withLock { state in
            var parts: [String] = []
            if !state.open.isEmpty { parts.append("\(state.open.count) open") }
            if !state.busy.isEmpty { parts.append("\(state.busy.count) busy") }
            if !state.waiting.isEmpty { parts.append("\(state.waiting.count) waiting") }
            for resize in state.resizes {
                let over = state.over(resize)
                guard over > 0 else { continue }
                let busy = state.busy.count
                parts.append(
                    ResizeLine.short(old: resize.old, new: resize.new, busy: busy, over: over)
                )
            }
            return parts.joined(separator: " · ")
        }
    }
}
