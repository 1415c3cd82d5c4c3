import HTTPModel
import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Content of requests, piece by piece")
struct RequestWriterTests {
    private let allocator = ByteBufferAllocator()

    /// All pieces, kept to the end as a connection that takes nothing would keep them.
    private func pieces(_ writer: inout RequestWriter) throws -> [ByteBuffer] {
        var pieces: [ByteBuffer] = []
        while let piece = try writer.next(allocator: self.allocator) { pieces.append(piece) }
        return pieces
    }

    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...3, using: &generator) }
    }

    @Test(arguments: [-1, 0, 1])
    func `pieces that are held keep their bytes, however many follow`(difference: Int) throws {
        let folder = try TemporaryFolder()
        let count = 3 * RequestWriter.pieceBytes + difference
        let bytes = Self.noise(count, seed: 7)
        try writeFile("\(folder.path)/file", bytes)
        var writer = RequestWriter(
            .parts([
                .bytes([1]), .file(path: "\(folder.path)/file", size: count), .bytes([2]),
            ])
        )
        let pieces = try self.pieces(&writer)
        #expect(pieces.flatMap(\.readableBytesView) == [1] + bytes + [2])
        #expect(pieces.allSatisfy { $0.readableBytes <= RequestWriter.pieceBytes })
    }

    @Test func `memory that the connection has let go of is used again`() throws {
        let folder = try TemporaryFolder()
        let count = 8 * RequestWriter.pieceBytes
        try writeFile("\(folder.path)/file", [UInt8](repeating: 1, count: count))
        var writer = RequestWriter(.parts([.file(path: "\(folder.path)/file", size: count)]))
        var places: Set<UInt> = []
        while let piece = try writer.next(allocator: self.allocator) {
            piece.withUnsafeReadableBytes { _ = places.insert(UInt(bitPattern: $0.baseAddress)) }
        }
        #expect(places.count == 2)
    }

    @Test(arguments: [0, 1, 1_000, RequestWriter.pieceBytes, 3 * RequestWriter.pieceBytes + 1])
    func `what gzip makes of content is that content again`(count: Int) throws {
        let bytes = Self.noise(count, seed: 11)
        let halves = [bytes.prefix(count / 2), bytes.dropFirst(count / 2)].map(Array.init)
        var writer = RequestWriter(.parts(halves.map { .bytes($0) }), coding: .gzip)
        let coded = try self.pieces(&writer).flatMap(\.readableBytesView)
        let sink = TestSink()
        let chain = try #require(try DecodingChain(codings: ["gzip"], sink: sink))
        _ = try chain.write(coded)
        try chain.finish()
        #expect(sink.current.bytes == bytes)
        if count > 1_000 { #expect(coded.count < count) }
    }

    @Test(arguments: [-1, 0, 1])
    func `content in memory is coded whole up to a mebibyte`(difference: Int) {
        let count = TransportRequest.wholeEncodingLimitBytes + difference
        var request = TransportRequest(
            id: RequestID(exchange: 1),
            origin: Origin(scheme: .http, host: "a.org"),
            method: .put,
            target: "/",
            fields: [:],
            body: .bytes([UInt8](repeating: 0, count: count))
        )
        #expect(request.encodingSmallContent().body == request.body)
        request.coding = .gzip
        let coded = request.encodingSmallContent()
        #expect(coded.isChunked == (difference > 0))
        #expect((coded.body == request.body) == (difference > 0))
    }
}
