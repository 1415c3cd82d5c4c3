import HTTPModel
import Rendering
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    @Test
    func `members keep the order in which they are written`() {
        var writer = JSONWriter()
        writer.object { object in
            object.member("type", "exchange")
            object.member("n", 3)
            object.member("reused", true)
            object.member("idleMs", milliseconds: .microseconds(3200))
            object.member("dnsMs", milliseconds: nil)
            object.member("why", String?.none)
            object.member("left out", ifPresent: Int?.none)
            object.member("name", ifPresent: "x")
            object.null("body")
            object.object("bytes") { bytes in
                bytes.member("sent", 1)
                bytes.object("empty") { _ in }
            }
            object.array("fields") { fields in
                fields.array { field in
                    field.element("a")
                    field.element("b")
                }
                fields.array { _ in }
                fields.object { $0.member("k", 0.5) }
                fields.element(Int?.none)
            }
            object.array("ids", of: [1, 2])
            object.member("value", JSONValue.array([.number("1.0"), .null]))
            object.member("seq", UInt64.max)
        }
        #expect(
            writer.text == #"{"type":"exchange","n":3,"reused":true,"idleMs":3.2,"dnsMs":null,"#
                + #""why":null,"name":"x","body":null,"bytes":{"sent":1,"empty":{}},"#
                + #""fields":[["a","b"],[],{"k":0.5},null],"ids":[1,2],"value":[1.0,null],"#
                + #""seq":18446744073709551615}"#
        )
    }

    @Test
    func `lines follow each other, and the writer can be used again`() {
        var writer = JSONWriter()
        writer.object { $0.member("a\n", "\u{2028}\u{1B}\"") }
        writer.endLine()
        writer.array { $0.element(false) }
        writer.endLine()
        #expect(writer.text == "{\"a\\n\":\"\\u2028\\u001b\\\"\"}\n[false]\n")
        writer.removeAll()
        #expect(writer.bytes.isEmpty)
        writer.object { _ in }
        #expect(writer.text == "{}")
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"),
        (1.0 / 3, "0.3333333333333333"),
        (1e15, "1000000000000000"), (123456789.125, "123456789.125"), (0.001, "0.001"),
        (Double.leastNonzeroMagnitude, "5e-324"),
        (Double.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.nan, "null"),
        (.infinity, "null"), (-.infinity, "null"),
    ])
    func `doubles have their shortest spelling`(_ value: Double, _ expected: String) throws {
        var bytes: [UInt8] = []
        value.appendJSON(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        #expect(throws: Never.self) { try JSONValue(parsing: bytes) }
    }

    @Test(arguments: [
        (Duration.zero, "0"), (.nanoseconds(499), "0"), (.nanoseconds(500), "0.001"),
        (.microseconds(1), "0.001"),
        (.microseconds(10), "0.01"), (.microseconds(3200), "3.2"), (.milliseconds(801), "801"),
        (.nanoseconds(1_999_500), "2"), (.nanoseconds(1_999_499), "1.999"),
        (.seconds(100_000), "100000000"),
        (.microseconds(-1500), "-1.5"), (.nanoseconds(-500), "-0.001"), (.nanoseconds(-499), "0"),
        (.seconds(Int64.max), "9223372036854.776"),
    ])
    func `milliseconds have at most three decimals and no exponent`(
        _ duration: Duration,
        _ expected: String
    ) {
        #expect(Milliseconds(duration).text == expected)
    }
}
