import ShellLanguage
import Testing

@Suite("Values")
struct ValueTests {
    @Test(arguments: [
        ("5", Duration.seconds(5)), ("0", .zero), ("250ms", .milliseconds(250)),
        ("5s", .seconds(5)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
        ("1.5s", .milliseconds(1500)), ("0.5", .milliseconds(500)), ("5000 ms", .seconds(5)),
        ("10us", .microseconds(10)), ("10µs", .microseconds(10)), ("7ns", .nanoseconds(7)),
        ("2min", .seconds(120)), ("9223372036854775807ns", .nanoseconds(Int64.max)),
    ])
    func `durations`(_ text: String, _ duration: Duration) {
        #expect(DurationLiteral.parse(text) == duration)
    }

    @Test(arguments: [
        "", "s", "-1", "1 2", "1x", "1.s", ".5", "1e3", "5  ms", "1.5ns", "off",
        "9223372036854775808ns", "9223372036854775807h", "٣s", "1 ",
    ])
    func `what is no duration`(_ text: String) {
        #expect(DurationLiteral.parse(text) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.seconds(90), "90s"), (.seconds(120), "2m"),
        (.milliseconds(1500), "1500ms"), (.seconds(7200), "2h"), (.microseconds(3), "3us"),
        (.nanoseconds(1), "1ns"), (.seconds(-1), "0s"),
        (.seconds(Int64.max), "9223372036854775807s"),
    ])
    func `durations are written with the largest unit that fits`(
        _ duration: Duration,
        _ text: String
    ) {
        #expect(DurationLiteral.text(duration) == text)
    }

    @Test(arguments: [
        ("0", 0), ("512", 512), ("512B", 512), ("64KiB", 65536), ("64kib", 65536),
        ("10MB", 10_000_000), ("10 MB", 10_000_000), ("1.5KiB", 1536), ("1GiB", 1 << 30),
        ("2TB", 2_000_000_000_000), ("9223372036854775807", Int.max),
    ])
    func `sizes`(_ text: String, _ bytes: Int) {
        #expect(SizeLiteral.parse(text) == bytes)
    }

    @Test(arguments: ["", "B", "-1", "1K", "1.5", "1.5B", "9223372036854775808", "8589934592GiB"])
    func `what is no size`(_ text: String) {
        #expect(SizeLiteral.parse(text) == nil)
    }

    @Test(arguments: [
        (0, "0B"), (-5, "0B"), (1, "1B"), (1000, "1kB"), (1024, "1KiB"), (67_108_864, "64MiB"),
        (10_000_000, "10MB"), (1025, "1025B"),
    ])
    func `sizes are written with the largest unit that fits`(_ bytes: Int, _ text: String) {
        #expect(SizeLiteral.text(bytes) == text)
    }

    @Test func `values read back what they write`() {
        for value in [0, 1, 999, 1000, 1001, 1023, 1024, 1025, 4096, 1_000_000, 1 << 20, 12345] {
            #expect(SizeLiteral.parse(SizeLiteral.text(value)) == value)
            let duration = Duration.nanoseconds(value)
            #expect(DurationLiteral.parse(DurationLiteral.text(duration)) == duration)
            #expect(ConnectionLiteral.parse(ConnectionLiteral.text(value)) == value)
        }
        #expect(SwitchLiteral.parse(SwitchLiteral.text(true)) == true)
        #expect(SwitchLiteral.parse(SwitchLiteral.text(false)) == false)
        #expect(SwitchLiteral.parse("yes") == nil)
    }

    @Test(arguments: ["", "#", "#x", "-1", "##1", "99999999999999999999"])
    func `what is no connection`(_ text: String) {
        #expect(ConnectionLiteral.parse(text) == nil)
    }

    @Test(arguments: [
        "1", "-0", "0.5", "1e9", "1.5E-3", "\"\"", "\"a\\u00e9\\n\"", "true", "false", "null", "[]",
        "{}", "[1, [2, {\"a\": [] }]]", " { \"a\" : 1 , \"b\" : {} } ", "[[[[]]]]",
    ])
    func `JSON`(_ text: String) {
        #expect(JSONSyntax.isValid(text))
    }

    @Test(arguments: [
        "", " ", "01", "-", "1.", ".5", "1e", "+1", "\"", "\"\\x\"", "\"\\u12\"", "\"\n\"", "tru",
        "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "[}", "{]", "1 2",
        "[1", "{\"a\":1", "nan", "'a'", "]",
    ])
    func `what is no JSON`(_ text: String) {
        #expect(!JSONSyntax.isValid(text))
    }

    @Test func `deep JSON is no danger`() {
        let depth = 100_000
        let open = String(repeating: "[", count: depth)
        #expect(JSONSyntax.isValid(open + String(repeating: "]", count: depth)))
        #expect(!JSONSyntax.isValid(open))
    }

    @Test(arguments: [
        ("sokets", ["sockets"]), ("sockets", ["sockets"]), ("SOCKETS", ["sockets"]),
        ("scokets", ["sockets"]), ("sock", ["sockets"]), ("xyz", []), ("a", []), ("", []),
        ("poool.size", ["pool.size"]), ("pol", ["pool", "pool.size"]),
    ])
    func `nearest names`(_ word: String, _ expected: [String]) {
        let names = ["sockets", "pool", "pool.size", "cookies", "quit"]
        #expect(NearestNames.of(word, among: names).first == expected.first)
        #expect(NearestNames.of(word, among: names).isEmpty == expected.isEmpty)
    }

    @Test(
        arguments: [
            ("abc", nil), ("_a-1", nil), ("last", NameProblem.reserved), ("12", .digits),
            ("a$", .dollar), ("1a", .characters), ("", .characters), ("a b", .characters),
            ("é", .characters),
        ] as [(String, NameProblem?)]
    )
    func `names`(_ name: String, _ problem: NameProblem?) {
        #expect(Name.problem(in: name) == problem)
    }
}
