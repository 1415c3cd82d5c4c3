import Testing

@testable import DemoServer

@Suite("JSON of the demo")
struct JSONParserTests {
    @Test(
        arguments: [
            ("null", "null"), (" [ ] ", "[]"), ("{}", "{}"), ("[1,2 , 3]", "[1,2,3]"),
            (#"{"b":1,"a":{"b":[true,false]}}"#, #"{"b":1,"a":{"b":[true,false]}}"#),
            ("-0.50e+3", "-0.50e+3"), ("0", "0"), (#""\u00e9\n\/\ud83d\ude00""#, "\"é\\n/😀\""),
            (#""\u0001\u007f""#, "\"\\u0001\u{7F}\""), (#""\b\f""#, #""\u0008\u000c""#),
        ]
    )
    func `a value keeps its order and spelling`(text: String, expected: String) throws {
        let value = try JSONParser.parse(Array(text.utf8))
        #expect(String(decoding: value.serialized, as: UTF8.self) == expected + "\n")
    }

    @Test(
        arguments: [
            ("", 0, JSONError.Problem.unexpectedEnd), ("[", 1, .unexpectedEnd),
            ("[1", 2, .unexpectedEnd), ("[1,]", 3, .unexpectedByte(0x5D)),
            ("{\"a\"}", 4, .unexpectedByte(0x7D)), ("{a:1}", 1, .unexpectedByte(0x61)),
            ("1 2", 2, .unexpectedByte(0x32)), ("nul", 3, .unexpectedEnd),
            ("01", 2, .invalidNumber), ("1.", 2, .invalidNumber), ("-", 1, .invalidNumber),
            ("1e", 2, .invalidNumber), ("\"a", 2, .unexpectedEnd),
            ("\"\n\"", 1, .unexpectedByte(0x0A)), (#""\x""#, 3, .invalidEscape),
            (#""\ud800""#, 7, .invalidEscape), (#""\u12""#, 3, .unexpectedEnd),
            (#""\u12zz""#, 5, .invalidEscape),
        ]
    )
    func `what is no JSON is refused`(text: String, offset: Int, problem: JSONError.Problem) {
        #expect(throws: JSONError(offset: offset, problem: problem)) {
            try JSONParser.parse(Array(text.utf8))
        }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test(arguments: [63, 64, 65])
    func `nesting is limited`(depth: Int) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let value = try? JSONParser.parse(Array(text.utf8))
        #expect((value != nil) == (depth <= JSONParser.maximumDepth))
    }

    @Test func `every prefix of a value is refused, and none traps`() {
        let text = Array(#"{"a":[1.5e3,"\ud83d\ude00",true,null],"b":{"c":"d"}}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONParser.parse(Array(text[..<length])) }
        }
    }
}
