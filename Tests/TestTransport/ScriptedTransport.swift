package import HTTPModel
import Synchronization

/// A transport that answers from a script and keeps what it was asked.
///
/// It plays one connection per origin, which it reuses unless a fresh one is wanted or the last one
/// failed. Sinks are called as by a real transport: `begin`, `write` in pieces, `end` or `fail`.
package final class ScriptedTransport: Transport {
    /// What the script says to one request.
    package enum Answer: Sendable {
        /// A response.
        case response(Reply)
        /// A failure; `isStale` makes it one of a reused connection that died before any byte.
        case failure(
            TransportError.Cause,
            isStale: Bool = false,
            phase: TransportError.Phase = .receive
        )
        /// A response whose content breaks off.
        case truncated(Reply)
    }

    /// A response of the script.
    package struct Reply: Sendable {
        /// The status.
        package var status: Int
        /// The fields.
        package var fields: [FieldLine]
        /// The content.
        package var body: [UInt8]
        /// Trailer fields.
        package var trailers: [FieldLine] = []
        /// `Set-Cookie` fields of interim responses before it.
        package var interimSetCookies: [FieldLine] = []

        /// Creates a response.
        package init(
            _ status: Int = 200,
            _ fields: [(String, String)] = [],
            body: String = ""
        ) {
            self.status = status
            self.fields = fields.map { FieldLine($0.0, $0.1) }
            self.body = Array(body.utf8)
        }
    }

    /// One request, and what the sink said to its answer.
    package struct Exchange: Sendable {
        /// The request.
        package var request: TransportRequest
        /// What the sink wanted of the content; nil if it was never asked.
        package var disposition: BodyDisposition?
    }

    private struct State {
        var exchanges: [Exchange] = []
        var connections: [Origin: (id: ConnectionID, served: Int)] = [:]
        var lastConnection = 0
    }

    private let state = Mutex(State())
    private let script: @Sendable (TransportRequest, Int) async -> Answer
    private let pieceLength: Int

    /// Creates a transport.
    ///
    /// - Parameters:
    ///   - pieceLength: The longest piece in which content is delivered.
    ///   - script: Answers a request; the number counts requests from 0.
    package init(
        pieceLength: Int = 16 << 10,
        script: @escaping @Sendable (TransportRequest, Int) async -> Answer
    ) {
        self.pieceLength = pieceLength
        self.script = script
    }

    /// Creates a transport that gives these answers in turn, and the last one ever after.
    package convenience init(_ answers: Answer...) {
        self.init { _, index in answers[min(index, answers.count - 1)] }
    }

    /// Creates a transport that answers by target, such as `https://a.example/x`, else with 404.
    package convenience init(byTarget replies: [String: Reply]) {
        self.init { request, _ in
            .response(replies["\(request.origin)\(request.target)"] ?? Reply(404))
        }
    }

    /// All that was asked so far.
    package var exchanges: [Exchange] { self.state.withLock { $0.exchanges } }

    /// All requests so far.
    package var requests: [TransportRequest] { self.exchanges.map(\.request) }

    package func send(
        _ request: TransportRequest,
        to sink: any BodySink
    ) async throws(TransportError) -> TransportResponse {
        let index = self.state.withLock { state in
            state.exchanges.append(Exchange(request: request))
            return state.exchanges.count - 1
        }
        request.onArrival?()
        let answer = await self.script(request, index)
        let use = self.use(for: request)
        guard !Task.isCancelled else {
            throw self.fail(request, use, .cancelled, sink)
        }
        switch answer {
        case .failure(let cause, let isStale, let phase):
            throw self.fail(request, use, cause, sink, isStale: isStale, phase: phase)
        case .truncated(let reply):
            _ = try self.deliver(reply, request, index, use, to: sink)
            let cause = TransportError.Cause.truncated(
                receivedBytes: reply.body.count,
                expectedBytes: reply.body.count + 1
            )
            throw self.fail(request, use, cause, sink)
        case .response(let reply):
            var head = try self.deliver(reply, request, index, use, to: sink)
            head.interimSetCookies = reply.interimSetCookies
            do throws(BodySinkError) {
                try sink.end()
            } catch {
                throw self.fail(request, use, .sink(detail: error.detail), sink)
            }
            return TransportResponse(
                head: head,
                trailers: reply.trailers,
                use: use,
                timings: Timings(),
                bytes: ByteCounts(sent: 100, received: 200, body: reply.body.count)
            )
        }
    }

    private func deliver(
        _ reply: Reply,
        _ request: TransportRequest,
        _ index: Int,
        _ use: ConnectionUse,
        to sink: any BodySink
    ) throws(TransportError) -> ResponseHead {
        let head = ResponseHead(status: reply.status, version: "HTTP/1.1", fields: reply.fields)
        let disposition = sink.begin(head)
        self.state.withLock { $0.exchanges[index].disposition = disposition }
        guard disposition != .drain else { return head }
        var rest = reply.body[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(self.pieceLength))
            rest = rest.dropFirst(self.pieceLength)
            do throws(BodySinkError) {
                _ = try sink.write(piece.span.bytes)
            } catch {
                throw self.fail(request, use, .sink(detail: error.detail), sink)
            }
        }
        return head
    }

    /// Takes the connection of the origin, or a new one.
    private func use(for request: TransportRequest) -> ConnectionUse {
        self.state.withLock { state in
            if let open = state.connections[request.origin], !request.wantsFreshConnection {
                state.connections[request.origin]?.served += 1
                return ConnectionUse(
                    connection: open.id,
                    decision: .reused(idle: .zero),
                    requestNumber: open.served + 1
                )
            }
            state.lastConnection += 1
            let id = ConnectionID(state.lastConnection)
            state.connections[request.origin] = (id, 1)
            return ConnectionUse(
                connection: id,
                decision: .new(NewConnectionReason(.noneYet)),
                requestNumber: 1
            )
        }
    }

    private func fail(
        _ request: TransportRequest,
        _ use: ConnectionUse,
        _ cause: TransportError.Cause,
        _ sink: any BodySink,
        isStale: Bool = false,
        phase: TransportError.Phase = .receive
    ) -> TransportError {
        self.state.withLock { $0.connections[request.origin] = nil }
        sink.fail()
        let evidence = StaleEvidence(
            connection: use.connection,
            completedExchanges: max(use.requestNumber - 1, 1),
            reason: .peerClosed
        )
        return TransportError(
            phase: phase,
            origin: request.origin,
            connection: use.connection,
            cause: cause,
            stale: isStale ? evidence : nil,
            arrival: request.arrival ?? ArrivalNumber(UInt64(request.id.exchange)),
            use: use
        )
    }

    package func snapshot() async -> PoolSnapshot { PoolSnapshot() }

    package func setLimits(_: PoolLimits, force _: Bool) async {}

    package func setPaused(_: Bool, for _: Origin?) async {}

    package func ping(_: ConnectionID) async throws(PingRefusal) -> Duration { throw .notOpen }

    package func flushAddresses(of _: String?) async -> Int { 0 }

    package func setConnectionOptions(
        _: ConnectionOptions,
        byOrigin _: [Origin: ConnectionOptions]
    ) async throws(ConnectionOptionsError) {}

    package func showsCertificate(to _: Origin) async -> Bool { false }

    package func warm(_: Origin, count: Int) async -> Int { 0 }

    package func close(_: CloseSelection, force: Bool) async -> [ConnectionSnapshot] { [] }

    package func makeProbe(
        eventSink _: @escaping @Sendable (PoolEvent) -> Void
    ) async -> any Transport { self }

    package func shutdown() async {}
}
