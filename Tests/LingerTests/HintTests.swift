import Shell
import ShellLanguage
import TestSupport
import Testing

/// What is said to somebody who knows another tool, or waits without knowing for what.
@Suite("Program: hints", .timeLimit(.minutes(2)))
struct HintTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test(arguments: [
        (["get", "http://127.0.0.1:1/"], "linger -c 'get http://127.0.0.1:1/'"),
        (["POST", "127.0.0.1:1", "a=it's"], #"linger -c 'POST 127.0.0.1:1 a=it\'\''s'"#),
        (["POST", "127.0.0.1:1", "a=b c"], #"linger -c 'POST 127.0.0.1:1 a=b\ c'"#),
        (["sockets"], "linger -c 'sockets'"), (["send", "X", "/"], "linger -c 'send X /'"),
    ])
    func `a line of the shell as arguments is told how it is given`(
        _ arguments: [String],
        _ hint: String
    ) throws {
        let output = try self.workspace.run(arguments)
        #expect(output.status == .exited(2))
        #expect(output.errorLines.last == "hint: \(hint)", "\(output.standardError)")
    }

    @Test func `the line that is told sends what was meant`() throws {
        let demo = try Demo(in: self.workspace)
        let words = ["post", demo.baseURL + "/anything", "a=it's", "b=c  d", "-F"]
        let told = try self.workspace.run(words).errorLines.last ?? ""
        let line = try #require(told.split(separator: "linger -c ").last)
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", "exec \"$0\" --no-rc -c \(line)", try Workspace.program],
            directory: self.workspace.path
        )
        #expect(output.standardOutput.contains(#""a":"it's""#), "\(told)\n\(output)")
        #expect(output.standardOutput.contains(#""b":"c  d""#))
    }

    @Test func `other wrong arguments are not`() throws {
        let output = try self.workspace.run(["--bogus"])
        #expect(output.status == .exited(2))
        #expect(!output.standardError.contains("hint:"))
    }

    @Test func `a request that waits for the end of a pause says so`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.workspace.terminal([server.baseURL], columns: 140)
        try terminal.expectPrompt()
        try terminal.send("pool pause\r")
        try terminal.expectPrompt()
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "the pool is paused, so this waits: ^C ends it")
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
        try terminal.send("pool resume\r")
        try terminal.expectPrompt()
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "2 · 200 OK")
    }

    @Test(arguments: RequestOptionSyntax.all.map(\.name))
    func `each option of requests is explained`(_ option: String) throws {
        let help = try self.workspace.run(["-c", "help options"]).standardOutput
        let line = help.split(separator: "\n").first { line in
            line.hasPrefix("  \(option) ") || line.hasPrefix("  \(option), ")
        }
        #expect((line ?? "").split(separator: " ").count > 2, "\(help)")
        #expect(try self.workspace.run(["-c", "help get"]).standardOutput.contains(option))
        #expect(try self.workspace.run(["--help"]).standardOutput.contains(option))
    }

    @Test(arguments: ["send", "repeat", "get", "PATCH"])
    func `help on what begins a request is about requests`(_ word: String) throws {
        let output = try self.workspace.run(["-c", "help \(word)"])
        #expect(output.standardOutput.hasPrefix("METHOD [TARGET]"), "\(output)")
    }
}
