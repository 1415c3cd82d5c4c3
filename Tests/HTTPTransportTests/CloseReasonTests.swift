import HTTPModel
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPTransport

/// Every reason of the closed set, reached over a real socket (POOL.md rule 50).
///
/// `reach` has a case for each: a reason without one does not compile.
@Suite("Reasons of closing", .timeLimit(.minutes(1)), .requires(.nginx, .openssl))
struct CloseReasonTests {
    @Test(arguments: CloseReason.allCases)
    func `rule 50: every reason of the closed set is reached over a socket`(
        _ reason: CloseReason
    ) async throws {
        let epitaph = try #require(try await self.reach(reason))
        #expect(epitaph.reason == reason)
        #expect(epitaph.closer == reason.closer)
    }

    /// The end of the first connection that ends, in a scene that leads to `reason`.
    private func reach(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        switch reason {
        case .idleTimeout, .maxAge, .maxUses, .serverKeepAlive, .serverKeepAliveShort,
            .peerKeepAliveMax:
            try await self.reachByLimit(reason)
        case .peerClosed, .peerReset, .peer408, .unsolicitedData:
            try await self.reachWhileIdle(reason)
        case .serverClose, .http10, .untilEOF, .trailingData, .protocolError, .bodyUnread:
            try await self.reachByResponse(reason)
        case .clientClose, .earlyResponse, .timeout, .cancelled:
            try await self.reachByRequest(reason)
        case .shrunk, .evictedForOtherOrigin, .idleLimit, .configChanged, .user, .shutdown:
            try await self.reachBySteering(reason)
        case .h2Surplus, .goaway, .pingTimeout, .refusedStream: try await self.reachOver2(reason)
        case .connectFailed, .tlsFailed: try await self.reachByFailing(reason)
        }
    }

    // MARK: Scenes

    private func reachByLimit(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        let limits: [CloseReason: PoolLimits] = [
            .idleTimeout: PoolLimits(idleTimeout: .milliseconds(20)),
            .maxAge: PoolLimits(maxAge: .milliseconds(20)), .maxUses: PoolLimits(maxUses: 1),
        ]
        let hints: [CloseReason: String] = [
            // A second sooner than the server (POOL.md rule 17).
            .serverKeepAlive: "Keep-Alive: timeout=2",
            .serverKeepAliveShort: "Keep-Alive: timeout=1",
            .peerKeepAliveMax: "Keep-Alive: timeout=5, max=0",
        ]
        let response = FaultScript.response(fields: [hints[reason]].compactMap(\.self))
        let server = try FaultServer(.answerAndKeep(response))
        return try await Rig.run(limits: limits[reason] ?? PoolLimits()) { rig in
            try await rig.get(server.port)
            return await rig.epitaph()
        }
    }

    private func reachWhileIdle(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        let steps: [CloseReason: [FaultScript.Step]] = [
            .peerClosed: [.close], .peerReset: [.reset],
            .peer408: [.send("HTTP/1.1 408 Request Timeout\r\n\r\n"), .waitForClose],
            .unsolicitedData: [.send("\u{1}\u{2}garbage\r\n"), .waitForClose],
        ]
        let gate = Gate()
        let server = try FaultServer(
            .onFirst(FaultScript.answering(times: 1) + [.waitFor(gate)] + (steps[reason] ?? []))
        )
        return try await Rig.run { rig in
            try await rig.get(server.port)
            gate.open()
            return await rig.epitaph()
        }
    }

    private func reachByResponse(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        let responses: [CloseReason: String] = [
            .serverClose: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            .http10: "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            .untilEOF: "HTTP/1.1 200 OK\r\n\r\nuntil the end",
            .trailingData: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n",
            .bodyUnread: "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
            .protocolError: "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        ]
        let response = try #require(responses[reason])
        let server = try FaultServer(
            FaultScript([
                .readRequest, .send(response), reason == .untilEOF ? .close : .waitForClose,
            ])
        )
        return try await Rig.run { rig in
            let sink = TestSink(reason == .bodyUnread ? .drain : .deliverDecoded)
            _ = await rig.failure(of: rig.request(server.port), to: sink)
            return await rig.epitaph()
        }
    }

    private func reachByRequest(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        let tooLarge = FaultScript.response("413 Content Too Large")
        let steps: [CloseReason: [FaultScript.Step]] = [
            .clientClose: FaultScript.answering(),
            .earlyResponse: [.readBytes(10), .send(tooLarge), .waitForClose],
        ]
        let server = try FaultServer(.onFirst(steps[reason] ?? [.readRequest, .waitForClose]))
        return try await Rig.run { rig in
            var request = rig.request(server.port)
            if reason == .clientClose { request.fields[.connection] = "close" }
            if reason == .timeout { request.responseTimeout = .milliseconds(30) }
            if reason == .earlyResponse {
                request.method = .post
                // More than the buffers of a socket take.
                request.body = .bytes([UInt8](repeating: 0x61, count: 32 << 20))
            }
            let wanted = request
            let running = Task { await rig.failure(of: wanted) }
            if reason == .cancelled {
                await server.wait { $0.connections.first?.requests.count == 1 }
                running.cancel()
            }
            _ = await running.value
            return await rig.epitaph()
        }
    }

    private func reachBySteering(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        let server = try FaultServer(.answerAndKeep())
        let other = try FaultServer(.answerAndKeep())
        let limits = PoolLimits(
            total: reason == .evictedForOtherOrigin ? 1 : 64,
            idle: reason == .idleLimit ? 1 : 32
        )
        return try await Rig.run(limits: limits) { rig in
            try await rig.get(server.port)
            if reason == .shrunk || reason == .idleLimit {
                try await self.openAnother(rig, server)
            }
            let steer: [CloseReason: @Sendable () async throws -> Void] = [
                .evictedForOtherOrigin: { try await rig.get(other.port) },
                .shrunk: { await rig.transport.setLimits(PoolLimits(perOrigin: 1)) },
                .configChanged: {
                    let options = ConnectionOptions(tls: TLSOptions(verifiesCertificates: false))
                    try await rig.transport.setConnectionOptions(options)
                },
                .user: { _ = await rig.transport.close(.all, force: false) },
                .shutdown: { await rig.transport.shutdown() },
            ]
            try await steer[reason]?()
            return await rig.firstEpitaph()
        }
    }

    /// Opens a second connection beside the idle first one.
    private func openAnother(_ rig: Rig, _ server: FaultServer) async throws {
        var request = rig.request(server.port)
        request.wantsFreshConnection = true
        _ = try await rig.transport.send(request, to: TestSink())
    }

    private func reachOver2(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        if reason == .h2Surplus { return try await self.reachSurplus() }
        let refuse = FaultScript.Step.sendFrames {
            HTTP2Frames.reset(stream: $0.streams.last ?? 0, code: 7)
        }
        let steps: [CloseReason: [FaultScript.Step]] = [
            .goaway: .once { _ in HTTP2Frames.goAway(lastStream: 0) } + [.waitForClose],
            .refusedStream: [
                .readStreams(1, answersPings: true), refuse,
                .readStreams(2, answersPings: true), refuse, .waitForClose,
            ],
            .pingTimeout: [.readStreams(2, answersPings: false), .waitForClose],
        ]
        let server = try FaultServer(.http2OnFirst(steps[reason] ?? []))
        return try await Rig.run(options: Rig.http2) { rig in
            var request = rig.request(server.port)
            if reason == .pingTimeout { request.responseTimeout = .milliseconds(50) }
            _ = await rig.failure(of: request)
            return await rig.epitaph()
        }
    }

    /// Two connections under way at once turn out to speak HTTP/2 (POOL.md rule 39).
    private func reachSurplus() async throws -> ConnectionEpitaph? {
        let certificates = try TestCertificates()
        let nginx = try await NginxServer.start(
            .init(certificate: certificates.good, http2Streams: 8)
        )
        let tls = TLSOptions(trustRoots: try pemFile(certificates.authority))
        let port = try #require(nginx.tlsPort)
        return try await Rig.run(options: ConnectionOptions(tls: tls)) { rig in
            let origin = Origin(scheme: .https, host: "localhost", port: port)
            #expect(await rig.transport.warm(origin, count: 2) == 2)
            return await rig.firstEpitaph()
        }
    }

    private func reachByFailing(_ reason: CloseReason) async throws -> ConnectionEpitaph? {
        let server = try FaultServer(
            FaultScript([.readBytes(1), .send("HTTP/1.1 400 Bad Request\r\n\r\n"), .waitForClose])
        )
        let isTLS = reason == .tlsFailed
        let port = isTLS ? server.port : try LoopbackSocket.unusedPort()
        return try await Rig.run { rig in
            _ = await rig.failure(of: rig.request(port, scheme: isTLS ? .https : .http))
            return await rig.epitaph()
        }
    }
}

extension Rig {
    /// Suspends until a connection has closed, whichever is the first.
    fileprivate func firstEpitaph() async -> ConnectionEpitaph? {
        let event = await self.event { $0.name == "conn.closed" }
        guard case .closed(let epitaph) = event?.kind else { return nil }
        return epitaph
    }
}
