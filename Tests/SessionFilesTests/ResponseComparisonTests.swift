import SessionFiles
import Testing

@Suite("Replay: stored responses")
struct ResponseComparisonTests {
    private static func differences(
        _ stored: String,
        _ actual: String,
        ignoring text: String? = nil
    ) -> [String] {
        var ignored = IgnoreList()
        if let text {
            let isList = ignored.add(text)
            #expect(isList)
        }
        return ResponseComparison.differences(
            stored: Array(stored.utf8),
            actual: Array(actual.utf8),
            ignoring: ignored
        )
    }

    @Test(arguments: [
        (#"{"a":1,"b":2}"#, #"{ "b": 2, "a": 1.0 }"#), ("[1,2]", "[1, 2]\n"), ("x\ny", "x\ny"),
    ])
    func `spelling is no difference`(_ stored: String, _ actual: String) {
        #expect(Self.differences(stored, actual) == [])
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":2}"#, ["$['a'] was 2, stored 1"]),
        (#"{"a":{"b":[1,2]}}"#, #"{"a":{"b":[1]}}"#, ["$['a']['b'][1] was absent, stored 2"]),
        (#"{"a":1}"#, #"{"a":1,"b":"x"}"#, ["$['b'] was \"x\", stored absent"]),
        ("1", "\"1\"", ["$ was \"1\", stored 1"]), ("a\nb\n", "a\nc\n", ["- b", "+ c"]),
        ("a", "a\nb", ["+ b"]),
    ])
    func `a difference is told with its place`(
        _ stored: String,
        _ actual: String,
        _ expected: [String]
    ) {
        #expect(Self.differences(stored, actual) == expected)
    }

    @Test func `what is ignored is no difference`() {
        let stored = #"{"ts":1,"items":[{"id":1,"v":2},{"id":3,"v":4}]}"#
        let actual = #"{"ts":9,"items":[{"id":8,"v":2},{"id":7,"v":4}]}"#
        let found = Self.differences(
            stored,
            actual,
            ignoring: "header Date, jsonpath $.ts, jsonpath $.items[*].id"
        )
        #expect(found == [])
        #expect(Self.differences(stored, actual, ignoring: "jsonpath $..id").count == 1)
    }

    @Test func `many differences are cut short`() {
        let stored = "[" + (0..<100).map(String.init).joined(separator: ",") + "]"
        let actual = "[" + (1..<101).map(String.init).joined(separator: ",") + "]"
        let found = Self.differences(stored, actual)
        #expect(found.count == 21)
        #expect(found.last == "…")
    }

    @Test(arguments: ["header", "jsonpath $[", "what x", ""])
    func `what is no list is refused`(_ text: String) {
        var ignored = IgnoreList()
        let isList = ignored.add(text)
        #expect(!isList)
    }
}
