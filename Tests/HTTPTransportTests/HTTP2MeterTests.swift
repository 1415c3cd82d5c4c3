import TestSupport
import Testing

@testable import HTTPTransport

@Suite("HTTP/2 frame walker")
struct HTTP2MeterTests {
    @Test(arguments: [1, 2, 8, 9, 10, 17, 1_000])
    func `frames are found however the bytes are cut`(piece: Int) {
        let bytes =
            HTTP2Frames.settings(maxConcurrentStreams: 3)
            + HTTP2Frames.data([UInt8](repeating: 0, count: 300), stream: 5)
            + HTTP2Frames.data([], stream: 7, isEnd: true)
            + HTTP2Frames.data([1], stream: 5, isEnd: true)
        var walker = HTTP2FrameWalker()
        var found: [Int: Int] = [:]
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { raw in
                walker.walk(raw) { found[$0, default: 0] += $1 }
            }
        }
        #expect(found == [0: 15, 5: 309 + 10, 7: 9])
    }

    @Test func `a preface is no frame`() {
        let bytes = [UInt8](repeating: 1, count: 24) + HTTP2Frames.data([1], stream: 1)
        var walker = HTTP2FrameWalker(skipping: 24)
        var count = 0
        bytes.withUnsafeBytes { raw in walker.walk(raw) { count += $0 == 1 ? $1 : 0 } }
        #expect(count == 10)
    }
}
