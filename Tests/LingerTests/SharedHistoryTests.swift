import TestSupport
import Testing

@Suite("Program: a history that two shells share", .timeLimit(.minutes(1)))
struct SharedHistoryTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(.answerAndKeep())
    }

    private func shell() throws -> PseudoTerminal {
        let terminal = try self.workspace.terminal(["--no-rc", self.server.baseURL])
        try terminal.expectPrompt()
        return terminal
    }

    /// Runs a line and waits for the prompt behind it.
    private func run(_ line: String, at terminal: PseudoTerminal) throws {
        try terminal.send("\(line)\r")
        try terminal.expect("the line") { screen in
            screen.lines.contains { $0.hasSuffix("› \(line)") || $0.contains(line) }
        }
        try terminal.expectPrompt()
    }

    @Test
    func `lines of both are kept as they come, and secrets of neither`() throws {
        let first = try self.shell()
        let second = try self.shell()
        for number in 1...5 {
            try self.run("echo first \(number)", at: first)
            try self.run("echo second \(number)", at: second)
        }
        try self.run("get /x X-Api-Key:t0p", at: first)
        try self.run("@token = t0p", at: second)
        for terminal in [first, second] {
            try terminal.press(.control("d"))
            #expect(try terminal.waitForExit() == .exited(0))
        }
        let history = try self.workspace.text("\(self.workspace.state)/linger/history")
        let lines = history.split(separator: "\n")
        let echoes = lines.filter { $0.hasPrefix("echo") }
        #expect(echoes == (1...5).flatMap { ["echo first \($0)", "echo second \($0)"] })
        #expect(lines.count == 12)
        #expect(!history.contains("t0p"), "\(history)")
        // Each has the other's when it begins anew.
        let third = try self.shell()
        try third.send("echo first")
        try third.press(.up)
        try third.expect(screenContains: "› echo first 5")
        try third.press(.control("u"))
        try third.send("echo second")
        try third.press(.up, .up)
        try third.expect(screenContains: "› echo second 4")
    }

    @Test
    func `while both run, each goes back through its own lines`() throws {
        let first = try self.shell()
        let second = try self.shell()
        try self.run("echo mine", at: first)
        try self.run("echo other", at: second)
        try first.press(.up)
        try first.expect(screenContains: "› echo mine\n")
        #expect(!first.screen.text.contains("other"))
    }
}
