import HTTPModel
import TestSupport
import Testing

@testable import Rendering

@Suite("JSON layout: random texts")
struct JSONFormatterFuzzTests {
    @Test(arguments: UInt64(0)..<40)
    func `the tokens of the layout are those of the source, however it is cut`(
        _ seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            var source: [UInt8] = []
            Self.appendValue(to: &source, depth: 5, using: &generator)
            let pretty = try JSONFormatter.format(source)
            let compact = try JSONFormatter.format(source, .init(layout: .compact))
            #expect(Self.tokens(pretty) == Self.tokens(source))
            #expect(Self.tokens(compact) == Self.tokens(source))
            #expect(compact == Self.tokens(source).flatMap { $0 })
            #expect(try JSONFormatter.format(compact) == pretty)
            let colored = JSONFormatter.Options(palette: .colored)
            let streamed = try Self.streamed(source, colored, using: &generator)
            #expect(try streamed == JSONFormatter.format(source, colored))
            #expect(Self.withoutColor(streamed) == pretty)
        }
    }

    @Test(arguments: UInt64(0)..<40)
    func `random bytes never trap, and agree with the parser on what is JSON`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet =
            Array(#"{}[]",:0123.eE+-truefalsnu \/"#.utf8) + [0x0A, 0x1B, 0x7F, 0xC2, 0x9B, 0xFF]
        for _ in 0..<200 {
            let count = Int.random(in: 0...20, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let parsed = Result { try JSONValue(parsing: bytes) }
            let formatted = Result { try Self.streamed(bytes, .init(), using: &generator) }
            if case .success = parsed {
                #expect(throws: Never.self, "\(bytes)") { try formatted.get() }
            }
            guard case .success(let output) = formatted else { continue }
            #expect(output.allSatisfy { $0 == 0x0A || ($0 >= 0x20 && $0 != 0x7F) }, "\(bytes)")
            let text = String(decoding: output, as: UTF8.self)
            #expect(Sanitizer.text(text) == text, "\(bytes)")
        }
    }

    @Test(arguments: UInt64(0)..<10)
    func `every byte in a string is copied or escaped, at every place of a word`(_ seed: UInt64)
        throws
    {
        var generator = SeededGenerator(seed: seed)
        for byte in UInt8(0x20)...0xFF where byte != 0x22 && byte != 0x5C {
            let before = Int.random(in: 0...17, using: &generator)
            let filler = [UInt8](repeating: 0x61, count: before)
            let source =
                [0x22] + filler + [byte, 0x62] + [UInt8](repeating: 0x63, count: 9) + [0x22]
            let shown =
                byte == 0x7F ? "\\u007f" : byte < 0x80 ? nil : "\\x\(String(byte, radix: 16))"
            let expected = shown.map { Array($0.utf8) } ?? [byte]
            let output = try JSONFormatter.format(source)
            #expect(output == [0x22] + filler + expected + source[(before + 2)...])
        }
    }

    // MARK: - Helpers

    private static func streamed(
        _ bytes: [UInt8],
        _ options: JSONFormatter.Options,
        using generator: inout SeededGenerator
    ) throws(JSONSyntaxError) -> [UInt8] {
        var formatter = JSONFormatter(options)
        var output: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(Int.random(in: 0...6, using: &generator)))
            try formatter.append(chunk.span.bytes, into: &output)
            rest = rest.dropFirst(chunk.count)
        }
        try formatter.finish(into: &output)
        return output
    }

    /// The tokens of valid JSON: strings whole, punctuation by itself, runs of all else.
    private static func tokens(_ bytes: [UInt8]) -> [[UInt8]] {
        var tokens: [[UInt8]] = []
        var index = 0
        var run: [UInt8] = []
        func isPunctuation(_ byte: UInt8) -> Bool { "{}[]:,".utf8.contains(byte) }
        while index < bytes.count {
            let byte = bytes[index]
            let endsRun = byte <= 0x20 || byte == 0x22 || isPunctuation(byte)
            if endsRun, !run.isEmpty {
                tokens.append(run)
                run = []
            }
            if byte == 0x22 {
                var end = index + 1
                while bytes[end] != 0x22 { end += bytes[end] == 0x5C ? 2 : 1 }
                tokens.append(Array(bytes[index...end]))
                index = end
            } else if isPunctuation(byte) {
                tokens.append([byte])
            } else if byte > 0x20 {
                run.append(byte)
            }
            index += 1
        }
        return run.isEmpty ? tokens : tokens + [run]
    }

    private static func withoutColor(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).replacing(/\u{1B}\[[0-9;]*m/, with: "").utf8)
    }

    private static func appendValue(
        to bytes: inout [UInt8],
        depth: Int,
        using generator: inout SeededGenerator
    ) {
        Self.appendBlanks(to: &bytes, using: &generator)
        let isObject = Bool.random(using: &generator)
        if depth > 0, Int.random(in: 0..<3, using: &generator) > 0 {
            bytes += (isObject ? "{" : "[").utf8
            let count = Int.random(in: 0...3, using: &generator)
            for index in 0..<count {
                if index > 0 { bytes += ",".utf8 }
                if isObject {
                    Self.appendBlanks(to: &bytes, using: &generator)
                    Self.appendString(to: &bytes, using: &generator)
                    Self.appendBlanks(to: &bytes, using: &generator)
                    bytes += ":".utf8
                }
                Self.appendValue(to: &bytes, depth: depth - 1, using: &generator)
            }
            Self.appendBlanks(to: &bytes, using: &generator)
            bytes += (isObject ? "}" : "]").utf8
        } else if isObject {
            Self.appendString(to: &bytes, using: &generator)
        } else {
            let scalars = [
                "0", "-0", "1.50", "12e+3", "-9E-07", "123456789012345678901", "true", "false",
                "null",
            ]
            bytes += (scalars.randomElement(using: &generator) ?? "0").utf8
        }
        Self.appendBlanks(to: &bytes, using: &generator)
    }

    private static func appendString(
        to bytes: inout [UInt8],
        using generator: inout SeededGenerator
    ) {
        let pieces = [
            "a", "longer text without escapes ", #"\n"#, #"\""#, #"\\"#, #"\u00e9"#, #"\ud83d"#,
            "é", "東京",
            "😀", "{[,:]}", "/", "  blank",
        ]
        bytes += "\"".utf8
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            bytes += (pieces.randomElement(using: &generator) ?? "").utf8
        }
        bytes += "\"".utf8
    }

    private static func appendBlanks(
        to bytes: inout [UInt8],
        using generator: inout SeededGenerator
    ) {
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            bytes.append([0x20, 0x09, 0x0A, 0x0D].randomElement(using: &generator) ?? 0x20)
        }
    }
}
