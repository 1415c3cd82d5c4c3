import HTTPModel
import TestSupport
import TestTransport
import Testing

@testable import Shell

@Suite("Shell: request lines")
struct RequestLineTests {
    private func harness() async -> Harness {
        await Harness(answers: [
            "/x": .init(200, [("Content-Type", "application/json")], body: #"{"token":"abc"}"#),
            "/bad": .init(500, body: "no"),
        ])
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Files.read(path), as: UTF8.self)
    }

    // MARK: Files that output goes to

    @Test(arguments: ["", " &", " --verbose"])
    func `the name of a file may hold references`(_ end: String) async throws {
        let folder = try TemporaryFolder()
        let harness = await self.harness()
        let line =
            end == " &"
            ? "get /x > \(folder.path)/{{f}}.txt &" : "get /x\(end) > \(folder.path)/{{f}}.txt"
        let shown = await harness.run("@f = o", line, "wait")
        #expect(try self.text("\(folder.path)/o.txt") == #"{"token":"abc"}"#)
        #expect(shown.isEmpty)
    }

    @Test
    func `as JSON Lines the body goes to the file that a reference names`() async throws {
        let folder = try TemporaryFolder()
        let harness = await self.harness()
        let shown = await harness.run(
            "set format jsonl",
            "@f = o",
            "get /x > \(folder.path)/{{f}}.txt"
        )
        #expect(try self.text("\(folder.path)/o.txt") == #"{"token":"abc"}"#)
        #expect(shown.contains(#""body":null"#), "\(shown)")
        #expect(shown.contains("o.txt"), "\(shown)")
    }

    @Test
    func `a file's name that cannot be made sends nothing`() async {
        let harness = await self.harness()
        _ = await harness.run("get /x > {{nope}}.txt")
        #expect(harness.sent.isEmpty)
        #expect(harness.errors.contains("no variable nope"))
    }

    // MARK: Tags

    @Test(arguments: [
        ("# @expect statu 200", 10), ("# @capture token", 11), ("# @timeout soon", 11),
        ("# @name 12", 8),
    ])
    func `a wrong tag fails at its line, with a caret, and concerns no request`(
        _ tag: String,
        _ column: Int
    ) async {
        let harness = await self.harness()
        let problem = await harness.evaluator.run(tag)
        #expect(problem?.exitStatus == 2)
        let caret = String(repeating: " ", count: column) + "^"
        #expect(harness.errors.contains("  | \(caret)"), "\(harness.errors)")
        let shown = await harness.run("get /x", "get /x")
        #expect(shown == #"{"token":"abc"}{"token":"abc"}"#)
    }

    @Test
    func `tags are of the next request only, whatever becomes of it`() async {
        let harness = await self.harness()
        _ = await harness.run("# @expect status 204", "get /{{nope}}")
        #expect(await harness.evaluator.run("get /x") == nil)
        _ = await harness.run("# @expect status 204", "get /x")
        #expect(harness.errors.contains("expect status 204: FAILED"))
    }

    @Test
    func `a capture sets a variable from the response`() async {
        let harness = await self.harness()
        let shown = await harness.run(
            "# @capture token = jsonpath $.token",
            "get /x",
            "echo {{token}}"
        )
        #expect(shown == #"{"token":"abc"}abc"# + "\n")
        let problem = await harness.evaluator.run("# @capture t = jsonpath $.nothing")
        #expect(problem == nil)
        #expect(await harness.evaluator.run("get /x")?.exitStatus == 1)
    }

    @Test
    func `a pasted block captures for the requests behind it`() async {
        let harness = await self.harness()
        let block = "# @capture token = jsonpath $.token\nGET /x\n\n###\nGET /{{token}}\n"
        _ = await harness.evaluator.runBlock(block)
        #expect(harness.sent == ["GET /x", "GET /abc"])
    }

    @Test
    func `tags hold for each request of a repetition that is made anew`() async {
        let harness = await self.harness()
        _ = await harness.run("# @capture t = jsonpath $.token", "2x1 get /x?n={{$index}}")
        #expect(harness.transport.requests.count == 2)
    }

    // MARK: Status

    @Test(arguments: [("2x1 get /bad", 5), ("get /bad", 5), ("2x1 get /x", 0)])
    func `under --check-status a repetition fails by its statuses`(
        _ line: String,
        _ status: Int
    ) async {
        let harness = await self.harness()
        await harness.evaluator.checkStatus()
        #expect(await harness.evaluator.run(line)?.exitStatus ?? 0 == status)
    }

    // MARK: What is shown

    @Test
    func `a dry run hides secrets`() async {
        let harness = await self.harness()
        let shown = await harness.run("get /x --bearer SEKRIT X-Api-Key:SEKRIT --dry-run")
        #expect(!shown.contains("SEKRIT"))
        #expect(shown.contains("(redacted)"))
        #expect(harness.sent.isEmpty)
    }

    @Test
    func `show raw is an object among JSON Lines, and goes through tails`() async throws {
        let folder = try TemporaryFolder()
        let harness = await self.harness()
        _ = await harness.run("get /x")
        #expect(await harness.run("show raw") == #"{"token":"abc"}"#)
        let line = await harness.run("show raw --json")
        #expect(line.hasPrefix(#"{"type":"exchange""#), "\(line)")
        #expect(line.hasSuffix("\n"))
        #expect(await harness.run("show raw > \(folder.path)/raw").isEmpty)
        #expect(try self.text("\(folder.path)/raw") == #"{"token":"abc"}"#)
    }

    @Test
    func `what a child prints is made objects where JSON Lines are wanted`() async {
        let harness = await self.harness()
        let shown = await harness.run("set format jsonl", "!echo hi; echo you")
        #expect(
            shown == """
                {"type":"output","line":1,"text":"hi"}
                {"type":"output","line":2,"text":"you"}

                """
        )
    }

    @Test
    func `the name of a file that was saved cannot drive the terminal`() async throws {
        let folder = try TemporaryFolder()
        let harness = await self.harness()
        for line in ["save", "export curl", "export http", "export har", "cookies save"] {
            _ = await harness.run("get /x", "@v = a\u{1B}]0;x\u{7}\u{202E}b")
            let problem = await harness.evaluator.run(
                "\(line) \(folder.path)/\(line.filter(\.isLetter)){{v}}.http"
            )
            #expect(problem == nil)
            let errors = harness.errors.unicodeScalars
            #expect(!errors.contains { ["\u{1B}", "\u{7}", "\u{202E}"].contains($0) }, "\(line)")
            #expect(harness.errors.contains("\\x1b"), "\(line): \(harness.errors)")
        }
    }
}

@Suite("Shell: what is substituted or quoted is no option")
struct SubstitutedOptionTests {
    @Test
    func `a word that a reference made is never taken for an option`() async {
        let harness = await Harness(answers: ["/x": .init(200)])
        let problem = await harness.evaluator.run("@w = --for")
        #expect(problem == nil)
        #expect(await harness.evaluator.run("headers set X-A {{w}}") == nil)
        #expect(await harness.run("headers").contains("--for"))
        _ = await harness.run("@v = --force", "pool close all {{v}}")
        #expect(harness.errors.contains("does not take --force"), "\(harness.errors)")
        _ = await harness.run("pool close all '--force'")
        #expect(harness.errors.contains("does not take --force"), "\(harness.errors)")
        _ = await harness.run("@l = --last", "watch --count 1 100ms lanes {{l}} 3")
        #expect(harness.errors.contains("does not take --last"), "\(harness.errors)")
    }

    @Test(arguments: ["echo --json", "echo '--json'", "@j = --json\necho {{j}}"])
    func `echo prints its words, whatever they look like`(_ lines: String) async {
        let harness = await Harness(answers: [:])
        var shown = ""
        for line in lines.split(separator: "\n") { shown = await harness.run(String(line)) }
        #expect(shown == "--json\n")
    }

    @Test
    func `an option after a command that prints is one as before`() async {
        let harness = await Harness(answers: [:])
        #expect(await harness.run("vars --json") == "")
        #expect(await harness.run("set pool.size --json").hasPrefix(#"{"type":"setting""#))
    }
}

@Suite("Shell: what is said of a wrong line")
struct WrongLineTests {
    struct Case: Sendable {
        let line: String
        let says: String
    }

    @Test(arguments: [
        Case(
            line: "post /x a=@nofile",
            says: """
                error: cannot read nofile: there is no such file
                  | post /x a=@nofile
                  |            ^~~~~~ did you mean `a=\\@nofile`?
                """
        ),
        Case(line: "post /x q==@nofile", says: #"did you mean `q==\@nofile`?"#),
        Case(line: "post /x X-A:@nofile", says: #"did you mean `X-A:\@nofile`?"#),
        Case(
            line: "post name@nofile",
            says: """
                  | post name@nofile
                  |      ^~~~~~~~~~~ did you mean `./name@nofile`?
                """
        ),
        Case(line: "get /{{%token}}", says: "no variable token\n"),
        Case(line: "get /{{%token}}", says: "`@token = …` sets it"),
        Case(line: "@base =", says: "error: base needs a URL\n"),
        Case(
            line: "post /x a=1 a[b]=2",
            says: """
                error: a[b]: a string stands there already
                  | post /x a=1 a[b]=2
                  |             ^~~~
                """
        ),
        Case(
            line: "post /x a[10000]=2",
            says: """
                error: a[10000]: an array has at most 10000 elements
                  | post /x a[10000]=2
                  |         ^~~~~~~~
                """
        ),
        Case(
            line: "expect statu 200",
            says: """
                  | expect statu 200
                  |        ^
                """
        ),
        Case(line: "zzzzzz", says: "`help` lists the commands"),
        Case(line: "help zzzzzz", says: "`help` lists the commands"),
        Case(
            line: "get /x?a={{$timestamp -9223372036854775808 d}}",
            says: "takes a number and y, M, w, d, h, m, s or ms"
        ),
    ])
    func `the message names the word, has a caret and offers what to do`(_ row: Case) async {
        let harness = await Harness(answers: ["/x": .init(200)])
        _ = await harness.run("set on-error continue", row.line)
        #expect(harness.errors.contains(row.says), "\(harness.errors)")
        #expect(!harness.errors.contains("help: help lines"))
        #expect(!harness.errors.contains("help: help help"))
    }

    @Test(arguments: ["get /x | $.nope", "show 7", "wait 3 4", "!exit 3", "get /{{nope}}"])
    func `in a script every problem has its line and column`(_ line: String) async {
        let harness = await Harness(answers: ["/x": .init(200, body: "{}")])
        _ = await harness.evaluator.run(line, at: ScriptPlace(file: "-", line: 7))
        #expect(harness.errors.contains(#/(^|\n)stdin:7:\d+: /#))
    }
}

@Suite("Shell: values that items build")
struct DataTreeTests {
    private func built(_ items: [([DataTree.Step], JSONValue)]) throws -> String? {
        var tree = DataTree()
        for (steps, value) in items { try tree.insert(value, at: steps, key: "k") }
        return tree.value?.compactText
    }

    private static let a = DataTree.Step.member("a")
    private static let one = JSONValue.number("1")
    private static let twice = JSONValue.object([.init("x", Self.one), .init("x", .null)])

    struct Case: Sendable {
        let items: [([DataTree.Step], JSONValue)]
        let expected: String?

        init(_ expected: String?, _ items: ([DataTree.Step], JSONValue)...) {
            self.items = items
            self.expected = expected
        }
    }

    @Test(arguments: [
        Case(nil),
        Case(#"{"a":{"b":1}}"#, ([Self.a, .member("b")], Self.one)),
        Case(
            #"{"a":null,"b":1}"#,
            ([Self.a], Self.one),
            ([.member("b")], Self.one),
            ([Self.a], .null)
        ),
        Case(
            #"{"a":[null,null,1,1]}"#,
            ([Self.a, .element(2)], Self.one),
            ([Self.a, .append], Self.one)
        ),
        Case(
            #"{"a":[{"a":1},1]}"#,
            ([Self.a, .element(1)], Self.one),
            ([Self.a, .element(0), Self.a], Self.one)
        ),
        Case(
            #"{"a":{"x":true,"x":null,"y":1}}"#,
            ([Self.a], Self.twice),
            ([Self.a, .member("x")], .bool(true)),
            ([Self.a, .member("y")], Self.one)
        ),
        Case(
            #"{"a":[1,null]}"#,
            ([Self.a], .array([Self.one])),
            ([Self.a, .append], .null)
        ),
        Case("[1,1]", ([.append], Self.one), ([.append], Self.one)),
    ])
    func `items build objects and arrays in the order typed`(_ row: Case) throws {
        #expect(try self.built(row.items) == row.expected)
    }

    @Test
    func `what stands there already is not changed into something else`() {
        for first in [DataTree.Step.member("b"), .append] {
            var tree = DataTree()
            let other = first == .append ? DataTree.Step.member("b") : .append
            #expect(throws: Never.self) { try tree.insert(.null, at: [first], key: "a") }
            #expect(throws: DataTree.Conflict.self) {
                try tree.insert(.null, at: [other], key: "b")
            }
        }
    }

    @Test(arguments: [0, 1, 9_999, 10_000, 10_001])
    func `an array has ten thousand elements at most`(_ index: Int) {
        var tree = DataTree()
        let isAllowed = (try? tree.insert(.null, at: [.element(index)], key: "k")) != nil
        #expect(isAllowed == (index < 10_000))
    }

    @Test
    func `twice the items take twice the time, not four times`() throws {
        // What is quadratic in fifty thousand members takes minutes.
        var tree = DataTree()
        for index in 0..<50_000 {
            try tree.insert(.number("\(index)"), at: [.member("a\(index)")], key: "")
        }
        guard case .object(let members)? = tree.value else {
            Issue.record("no object")
            return
        }
        #expect(members.count == 50_000)
        #expect(members.last?.key == "a49999")
    }
}
