package import HTTPModel
import HTTPTypes
import Synchronization

/// Measures how long a server keeps an idle connection and how many requests it takes on one, over
/// connections of its own.
///
/// Both are measured at the same time: one connection is used once and then left alone, another one
/// is used as often as it lasts.
package struct ConnectionProbe: Sendable {
    /// How far to go.
    package struct Plan: Sendable, Hashable {
        /// How long a connection is left idle at most.
        package var idleLimit: Duration
        /// How many requests are sent over one connection at most.
        package var requestLimit: Int

        /// Creates a plan.
        package init(idleLimit: Duration = .seconds(120), requestLimit: Int = 1000) {
            self.idleLimit = idleLimit
            self.requestLimit = requestLimit
        }
    }

    /// Where the measurement stands.
    package struct Progress: Sendable, Hashable {
        /// When the connection that is left alone became idle; nil if it has not, or has ended.
        package var idleSince: Instant?
        /// How many requests the other one has answered.
        package var requests = 0

        /// Nothing has happened yet.
        package init() {}
    }

    private let transport: any Transport
    private let request: TransportRequest
    private let plan: Plan
    private let clock: @Sendable () -> Instant

    /// How long a request may take: something that forgot a connection says nothing.
    private static let responseTimeout = Duration.seconds(10)

    /// Creates a probe.
    ///
    /// - Parameters:
    ///   - transport: Like whose connections the probe's are made.
    ///   - request: What is asked, again and again; its content goes nowhere.
    ///   - plan: How far to go.
    ///   - clock: The monotonic clock of the transport.
    init(
        over transport: any Transport,
        _ request: TransportRequest,
        _ plan: Plan,
        clock: @escaping @Sendable () -> Instant
    ) {
        self.transport = transport
        self.request = request
        self.plan = plan
        self.clock = clock
    }

    /// Measures, and tells of each step; cancelling the task ends that with what is known by then.
    func run(tell: @escaping @Sendable (Progress) -> Void) async -> ProbeFindings {
        let board = Board(tell: tell)
        async let idle = self.measureIdle(board)
        async let requests = self.measureRequests(board)
        let (idleFinding, requestsFinding) = await (idle, requests)
        let facts = board.facts
        return ProbeFindings(
            origin: self.request.origin,
            label: RequestLabel(method: self.request.method.rawValue, target: self.request.target),
            version: facts.version,
            keepAliveField: facts.keepAliveField,
            idle: idleFinding,
            requests: requestsFinding
        )
    }

    // MARK: The idle connection

    private func measureIdle(_ board: Board) async -> ProbeFindings.Idle {
        let watch = EndWatch()
        let probe = await self.transport.makeProbe { watch.receive($0) }
        let finding: ProbeFindings.Idle
        switch await self.send(1, over: probe) {
        case .failure(let error):
            let isInterrupted = error.cause == .cancelled
            finding = isInterrupted ? .interrupted(after: .zero) : .failed(error)
        case .success(let response):
            board.learn(from: response)
            let connection = response.use.connection
            board.setIdle(since: self.clock())
            finding = await self.leaveAlone(connection, probe, watch)
            board.setIdle(since: nil)
        }
        await probe.shutdown()
        return finding
    }

    private func leaveAlone(
        _ connection: ConnectionID,
        _ probe: any Transport,
        _ watch: EndWatch
    ) async -> ProbeFindings.Idle {
        let start = self.clock()
        if let epitaph = await watch.end(of: connection, within: self.plan.idleLimit) {
            guard let idle = epitaph.idleFor else { return .notKept(epitaph.reason) }
            return .ended(after: idle, epitaph.reason)
        }
        let elapsed = start.duration(to: self.clock())
        guard !Task.isCancelled else { return .interrupted(after: elapsed) }
        // It looks open. Whether it is, only a request can tell.
        switch await self.send(2, over: probe) {
        case .success(let response) where response.use.connection == connection:
            return .alive(after: elapsed)
        case .failure(let error) where error.cause == .cancelled:
            return .interrupted(after: elapsed)
        case .success, .failure:
            return .silent(after: elapsed)
        }
    }

    // MARK: The busy connection

    private func measureRequests(_ board: Board) async -> ProbeFindings.Requests {
        let watch = EndWatch()
        let probe = await self.transport.makeProbe { watch.receive($0) }
        let requests = await self.countRequests(probe, watch, board)
        await probe.shutdown()
        return requests
    }

    private func countRequests(
        _ probe: any Transport,
        _ watch: EndWatch,
        _ board: Board
    ) async -> ProbeFindings.Requests {
        var connection: ConnectionID?
        for number in 1...self.plan.requestLimit {
            let count = number - 1
            switch await self.send(number, over: probe) {
            case .success(let response):
                if connection == nil { connection = response.use.connection }
                guard let first = connection, response.use.connection == first else {
                    let reason = connection.flatMap { watch.epitaph(of: $0)?.reason }
                    return .init(count: count, end: .ended(reason ?? .peerClosed))
                }
                board.setRequests(number)
            case .failure(let error):
                if error.cause == .cancelled { return .init(count: count, end: .interrupted) }
                if let evidence = error.stale {
                    return .init(count: count, end: .ended(evidence.reason))
                }
                return .init(count: count, end: .failed(error))
            }
        }
        // The last one may have ended it, which takes a moment to be heard of.
        if let connection, let epitaph = watch.epitaph(of: connection) {
            return .init(count: self.plan.requestLimit, end: .ended(epitaph.reason))
        }
        return .init(count: self.plan.requestLimit, end: .bound)
    }

    private func send(
        _ number: Int,
        over probe: any Transport
    ) async -> Result<TransportResponse, TransportError> {
        var request = self.request
        request.id = RequestID(exchange: number)
        let usual = request.responseTimeout ?? Self.responseTimeout
        request.responseTimeout = min(usual, Self.responseTimeout)
        do {
            return .success(try await probe.send(request, to: CountingSink()))
        } catch {
            return .failure(error)
        }
    }
}

/// What both measurements have found so far.
private final class Board: Sendable {
    struct Facts {
        var progress = ConnectionProbe.Progress()
        var version: String?
        var keepAliveField: String?
    }

    private let state = Mutex(Facts())
    private let tell: @Sendable (ConnectionProbe.Progress) -> Void

    init(tell: @escaping @Sendable (ConnectionProbe.Progress) -> Void) {
        self.tell = tell
    }

    var facts: Facts { self.state.withLock { $0 } }

    func learn(from response: TransportResponse) {
        self.state.withLock { facts in
            facts.version = response.head.version
            facts.keepAliveField = response.head.first("Keep-Alive")
        }
    }

    func setIdle(since start: Instant?) {
        self.change { $0.idleSince = start }
    }

    func setRequests(_ count: Int) {
        self.change { $0.requests = count }
    }

    private func change(_ body: (inout ConnectionProbe.Progress) -> Void) {
        let progress = self.state.withLock { facts in
            body(&facts.progress)
            return facts.progress
        }
        self.tell(progress)
    }
}

/// Remembers how the connections of a probe ended; there are a handful of them.
private final class EndWatch: Sendable {
    private struct State {
        var epitaphs: [ConnectionID: ConnectionEpitaph] = [:]
        var waiter: (connection: ConnectionID, resume: CheckedContinuation<Void, Never>)?
        /// Whether nobody wants to wait any more.
        var isOver = false
    }

    private let state = Mutex(State())

    func receive(_ event: PoolEvent) {
        guard let id = event.connection, case .closed(let epitaph) = event.kind else { return }
        let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            state.epitaphs[id] = epitaph
            guard state.waiter?.connection == id else { return nil }
            defer { state.waiter = nil }
            return state.waiter?.resume
        }
        waiter?.resume()
    }

    /// How a connection ended, if it has.
    func epitaph(of connection: ConnectionID) -> ConnectionEpitaph? {
        self.state.withLock { $0.epitaphs[connection] }
    }

    /// Waits until a connection has ended, for so long at most; nil if it has not.
    func end(
        of connection: ConnectionID,
        within limit: Duration
    ) async -> ConnectionEpitaph? {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(for: connection) }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return self.epitaph(of: connection)
    }

    private func wait(for connection: ConnectionID) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = self.state.withLock { state in
                    guard !state.isOver, state.epitaphs[connection] == nil else { return true }
                    state.waiter = (connection, continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = self.state.withLock { state in
                state.isOver = true
                defer { state.waiter = nil }
                return state.waiter?.resume
            }
            waiter?.resume()
        }
    }
}
