import HTTPModel
import NIOCore
import NIOHPACK
import TestSupport

@testable import HTTPTransport

extension FaultScript {
    /// Speaks HTTP/2 on every connection: SETTINGS, then `steps`.
    static func http2(
        settings: [UInt8] = HTTP2Frames.settings(),
        _ steps: [Step]
    ) -> Self {
        Self([.acceptHTTP2(settings)] + steps)
    }

    /// Speaks HTTP/2, with `steps` on the first connection; the others answer every request.
    static func http2OnFirst(
        settings: [UInt8] = HTTP2Frames.settings(),
        _ steps: [Step]
    ) -> Self {
        Self([.acceptHTTP2(settings)] + steps, Self.answeringHTTP2)
    }

    /// The steps of a server that answers every request of HTTP/2.
    static let answeringHTTP2: [Step] = [
        .acceptHTTP2(HTTP2Frames.settings()),
        .answerStreams { HTTP2Frames.response(stream: $0) },
    ]
}

extension [FaultScript.Step] {
    /// Answers every request of HTTP/2 from now on.
    static var answerStreams: Self { [.answerStreams { HTTP2Frames.response(stream: $0) }] }

    /// Waits for one complete request, and answers with these frames.
    static func once(_ frames: @escaping @Sendable (_ stream: Int) -> [UInt8]) -> Self {
        [
            .readStreams(1, answersPings: true),
            .sendFrames { frames($0.streams.last ?? 0) },
        ]
    }
}

extension Rig {
    /// Options by which connections speak HTTP/2 with prior knowledge.
    static let http2 = ConnectionOptions(version: .http2)
}

extension HTTP2Peer {
    /// The header sections of the requests, decompressed in order.
    func fieldSections() throws -> [[FieldLine]] {
        var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
        return try self.requests.map { request in
            var block = ByteBuffer(bytes: request.block)
            return try decoder.decodeHeaders(from: &block).map { FieldLine($0.name, $0.value) }
        }
    }
}

extension FaultServer {
    /// What has come of HTTP/2 on the first connection.
    var http2: HTTP2Peer { self.connections.first?.http2 ?? HTTP2Peer() }

    /// Suspends until what has come on the first connection satisfies `predicate`.
    func waitForHTTP2(_ predicate: @escaping @Sendable (HTTP2Peer) -> Bool) async {
        await self.wait { $0.connections.first.map { predicate($0.http2) } ?? false }
    }
}
