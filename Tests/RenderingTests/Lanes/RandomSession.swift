import HTTPModel
import TestSupport

/// A session made up by chance that keeps a pool's rules: events, and nothing else.
///
/// Connections carry up to `streams` requests side by side; requests wait where none is free;
/// some are cancelled while they wait, some fail, some are withdrawn and go elsewhere.
struct RandomSession {
    private struct Connection {
        var id: ConnectionID
        var isReady = false
        var running: [RequestID] = []
        var served = 0
    }

    private(set) var events: [PoolEvent] = []
    private var generator: SeededGenerator
    private let streams: Int
    private let withdraws: Bool
    private var now: Int64 = 0
    private var connections: [Connection] = []
    private var waiting: [(id: RequestID, at: Int64)] = []
    private var nextConnection = 1
    private var nextExchange = 1
    private let key = ConnectionKey(origin: Origin(scheme: .http, host: "127.0.0.1", port: 80))

    /// Makes the session of a seed; `withdraws` is whether some requests are never sent.
    init(seed: UInt64, steps: Int, withdraws: Bool = true) {
        self.generator = SeededGenerator(seed: seed)
        self.withdraws = withdraws
        self.streams = seed % 3 == 0 ? 5 : 1
        for _ in 0..<steps { self.step() }
    }

    private mutating func chance(_ bound: Int) -> Int {
        Int(self.generator.next() % UInt64(bound))
    }

    private mutating func emit(
        _ kind: PoolEvent.Kind,
        _ connection: ConnectionID? = nil,
        _ request: RequestID? = nil
    ) {
        self.events.append(
            PoolEvent(
                sequence: UInt64(self.events.count + 1),
                at: Instant(nanoseconds: self.now),
                connection: connection,
                request: request,
                kind: kind
            )
        )
    }

    private mutating func step() {
        self.now += Int64(self.chance(2_000_000))
        switch self.chance(10) {
        case 0, 1, 2: self.arrive()
        case 3: self.open()
        case 4, 5, 6: self.end()
        case 7: self.close()
        case 8: self.giveUp()
        default: self.withdraw()
        }
        self.dispatch()
    }

    private mutating func arrive() {
        let id = RequestID(exchange: self.nextExchange, attempt: 1 + self.chance(2))
        self.nextExchange += 1
        self.waiting.append((id, self.now))
        let free = self.connections.contains { $0.isReady && $0.running.count < self.streams }
        guard !free else { return }
        self.emit(
            .requestQueued(
                key: self.key,
                position: self.waiting.count,
                cause: self.chance(2) == 0 ? .connecting : .perOrigin(limit: 4)
            ),
            nil,
            id
        )
    }

    private mutating func open() {
        guard self.connections.count < 6 else { return }
        let id = ConnectionID(self.nextConnection)
        self.nextConnection += 1
        self.emit(.connecting(key: self.key, why: .noneYet), id)
        self.now += 1000
        self.emit(.tcpConnected(local: nil, remote: nil, took: .microseconds(1)), id)
        self.emit(.ready(applicationProtocol: "http/1.1", total: .microseconds(1)), id)
        self.connections.append(Connection(id: id, isReady: true))
    }

    private mutating func dispatch() {
        while let first = self.waiting.first,
            let index = self.connections.firstIndex(where: { $0.running.count < self.streams })
        {
            self.waiting.removeFirst()
            let id = self.connections[index].id
            let isReused = self.connections[index].served > 0
            self.connections[index].running.append(first.id)
            self.connections[index].served += 1
            self.emit(
                .requestDispatched(
                    decision: isReused
                        ? .reused(idle: .zero) : .new(NewConnectionReason(.noneYet)),
                    waited: .nanoseconds(self.now - first.at)
                ),
                id,
                first.id
            )
            if isReused { self.emit(.reused(idle: .zero, requestCount: 2), id, first.id) }
        }
    }

    /// A random request that runs, taken off its connection.
    private mutating func takeRunning() -> (connection: Int, request: RequestID)? {
        let busy = self.connections.indices.filter { !self.connections[$0].running.isEmpty }
        guard !busy.isEmpty else { return nil }
        let index = busy[self.chance(busy.count)]
        let place = self.chance(self.connections[index].running.count)
        return (index, self.connections[index].running.remove(at: place))
    }

    private mutating func end() {
        guard let (index, request) = self.takeRunning() else { return }
        let id = self.connections[index].id
        if self.chance(8) == 0 {
            self.fail(request, .cancelled, on: id)
            return
        }
        self.emit(.requestFirstByte(after: .zero), id, request)
        self.now += Int64(self.chance(1_000_000))
        self.emit(.requestDone(status: 200, bytes: 10, total: .zero), id, request)
    }

    private mutating func fail(
        _ request: RequestID,
        _ cause: TransportError.Cause,
        on id: ConnectionID?
    ) {
        let error = TransportError(
            phase: .queue,
            origin: self.key.origin,
            connection: id,
            cause: cause,
            elapsed: .zero
        )
        self.emit(.requestCancelled(whileQueued: id == nil), nil, request)
        self.emit(.requestFailed(error), id, request)
    }

    private mutating func giveUp() {
        guard !self.waiting.isEmpty else { return }
        self.fail(self.waiting.removeLast().id, .cancelled, on: nil)
    }

    /// Nothing of the request went out: it waits again, first in the queue.
    private mutating func withdraw() {
        guard self.withdraws, let (index, request) = self.takeRunning() else { return }
        let id = self.connections[index].id
        self.connections[index].served -= 1
        self.emit(.requestRedispatched(from: id, why: .peerClosed), nil, request)
        self.waiting.insert((request, self.now), at: 0)
        if self.connections[index].running.isEmpty { self.close(at: index) }
    }

    private mutating func close() {
        let idle = self.connections.indices.filter { self.connections[$0].running.isEmpty }
        guard !idle.isEmpty else { return }
        self.close(at: idle[self.chance(idle.count)])
    }

    private mutating func close(at index: Int) {
        let connection = self.connections.remove(at: index)
        self.emit(
            .closed(
                ConnectionEpitaph(
                    key: self.key,
                    reason: .peerClosed,
                    closer: .peer,
                    age: .zero,
                    requestCount: connection.served
                )
            ),
            connection.id
        )
    }
}
