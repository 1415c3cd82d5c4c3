import HTTPModel
import Testing

@Suite("JSON: values as text")
struct JSONValueTests {
    @Test(arguments: [
        (JSONValue.string("a\"b"), "a\"b", #""a\"b""#), (.number("1.0"), "1.0", "1.0"),
        (.bool(true), "true", "true"), (.null, "null", "null"), (.array([]), "[]", "[]"),
        (
            .object([.init("k", .string("v")), .init("k", .null)]), #"{"k":"v","k":null}"#,
            #"{"k":"v","k":null}"#
        ),
    ])
    func `strings are bare, everything else is compact JSON`(
        _ value: JSONValue,
        _ text: String,
        _ compact: String
    ) {
        #expect(value.text == text)
        #expect(value.compactText == compact)
    }

    @Test(arguments: [
        ("\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}", #""\u0000\b\t\n\u000b\f\r\u001f""#),
        ("\"\\/", #""\"\\/""#),
        ("\u{7F}\u{80}\u{9B}\u{9F}\u{A0}", "\"\\u007f\\u0080\\u009b\\u009f\u{A0}\""),
        ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("\u{2027}", "\"\u{2027}\""),
        (
            "\u{61C}\u{200E}\u{200F}\u{202A}\u{202E}\u{2066}\u{2069}",
            #""\u061c\u200e\u200f\u202a\u202e\u2066\u2069""#
        ),
        ("é東😀", "\"é東😀\""), ("", "\"\""),
    ])
    func `strings are quoted so that they are safe on a line and a terminal`(
        _ text: String,
        _ expected: String
    ) {
        #expect(text.jsonQuoted == expected)
    }

    @Test
    func `the first of duplicate keys is found`() {
        let value = JSONValue.object([.init("a", .number("1")), .init("a", .number("2"))])
        #expect(value["a"] == .number("1"))
        #expect(value["b"] == nil)
        #expect(value[0] == nil)
    }

    @Test
    func `indices count from both ends`() {
        let value = JSONValue.array([.number("1"), .number("2"), .number("3")])
        #expect(value[0] == .number("1"))
        #expect(value[2] == .number("3"))
        #expect(value[3] == nil)
        #expect(value[-1] == .number("3"))
        #expect(value[-3] == .number("1"))
        #expect(value[-4] == nil)
        #expect(value[.min] == nil)
        #expect(value[.max] == nil)
        #expect(JSONValue.array([])[0] == nil)
        #expect(JSONValue.array([])[-1] == nil)
        #expect(value["0"] == nil)
    }
}
