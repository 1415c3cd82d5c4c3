import HTTPModel
import SessionFiles
import Testing

/// Values of tags that say how a request is replayed.
@Suite("Replay: rules of tags")
struct ReplayRulesTests {
    @Test(arguments: [
        ("5", 5, 0, 0), ("5 every 1s", 5, 1_000, 0),
        ("3 every 250 ms until status 200", 3, 250, 1),
        ("3 until status 200 and jsonpath $.state == \"a and b\"", 3, 0, 2),
    ])
    func `a retry has a count, a pause and conditions`(
        _ text: String,
        _ count: Int,
        _ milliseconds: Int,
        _ conditions: Int
    ) throws {
        let rule = try #require(RetryRule(text))
        #expect(rule.count == count)
        #expect(rule.interval == .milliseconds(milliseconds))
        #expect(rule.until.count == conditions)
    }

    @Test(arguments: ["", "0", "x", "3 every", "3 every x", "3 until", "3 until bogus", "3 often"])
    func `what is no retry is refused`(_ text: String) {
        #expect(RetryRule(text) == nil)
    }

    @Test(arguments: ["token = jsonpath $.token", "t=header ETag", "a_1 = cookie sid"])
    func `a capture names a variable and a query`(_ text: String) {
        #expect(Capture(text, line: 1) != nil)
    }

    @Test(arguments: ["token", "= status", "1a = status", "last = status", "a b = status", "a = x"])
    func `what is no capture is refused`(_ text: String) {
        #expect(Capture(text, line: 1) == nil)
    }

    @Test func `a capture takes the first match as text`() throws {
        var subject = ExpectationSubject(status: 201, fields: [FieldLine("ETag", "\"7\"")])
        subject.setContent(Array(#"{"items":[{"id":7},{"id":8}],"token":"abc"}"#.utf8))
        let rows = [
            ("jsonpath $.token", "abc"), ("jsonpath $.items[*].id", "7"), ("status", "201"),
            ("header etag", "\"7\""), ("jsonpath $.items count", "2"),
            ("jsonpath $.items[0]", #"{"id":7}"#),
        ]
        for (query, expected) in rows {
            let capture = try #require(Capture("x = \(query)", line: 1))
            #expect(capture.query.captured(from: subject) == expected, "\(query)")
        }
        #expect(try Expectation.parseQuery("jsonpath $.none").captured(from: subject) == nil)
    }

    @Test(arguments: [
        ("if {{a}} == b", "b", true), ("if {{a}} == b", "c", false), ("if {{a}} != b", "c", true),
        ("if {{a}}", "x", true), ("if {{a}}", "", false), ("if {{a}}", "false", false),
        ("if {{a}} == \"\"", "", true),
    ])
    func `a condition is held against what it resolves to`(
        _ text: String,
        _ value: String,
        _ holds: Bool
    ) throws {
        let condition = try #require(SkipCondition(text))
        #expect(condition.left == "{{a}}")
        #expect(condition.holds(left: value, right: condition.right) == holds)
    }

    @Test func `a pace divides the offsets of the recording`() throws {
        let offset = try #require(Pace.offset("+1.250s"))
        #expect(offset == .milliseconds(1_250))
        #expect(Pace("none")?.due(at: offset) == nil)
        #expect(Pace("original")?.due(at: offset) == .milliseconds(1_250))
        #expect(Pace("x2")?.due(at: offset) == .milliseconds(625))
        #expect(Pace("x2")?.due(at: nil) == nil)
        for text in ["x0", "x-1", "fast", "xx", "x"] { #expect(Pace(text) == nil, "\(text)") }
    }

    @Test func `a selection takes names and numbers, and says what is not there`() throws {
        let text = (1...4).map { "###\n# @name r\($0)\nGET /\($0)\n\n" }.joined()
        let plan = try ReplayPlan(read(text))
        var selection = ReplaySelection()
        #expect(try selection.indices(in: plan) == [0, 1, 2, 3])
        selection.from = "r2"
        selection.to = "3"
        #expect(try selection.indices(in: plan) == [1, 2])
        selection.only = ["r3", "1"]
        #expect(try selection.indices(in: plan) == [2])
        for wrong in ["r9", "0", "5", "-1", "\(Int.min)", "\(Int.max)"] {
            selection.only = [wrong]
            #expect(throws: ReplaySelection.Missing.self) { try selection.indices(in: plan) }
        }
    }

    @Test func `the plan of an included file comes first`() throws {
        var plan = try ReplayPlan(read("@a = 1\n\n###\nGET /b\n"))
        let included = try ReplayPlan(
            SessionFileReader.read("# @set pool.size 2\n@c = 2\n\n###\nGET /a\n", file: "x.http")
        )
        plan.prepend(included)
        #expect(plan.steps.map(\.target) == ["/a", "/b"])
        #expect(plan.steps.map(\.file) == ["x.http", "f.http"])
        #expect(plan.steps.map(\.ordinal) == [1, 2])
        #expect(plan.variables.map(\.name) == ["c", "a"])
        #expect(plan.settings.map(\.name) == ["pool.size"])
    }

    @Test func `environments are read with what they share`() throws {
        let file = try EnvironmentFile(
            Array(#"{"$shared":{"a":"1","b":2},"dev":{"b":"3","c":true},"prod":{}}"#.utf8)
        )
        #expect(file.environments == ["dev", "prod"])
        let variables = file.variables(of: "dev").map { "\($0.0)=\($0.1)" }
        #expect(variables == ["a=1", "b=2", "b=3", "c=true"])
        for text in ["", "[]", "{\"a\":1}"] {
            #expect(throws: EnvironmentFile.Failure.self) { try EnvironmentFile(Array(text.utf8)) }
        }
    }
}
