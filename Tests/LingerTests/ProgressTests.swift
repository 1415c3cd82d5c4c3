import TestSupport
import Testing

@Suite("Program: what takes long says how far it is", .timeLimit(.minutes(1)))
struct ProgressTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test
    func `a repetition counts in place, and leaves nothing but its summary`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(["--no-rc", demo.baseURL])
        try terminal.expectPrompt()
        try terminal.send("30x2 get /slow?ms=100\r")
        try terminal.expect("a line of progress") { screen in
            screen.lines[screen.cursorRow].contains(" of 30 · ")
                && screen.lines[screen.cursorRow].contains(" a second · ")
        }
        try terminal.expect(screenContains: "1–30 · 30 of 30 · 200 × 30 · ")
        try terminal.expectPrompt()
        #expect(terminal.screen.lines.count { $0.contains(" of 30") } == 1)
        // ^C in the middle of it takes the progress away too.
        try terminal.send("300x2 get /slow?ms=100\r")
        try terminal.expect("a line of progress") { screen in
            screen.lines[screen.cursorRow].contains(" of 300 · ")
        }
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "31–330 · ")
        try terminal.expectPrompt()
        #expect(terminal.screen.lines.count { $0.contains(" of 300") } == 1)
    }

    @Test
    func `tune says which round it is in, and takes that away`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(["--no-rc", demo.baseURL])
        try terminal.expectPrompt()
        try terminal.send("tune --sizes 1,2 --rounds 2 --requests 8 get /slow?ms=100\r")
        try terminal.expect(screenContains: "round 1 of 2 · pool.size 1 · 0 %")
        try terminal.expect(screenContains: "round 2 of 2 · pool.size")
        try terminal.expectPrompt()
        #expect(!terminal.screen.text.contains("round 2 of 2"))
    }

    @Test(arguments: [["TERM": "dumb"], ["LC_ALL": "C"]])
    func `a dumb terminal has no line in place, and ASCII has ASCII`(
        _ environment: [String: String]
    ) throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(
            ["--no-rc", "-c", "14x1 get \(demo.baseURL)/slow?ms=100"],
            environment: environment
        )
        #expect(try terminal.waitForExit() == .exited(0))
        if environment["TERM"] == "dumb" {
            #expect(!terminal.transcript.contains(0x1B))
        } else {
            #expect(terminal.transcript.allSatisfy { $0 < 0x80 })
            #expect(String(decoding: terminal.transcript, as: UTF8.self).contains(" of 14 | "))
        }
    }

    @Test
    func `jobs says how much of an answer has arrived`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(["--no-rc", demo.baseURL])
        try terminal.expectPrompt()
        try terminal.send("get /drip?bytes=400&ms=100 &\r")
        try terminal.expect(screenContains: "in the background")
        try terminal.expectPrompt()
        try terminal.send("watch 100ms jobs\r")
        try terminal.expect("progress") { screen in
            screen.lines.contains {
                $0.contains("on #1 · ") && $0.contains(" of 400 B · ") && $0.hasSuffix(" left")
            }
        }
        try terminal.send("q")
        try terminal.expectPrompt()
    }

    @Test
    func `a job that waits for another try is on no connection`() throws {
        let output = try self.workspace.run(
            lines: [
                "set retry.backoff 30s", "get http://127.0.0.1:1/ &", "sleep 300ms", "jobs",
                "cancel 1",
            ],
            options: ["--no-rc"]
        )
        #expect(
            output.standardOutput.contains(" · on no connection yet\n"),
            "\(output.standardOutput)\(output.standardError)"
        )
    }

    @Test
    func `memory stays flat where JSON goes to a pipe, laid out and coloured`() throws {
        func peak(items: Int) throws -> Int {
            let element = #"{"id":1,"name":"Ann","tags":["a","b"],"note":null}"#
            let content = "[" + Array(repeating: element, count: items).joined(separator: ",") + "]"
            let server = try FaultServer(
                .answerAndKeep(
                    FaultScript.response(
                        fields: ["Content-Type: application/json"],
                        content: content
                    )
                )
            )
            let output = try self.workspace.run(
                lines: ["get \(server.baseURL)/", "!grep VmHWM /proc/$PPID/status >&2"],
                options: ["--no-rc", "--color", "always", "--set", "format.json=pretty"]
            )
            #expect(output.status == .exited(0), "\(output.standardError)")
            let text = output.standardOutput.utf8
            #expect(text.count { $0 == UInt8(ascii: "\n") } == 2 + items * 9)
            #expect(text.prefix(100).contains(0x1B))
            let words = output.standardError.split { " \t\n".contains($0) }
            let place = try #require(words.firstIndex(of: "VmHWM:"))
            return try #require(Int(words[place + 1]))
        }
        let short = try peak(items: 20_000)
        let long = try peak(items: 160_000)
        // In kilobytes; the longer one has 7 MB more, and 25 MB laid out.
        #expect(long - short < 6_000, "\(short) kB, then \(long) kB")
    }
}
