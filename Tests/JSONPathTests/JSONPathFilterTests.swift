import HTTPModel
import JSONPath
import Testing

@Suite("JSONPath: filters and functions")
struct JSONPathFilterTests {
    /// Whether a filter is true of the first element of an array around `$.c`.
    private static func holds(_ expression: String, _ document: String = Self.facts) throws -> Bool
    {
        let value = try JSONValue(parsing: document)
        return try !JSONPathQuery("$.c[?\(expression)]").values(in: value).isEmpty
    }

    /// RFC 9535, section 2.3.5.3, table 11, with one current node.
    static let facts = #"{"obj":{"x":"y"},"arr":[2,3],"c":[{"n":1,"z":null,"s":"b","t":true}]}"#

    @Test(arguments: [
        ("$.absent1 == $.absent2", true), ("$.absent1 <= $.absent2", true),
        ("$.absent == 'g'", false), ("$.absent1 != $.absent2", false), ("$.absent != 'g'", true),
        ("1 <= 2", true), ("1 > 2", false), ("13 == '13'", false), ("'a' <= 'b'", true),
        ("'a' > 'b'", false), ("$.obj == $.arr", false), ("$.obj != $.arr", true),
        ("$.obj == $.obj", true), ("$.obj != $.obj", false), ("$.arr == $.arr", true),
        ("$.arr != $.arr", false), ("$.obj == 17", false), ("$.obj != 17", true),
        ("$.obj <= $.arr", false), ("$.obj < $.arr", false), ("$.obj <= $.obj", true),
        ("$.arr <= $.arr", true), ("1 <= $.arr", false), ("1 >= $.arr", false),
        ("1 > $.arr", false),
        ("1 < $.arr", false), ("true <= true", true), ("true > true", false),
        ("@.n == 1.0", true), ("@.n == 10e-1", true), ("@.z == null", true), ("@.q == null", false),
        ("@.t == true", true), ("@.s > 'a'", true), ("@.s >= 'b'", true), ("@.s > 'b'", false),
    ])
    func `comparisons follow the table of the RFC`(_ expression: String, _ holds: Bool) throws {
        #expect(try Self.holds(expression) == holds)
    }

    @Test(arguments: [
        ("@.n", true), ("@.q", false), ("!@.q", true), ("@.z", true), ("@.n && @.q", false),
        ("@.n || @.q", true), ("@.q || @.n && @.s", true), ("(@.q || @.n) && @.q", false),
        ("!(@.q || @.n)", false), ("@['n','s']", true), ("@.*", true), ("$.arr[?@ > 2]", true),
        ("$.arr[?@ > 3]", false), ("@", true), ("$.obj.x == 'y' && @.n < 2", true),
    ])
    func `existence and logic`(_ expression: String, _ holds: Bool) throws {
        #expect(try Self.holds(expression) == holds)
    }

    @Test(arguments: [
        ("length($.arr) == 2", true), ("length($.obj) == 1", true), ("length('a☺😀') == 3", true),
        ("length(@.n) == 1", false), ("length(@.q) == length($.gone)", true),
        ("count(@.*) == 4", true), ("count(@.q) == 0", true), ("count($.arr[*]) == 2", true),
        ("value($.arr[?@ == 3]) == 3", true), ("value($.arr[*]) == 3", false),
        ("match(@.s, '[a-c]')", true), ("match(@.s, '')", false), ("match('xby', @.s)", false),
        ("search('xby', @.s)", true), ("match(@.n, '1')", false), ("match(@.s, 1)", false),
        ("search(@.s, '(')", false), ("match('ab', 'a|b')", false), ("match('b', 'a|b')", true),
        ("length(value($.arr)) == 2", true), ("!match(@.s, 'x')", true),
    ])
    func `functions yield what the RFC says`(_ expression: String, _ holds: Bool) throws {
        #expect(try Self.holds(expression) == holds)
    }

    @Test(arguments: [
        ("1", "1.0", true), ("0", "-0", true), ("100", "1e2", true), ("1e2", "0.1E+3", true),
        ("9007199254740993", "9007199254740992", false), ("1e400", "2e400", false),
        ("1e400", "10e399", true), ("0.1", "0.10", true), ("-1", "1", false), ("0e9", "0", true),
        ("1e99999999999999999999", "1e99999999999999999998", true), ("1.5", "15e-1", true),
    ])
    func `numbers are equal when they are the same number`(
        _ left: String,
        _ right: String,
        _ areEqual: Bool
    ) {
        #expect((Decimal(left) == Decimal(right)) == areEqual)
    }

    @Test(arguments: [
        ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "0.001"), ("9", "10"), ("0.9", "1"),
        ("9007199254740992", "9007199254740993"), ("1e-400", "1e-399"), ("-1e400", "1"),
        ("1.2", "1.25"), ("-1.25", "-1.2"),
    ])
    func `numbers have an order`(_ less: String, _ greater: String) {
        #expect(Decimal(less) < Decimal(greater))
        #expect(!(Decimal(greater) < Decimal(less)))
    }

    @Test func `objects are equal whatever the order of their members`() throws {
        let document = #"{"a":{"x":1,"y":[2]},"c":[{"y":[2.0],"x":1},{"x":1},{"y":[2],"x":2}]}"#
        let value = try JSONValue(parsing: document)
        #expect(try JSONPathQuery("$.c[?@ == $.a]").values(in: value).count == 1)
    }

    @Test func `limits on nodes and steps are kept`() throws {
        let value = try JSONValue(parsing: "[[1,2,3],[4,5,6]]")
        let query = try JSONPathQuery("$..*")
        #expect(try query.values(in: value, limits: JSONPathLimits(nodes: 8)).count == 8)
        #expect(throws: JSONPathOverrun.tooManyNodes(limit: 7)) {
            try query.values(in: value, limits: JSONPathLimits(nodes: 7))
        }
        #expect(throws: JSONPathOverrun.tooManySteps(limit: 10)) {
            try query.values(in: value, limits: JSONPathLimits(steps: 10))
        }
    }

    @Test func `a pattern cannot run away`() throws {
        let subject = String(repeating: "a", count: 20_000) + "b"
        let value = JSONValue.array([.string(subject)])
        #expect(try JSONPathQuery("$[?match(@, '(a*)*(a|aa)*c')]").values(in: value).isEmpty)
        let costly = try JSONPathQuery("$[?search(@, '(a{1,60}){1,60}c')]")
        #expect(throws: JSONPathOverrun.tooManySteps(limit: 50_000_000)) {
            try costly.values(in: value)
        }
    }

    @Test func `a query that multiplies its nodes is stopped`() throws {
        let value = try JSONValue(parsing: "[0,1,2,3,4,5,6,7,8,9]")
        let many = String(repeating: "0,", count: 2_000) + "0"
        #expect(throws: JSONPathOverrun.tooManyNodes(limit: 1_000_000)) {
            let nested = JSONValue.array([JSONValue.array([value])])
            _ = try JSONPathQuery("$[\(many)][\(many)]").values(in: nested)
        }
    }
}
