import HTTPModel
import HTTPTypes
import TestSupport
import TestTransport
import Testing

@testable import Shell

@Suite("Shell: looking at answers")
struct AnswerCommandTests {
    private static let json = ("Content-Type", "application/json")

    @Test
    func `diff shows the values that differ, by their paths`() async {
        let harness = await Harness(answers: [
            "/1": .init(
                200,
                [Self.json, ("ETag", "a")],
                body: #"{"id":1,"tags":["x","y"],"n":1.0}"#
            ),
            "/2": .init(201, [Self.json, ("ETag", "b")], body: #"{"n":1.0,"id":2,"tags":["y"]}"#),
        ])
        _ = await harness.run("get /1", "get /2")
        let shown = await harness.run("diff 1 2")
        #expect(
            shown == """
                1 → 2
                status
                - 200
                + 201
                fields
                - etag: a
                + etag: b
                content
                  $.id  1 → 2
                - $.tags[0]  "x"

                """,
            "\(shown)"
        )
        #expect(await harness.run("diff") == shown)
        let alike = await harness.run("diff 1 1")
        #expect(alike == "1 → 1 · alike in status, fields and content\n")
    }

    @Test
    func `diff compares text by lines, and needs two answers`() async {
        let harness = await Harness(answers: [
            "/1": .init(200, [("Content-Type", "text/plain")], body: "a\nb\nc\n"),
            "/2": .init(200, [("Content-Type", "text/plain")], body: "a\nB\nc\n"),
        ])
        _ = await harness.run("get /1", "diff")
        #expect(harness.errors.contains("there is no exchange to compare 1 with"))
        _ = await harness.run("get /2")
        let shown = await harness.run("diff")
        #expect(shown == "1 → 2\ncontent\n- 2  b\n+ 2  B\n", "\(shown)")
    }

    @Test(arguments: ["again | $.id", "show | $.id", "show 1 | $.id", "last | $.id", "| $.id"])
    func `a filter behind what shows an answer gets its content`(_ line: String) async {
        let harness = await Harness(answers: ["/1": .init(200, [Self.json], body: #"{"id":7}"#)])
        _ = await harness.run("get /1")
        #expect(await harness.run(line) == "7\n", "\(harness.errors)")
    }

    @Test(arguments: [
        ("200x1 get /1", true), ("200x4 get /1", true), ("200x1 get /1 | cat", false),
    ])
    func `the answers of a repetition go out as they come, but those for a filter at once`(
        _ line: String,
        _ goesOut: Bool
    ) async {
        let harness = await Harness(answers: ["/1": .init(200, [], body: "x")])
        let output = await harness.run(line)
        let count = harness.requestsBeforeOutput.map { $0 < 200 }
        // The output of a child is its own.
        #expect(output == (goesOut ? String(repeating: "x", count: 200) : ""))
        #expect(count == (goesOut ? true : nil))
    }

    @Test func `a filter as jq has them is told how it is written here`() async {
        let harness = await Harness(answers: ["/1": .init(200, [Self.json], body: #"{"id":7}"#)])
        _ = await harness.run("get /1 | .id")
        #expect(harness.errors.contains("`| $.id` is a path into JSON"), "\(harness.errors)")
    }

    @Test(arguments: ["again > FILE", "show > FILE", "last > FILE"])
    func `so does a file`(_ line: String) async throws {
        let folder = try TemporaryFolder()
        let harness = await Harness(answers: ["/1": .init(200, [Self.json], body: #"{"id":7}"#)])
        let path = "\(folder.path)/f"
        #expect(await harness.run("get /1", line.replacing("FILE", with: path)) == #"{"id":7}"#)
        #expect(try String(decoding: Files.read(path), as: UTF8.self) == #"{"id":7}"#)
    }

    @Test(arguments: [
        ("auth basic ann:hush", "auth basic {{$secret credentials}}"),
        ("auth basic ann:{{$.pw}}", "auth basic ann:{{$.pw}}"),
        ("auth basic ann:hu{{x}}", "auth basic {{$secret credentials}}"),
        ("auth basic {{user}}:hush", "auth basic {{$secret credentials}}"),
        ("auth bearer {{$.token}}", "auth bearer {{$.token}}"),
        ("auth bearer abc{{x}}", "auth bearer {{$secret token}}"),
    ])
    func `the history keeps nothing of a secret that was typed`(
        _ line: String,
        _ kept: String
    ) async {
        let harness = await Harness(answers: [:])
        #expect(await harness.evaluator.noteEntered(line) == kept)
    }

    @Test
    func `again sends the same request once more`() async {
        let harness = await Harness(answers: ["/x": .init(200, body: "hello")])
        _ = await harness.run("post /x a=1")
        let shown = await harness.run("again")
        #expect(shown == "hello")
        #expect(harness.sent == ["POST /x", "POST /x"])
    }

    @Test
    func `once takes the next output, and only that`() async throws {
        let folder = try TemporaryFolder()
        let harness = await Harness(answers: ["/x": .init(200, body: "hello")])
        let shown = await harness.run("once > \(folder.path)/out", "get /x", "get /x")
        #expect(shown == "hello")
        #expect(String(decoding: try Files.read("\(folder.path)/out"), as: UTF8.self) == "hello")
        _ = await harness.run("once")
        #expect(harness.errors.contains("once"))
    }

    @Test
    func `open hands a file that is named after its type to a program`() async throws {
        let folder = try TemporaryFolder()
        let harness = await Harness(
            answers: ["/p": .init(200, [("Content-Type", "image/png; x=../../y")], body: "png")],
            environment: ["LINGER_OPEN": "test -s", "TMPDIR": folder.path]
        )
        _ = await harness.run("get /p", "open")
        #expect(harness.errors.contains("/answer-1.png"), "\(harness.errors)")
    }
}

@Suite("Shell: aliases, the rc file, blocks")
struct EditingCommandTests {
    @Test
    func `an alias stands for the beginning of a line`() async {
        let harness = await Harness(answers: ["/users?page=2": .init(200, body: "two")])
        let shown = await harness.run("alias u = get /users", "u page==2", "alias", "alias rm u")
        #expect(shown == "twoalias u = get /users\n")
        _ = await harness.run("u")
        #expect(harness.errors.contains("error: `u`"), "\(harness.errors)")
        _ = await harness.run("alias get = post")
        #expect(harness.errors.contains("alias"))
    }

    @Test
    func `the rc file explains every setting, and runs as it is`() async {
        let harness = await Harness(answers: [:])
        let manual = await harness.run("config show")
        for setting in SettingsTable.all {
            #expect(manual.contains("# set \(setting.name) \(setting.get(SettingsValues()))\n"))
        }
        #expect(await harness.evaluator.runScript(Array(manual.utf8), file: "rc") == nil)
        // What stands there as a comment is valid without its mark.
        for line in manual.split(separator: "\n") where line.hasPrefix("# set ") {
            let problem = await harness.evaluator.run(String(line.dropFirst(2)))
            #expect(problem == nil, "\(line)")
        }
    }

    @Test
    func `a pasted block is one request, with fields and body of its own`() async {
        let harness = await Harness(ScriptedTransport(.response(.init(200, body: "ok"))))
        let problem = await harness.evaluator.runEntered(
            """
            # a note
            POST /orders
            X-One: 1
            Content-Type: application/json

            {"item": "tea"}
            """
        )
        #expect(problem == nil, "\(harness.errors)")
        #expect(harness.sent == ["POST /orders"])
        let fields = harness.transport.requests[0].fields.map { "\($0.name.rawName): \($0.value)" }
        #expect(fields.contains("X-One: 1"))
        #expect(harness.errors.contains("POST /orders · 2 fields · 15 B"), "\(harness.errors)")
        _ = await harness.evaluator.runEntered("get /next")
        #expect(harness.transport.requests.count == 2)
        #expect(!harness.transport.requests[1].fields.contains { $0.name.rawName == "X-One" })
    }

    @Test
    func `lines that are shell lines stay lines`() async {
        let harness = await Harness(ScriptedTransport(.response(.init(200, body: "ok"))))
        _ = await harness.evaluator.runEntered("get /one\nget /two")
        #expect(harness.sent == ["GET /one", "GET /two"])
    }

    @Test
    func `edit sends what the editor leaves`() async throws {
        let folder = try TemporaryFolder()
        let harness = await Harness(
            ScriptedTransport(.response(.init(200, body: "ok"))),
            environment: ["EDITOR": "sed -i s/tea/milk/", "TMPDIR": folder.path]
        )
        _ = await harness.run("post /orders item=tea")
        _ = await harness.run("edit")
        #expect(harness.sent == ["POST /orders", "POST /orders"], "\(harness.errors)")
        guard case .bytes(let bytes) = harness.transport.requests[1].body else {
            Issue.record("no content")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("milk"))
    }
}

@Suite("Shell: descriptions of services")
struct DescriptionCommandTests {
    private func harness() async -> Harness {
        await Harness(answers: [
            "/openapi.json": .init(
                200,
                [("Content-Type", "application/json")],
                body: Snapshots.description
            ),
            "/users": .init(200, body: "[]"), "/extra": .init(200, body: "x"),
        ])
    }

    @Test
    func `openapi find looks at the usual paths, and ls lists what it found`() async {
        let harness = await self.harness()
        _ = await harness.run("openapi find")
        #expect(
            harness.errors.contains("Shop 1 · OpenAPI 3.1 · 6 operations on 4 paths"),
            "\(harness.errors)"
        )
        _ = await harness.run("get /extra")
        let list = await harness.run("ls")
        #expect(list.contains("users/"))
        #expect(list.contains("GET POST"))
        #expect(list.contains("extra"))
        let users = await harness.run("ls /users")
        #expect(users.contains("{id}/"))
        let orders = await harness.run("ls /users/7")
        #expect(orders.contains("orders"))
        let all = await harness.run("ls --all")
        #expect(all.contains("/users/{id}/orders"))
    }

    @Test
    func `help on an operation has parameters, a body and a line that sends it`() async {
        let harness = await self.harness()
        let help = await harness.run("openapi /openapi.json", "help post /users")
        #expect(help.contains("POST /users · make a user"))
        #expect(help.contains("role"))
        #expect(help.contains("admin|guest"))
        #expect(help.contains("post /users name=string role=admin active:=true"), "\(help)")
        let get = await harness.run("help get /users/{id}")
        #expect(get.contains("get /users/"), "\(get)")
        let both = await harness.run("help /users")
        #expect(both.contains("GET /users"))
        #expect(both.contains("POST /users"))
    }

    @Test
    func `what is missing is said, with what to try`() async {
        let harness = await Harness(answers: ["/none": .init(200, body: "{}")])
        _ = await harness.run("help get /users")
        #expect(harness.errors.contains("no description"))
        #expect(harness.errors.contains("openapi"))
        _ = await harness.run("openapi find")
        #expect(harness.errors.contains("there is no description of a service"))
        _ = await harness.run("openapi /none")
        #expect(harness.errors.contains("describes no service"))
        let fresh = await Harness(answers: [:])
        _ = await fresh.run("ls")
        #expect(fresh.errors.contains("`openapi find` looks for a description"))
    }
}

@Suite("Shell: environments")
struct EnvironmentTests {
    @Test
    func `variables come from the shared part, the environment and the private file`() async throws
    {
        let folder = try TemporaryFolder()
        try Files.write(
            Array(#"{"$shared":{"v":1},"dev":{"host":"d","n":2.50},"prod":{}}"#.utf8),
            to: "\(folder.path)/http-client.env.json"
        )
        try Files.write(
            Array(#"{"dev":{"key":"t0p"}}"#.utf8),
            to: "\(folder.path)/http-client.private.env.json"
        )
        let harness = await Harness(answers: [:])
        let file = "\(folder.path)/http-client.env.json"
        let shown = await harness.run("env dev \(file)", "echo {{v}} {{host}} {{n}} {{key}}")
        #expect(shown == "1 d 2.50 t0p\n", "\(harness.errors)")
        #expect(harness.errors.contains("dev: 3 variables, 1 secret"))
        let vars = await harness.run("vars")
        #expect(!vars.contains("t0p"))
        _ = await harness.run("env nothing \(file)")
        #expect(harness.errors.contains("nothing"), "\(harness.errors)")
    }
}

@Suite("Shell: what the history keeps of several lines")
struct PastedHistoryTests {
    @Test
    func `a comment before them hides no secret, and blocks are left out`() async {
        let harness = await Harness(answers: [:])
        let lines = "# a note\nget / -a ann:t0psecret\npost /x token=t0psecret"
        let kept = await harness.evaluator.noteEntered(lines)
        #expect(kept?.contains("t0psecret") == false, "\(kept ?? "")")
        #expect(kept?.contains("get /") == true)
        let block = "POST /x\nX-Key: t0psecret\n\n{\"a\":\"t0psecret\"}"
        #expect(await harness.evaluator.noteEntered(block) == nil)
    }

    @Test(arguments: [
        ("auth --for http://h bearer t0p", "auth --for http://h bearer {{$secret token}}"),
        ("auth bearer t0p --for http://h", "auth bearer {{$secret token}} --for http://h"),
        ("auth basic ann t0p", "auth basic ann {{$secret password}}"),
        (
            "auth digest ann t0p --for http://h",
            "auth digest ann {{$secret password}} --for http://h"
        ),
        ("auth basic ann {{pw}}", "auth basic ann {{pw}}"),
        (
            "auth basic ann:t0p psecret",
            "auth basic {{$secret credentials}} {{$secret credentials}}"
        ),
        ("auth bearer t0p | cat", "auth bearer {{$secret token}} | cat"),
        ("auth bearer t0p &", nil), ("auth basic 'ann:t0p", nil),
        ("auth bearer {{token}}", "auth bearer {{token}}"), ("auth", "auth"),
        ("auth none", "auth none"),
    ])
    func `no word of credentials is kept`(_ line: String, _ expected: String?) async {
        let harness = await Harness(answers: [:])
        #expect(await harness.evaluator.noteEntered(line) == expected)
    }
}
