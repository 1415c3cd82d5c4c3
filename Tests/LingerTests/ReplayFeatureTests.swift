import HTTPModel
import TestSupport
import Testing

/// What tags and options do, by the program against the demo.
@Suite("Program: what a replay can do")
struct ReplayFeatureTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    private func replay(
        _ text: String,
        _ options: [String] = [],
        environment: [String: String] = [:]
    ) throws -> ProcessRunner.Output {
        try self.workspace.write("a.http", "@base = \(self.demo.baseURL)\n\n" + text)
        return try self.workspace.run(["replay", "a.http"] + options, environment: environment)
    }

    @Test func `what a response says is captured, and sent in the next request`() throws {
        let output = try self.replay(
            """
            ###
            # @name first
            # @capture number = jsonpath $.request
            # @capture type = header Content-Type
            GET {{base}}/connection

            ###
            # @expect jsonpath $.target == "/anything/1?type=application%2Fjson"
            # @expect jsonpath $.query.type == "application/json"
            GET {{base}}/anything/{{number}}?type={{%type}}

            """
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let given = try self.workspace.run(["replay", "a.http", "--var", "number=9"])
        #expect(given.status == .exited(4), "--var beats what is captured")
        #expect(given.standardError.contains("was \"/anything/9?"), "\(given.standardError)")
    }

    @Test func `a request is sent again until it is answered as expected`() throws {
        let text = """
            ###
            # @retry 5 every 1 ms until jsonpath $.request == 3
            # @expect connection requests == 3
            GET {{base}}/connection

            """
        let output = try self.replay(text)
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("3 requests, 1 expectation"))
        let never = try self.replay(text.replacing("request == 3", with: "request == 9"))
        #expect(never.status == .exited(4))
        #expect(never.standardError.contains("$.request was 5"), "\(never.standardError)")
    }

    @Test func `requests of one group overlap, and the next one waits for them`() throws {
        let output = try self.replay(
            """
            ###
            # @parallel both
            # @name one
            GET {{base}}/slow?ms=150

            ###
            # @parallel both
            # @expect connection not-same-as one
            GET {{base}}/slow?ms=150

            ###
            # @expect connection reused
            # @expect connections opened 2
            # @expect connections max 2
            GET {{base}}/small

            """
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("2 connections opened, 1 request reused one"))
    }

    @Test func `an included file runs first, in the same session`() throws {
        try self.workspace.write(
            "login.http",
            "###\n# @capture n = jsonpath $.request\nGET {{base}}/connection\n"
        )
        let output = try self.replay(
            "###\n# @expect connection reused\n# @expect jsonpath $.request == 2\n"
                + "GET {{base}}/connection?{{n}}\n"
        )
        #expect(output.status == .exited(3), "not included, there is no n")
        let text = try self.workspace.text("a.http")
        try self.workspace.write("a.http", "# @include ./login.http\n" + text)
        let included = try self.workspace.run(["replay", "a.http"])
        #expect(included.status == .exited(0), "\(included.standardError)")
    }

    @Test(arguments: [
        ("a.http", "includes this file again"), ("none.http", "there is no file"),
        ("../out.http", "lies outside the folder"), ("/etc/hostname", "lies outside the folder"),
    ])
    func `an include that cannot be is refused before anything is sent`(
        _ path: String,
        _ words: String
    ) throws {
        try self.workspace.write("a.http", "# @include \(path)\n\n###\nGET \(self.demo.baseURL)/\n")
        let output = try self.workspace.run(["replay", "a.http"])
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("a.http:1:1: "), "\(output.standardError)")
        #expect(output.standardError.contains(words), "\(output.standardError)")
    }

    @Test func `files that include each other are told apart from a long chain`() throws {
        try self.workspace.write("b.http", "# @include c.http\n\n###\nGET http://127.0.0.1:1/\n")
        try self.workspace.write("c.http", "# @include b.http\n\n###\nGET http://127.0.0.1:1/\n")
        let output = try self.workspace.run(["replay", "b.http"])
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("c.http:1:1: \"b.http\" includes this file again"))
    }

    @Test func `the environment is read only with leave`() throws {
        let text = "###\n# @expect status 200\nGET {{base}}/anything/{{$processEnv LINGER_T}}\n"
        let environment = ["LINGER_T": "x"]
        let refused = try self.replay(text, environment: environment)
        #expect(refused.status == .exited(2))
        #expect(refused.standardError.contains("linger replay --allow-env LINGER_T a.http"))
        let output = try self.replay(text, ["--allow-env", "LINGER_T"], environment: environment)
        #expect(output.status == .exited(0), "\(output.standardError)")
    }

    @Test(arguments: [
        "{{$processEnv LINGER_T}}", "{{$processEnv(LINGER_T)}}", "{{$processEnv 'LINGER_T'}}",
        "{{{$processEnv LINGER_T}}}", "{{ $env.LINGER_T }}", "{{%$env.LINGER_T}}",
        "\\\\{{$env.LINGER_T}}",
    ])
    func `no spelling of a reference reads the environment without leave`(
        _ reference: String
    ) throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write("side.txt", "x \(reference)\n")
        let environment = ["LINGER_T": "hush"]
        for text in ["\(reference)", "<@ ./side.txt"] {
            try self.workspace.write("e.http", "POST \(server.baseURL)/\n\n\(text)\n")
            let refused = try self.workspace.run(["replay", "e.http"], environment: environment)
            #expect(refused.status == .exited(2), "\(refused.standardError)")
            #expect(refused.standardError.contains("--allow-env LINGER_T e.http"))
            #expect(server.connections.isEmpty)
        }
        let lines = ["replay e.http"]
        let told = try self.workspace.run(lines.flatMap { ["-c", $0] }, environment: environment)
        #expect(told.standardError.contains("e.http reads from the environment: LINGER_T"))
        #expect(server.received().last?.content.contains("hush") == true)
    }

    // The server takes each byte for a character.
    @Test(arguments: [("<@", "Ã©"), ("<@latin1", "Ã\u{83}Â©")])
    func `a file with references is read in its encoding, and sent as UTF-8`(
        _ mark: String,
        _ content: String
    ) throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write("side.txt", "é")
        try self.workspace.write("e.http", "POST \(server.baseURL)/\n\n\(mark) ./side.txt\n")
        #expect(try self.workspace.run(["replay", "e.http"]).status == .exited(0))
        #expect(server.received().last?.content == content)
        try self.workspace.write("side.txt", [0x7B, 0xFF])
        let output = try self.workspace.run(["replay", "e.http"])
        #expect(output.status == .exited(mark == "<@" ? 3 : 0), "\(output.standardError)")
    }

    @Test func `a misspelt tag is told, and nothing is sent`() throws {
        let output = try self.replay("###\n# @expct status 404\nGET {{base}}/small\n")
        #expect(output.status == .exited(2))
        let line =
            "a.http:4:1: @expct is not known and would have no effect; did you mean @expect?"
        #expect(output.errorLines.contains(line), "\(output.standardError)")
    }

    @Test func `an environment file gives variables that the file's own beat`() throws {
        try self.workspace.write(
            "http-client.env.json",
            #"{"$shared":{"a":"shared","b":"shared"},"dev":{"b":"dev","c":"dev"}}"#
        )
        try self.workspace.write("http-client.private.env.json", #"{"dev":{"d":"private"}}"#)
        let text = """
            @c = file

            ###
            # @expect jsonpath $.target == "/anything/shared-dev-file-private"
            GET {{base}}/anything/{{a}}-{{b}}-{{c}}-{{d}}

            """
        #expect(try self.replay(text, ["--env", "dev"]).status == .exited(0))
        #expect(try self.replay(text).status == .exited(3))
        let other = try self.replay(text, ["--env", "prod"])
        #expect(other.status == .exited(1), "the command line is wrong, and nothing is sent")
        #expect(other.errorLines.first == "error: replay --env: prod will not do")
        let known = "an environment of ./http-client.env.json: dev"
        #expect(other.errorLines.dropFirst().first?.contains(known) == true)
    }

    @Test func `only some requests are sent, and a dry run sends none`() throws {
        let text = (1...3).map { "###\n# @name r\($0)\nGET {{base}}/anything/\($0)\n\n" }.joined()
        let one = try self.replay(text, ["--only", "r2"])
        #expect(one.status == .exited(0))
        #expect(one.standardError.contains("1 request, 2 skipped"), "\(one.standardError)")
        let tail = try self.replay(text, ["--from", "2", "--to", "r3"])
        #expect(tail.standardError.contains("2 requests, 1 skipped"), "\(tail.standardError)")
        for option in ["--only", "--from", "--to"] {
            let none = try self.replay(text, [option, "r9"])
            #expect(none.status == .exited(1), "the command line is wrong, not the file")
            let lines = ["error: a.http has no request r9", "  its requests: r1, r2, r3"]
            #expect(none.errorLines == lines)
        }
        let dry = try self.replay(text, ["--dry-run"])
        #expect(dry.status == .exited(0))
        let lines = dry.standardOutput.split(separator: "\n")
        #expect(lines.first == "a.http:5: GET \(self.demo.baseURL)/anything/1 (r1)")
        #expect(lines.count == 3)
    }

    @Test func `an update changes recorded lines, and no other byte`() throws {
        let text = """
            # a comment
            ###
            # @expect status 201
            # @expect header Content-Type == "text/html"
            # @recorded 201 new body=1
            GET {{base}}/small?a   \n
            """
        let output = try self.replay(text, ["--update"])
        #expect(output.status == .exited(4))
        let expected = """
            @base = \(self.demo.baseURL)

            # a comment
            ###
            # @expect status 200
            # @expect header Content-Type == "text/plain; charset=utf-8"
            # @recorded 200 new body=14
            GET {{base}}/small?a   \n
            """
        let updated = try self.workspace.text("a.http")
        #expect(
            updated.replacing("; charset=utf-8", with: "")
                == expected.replacing("; charset=utf-8", with: "")
        )
        #expect(output.standardError.contains("a.http:5: - # @expect status 201"))
        #expect(try self.workspace.run(["replay", "--strict", "a.http"]).status == .exited(0))
    }

    @Test func `a stored response is compared, but for what is ignored`() throws {
        try self.workspace.write("r.json", #"{"connection":99,"request":1,"clientPort":7}"#)
        let text = """
            # @ignore jsonpath $.clientPort
            ###
            # @response-ref ./r.json
            GET {{base}}/connection

            """
        let listed = try self.replay(text)
        #expect(listed.status == .exited(0))
        #expect(listed.standardError.contains("$['connection'] was "), "\(listed.standardError)")
        #expect(!listed.standardError.contains("clientPort"))
        #expect(try self.replay(text, ["--strict"]).status == .exited(4))
    }

    @Test func `of several files each line says whose it is`() throws {
        let text = "###\nGET \(self.demo.baseURL)/small\n"
        for file in ["1.http", "2.http"] { try self.workspace.write(file, text) }
        let one = try self.workspace.run(["replay", "1.http"])
        #expect(one.errorLines.first?.hasPrefix("1 · 200 OK") == true, "\(one.errorLines)")
        let two = try self.workspace.run(["replay", "--jobs", "2", "1.http", "2.http"])
        let owners = two.errorLines.map { $0.prefix(8) }.sorted()
        #expect(owners == ["1.http: ", "1.http: ", "2.http: ", "2.http: "], "\(two.errorLines)")
    }

    @Test func `files are replayed side by side, and reported in their order`() throws {
        try self.workspace.write("1.http", "###\nGET \(self.demo.baseURL)/slow?ms=100\n")
        try self.workspace.write(
            "2.http",
            "###\n# @expect status 404\nGET \(self.demo.baseURL)/\n"
        )
        try self.workspace.write("3.http", "no request at all\n")
        let output = try self.workspace.run([
            "replay", "1.http", "2.http", "3.http", "--jobs", "3", "--report-junit", "j.xml",
            "--report-tap", "t.tap",
            "--report-json", "r.jsonl",
        ])
        #expect(output.status == .exited(4), "\(output.standardError)")
        let junit = try self.workspace.text("j.xml")
        let files = junit.split(separator: "\n").filter { $0.contains("<testsuite ") }
        #expect(files.count == 3)
        #expect(files.first?.contains("1.http") == true)
        #expect(try self.workspace.text("t.tap").hasPrefix("TAP version 13\n1..3\nok 1 - 1.http"))
        let lines = try self.workspace.text("r.jsonl").split(separator: "\n")
        let objects = try lines.map { try JSONValue(parsing: String($0)) }
        #expect(objects.ofType("step").count == 3)
        #expect(objects.ofType("replay").count == 3)
    }

    @Test func `a pool size given from outside beats the file's`() throws {
        let text = """
            # @set pool.size 8
            # @expect connections max 1
            ###
            # @repeat 4 parallel
            GET {{base}}/slow?ms=20

            """
        #expect(try self.replay(text).status == .exited(4))
        let output = try self.replay(text, ["--pool-size", "1"])
        #expect(output.status == .exited(0), "\(output.standardError)")
    }

    @Test(arguments: [("/small", "@token", ["--only", "2"]), ("/small?a={{%token}}", "", [])])
    func `a value that nobody gave is asked for as an option`(
        _ target: String,
        _ capture: String,
        _ options: [String]
    ) throws {
        let captured = capture.isEmpty ? "" : "# @capture token = jsonpath $.token\n"
        let output = try self.replay(
            """
            ###
            \(captured)GET {{base}}\(target)

            ###
            GET {{base}}/me
            Authorization: Bearer {{token}}

            """,
            options
        )
        #expect(output.status == .exited(3), "\(output.standardError)")
        let advice = "no variable token (`--var token=…` gives it)"
        #expect(output.standardError.contains(advice), "\(output.standardError)")
    }

    @Test(arguments: [
        ("# @at +0.000s", "# @at +0.300s", ["--pace", "original"], 300),
        ("# @at +0.000s", "# @at +3.000s", ["--pace", "x10"], 300),
        // With the recording's own pauses this would take longer than a test may.
        ("# @at +0.000s", "# @at +3600.000s", ["--pace", "none"], 0),
        ("# @at +0.000s", "# @at +3600.000s", [], 0),
    ])
    func `a recording is replayed as fast as is asked for`(
        _ first: String,
        _ second: String,
        _ options: [String],
        _ atLeast: Double
    ) throws {
        let output = try self.replay(
            "###\n\(first)\nGET {{base}}/small\n\n###\n\(second)\nGET {{base}}/small\n",
            options + ["--json"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let summary = try #require(try output.objects.ofType("replay").first)
        let elapsed = try #require(summary["elapsedMs"].flatMap { Double($0.text) })
        #expect(elapsed >= atLeast)
    }

    @Test func `a side file outside the folder is read with leave only`() throws {
        try self.workspace.write("../outside.txt", "from outside")
        let text =
            "###\n# @expect body contains outside\nPOST {{base}}/anything\n\n< ../outside.txt\n"
        #expect(try self.replay(text).status == .exited(3))
        let allowed = try self.replay(text, ["--allow-outside"])
        #expect(allowed.status == .exited(0), "\(allowed.standardError)")
    }

    @Test func `the cookie jar is read, and written only on request`() throws {
        let set = """
            # @cookie-jar ./jar.txt

            ###
            # @no-redirect
            GET {{base}}/cookies/set?kept=7%3B%20Max-Age%3D1000

            """
        #expect(try self.replay(set).status == .exited(0))
        #expect(!self.workspace.exists("jar.txt"))
        let output = try self.replay(set, ["--save-cookies"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(try self.workspace.text("jar.txt").contains("\tkept\t7\n"))
        let again = try self.replay(
            "# @cookie-jar ./jar.txt\n\n###\n# @expect body contains kept\nGET {{base}}/cookies\n"
        )
        #expect(again.status == .exited(0), "\(again.standardError)")
    }

    @Test func `a condition leaves a request out`() throws {
        let text = "###\n# @skip if {{mode}} == quick\n# @expect status 404\nGET {{base}}/small\n"
        let quick = try self.replay(text, ["--var", "mode=quick"])
        #expect(quick.status == .exited(0))
        #expect(quick.standardError.contains("0 requests, 1 skipped"), "\(quick.standardError)")
        #expect(try self.replay(text, ["--var", "mode=full"]).status == .exited(4))
    }

    @Test func `a secret beside plain braces or in a query is not saved, and is sent again`() throws
    {
        let server = try FaultServer(.answerAndKeep())
        let body = ##"{"password":"hush-hush","text":"{{#each}} {{x}} {{"}"##
        let typed = body.replacing("{{", with: "\\{{")
        let saved = try self.workspace.run(lines: [
            "base \(server.baseURL)", "api_key==hush-key",
            "post /a?token=hush-token Content-Type:application/json --raw '\(typed)'",
            "save s.http",
        ])
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        for path in ["s.http", "s.bodies/01.json"] where self.workspace.exists(path) {
            let text = try self.workspace.text(path)
            #expect(!text.contains("hush"), "\(path): \(text)")
        }
        let replayed = try self.workspace.run([
            "replay", "s.http", "--var", "password=hush-hush", "--var", "token=hush-token",
            "--var", "api_key=hush-key",
        ])
        #expect(replayed.status == .exited(0), "\(replayed.standardError)")
        let received = server.received()
        try #require(received.count == 2)
        #expect(received[0] == received[1])
        #expect(received[0].line.contains("hush-key"))
        #expect(received[0].content == body)
    }

    @Test func `a saved session keeps no password of a content, and replays with it`() throws {
        let lines = [
            "post /login user=ann password=hush-hush", "get /users", "save s.http --responses",
        ]
        let saved = try self.workspace.run(lines: lines, options: [self.demo.baseURL])
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        let text = try self.workspace.text("s.http")
        #expect(!text.contains("hush-hush"), "\(text)")
        #expect(text.contains("\"password\":\"{{password}}\""), "\(text)")
        #expect(text.contains("# @response-ref ./s.responses/02.json"), "\(text)")
        let replayed = try self.workspace.run([
            "replay", "--strict", "s.http", "--var", "password=hush-hush",
        ])
        #expect(replayed.status == .exited(0), "\(replayed.standardError)")
        let clear = try self.workspace.run(
            lines: lines.dropLast() + ["save c.http --secrets --timings"],
            options: [self.demo.baseURL]
        )
        #expect(clear.status == .exited(0), "\(clear.standardError)")
        #expect(try self.workspace.text("c.http").contains("hush-hush"))
        #expect(try self.workspace.text("c.http").contains("# @at +0.0"))
        #expect(Workspace.permissions(self.workspace.path + "/c.http") == 0o600)
    }
}
