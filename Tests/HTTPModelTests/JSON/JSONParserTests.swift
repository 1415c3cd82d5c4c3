import HTTPModel
import TestSupport
import Testing

@Suite("JSON: parsing into values")
struct JSONParserTests {
    @Test
    func `members keep their order, duplicate keys and the spelling of numbers`() throws {
        let value = try JSONValue(parsing: #"{"b":1.50,"a":-0,"b":[1E+2,true,false,null,{}]}"#)
        #expect(
            value
                == .object([
                    .init("b", .number("1.50")), .init("a", .number("-0")),
                    .init(
                        "b",
                        .array([
                            .number("1E+2"), .bool(true), .bool(false), .null, .object([]),
                        ])
                    ),
                ])
        )
        #expect(value.compactText == #"{"b":1.50,"a":-0,"b":[1E+2,true,false,null,{}]}"#)
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "-0"), ("10", "10"), ("1.0", "1.0"), ("1e5", "1e5"),
        ("-1.5E-07", "-1.5E-07"),
        ("123456789012345678901234567890.123", "123456789012345678901234567890.123"),
    ])
    func `numbers stay text`(_ source: String, _ spelling: String) throws {
        #expect(try JSONValue(parsing: source) == .number(spelling))
        #expect(try JSONValue(parsing: " \t\r\n[\(source)] ") == .array([.number(spelling)]))
    }

    @Test(arguments: [
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u00e9\u00E9é""#, "ééé"), (#""\ud83d\ude00!""#, "😀!"), (#""\u0000""#, "\0"),
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\ud83dA""#, "\u{FFFD}A"), (#""\ud83d\n""#, "\u{FFFD}\n"),
        ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
    ])
    func `strings are decoded`(_ source: String, _ expected: String) throws {
        #expect(try JSONValue(parsing: source) == .string(expected))
    }

    @Test
    func `bytes that are no UTF-8 are repaired`() throws {
        #expect(try JSONValue(parsing: [0x22, 0x61, 0xFF, 0x22]) == .string("a\u{FFFD}"))
        #expect(try JSONValue(parsing: [0x22, 0x5C, 0x6E, 0xFF, 0x22]) == .string("\n\u{FFFD}"))
    }

    @Test
    func `a byte order mark is passed over, but only at the beginning`() throws {
        #expect(try JSONValue(parsing: "\u{FEFF}1") == .number("1"))
        #expect(throws: JSONSyntaxError(offset: 1, problem: .unexpectedByte(0xEF))) {
            try JSONValue(parsing: "[\u{FEFF}1]")
        }
    }

    struct Wrong: Sendable {
        let source: String
        let offset: Int
        let problem: JSONSyntaxError.Problem

        init(_ source: String, _ offset: Int, _ problem: JSONSyntaxError.Problem) {
            self.source = source
            self.offset = offset
            self.problem = problem
        }
    }

    @Test(arguments: [
        Wrong("", 0, .empty), Wrong("  ", 2, .empty), Wrong("\u{FEFF}", 3, .empty),
        Wrong("[", 1, .unexpectedEnd), Wrong("[1", 2, .unexpectedEnd),
        Wrong("[1,", 3, .unexpectedEnd),
        Wrong("[1,]", 3, .unexpectedByte(0x5D)), Wrong("[,1]", 1, .unexpectedByte(0x2C)),
        Wrong("[1 2]", 3, .unexpectedByte(0x32)), Wrong("{", 1, .unexpectedEnd),
        Wrong("{1:2}", 1, .unexpectedByte(0x31)), Wrong(#"{"a"}"#, 4, .unexpectedByte(0x7D)),
        Wrong(#"{"a":}"#, 5, .unexpectedByte(0x7D)), Wrong(#"{"a":1,}"#, 7, .unexpectedByte(0x7D)),
        Wrong("]", 0, .unexpectedByte(0x5D)), Wrong("[}", 1, .unexpectedByte(0x7D)),
        Wrong("1 2", 2, .unexpectedByte(0x32)), Wrong("01", 1, .unexpectedByte(0x31)),
        Wrong("-", 1, .unexpectedEnd), Wrong("-a", 1, .unexpectedByte(0x61)),
        Wrong("1.", 2, .unexpectedEnd), Wrong("1.e", 2, .unexpectedByte(0x65)),
        Wrong(".5", 0, .unexpectedByte(0x2E)), Wrong("1e", 2, .unexpectedEnd),
        Wrong("1e+", 3, .unexpectedEnd), Wrong("+1", 0, .unexpectedByte(0x2B)),
        Wrong("1x", 1, .unexpectedByte(0x78)), Wrong("tru", 3, .unexpectedEnd),
        Wrong("trux", 3, .unexpectedByte(0x78)), Wrong("True", 0, .unexpectedByte(0x54)),
        Wrong("nul]", 3, .unexpectedByte(0x5D)), Wrong("'a'", 0, .unexpectedByte(0x27)),
        Wrong("\"a", 2, .unexpectedEnd), Wrong("\"a\n\"", 2, .controlCharacterInString(0x0A)),
        Wrong("\"\u{1F}\"", 1, .controlCharacterInString(0x1F)), Wrong(#""\"#, 2, .unexpectedEnd),
        Wrong(#""\x""#, 2, .invalidEscape), Wrong(#""\u12G4""#, 5, .invalidEscape),
        Wrong(#""\u12"#, 5, .unexpectedEnd), Wrong("NaN", 0, .unexpectedByte(0x4E)),
        Wrong("// c\n1", 0, .unexpectedByte(0x2F)),
    ])
    func `what is wrong is named with its offset`(_ row: Wrong) {
        #expect(throws: JSONSyntaxError(offset: row.offset, problem: row.problem), "\(row.source)")
        {
            try JSONValue(parsing: row.source)
        }
    }

    @Test(arguments: [0, 1, 511, 512])
    func `nesting is fine up to the limit`(_ depth: Int) throws {
        let text = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        #expect(try JSONValue(parsing: text).compactText == text)
    }

    @Test(arguments: [513, 100_000])
    func `deeper nesting is refused at the bracket, with the limit`(_ depth: Int) {
        let text =
            String(repeating: #"{"a":"#, count: 512) + String(repeating: "[", count: depth - 512)
        #expect(throws: JSONSyntaxError(offset: 512 * 5, problem: .tooDeep(limit: 512))) {
            try JSONValue(parsing: text)
        }
    }

    @Test
    func `values one after another are read one by one`() throws {
        var parser = JSONParser(Array("{\"a\":1}\n[2]\r\n\"x\" null\n".utf8))
        var texts: [String] = []
        while let value = try parser.next() { texts.append(value.compactText) }
        #expect(texts == [#"{"a":1}"#, "[2]", #""x""#, "null"])
        #expect(try parser.next() == nil)
    }

    @Test(arguments: UInt64(0)..<20)
    func `random values read back as they were written`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = Self.randomValue(depth: 4, using: &generator)
            #expect(try JSONValue(parsing: value.compactText) == value)
        }
    }

    @Test(arguments: UInt64(0)..<20)
    func `random bytes never trap`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet =
            Array(#"{}[]",:0123456789.eE+-truefalsnu \/"#.utf8) + [0, 0x0A, 0x80, 0xFF, 0xC3]
        for _ in 0..<300 {
            let count = Int.random(in: 0...24, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            do {
                let value = try JSONValue(parsing: bytes)
                let again = try JSONValue(parsing: value.compactText)
                #expect(again == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset), "\(bytes)")
            }
        }
    }

    private static func randomValue(
        depth: Int,
        using generator: inout SeededGenerator
    ) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .number("\(Int.random(in: -1000...1000, using: &generator))e\(depth)")
        case 3, 4: .string(Self.randomString(using: &generator))
        case 5:
            .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    Self.randomValue(depth: depth - 1, using: &generator)
                }
            )
        default:
            .object(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    JSONValue.Member(
                        Self.randomString(using: &generator),
                        Self.randomValue(depth: depth - 1, using: &generator)
                    )
                }
            )
        }
    }

    private static func randomString(using generator: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "/", "\n", "\0", "\u{1F}", "\u{7F}", "\u{85}", "é", "\u{202E}",
            "\u{2028}",
            "東", "😀", "\u{FFFF}",
        ]
        let count = Int.random(in: 0...6, using: &generator)
        return (0..<count).reduce(into: "") { text, _ in
            text.unicodeScalars.append(scalars.randomElement(using: &generator) ?? "a")
        }
    }
}
