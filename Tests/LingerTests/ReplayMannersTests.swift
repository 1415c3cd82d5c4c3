import TestSupport
import Testing

/// What is said around a replay and a save, to the person who does it.
@Suite("Program: what is said of session files")
struct ReplayMannersTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    @Test func `at the prompt it is said where a file sends to, and what is as before`() throws {
        try self.workspace.write(
            "a.http",
            """
            # @set redirect.max 3
            @there = \(self.demo.baseURL)

            ###
            GET {{there}}/small

            ###
            GET {{there}}/small?again

            """
        )
        let terminal = try self.workspace.terminal(["--no-rc"])
        try terminal.expectPrompt()
        try terminal.send("replay a.http\r")
        try terminal.expect(screenContains: "a.http sends to \(self.demo.baseURL)")
        try terminal.expect(
            screenContains:
                "settings, default fields and variables are as before the replay; cookies stay"
        )
        try terminal.expectPrompt()
        let origins = terminal.screen.lines.filter { $0.contains("sends to") }
        #expect(origins.count == 1, "each origin is named once")
        #expect(!origins.joined().contains(","))
    }

    @Test func `where a file sends to is said without its secrets, and up to a bound`() throws {
        let others = (1...20).map { "###\nGET http://h\($0).test/\n" }.joined()
        try self.workspace.write("http-client.env.json", #"{"dev":{"host":"http://dev.test"}}"#)
        try self.workspace.write(
            "a.http",
            """
            @api_key = hunter-secret-1

            ###
            GET {{host}}/x/{{api_key}}/y

            ###
            GET http://ann:{{api_key}}@{{there}}/{{api_key}}

            \(others)
            """
        )
        let terminal = try self.workspace.terminal(["--no-rc"], rows: 40, columns: 500)
        try terminal.expectPrompt()
        try terminal.send("@there = shell.test\r")
        try terminal.expectPrompt()
        try terminal.send("replay a.http --env dev --fresh --dry-run\r")
        try terminal.expect(screenContains: "a.http sends to http://dev.test, http://{{there}}, ")
        try terminal.expect(screenContains: "http://h18.test and 2 more")
    }

    @Test func `outside of the shell there is nothing that goes on afterwards`() throws {
        try self.workspace.write("a.http", "@a = b\n\n###\nGET \(self.demo.baseURL)/small\n")
        let output = try self.workspace.run(["replay", "a.http"])
        #expect(output.status == .exited(0))
        #expect(output.errorLines.count == 2, "\(output.errorLines)")
    }

    @Test func `secrets that git would share are warned of`() throws {
        let lines = [
            "base \(self.demo.baseURL)", "Authorization: Bearer abcdefgh", "get /small",
            "save s.http --secrets", "save plain.http", "cookies save c.txt", "session save ./w",
            "export har --secrets h.har", "import har h.har i.http --secrets",
            "import har h.har j.http",
        ]
        func warnings() throws -> [String] {
            let output = try self.workspace.run(lines: lines)
            #expect(output.status == .exited(0), "\(output.standardError)")
            return output.errorLines.filter { $0.contains("git work tree") }
        }
        #expect(try warnings().isEmpty)
        #expect(try self.workspace.run(lines: ["!git init -q ."]).status == .exited(0))
        let said = "holds secrets and lies in a git work tree that does not ignore it"
        let files = ["s.http !", "c.txt !", "./w.state !", "h.har !", "i.http !"]
        #expect(try warnings().map { $0.replacing(said, with: "!") } == files)
        let kept = try self.workspace.run(["--no-rc", "-s", "./w", "-c", "echo"])
        #expect(kept.errorLines.last == "./w.state \(said)", "\(kept)")
        #expect(Workspace.permissions("\(self.workspace.path)/i.http") == 0o600)
        try self.workspace.write(".gitignore", "s.http\nw.*\nh.har\ni.http\n")
        #expect(try warnings() == ["c.txt \(said)"])
        #expect(Workspace.permissions("\(self.workspace.path)/s.http") == 0o600)
        #expect(Workspace.permissions("\(self.workspace.path)/c.txt") == 0o600)
    }

    @Test func `tags of the header block and of a request hold where they stand`() throws {
        try self.workspace.write(
            "a.http",
            """
            # @title The tags
            # @cookie-jar none
            # @default-query q=7
            # @default-header X-Default: one
            @base = \(self.demo.baseURL)

            ### both defaults, and one of them suppressed
            # @expect jsonpath $.query.q == "7"
            # @expect body contains "X-Default"
            GET {{base}}/anything

            ###
            # @expect body contains "X-Own"
            # @expect body not contains "X-Default"
            GET {{base}}/anything
            X-Default:
            X-Own: two

            ### no jar: what is set is not sent back
            # @expect body not contains "marmite"
            GET {{base}}/cookies/set?x=marmite

            ###
            # @no-redirect
            # @expect status 302
            GET {{base}}/cookies/set?x=marmite

            ### a bound that does not hold
            # @timeout 100 ms
            GET {{base}}/slow?ms=5000

            """
        )
        let output = try self.workspace.run(["replay", "a.http", "--report-junit", "j.xml"])
        #expect(output.status == .exited(3), "\(output.standardError)")
        let counts = "5 requests (1 failed), 6 expectations: 6 passed, 0 failed"
        #expect(output.standardError.contains(counts), "\(output.standardError)")
        #expect(try self.workspace.text("j.xml").contains("testsuite name=\"The tags\""))
    }

    @Test func `a connection that was open before a replay is no difference from its recording`()
        throws
    {
        let lines = ["get /users/1", "get /users/2", "save a.http", "replay a.http --strict"]
        let output = try self.workspace.run(lines: lines, options: [self.demo.baseURL])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(!output.standardError.contains("differs"), "\(output.standardError)")
        #expect(output.standardError.contains("0 connections opened"), "\(output.standardError)")
    }
}
