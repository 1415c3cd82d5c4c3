import HTTPModel
import TestSupport
import Testing

@testable import Rendering

@Suite("JSON layout")
struct JSONFormatterTests {
    @Test
    func `members and elements get a line each, and stay as they were sent`() throws {
        let source = #"{"b":1.50,"a":{"x":[],"y":{ },"z":[1,[2,"A\/é"]]},"b":-0e+7,"n":null}"#
        #expect(
            try JSONFormatter.format(source) == #"""
                {
                  "b": 1.50,
                  "a": {
                    "x": [],
                    "y": {},
                    "z": [
                      1,
                      [
                        2,
                        "A\/é"
                      ]
                    ]
                  },
                  "b": -0e+7,
                  "n": null
                }
                """#
        )
    }

    @Test(arguments: [
        ("0", "0"), (" \t\r\n-1.5E+10 \n", "-1.5E+10"), ("true", "true"), ("false ", "false"),
        ("null", "null"), (#""""#, #""""#), (#""\u00e9\n\"""#, #""\u00e9\n\"""#), ("[]", "[]"),
        ("{ \n}", "{}"),
        ("[\n\n]", "[]"), ("[0]", "[\n  0\n]"), ("[[]]", "[\n  []\n]"), ("\u{FEFF}[]", "[]"),
        ("\u{FEFF} 1", "1"),
    ])
    func `single values are laid out`(_ source: String, _ expected: String) throws {
        #expect(try JSONFormatter.format(source) == expected)
    }

    @Test
    func `compact JSON stands on one line with blanks kept in strings`() throws {
        let source = "{ \"a b\" : [ 1 , \"c  d\", { } ],\n \"e\":\ttrue }"
        #expect(
            try JSONFormatter.format(source, .init(layout: .compact))
                == #"{"a b":[1,"c  d",{}],"e":true}"#
        )
    }

    @Test
    func `values that follow each other start on new lines`() throws {
        let source = "{\"a\":1}\n[2]\r\n3 \"x\"\ntrue\n{}{}\"y\"[]\n"
        #expect(
            try JSONFormatter.format(source, .init(layout: .compact))
                == "{\"a\":1}\n[2]\n3\n\"x\"\ntrue\n{}\n{}\n\"y\"\n[]"
        )
        #expect(try JSONFormatter.format("[1]\n[2]") == "[\n  1\n]\n[\n  2\n]")
    }

    @Test
    func `every kind of token has its colour`() throws {
        let output = try JSONFormatter.format(
            #"{"k":["s",1,true,null,[],{}]}"#,
            .init(layout: .compact, palette: .colored)
        )
        #expect(
            output == "{\u{1B}[1;34m\"k\"\u{1B}[0m:[\u{1B}[32m\"s\"\u{1B}[0m,\u{1B}[36m1\u{1B}[0m,"
                + "\u{1B}[35mtrue\u{1B}[0m,\u{1B}[35mnull\u{1B}[0m,[],{}]}"
        )
        #expect(
            try JSONFormatter.format("1", .init(palette: .colored)) == "\u{1B}[36m1\u{1B}[0m"
        )
    }

    @Test
    func `what could drive the terminal is spelled as JSON spells it`() throws {
        let source = "[\"\u{7F}\u{85}\u{9B}31m\u{202E}\u{2028}é😀\",{\"\u{61C}\":1}]"
        let expected =
            "[\"\\u007f\\u0085\\u009b31m\\u202e\u{2028}é😀\",{\"\\u061c\":1}]"
        let options = JSONFormatter.Options(layout: .compact)
        #expect(try JSONFormatter.format(source, options) == expected)
        #expect(try JSONValue(parsing: expected) == JSONValue(parsing: source))
        let raw = JSONFormatter.Options(layout: .compact, isSanitizing: false)
        #expect(try JSONFormatter.format(source, raw) == source)
        let colored = JSONFormatter.Options(layout: .compact, palette: .colored)
        #expect(
            try JSONFormatter.format("\"a\u{9B}b\"", colored)
                == "\u{1B}[32m\"a\u{1B}[7m\\u009b\u{1B}[0m\u{1B}[32mb\"\u{1B}[0m"
        )
        #expect(
            try JSONFormatter.format("{\"\u{7F}\":1}", colored).hasPrefix(
                "{\u{1B}[1;34m\"\u{1B}[7m\\u007f\u{1B}[0m\u{1B}[1;34m\"\u{1B}[0m:"
            )
        )
    }

    @Test
    func `bytes that are no UTF-8 are shown in strings, and refused elsewhere`() throws {
        let bytes: [UInt8] = [0x22, 0xFF, 0xE2, 0x82, 0x22]
        #expect(try JSONFormatter.format(bytes) == Array(#""\xff\xe2\x82""#.utf8))
        #expect(try JSONFormatter.format(bytes, .init(isSanitizing: false)) == bytes)
        #expect(throws: JSONSyntaxError(offset: 1, problem: .unexpectedByte(0xC3))) {
            try JSONFormatter.format([0x5B, 0xC3, 0xA9, 0x5D])
        }
    }

    @Test
    func `what is wrong is named as the parser names it`() {
        for row in Self.wrong {
            #expect(throws: row.error, "\(row.source)") { try JSONFormatter.format(row.source) }
            #expect(throws: row.error, "\(row.source)") { try JSONValue(parsing: row.source) }
        }
    }

    private static let wrong: [(source: String, error: JSONSyntaxError)] = [
        ("", .init(offset: 0, problem: .empty)), (" \n", .init(offset: 2, problem: .empty)),
        ("\u{FEFF}", .init(offset: 3, problem: .empty)),
        ("[", .init(offset: 1, problem: .unexpectedEnd)),
        ("{\"a\"", .init(offset: 4, problem: .unexpectedEnd)),
        ("{\"a\":", .init(offset: 5, problem: .unexpectedEnd)),
        ("[1,]", .init(offset: 3, problem: .unexpectedByte(0x5D))),
        ("[,1]", .init(offset: 1, problem: .unexpectedByte(0x2C))),
        ("[1 2]", .init(offset: 3, problem: .unexpectedByte(0x32))),
        ("{,}", .init(offset: 1, problem: .unexpectedByte(0x2C))),
        ("{\"a\":1,}", .init(offset: 7, problem: .unexpectedByte(0x7D))),
        ("{\"a\" 1}", .init(offset: 5, problem: .unexpectedByte(0x31))),
        ("{\"a\":1]", .init(offset: 6, problem: .unexpectedByte(0x5D))),
        ("[1}", .init(offset: 2, problem: .unexpectedByte(0x7D))),
        ("]", .init(offset: 0, problem: .unexpectedByte(0x5D))),
        ("01", .init(offset: 1, problem: .unexpectedByte(0x31))),
        ("[-]", .init(offset: 2, problem: .unexpectedByte(0x5D))),
        ("1.", .init(offset: 2, problem: .unexpectedEnd)),
        ("[1.e1]", .init(offset: 3, problem: .unexpectedByte(0x65))),
        ("1e", .init(offset: 2, problem: .unexpectedEnd)),
        ("1e+", .init(offset: 3, problem: .unexpectedEnd)),
        ("tru", .init(offset: 3, problem: .unexpectedEnd)),
        ("trux", .init(offset: 3, problem: .unexpectedByte(0x78))),
        ("\"a", .init(offset: 2, problem: .unexpectedEnd)),
        ("\"\t\"", .init(offset: 1, problem: .controlCharacterInString(0x09))),
        ("\"\\x\"", .init(offset: 2, problem: .invalidEscape)),
        ("\"\\u00g0\"", .init(offset: 5, problem: .invalidEscape)),
        ("hello", .init(offset: 0, problem: .unexpectedByte(0x68))),
        ("<html>", .init(offset: 0, problem: .unexpectedByte(0x3C))),
    ]

    @Test(arguments: ["1\"a\"", "1{}", "true[]", "null\"\"", "1true"])
    func `a number or literal at the top level ends with a blank`(_ source: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONFormatter.format(source) }
    }

    @Test(arguments: [0, 1, 511, 512])
    func `nesting is fine up to the limit`(_ depth: Int) throws {
        let text = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        #expect(try JSONFormatter.format(text, .init(layout: .compact)) == text)
        let pretty = try JSONFormatter.format(text)
        #expect(pretty.split(separator: "\n").count == 2 * depth + 1)
        #expect(pretty.filter { $0 != " " && $0 != "\n" } == text)
    }

    @Test(arguments: [513, 100_000])
    func `deeper nesting is refused at the bracket, with the limit`(_ depth: Int) {
        let text = String(repeating: "[", count: depth)
        #expect(throws: JSONSyntaxError(offset: 512, problem: .tooDeep(limit: 512))) {
            try JSONFormatter.format(text)
        }
    }

    @Test
    func `on an error all before it is in the output, and the colour is off`() {
        var formatter = JSONFormatter(.init(layout: .compact, palette: .colored))
        var output: [UInt8] = []
        let source = Array("[1,\"ab\u{1}\"]".utf8)
        let error = JSONSyntaxError(offset: 6, problem: .controlCharacterInString(1))
        #expect(throws: error) { try formatter.append(source.span.bytes, into: &output) }
        #expect(
            String(decoding: output, as: UTF8.self)
                == "[\u{1B}[36m1\u{1B}[0m,\u{1B}[32m\"ab\u{1B}[0m"
        )
        let length = output.count
        #expect(throws: error) { try formatter.append(source.span.bytes, into: &output) }
        #expect(throws: error) { try formatter.finish(into: &output) }
        #expect(output.count == length)
    }

    @Test
    func `a text that ends in a token switches the colour off`() {
        for source in ["\"a", "1.", "tr", "{\"k"] {
            var formatter = JSONFormatter(.init(palette: .colored))
            var output: [UInt8] = []
            #expect(throws: JSONSyntaxError.self) {
                try formatter.append(Array(source.utf8).span.bytes, into: &output)
                try formatter.finish(into: &output)
            }
            #expect(output.suffix(4) == Array("\u{1B}[0m".utf8)[...], "\(source)")
        }
    }

    @Test
    func `strings longer than any buffer come through`() throws {
        for length in [65_000, 65_535, 65_536, 65_537, 300_000] {
            let string = String(repeating: "abcdefg\\né", count: length / 10)
            let source = "[\"\(string)\"]"
            #expect(try JSONFormatter.format(source, .init(layout: .compact)) == source)
        }
    }
}
