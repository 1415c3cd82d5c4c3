import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Content decoding")
struct DecodingTests {
    private static let hello = Array("hello, hello, hello".utf8)

    @Test(
        arguments: [
            ("gzip", Deflating.gzip), ("X-GZIP", Deflating.gzip), ("deflate", Deflating.zlib),
            ("deflate", Deflating.raw),
        ]
    )
    func `a coding is removed however the bytes are split`(coding: String, bits: Int32) throws {
        let encoded = Deflating.compress(Self.hello, bits)
        #expect(try decode([coding], [encoded]) == Self.hello)
        #expect(try decode([coding], encoded.map { [$0] }) == Self.hello)
        for split in 0...encoded.count {
            let pieces = [Array(encoded[..<split]), Array(encoded[split...])]
            #expect(try decode([coding], pieces) == Self.hello, "split at \(split)")
        }
    }

    @Test(arguments: [Deflating.gzip, Deflating.zlib, Deflating.raw])
    func `text longer than every window comes whole`(bits: Int32) throws {
        let coding = bits == Deflating.gzip ? "gzip" : "deflate"
        let encoded = Deflating.compress(Deflating.longText, bits)
        #expect(try decode([coding], [encoded]) == Deflating.longText)
        #expect(try decode([coding], encoded.map { [$0] }) == Deflating.longText)
    }

    @Test func `members of gzip in a row are one content`() throws {
        let encoded =
            Deflating.compress(Array("one ".utf8), Deflating.gzip)
            + Deflating.compress([], Deflating.gzip)
            + Deflating.compress(Array("two".utf8), Deflating.gzip)
        #expect(try decode(["gzip"], [encoded]) == Array("one two".utf8))
        #expect(try decode(["gzip"], encoded.map { [$0] }) == Array("one two".utf8))
    }

    /// As many as come in one read would overflow the stack of a decoder that calls itself.
    @Test func `members without content cost no stack, however many`() throws {
        let none = Deflating.compress([], Deflating.gzip)
        let encoded =
            Array(repeatElement(none, count: 100_000).joined())
            + Deflating.compress(Self.hello, Deflating.gzip)
        #expect(try decode(["gzip"], [encoded]) == Self.hello)
    }

    @Test(arguments: [[UInt8](repeating: 0, count: 100), Array("garbage".utf8), [0x42, 0x1F]])
    func `what follows the last member is padding`(padding: [UInt8]) throws {
        let encoded = Deflating.compress(Self.hello, Deflating.gzip) + padding
        #expect(try decode(["gzip"], [encoded]) == Self.hello)
        #expect(try decode(["gzip"], encoded.map { [$0] }) == Self.hello)
    }

    @Test func `no bytes at all are no content`() throws {
        #expect(try decode(["gzip"], []) == [])
        #expect(try decode(["gzip"], [[]]) == [])
        #expect(try decode(["deflate", "gzip"], []) == [])
    }

    @Test(arguments: [Deflating.gzip, Deflating.zlib, Deflating.raw])
    func `content that ends early is an error`(bits: Int32) {
        let coding = bits == Deflating.gzip ? "gzip" : "deflate"
        let encoded = Deflating.compress(Self.hello, bits)
        for length in 1..<encoded.count {
            let error = decodingError {
                _ = try decode([coding], [Array(encoded[..<length])])
            }
            #expect(error?.coding == coding, "cut at \(length)")
        }
    }

    @Test func `garbage is an error that names the coding`() {
        let error = decodingError { _ = try decode(["gzip"], [Array("not gzip".utf8)]) }
        #expect(error?.coding == "gzip")
        #expect(error?.problem == .corrupt(detail: "incorrect header check"))
    }

    @Test func `a wrong checksum is an error`() {
        var encoded = Deflating.compress(Self.hello, Deflating.gzip)
        encoded[encoded.count - 6] ^= 1
        #expect(decodingError { _ = try decode(["gzip"], [encoded]) } != nil)
    }

    @Test(arguments: [2, 5])
    func `2.7.5: codings in a row are removed from the last to the first`(count: Int) throws {
        var encoded = Deflating.longText
        var codings: [String] = []
        for index in 0..<count {
            let isGzip = index.isMultiple(of: 2)
            encoded = Deflating.compress(encoded, isGzip ? Deflating.gzip : Deflating.zlib)
            codings.append(isGzip ? "gzip" : "deflate")
        }
        #expect(try decode(codings, [encoded]) == Deflating.longText)
        #expect(try decode(codings, encoded.map { [$0] }) == Deflating.longText)
        let sink = TestSink(pausesAlways: true)
        #expect(try decode(codings, [encoded], sink: sink) == Deflating.longText)
        #expect(sink.current.pauses > 1)
    }

    @Test func `2.7.5: six codings are refused, and identity does not count`() {
        let six = [String](repeating: "gzip", count: 6)
        let error = decodingError { _ = try DecodingChain(codings: six, sink: TestSink()) }
        #expect(error?.problem == .tooManyCodings(count: 6, limit: 5))
        let five = ["identity"] + [String](repeating: "gzip", count: 5)
        #expect(decodingError { _ = try DecodingChain(codings: five, sink: TestSink()) } == nil)
    }

    @Test func `an unknown coding is refused by name`() {
        let error = decodingError { _ = try DecodingChain(codings: ["Compress"], sink: TestSink()) }
        #expect(error?.coding == "compress")
        #expect(error?.problem == .unknownCoding)
    }

    @Test(arguments: [[], ["identity"], ["Identity", "identity"]])
    func `without a coding there is no chain`(codings: [String]) throws {
        #expect(try DecodingChain(codings: codings, sink: TestSink()) == nil)
    }

    @Test func `a pause in the middle holds everything back`() throws {
        let sink = TestSink(pausesAfter: 1)
        let chain = try #require(try DecodingChain(codings: ["gzip"], sink: sink))
        let encoded = Deflating.compress(Deflating.longText, Deflating.gzip)
        #expect(try chain.write(encoded) == .pause)
        let first = sink.current.count
        #expect(first > 0)
        #expect(first < Deflating.longText.count)
        // One write a pump, as long as the sink keeps pausing.
        #expect(try chain.pump() == .pause)
        #expect(sink.current.pauses == 2)
        sink.resume()
        #expect(try chain.pump() == .continue)
        try chain.finish()
        #expect(sink.current.bytes == Deflating.longText)
    }

    @Test func `content split at random comes whole`() throws {
        let seed: UInt64 = 7
        var generator = SeededGenerator(seed: seed)
        let encoded = Deflating.compress(Deflating.longText, Deflating.gzip)
        for round in 0..<50 {
            var pieces: [[UInt8]] = []
            var rest = encoded[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(9_000, rest.count), using: &generator)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let bytes = try decode(["gzip"], pieces)
            #expect(bytes == Deflating.longText, "seed \(seed), round \(round)")
        }
    }
}
