import HTTPModel
import TestSupport
import Testing

@Suite("Program: output without a terminal")
struct OutputTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(
            .answerAndKeep(
                FaultScript.response(
                    fields: ["Content-Type: application/json", "ETag: \"7\""],
                    content: #"{"b":1.50,"items":[{"name":"Ann B"},{"name":2}],"b":2}"#
                )
            )
        )
    }

    private func run(_ lines: String..., options: [String] = []) throws -> ProcessRunner.Output {
        try self.workspace.run(lines: lines, options: options + [self.server.baseURL])
    }

    @Test
    func `standard output is the body as it came, standard error the rest, without colour`() throws
    {
        let output = try self.run("get /", "pool size 2", "get /")
        let body = #"{"b":1.50,"items":[{"name":"Ann B"},{"name":2}],"b":2}"#
        #expect(output.standardOutput == body + body)
        #expect(output.errorLines.count == 3)
        #expect(output.errorLines[0].hasPrefix("1 · 200 OK · 54 B · "))
        #expect(output.errorLines[1].hasPrefix("pool.size 10 → 2"))
        #expect(!output.standardError.contains("\u{1B}"))
    }

    @Test func `a request whose answer could not be written is not sent`() throws {
        let output = try self.run("@folder = nowhere", "get / > {{folder}}/x")
        #expect(output.status == .exited(1), "\(output.standardError)")
        #expect(output.standardError.contains("cannot write nowhere/x: No such file or directory"))
        #expect(self.server.connections.isEmpty)
    }

    @Test(arguments: ["$.nothing", "false"])
    func `a filter that fails leaves the line about the answer`(_ filter: String) throws {
        let output = try self.run("get / | \(filter)")
        #expect(output.errorLines.first?.hasPrefix("1 · 200 OK · 54 B · ") == true)
        #expect(output.errorLines.contains { $0.hasPrefix("error: ") }, "\(output.standardError)")
    }

    @Test
    func `a layout is given where it is asked for, and keeps order, duplicates and numbers`() throws
    {
        let output = try self.run("get /", options: ["--set", "format.json=pretty"])
        let lines = output.standardOutput.split(separator: "\n")
        #expect(lines.first == "{")
        #expect(lines.dropFirst().first == #"  "b": 1.50,"#)
        #expect(lines.dropLast().last == #"  "b": 2"#)
    }

    @Test
    func `colour is for terminals, unless it is asked for`() throws {
        let plain = try self.run("get /", "sockets", "bogus")
        #expect(!(plain.standardOutput + plain.standardError).contains("\u{1B}"))
        let always = try self.run("get /", "bogus", options: ["--color", "always"])
        #expect(always.standardError.contains("\u{1B}["))
        let forced = try self.workspace.run(
            ["-c", "bogus"],
            environment: ["CLICOLOR_FORCE": "1"]
        )
        #expect(forced.standardError.contains("\u{1B}["))
        let never = try self.workspace.run(
            ["--color", "never", "-c", "bogus"],
            environment: ["CLICOLOR_FORCE": "1"]
        )
        #expect(!never.standardError.contains("\u{1B}["))
    }

    @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func `NO_COLOR and TERM=dumb are honoured at a terminal`(_ change: [String: String]) throws {
        for (environment, isColored) in [([:], true), (change, false)] {
            let terminal = try self.workspace.terminal(
                ["-c", "get \(self.server.baseURL)/"],
                environment: environment
            )
            _ = try terminal.waitForExit()
            let transcript = String(decoding: terminal.transcript, as: UTF8.self)
            #expect(transcript.contains("200 OK"))
            #expect(transcript.contains("\u{1B}[") == isColored, "\(environment)")
        }
    }

    @Test
    func `the names of an exchange's JSON are the documented ones, in their order`() throws {
        let exchange = try #require(
            try self.run("get /", options: ["--json"]).objects.ofType("exchange").first
        )
        #expect(
            exchange.names == [
                "type", "n", "method", "url", "status", "reason", "version", "connection", "reused",
                "requestOnConnection", "idleMs", "why", "timingsMs", "bytes", "fields", "redirects",
                "retries", "body", "bodyEncoding",
            ]
        )
        #expect(
            exchange["timingsMs"]?.names == [
                "queue", "dns", "connect", "tls", "send", "wait", "receive", "total",
            ]
        )
        #expect(exchange["bytes"]?.names == ["sent", "received", "body"])
        #expect(exchange["why"]?.names == ["code", "text", "connections"])
        #expect(exchange.at("timingsMs", "tls") == .null)
        #expect(exchange["idleMs"] == .null)
        #expect(exchange["fields"]?[1]?.compactText == #"["ETag","\"7\""]"#)
        #expect(exchange["url"]?.text == "\(self.server.baseURL)/")
    }

    @Test
    func `so are those of connections, pool, settings, events, errors and output`() throws {
        let objects = try self.workspace.run(
            lines: [
                "set on-error continue", "get /", "sockets", "pool", "set pool.size", "events",
                "bogus", "get / | $.items[0].name", "expect status 200", "2x1 get /", "cookies",
            ],
            options: ["--json", self.server.baseURL]
        ).objects
        #expect(
            objects.ofType("connection").first?.names == [
                "type", "id", "origin", "protocol", "state", "ageMs", "idleMs",
                "streams", "maxStreams", "requests", "bytesIn", "bytesOut", "rttUs", "local",
                "remote", "closeReason", "closedBy",
                "route", "proxy", "tls",
            ]
        )
        #expect(objects.ofType("connection").first?.text("state") == "idle")
        #expect(objects.ofType("pool").count == 1)
        #expect(objects.ofType("setting").first?.text("name") == "pool.size")
        #expect(
            objects.ofType("event").allSatisfy {
                $0.names.starts(with: ["type", "seq", "ms", "name"])
            }
        )
        let error = try #require(objects.ofType("error").first)
        #expect(error.names.starts(with: ["type", "kind", "message"]))
        #expect(error["line"] != nil && error.text("column") == "1")
        let printed = objects.ofType("output")
        #expect(printed.map(\.names) == [["type", "line", "text"]])
        #expect(printed.first?.text("text") == "Ann B")
        #expect(objects.ofType("repeat").count == 1)
        #expect(objects.ofType("expectation").count == 1)
    }

    @Test
    func `--json behind a command that prints is for its line`() throws {
        let output = try self.run("get / > /dev/null", "sockets --json", "pool --json", "echo on")
        #expect(output.status == .exited(0), "\(output.standardError)")
        let lines = output.standardOutput.split(separator: "\n")
        try #require(lines.count == 3)
        let types = try lines.prefix(2).map { try JSONValue(parsing: "\($0)").text("type") }
        #expect(types == ["connection", "pool"])
        #expect(lines[2] == "on")
    }

    @Test
    func `every line of --json is an object, whatever fails`() throws {
        let output = try self.workspace.run(
            lines: BadInputTests.lines.map(\.line) + ["help", "log", "show", "timing", "headers"],
            options: ["--json", "--set", "on-error=continue", self.server.baseURL]
        )
        for object in try output.objects { #expect(object["type"] != nil, "\(object.compactText)") }
    }

    @Test
    func `a body that is no UTF-8 is base64 in JSON, and itself without`() throws {
        let demo = try Demo(in: self.workspace)
        let exchange = try self.workspace.json(lines: ["get \(demo.baseURL)/bytes/300"]).first
        #expect(exchange?.text("bodyEncoding") == "base64")
        #expect(exchange?.text("body")?.count == 400)
    }

    @Test
    func `> FILE takes the body, >> adds to it, and JSON names the file`() throws {
        let output = try self.run("get / > out", "get / >> out")
        #expect(output.standardOutput.isEmpty)
        #expect(output.errorLines.allSatisfy { $0.contains("54 B → ") })
        #expect(try self.workspace.text("out").count == 108)
        let exchange = try self.workspace.json(
            lines: ["get \(self.server.baseURL)/ > out"]
        ).first
        #expect(exchange?["body"] == .null)
        #expect(exchange?.text("bodyFile")?.hasSuffix("out") == true)
        #expect(try self.workspace.text("out").count == 54)
    }

    @Test
    func `a path picks from the body, a filter gets it, and a failing one fails the line`() throws {
        let output = try self.run(
            "get / | $.items[0].name",
            "get / | $.items[0]",
            "get / | tr a-z A-Z | cut -c 1-4",
            "| $.items[1].name",
            "get / | $.items[0].name > picked"
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput == "Ann B\n{\"name\":\"Ann B\"}\n{\"B\"\n2\n")
        #expect(try self.workspace.text("picked") == "Ann B\n")
        for line in ["get / | $.nothing", "get / | false", "get / | exit 3", "!exit 3"] {
            let failing = try self.run(line, "echo not reached")
            #expect(failing.status == .exited(1), "\(line)")
            #expect(!failing.standardOutput.contains("not reached"), "\(line)")
            #expect(failing.standardError.contains("error: "), "\(line)")
        }
    }

    @Test
    func `a filter may end before it has read everything`() throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: [
                "get /bytes/1000000 | head -c 0", "get /bytes/1000000 | true > kept", "get /small",
            ],
            options: [demo.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput == "hello, linger\n")
    }

    @Test
    func `a reader of standard output that goes away is no crash`() throws {
        let demo = try Demo(in: self.workspace)
        let program = try Workspace.program
        let output = try ProcessRunner.run(
            "/bin/bash",
            [
                "-c",
                "\"$0\" -c \"get $1/bytes/1000000\" -c \"get $1/small\" | head -c 1 > /dev/null;"
                    + " echo ${PIPESTATUS[0]}", program, demo.baseURL,
            ],
            environment: self.workspace.environment
        )
        let status = output.standardOutput.split(separator: "\n").last.flatMap { Int($0) }
        #expect(status.map { $0 <= 1 } == true, "\(output.standardOutput)\(output.standardError)")
    }

    @Test
    func `a full disk is an error`() throws {
        let output = try self.shell("\"$0\" -c \"get $1/\" -c \"get $1/\" > /dev/full")
        #expect(output.status == .exited(1))
        #expect(
            output.standardError.hasPrefix(
                "error: cannot write standard output: No space left on device\n"
            )
        )
        #expect(self.server.connections.flatMap(\.requests).count == 1)
    }

    @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    func `without its standard streams nothing of the output goes to a server`(
        _ redirections: String
    ) throws {
        let output = try self.shell("\"$0\" -c \"get $1/\" -c \"get $1/\" \(redirections)")
        #expect(output.status == .exited(0))
        let requests = self.server.connections.map(\.requestTexts)
        #expect(requests.map(\.count) == [2])
        #expect(requests.joined().allSatisfy { $0.hasPrefix("GET / HTTP/1.1\r\n") })
    }

    /// Runs text for the shell; `$0` is the program, `$1` the server.
    private func shell(_ text: String) throws -> ProcessRunner.Output {
        try ProcessRunner.run(
            "/bin/sh",
            ["-c", text, try Workspace.program, self.server.baseURL],
            environment: self.workspace.environment
        )
    }

    @Test
    func `a repetition writes all bodies in order, and a summary`() throws {
        let output = try self.run("20x4 get / | tr -cd 1", "20x4 get /")
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput.hasPrefix(String(repeating: "1", count: 20)))
        #expect(
            output.errorLines.contains { $0.hasPrefix("1–20 · 20 of 20 · 200 × 20 · ") },
            "\(output.standardError)"
        )
        #expect(output.standardError.contains("reused"))
        #expect(output.errorLines.first == "20 × GET /, at most 4 at a time", "the first line")
        #expect((1...4).contains(self.server.connections.count))
        let picked = try self.run(
            "3x2 get / | $.items[0].name",
            "2 get / | $.items[0].name | tr -d n > names"
        )
        #expect(picked.standardOutput == "Ann B\nAnn B\nAnn B\n", "\(picked.standardError)")
        #expect(try self.workspace.text("names") == "A B\nA B\n")
        let none = try self.run("2 get / | $.nope", "echo not reached")
        #expect(none.status == .exited(1))
        #expect(none.standardError.contains("$.nope matches nothing"), "\(none.standardError)")
        let more = try self.run("pool size 2", "20x4 get / > /dev/null")
        #expect(more.errorLines.contains { $0.hasSuffix("; pool.size 2 lets 2 run") })
    }

    @Test
    func `expectations check the last exchange, and fail with 7`() throws {
        let good = try self.run(
            "get /",
            "expect status 200",
            "expect header ETag contains 7",
            "expect body contains Ann",
            "expect connection new",
            "get /",
            "expect connection reused"
        )
        #expect(good.status == .exited(0), "\(good.standardError)")
        for line in ["expect status 404", "expect connection reused", "expect header X exists"] {
            let failing = try self.run("get /", line, "echo not reached")
            #expect(failing.status == .exited(7), "\(line): \(failing.standardError)")
            #expect(!failing.standardOutput.contains("not reached"))
        }
    }
}
