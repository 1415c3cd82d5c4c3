import TestSupport
import Testing

@testable import Rendering

@Suite("Sanitizer")
struct SanitizerTests {
    @Test(arguments: [
        ("", ""), ("plain text", "plain text"), ("tab\tand\nline", "tab\tand\nline"),
        ("\u{1B}[31mred", #"\x1b[31mred"#), ("bell\u{7}", #"bell\x07"#), ("nul\0", #"nul\x00"#),
        ("\u{1F} \u{7F}~", #"\x1f \x7f~"#),
        ("\u{80}\u{85}\u{9B}\u{9F}\u{A0}", "\\u{80}\\u{85}\\u{9b}\\u{9f}\u{A0}"),
        ("\u{61B}\u{61C}\u{61D}", "\u{61B}\\u{61c}\u{61D}"),
        ("\u{200D}\u{200E}\u{200F}\u{2010}", "\u{200D}\\u{200e}\\u{200f}\u{2010}"),
        ("\u{2029}\u{202A}\u{202E}\u{202F}", "\u{2029}\\u{202a}\\u{202e}\u{202F}"),
        ("\u{2065}\u{2066}\u{2069}\u{206A}", "\u{2065}\\u{2066}\\u{2069}\u{206A}"),
        ("a\r\nb", "a\nb"), ("a\rb", #"a\x0db"#), ("a\r", #"a\x0d"#), ("\r\r\n", "\\x0d\n"),
        (#"a\x1b"#, #"a\x1b"#), ("é 東京 😀 👩‍👩‍👧", "é 東京 😀 👩‍👩‍👧"),
    ])
    func `text keeps its lines and shows what could drive the terminal`(
        _ text: String,
        _ expected: String
    ) {
        #expect(Sanitizer.text(text) == expected)
        #expect(Sanitizer.text(Array(text.utf8)) == expected)
        #expect(Sanitizer.text(expected) == expected)
    }

    @Test(arguments: [
        ("a\tb\nc\rd\r\ne", #"a\x09b\x0ac\x0dd\x0d\x0ae"#),
        ("\u{1B}]0;title\u{7}", #"\x1b]0;title\x07"#),
        ("\u{2028}\u{2029}\u{202E}", #"\u{2028}\u{2029}\u{202e}"#), ("CN=Ünï", "CN=Ünï"),
    ])
    func `a line has no line feeds and no tabs`(_ text: String, _ expected: String) {
        #expect(Sanitizer.line(text) == expected)
        #expect(Sanitizer.line(Array(text.utf8)[...]) == expected)
    }

    @Test(
        arguments: [
            ([0xFF], #"\xff"#), ([0x80], #"\x80"#), ([0x61, 0xC3], #"a\xc3"#),
            ([0xC3, 0x41], #"\xc3A"#),
            ([0xC0, 0xAF], #"\xc0\xaf"#), ([0xE2, 0x82], #"\xe2\x82"#),
            ([0xED, 0xA0, 0x80], #"\xed\xa0\x80"#),
            ([0xE0, 0x9F, 0x80], #"\xe0\x9f\x80"#),
            ([0xF0, 0x8F, 0x80, 0x80], #"\xf0\x8f\x80\x80"#),
            ([0xF4, 0x90, 0x80, 0x80], #"\xf4\x90\x80\x80"#), ([0xF5, 0x80], #"\xf5\x80"#),
            ([0xE2, 0x82, 0xAC], "€"), ([0xF4, 0x8F, 0xBF, 0xBF], "\u{10FFFF}"),
            ([0xC2, 0x9B], #"\u{9b}"#),
            ([0xE2, 0xE2, 0x82, 0xAC], "\\xe2€"), ([0x9B, 0x33, 0x31, 0x6D], #"\x9b31m"#),
        ] as [([UInt8], String)]
    )
    func `bytes that are no UTF-8 are shown one by one`(_ bytes: [UInt8], _ expected: String) {
        #expect(Sanitizer.text(bytes) == expected)
        #expect(Sanitizer.line(bytes) == expected)
    }

    @Test
    func `escapes wear their own colour`() {
        let sanitizer = Sanitizer(.line, palette: .colored)
        #expect(
            sanitizer.sanitized("a\u{1B}b\u{202E}")
                == "a\u{1B}[7m\\x1b\u{1B}[0mb\u{1B}[7m\\u{202e}\u{1B}[0m"
        )
    }

    @Test
    func `a stream may be cut anywhere`() {
        let bytes =
            Array("a\r\nb\rc é€😀\u{202E}\u{9B}\u{1B}".utf8) + [0xE2, 0x82, 0x41, 0xF0, 0x9F, 0x98]
        let expected = "a\nb\\x0dc é€😀\\u{202e}\\u{9b}\\x1b\\xe2\\x82A\\xf0\\x9f\\x98"
        #expect(Sanitizer.text(bytes) == expected)
        for size in 1...bytes.count {
            var sanitizer = Sanitizer()
            var output = ""
            for start in stride(from: 0, to: bytes.count, by: size) {
                output += sanitizer.append(Array(bytes[start..<min(start + size, bytes.count)]))
                output += sanitizer.append([])
            }
            output += sanitizer.finish()
            #expect(output == expected, "chunks of \(size)")
        }
    }

    @Test
    func `what is complete is not held back`() {
        var sanitizer = Sanitizer()
        #expect(sanitizer.append([0x61, 0xE2]) == "a")
        #expect(sanitizer.append([0x82]) == "")
        #expect(sanitizer.append([0xAC, 0x0D]) == "€")
        #expect(sanitizer.append([0x0A]) == "\n")
        #expect(sanitizer.append([0x0D]) == "")
        #expect(sanitizer.finish() == "\\x0d")
        #expect(sanitizer.append([0x62]) == "b")
        #expect(sanitizer.finish() == "")
    }

    @Test
    func `a raw span is taken as it is`() {
        var sanitizer = Sanitizer()
        var output: [UInt8] = []
        let bytes: [UInt8] = [0x61, 0x1B]
        sanitizer.append(bytes.span.bytes, into: &output)
        sanitizer.finish(into: &output)
        #expect(output == Array("a\\x1b".utf8))
    }

    @Test(arguments: UInt64(0)..<30)
    func `no random bytes can drive the terminal`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let bytes = Self.randomBytes(using: &generator)
            let text = Sanitizer.text(bytes)
            let line = Sanitizer.line(bytes)
            #expect(
                text.unicodeScalars.allSatisfy { Self.isHarmless($0, isLine: false) },
                "\(bytes)"
            )
            #expect(
                line.unicodeScalars.allSatisfy { Self.isHarmless($0, isLine: true) },
                "\(bytes)"
            )
            #expect(!text.unicodeScalars.contains("\u{FFFD}"), "\(bytes)")
            var sanitizer = Sanitizer()
            var streamed = ""
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...5, using: &generator)
                streamed += sanitizer.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            streamed += sanitizer.finish()
            #expect(streamed == text, "\(bytes)")
        }
    }

    private static func randomBytes(using generator: inout SeededGenerator) -> [UInt8] {
        let pieces: [[UInt8]] = [
            [0x1B, 0x5B], [0xC2, 0x9B], [0xE2, 0x80, 0xAE], [0xE2, 0x81, 0xA6], [0xD8, 0x9C],
            [0x0D, 0x0A],
            [0x0D], [0x7F], [0x09], Array("é東😀".utf8), [0xE2, 0x80], [0xF0, 0x9F], [0x80],
        ]
        return (0..<Int.random(in: 0...30, using: &generator)).flatMap { _ -> [UInt8] in
            Bool.random(using: &generator)
                ? [UInt8.random(in: 0...255, using: &generator)].filter { $0 != 0xEF }
                : pieces.randomElement(using: &generator) ?? []
        }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar, isLine: Bool) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x2028, 0x2029: !isLine
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
            false
        default: true
        }
    }
}
