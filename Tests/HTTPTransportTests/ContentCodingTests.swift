import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Content codings: br, zstd, chains, bombs (SESSION.md 2.7)")
struct ContentCodingTests {
    private static let hello = Array("hello, hello, hello".utf8)

    @Test(arguments: [Encoding.br, .zstd])
    func `a coding is removed however the bytes are split`(coding: Encoding) throws {
        let encoded = coding.encode(Self.hello)
        let names = [coding.rawValue.uppercased()]
        #expect(try decode(names, encoded.map { [$0] }) == Self.hello)
        for split in 0...encoded.count {
            let pieces = [Array(encoded[..<split]), Array(encoded[split...])]
            #expect(try decode(names, pieces) == Self.hello, "split at \(split)")
        }
    }

    @Test(arguments: [Encoding.br, .zstd])
    func `text longer than every window comes whole, pauses or not`(coding: Encoding) throws {
        let encoded = coding.encode(Deflating.longText)
        #expect(try decode([coding.rawValue], [encoded]) == Deflating.longText)
        #expect(try decode([coding.rawValue], encoded.map { [$0] }) == Deflating.longText)
        let sink = TestSink(pausesAlways: true)
        #expect(try decode([coding.rawValue], [encoded], sink: sink) == Deflating.longText)
        #expect(sink.current.pauses > 1)
    }

    @Test(arguments: [Encoding.br, .zstd])
    func `no bytes are no content, and encoded nothing is nothing`(coding: Encoding) throws {
        #expect(try decode([coding.rawValue], []) == [])
        #expect(try decode([coding.rawValue], [[]]) == [])
        #expect(try decode([coding.rawValue], [coding.encode([])]) == [])
    }

    @Test(arguments: [Encoding.br, .zstd])
    func `content that ends early is an error`(coding: Encoding) {
        let encoded = coding.encode(Self.hello)
        for length in 1..<encoded.count {
            let error = decodingError {
                _ = try decode([coding.rawValue], [Array(encoded[..<length])])
            }
            #expect(error?.problem == .endsEarly, "cut at \(length)")
        }
    }

    @Test func `garbage is an error in the decoder's words`() {
        let zstd = decodingError { _ = try decode(["zstd"], [Array("no zstd!".utf8)]) }
        #expect(zstd?.problem == .corrupt(detail: "Unknown frame descriptor"))
        let br = decodingError { _ = try decode(["br"], [[0x11, 0, 0, 0]]) }
        guard case .corrupt(let words)? = br?.problem else {
            Issue.record("\(String(describing: br))")
            return
        }
        #expect(!words.isEmpty)
    }

    @Test func `a wrong checksum of zstd is an error`() {
        var encoded = Encoding.zstd.encode(Self.hello)
        encoded[encoded.count - 1] ^= 1
        let error = decodingError { _ = try decode(["zstd"], [encoded]) }
        #expect(error?.problem == .corrupt(detail: "Restored data doesn't match checksum"))
    }

    @Test func `frames of zstd in a row are one content, skippable ones are passed over`() throws {
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let encoded =
            skippable + Encoding.zstd.encode(Array("one ".utf8)) + Encoding.zstd.encode([])
            + skippable + Encoding.zstd.encode(Array("two".utf8)) + skippable
        #expect(try decode(["zstd"], [encoded]) == Array("one two".utf8))
        #expect(try decode(["zstd"], encoded.map { [$0] }) == Array("one two".utf8))
    }

    /// As many as come in one read would overflow the stack of a decoder that calls itself.
    @Test func `frames of zstd without content cost no stack, however many`() throws {
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
        let encoded =
            Array(repeatElement(skippable, count: 100_000).joined())
            + Encoding.zstd.encode(Self.hello)
        #expect(try decode(["zstd"], [encoded]) == Self.hello)
    }

    @Test func `what follows br is passed over`() throws {
        let encoded = Encoding.br.encode(Self.hello) + Array("padding".utf8)
        #expect(try decode(["br"], [encoded]) == Self.hello)
        #expect(try decode(["br"], encoded.map { [$0] }) == Self.hello)
    }

    @Test(arguments: [23, 24])
    func `a window of zstd may have 8 MiB and no more`(log: Int32) throws {
        let encoded = Encoding.zstd(Self.hello, windowLog: log)
        if log == 23 {
            #expect(try decode(["zstd"], [encoded]) == Self.hello)
        } else {
            let error = decodingError { _ = try decode(["zstd"], [encoded]) }
            #expect(error?.problem == .windowTooLarge(limitBytes: 8 * 1024 * 1024))
        }
    }

    // MARK: Chains

    @Test func `any chain of up to five codings is removed, last one first`() throws {
        let seed: UInt64 = 11
        var generator = SeededGenerator(seed: seed)
        for round in 0..<30 {
            var encoded = Deflating.longText
            var codings: [String] = []
            for _ in 0..<(1 + round % 5) {
                let coding = Encoding.allCases.randomElement(using: &generator) ?? .gzip
                encoded = coding.encode(encoded)
                codings.append(coding.rawValue)
            }
            let decoded = try decode(codings, [encoded])
            #expect(decoded == Deflating.longText, "seed \(seed), round \(round): \(codings)")
        }
    }

    // MARK: Bombs

    @Test(arguments: Encoding.allCases)
    func `content that grows too much is refused, and the limit is named`(
        coding: Encoding
    ) throws {
        let floor = DecodingChain.growthFloorBytes
        let sink = TestSink(keepsBytes: false)
        let bomb = coding.bomb(of: floor + 1)
        let error = decodingError { _ = try decode([coding.rawValue], [bomb], sink: sink) }
        #expect(error?.coding == coding.rawValue)
        guard case .grewTooMuch(let received, let decoded, let factor)? = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(received == bomb.count)
        #expect(decoded > floor && decoded <= floor + 64 * 1024)
        #expect(factor == DecodingChain.growthLimit)
        #expect(sink.current.count <= floor)
    }

    @Test(arguments: Encoding.allCases)
    func `up to the floor content may grow by any factor`(coding: Encoding) throws {
        let sink = TestSink(keepsBytes: false)
        let bomb = coding.bomb(of: DecodingChain.growthFloorBytes)
        _ = try decode([coding.rawValue], [bomb], sink: sink)
        #expect(sink.current.count == DecodingChain.growthFloorBytes)
    }

    @Test func `a bomb between two codings is found before it reaches the sink`() throws {
        // A skippable frame of zstd, which never says anything to the sink.
        let size = DecodingChain.growthFloorBytes * 2
        let head =
            [0x50, 0x2A, 0x4D, 0x18] + (0..<4).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) }
        let inner = head + [UInt8](repeating: 0, count: size)
        let sink = TestSink(keepsBytes: false)
        let error = decodingError {
            _ = try decode(["zstd", "gzip"], [Encoding.gzip.encode(inner)], sink: sink)
        }
        #expect(error?.coding == "gzip")
        guard case .grewTooMuch? = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(sink.current.count == 0)
    }
}
