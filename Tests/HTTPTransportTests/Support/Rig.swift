import HTTPModel
import HTTPTransport
import HTTPTypes
import NIOCore
import NIOPosix
import TestSupport

/// A transport on a loop of its own, with its events and some shorthand.
struct Rig: Sendable {
    /// The transport under test.
    let transport: PooledTransport
    /// Its events so far, in order.
    let events = Monitor<[PoolEvent]>([])
    private let lastExchange = Monitor(0)

    /// Runs `body` with a transport, and shuts it down.
    static func run<Value: Sendable>(
        limits: PoolLimits = PoolLimits(),
        options: ConnectionOptions = ConnectionOptions(),
        wallClock: @escaping WallClock = systemWallClock,
        _ body: (Rig) async throws -> Value
    ) async throws -> Value {
        let rig = Rig(limits: limits, options: options, wallClock: wallClock)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(rig))
        } catch {
            result = .failure(error)
        }
        await rig.transport.shutdown()
        return try result.get()
    }

    private init(limits: PoolLimits, options: ConnectionOptions, wallClock: @escaping WallClock) {
        let events = self.events
        self.transport = PooledTransport(
            executor: LoopExecutor(loop: MultiThreadedEventLoopGroup.singleton.next()),
            limits: limits,
            options: options,
            wallClock: wallClock
        ) { event in
            events.change { $0.append(event) }
        }
    }

    // MARK: Requests

    /// A request to `port` on loopback.
    func request(
        _ port: Int,
        _ target: String = "/",
        method: HTTPRequest.Method = .get,
        scheme: Scheme = .http,
        host: String = "127.0.0.1",
        fields: [HTTPField] = [],
        body: RequestBody = .none
    ) -> TransportRequest {
        let number = self.lastExchange.change { last in
            last += 1
            return last
        }
        let origin = Origin(scheme: scheme, host: host, port: port)
        let hostField = HTTPField.Name("Host").map { HTTPField(name: $0, value: origin.authority) }
        var all = HTTPFields([hostField].compactMap(\.self))
        all.append(contentsOf: fields)
        return TransportRequest(
            id: RequestID(exchange: number),
            origin: origin,
            method: method,
            target: target,
            fields: all,
            body: body
        )
    }

    /// Sends a GET and returns its response; the content goes nowhere.
    @discardableResult
    func get(_ port: Int, _ target: String = "/") async throws -> TransportResponse {
        try await self.transport.send(self.request(port, target), to: TestSink())
    }

    /// Sends `count` requests, so many at a time; returns the failures.
    func send(
        _ count: Int,
        atOnce clients: Int,
        _ make: @escaping @Sendable () -> TransportRequest
    ) async -> [TransportError] {
        await withTaskGroup(of: [TransportError].self) { group in
            for client in 0..<clients {
                group.addTask {
                    var failures: [TransportError] = []
                    for _ in stride(from: client, to: count, by: clients) {
                        if let error = await self.failure(of: make(), to: TestSink(.drain)) {
                            failures.append(error)
                        }
                    }
                    return failures
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// Sends a request that must fail; nil if it did not.
    func failure(
        of request: TransportRequest,
        to sink: TestSink = TestSink()
    ) async -> TransportError? {
        do {
            _ = try await self.transport.send(request, to: sink)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Events

    /// Suspends until an event satisfies `predicate`; returns it.
    func event(where predicate: @escaping @Sendable (PoolEvent) -> Bool) async -> PoolEvent? {
        await self.events.wait { $0.contains(where: predicate) }
        return self.events.current.first(where: predicate)
    }

    /// Suspends until a connection has closed, the first one unless told otherwise.
    func epitaph(of id: ConnectionID = ConnectionID(1)) async -> ConnectionEpitaph? {
        let event = await self.event { $0.connection == id && $0.name == "conn.closed" }
        guard case .closed(let epitaph) = event?.kind else { return nil }
        return epitaph
    }

    /// Suspends until `count` events have this name.
    func wait(for count: Int, _ name: String) async {
        await self.events.wait { events in events.count { $0.name == name } >= count }
    }

    /// How many events have this name.
    func count(_ name: String) -> Int {
        self.events.current.count { $0.name == name }
    }
}

extension FaultServer {
    /// The origin that requests of a rig go to.
    var origin: Origin { Origin(scheme: .http, host: "127.0.0.1", port: self.port) }

    /// Suspends until so many connections have ended.
    func waitForEnds(_ count: Int = 1) async {
        await self.wait { state in state.connections.count { $0.end != nil } >= count }
    }

    /// How many connections are open.
    var openCount: Int { self.connections.count { $0.end == nil } }
}
