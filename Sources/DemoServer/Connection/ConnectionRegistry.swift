internal import NIOCore
internal import Synchronization

/// Numbers the connections of one server, counts their requests and knows which are open.
///
/// Connections live on any loop of the group, so the counts are behind a lock.
final class ConnectionRegistry: Sendable {
    /// How many connections keep their count after they have closed.
    static let remembered = 10_000

    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var statistics = DemoStatistics()
        var open: [Int: any Channel] = [:]
        var isDraining = false
    }

    /// Creates a registry that admits `limit` connections at a time.
    init(limit: Int) {
        self.limit = limit
    }

    /// The counts now.
    var statistics: DemoStatistics { self.state.withLock { $0.statistics } }

    /// Takes in a connection; returns its number, or nil if it must be closed.
    func admit(_ channel: any Channel) -> Int? {
        let number: Int? = self.state.withLock { state in
            guard !state.isDraining, state.open.count < self.limit else {
                state.statistics.refusedConnections += 1
                return nil
            }
            state.statistics.acceptedConnections += 1
            let number = state.statistics.acceptedConnections
            state.open[number] = channel
            state.statistics.openConnections = state.open.count
            state.statistics.peakConnections = max(
                state.statistics.peakConnections,
                state.open.count
            )
            state.statistics.requestsPerConnection[number] = 0
            state.statistics.requestsPerConnection[number - Self.remembered] = nil
            return number
        }
        if let number {
            channel.closeFuture.whenComplete { [weak self] _ in self?.closed(number) }
        }
        return number
    }

    /// Counts a request; returns which one on its connection it is, from 1.
    func requestArrived(on number: Int) -> Int {
        self.state.withLock { state in
            state.statistics.requests += 1
            let count = (state.statistics.requestsPerConnection[number] ?? 0) + 1
            state.statistics.requestsPerConnection[number] = count
            return count
        }
    }

    /// Admits no more connections; returns those that are open.
    func drain() -> [any Channel] {
        self.state.withLock { state in
            state.isDraining = true
            return Array(state.open.values)
        }
    }

    private func closed(_ number: Int) {
        self.state.withLock { state in
            state.open[number] = nil
            state.statistics.openConnections = state.open.count
        }
    }
}
