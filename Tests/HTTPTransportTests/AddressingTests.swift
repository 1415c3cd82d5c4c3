import HTTPModel
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("connect.* settings", .timeLimit(.minutes(1)))
struct AddressingTests {
    private func options(_ addressing: AddressingOptions) -> ConnectionOptions {
        ConnectionOptions(addressing: addressing)
    }

    @Test func `connect.resolve leads a name to an address, and says so`() async throws {
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        let override = try #require(HostOverride("api.example=127.0.0.1"))
        try await Rig.run(options: self.options(.init(overrides: [override]))) { rig in
            let request = rig.request(server.port, host: "api.example")
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.use.remoteAddress == "127.0.0.1:\(server.port)")
            let key = await rig.transport.snapshot().connections.first?.key
            #expect(key?.addressing.constraints?.pinned == ["127.0.0.1"])
            // Others are not concerned.
            try await rig.get(server.port)
            let plain = await rig.transport.snapshot().connections.last?.key
            #expect(plain?.addressing == .automatic)
        }
        #expect(
            server.connections.first?.requestTexts.first?
                .contains("Host: api.example:\(server.port)") == true
        )
    }

    @Test func `several addresses of a name are tried`() async throws {
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        let overrides = ["a.test=::1", "a.test=127.0.0.1"].compactMap { HostOverride($0) }
        try await Rig.run(options: self.options(.init(overrides: overrides))) { rig in
            let request = rig.request(server.port, host: "a.test")
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.use.remoteAddress == "127.0.0.1:\(server.port)")
            let attempts = rig.events.current.compactMap { event -> String? in
                guard case .connectAttempt(let address, let error, _) = event.kind else {
                    return nil
                }
                return "\(address) \(error ?? "connected")"
            }
            #expect(
                attempts == ["[::1]:\(server.port) refused", "127.0.0.1:\(server.port) connected"]
            )
        }
    }

    @Test func `connect.unix leads every origin to a socket in the file system`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/socket"
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeter())
                }
            }
        let listener = try await bootstrap.bind(unixDomainSocketPath: path).get()
        try await Rig.run(options: self.options(.init(unixPath: path))) { rig in
            let sink = TestSink()
            let request = rig.request(80, host: "a.test")
            let response = try await rig.transport.send(request, to: sink)
            #expect(sink.text == "hello")
            #expect(response.use.route == .unix(path: path))
            #expect(response.use.remoteAddress == path)
            let again = rig.request(80, host: "a.test")
            let second = try await rig.transport.send(again, to: TestSink())
            #expect(second.use.requestNumber == 2)
        }
        try await listener.close()
    }

    @Test func `a socket that is not there is named`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/none"
        try await Rig.run(options: self.options(.init(unixPath: path))) { rig in
            let error = try #require(await rig.failure(of: rig.request(80)))
            #expect(
                error.cause
                    == .unreachable(addresses: [path], detail: "No such file or directory")
            )
        }
    }

    @Test func `connect.family takes addresses of one family`() async throws {
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        let overrides = ["a.test=::1", "a.test=127.0.0.1"].compactMap { HostOverride($0) }
        let options = self.options(.init(overrides: overrides, family: .ipv4))
        try await Rig.run(options: options) { rig in
            let request = rig.request(server.port, host: "a.test")
            let response = try await rig.transport.send(request, to: TestSink())
            #expect(response.use.remoteAddress == "127.0.0.1:\(server.port)")
        }
        try await Rig.run(options: self.options(.init(family: .ipv6))) { rig in
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            #expect(error.cause == .noUsableAddress(host: "127.0.0.1", family: .ipv6))
            #expect(error.phase == .resolve)
        }
    }

    @Test func `connect.source is the local address`() async throws {
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        try await Rig.run(options: self.options(.init(source: "127.0.0.2"))) { rig in
            try await rig.get(server.port)
            let local = await rig.transport.snapshot().connections.first?.facts.localAddress
            #expect(local?.hasPrefix("127.0.0.2:") == true)
        }
    }

    @Test func `a local address that is not ours is refused by name`() async throws {
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        // RFC 5737: nobody has it.
        try await Rig.run(options: self.options(.init(source: "192.0.2.1"))) { rig in
            let error = try #require(await rig.failure(of: rig.request(server.port)))
            guard case .sourceAddress("192.0.2.1", _) = error.cause else {
                Issue.record("\(error.cause)")
                return
            }
        }
        #expect(server.connections.isEmpty)
    }

    @Test func `other addresses are another key, and the old connection stays`() async throws {
        let server = try FaultServer(FaultScript(FaultScript.answering()))
        try await Rig.run { rig in
            try await rig.get(server.port)
            try await rig.transport.setConnectionOptions(
                self.options(.init(source: "127.0.0.2"))
            )
            let other = try await rig.get(server.port)
            guard case .new(let reason) = other.use.decision else {
                Issue.record("\(other.use.decision)")
                return
            }
            #expect(reason.code == .keyDiffers(.addressing))
            try await rig.transport.setConnectionOptions(ConnectionOptions())
            let first = try await rig.get(server.port)
            #expect(first.use.connection == ConnectionID(1))
        }
    }

    /// Answers every request with `hello`.
    private final class Greeter: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let answer = context.channel.allocator.buffer(bytes: FaultScript.response())
            context.writeAndFlush(Self.wrapOutboundOut(answer), promise: nil)
        }
    }
}
