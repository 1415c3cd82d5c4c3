import Glibc
import TestSupport
import Testing

@Suite("Program: what the screen shows when things happen at once", .timeLimit(.minutes(1)))
struct ScreenTests {
    private let workspace: Workspace
    private let gate = Gate()

    init() throws {
        self.workspace = try Workspace()
    }

    /// Starts the shell on a server and waits for its prompt.
    private func shell(
        on server: FaultServer,
        rows: Int = 20,
        columns: Int = 80
    ) throws -> PseudoTerminal {
        let terminal = try self.workspace.terminal(
            ["--no-rc", server.baseURL],
            rows: rows,
            columns: columns
        )
        try terminal.expectPrompt()
        return terminal
    }

    /// A server that answers once, and then closes when the gate opens.
    private func closingServer() throws -> FaultServer {
        try FaultServer(.onFirst(FaultScript.answering(times: 1) + [.waitFor(self.gate), .close]))
    }

    /// A server whose first answer comes when the gate opens.
    private func slowServer() throws -> FaultServer {
        try FaultServer(
            .onFirst(
                [.readRequest, .waitFor(self.gate), .send(FaultScript.response())]
                    + FaultScript.answering()
            )
        )
    }

    /// The rows between the line that was typed and the prompt.
    private func rows(_ terminal: PseudoTerminal, below line: String) -> [String] {
        let lines = terminal.screen.lines
        let start = lines.lastIndex { $0.hasSuffix("› \(line)") } ?? 0
        return Array(lines[(start + 1)..<max(terminal.screen.cursorRow, start + 1)])
    }

    @Test
    func `what comes of ^C stands below it`() async throws {
        let server = try self.slowServer()
        let terminal = try self.shell(on: server)
        try terminal.send("get /slow\r")
        await server.wait { $0.connections.first?.requests.count == 1 }
        try terminal.press(.control("c"))
        try terminal.expect(screenContains: "hint: #1 was closed")
        try terminal.expectPrompt()
        let rows = self.rows(terminal, below: "get /slow")
        #expect(rows.first == "^C")
        #expect(rows.dropFirst().first?.hasPrefix("1 · failed · cancelled · ") == true)
        self.gate.open()
    }

    @Test
    func `a window that changes during a request has its answer, and the next prompt`()
        async throws
    {
        let server = try self.slowServer()
        let terminal = try self.shell(on: server)
        try terminal.send("get /slow\r")
        await server.wait { $0.connections.first?.requests.count == 1 }
        try terminal.resize(rows: 12, columns: 60)
        self.gate.open()
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expect("the right prompt at the new margin") { screen in
            let row = screen.lines[screen.cursorRow]
            return row.hasPrefix("127.0.0.1:\(server.port) ›") && row.hasSuffix("1 open")
                && row.count == 59
        }
    }

    @Test
    func `a list of candidates survives a new size and a notice`() throws {
        let server = try self.closingServer()
        let terminal = try self.shell(on: server)
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expectPrompt()
        try terminal.send("pool p")
        try terminal.press(.tab)
        try terminal.expect(screenContains: "pause")
        let prompt = "127.0.0.1:\(server.port) › pool p"
        try terminal.expect("the line below the list") { screen in
            screen.lines[screen.cursorRow].hasPrefix(prompt)
                && screen.cursorColumn == prompt.count
        }
        try terminal.resize(rows: 18, columns: 60)
        try terminal.expect("the line at the new width") { screen in
            let row = screen.lines[screen.cursorRow]
            return row.hasPrefix(prompt) && row.hasSuffix("1 open") && row.count == 59
        }
        self.gate.open()
        try terminal.expect("the notice between list and line") { screen in
            let row = screen.cursorRow
            return screen.lines[row].hasPrefix(prompt) && screen.cursorColumn == prompt.count
                && screen.lines[row - 1].hasPrefix("· #1 closed by peer")
                && screen.text.contains("pause")
        }
        try terminal.send("a")
        try terminal.press(.tab)
        try terminal.expect(screenContains: "› pool pause")
    }

    @Test
    func `a notice comes while the history is searched`() throws {
        let server = try self.closingServer()
        let terminal = try self.shell(on: server)
        try terminal.send("get /needle\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.send("echo hay\r")
        try terminal.expect("the echo") { $0.lines.contains("hay") }
        try terminal.expectPrompt()
        try terminal.press(.control("r"))
        try terminal.send("needl")
        try terminal.expect("the entry") { screen in
            screen.lines.last { !$0.isEmpty }.map { $0.hasPrefix("bck") } ?? false
        }
        self.gate.open()
        try terminal.expect("the notice above the entry") { screen in
            guard let notice = screen.lines.firstIndex(where: { $0.hasPrefix("· #1 closed") })
            else { return false }
            return screen.lines[notice + 1].contains("› get /needle")
        }
        try terminal.press(.enter)
        try terminal.expect(screenContains: "2 · 200 OK")
    }

    @Test
    func `a notice comes in the middle of a line of two rows with wide characters`() throws {
        let server = try self.closingServer()
        let terminal = try self.shell(on: server, columns: 60)
        try terminal.send("get /\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expectPrompt()
        let text = "post /orders note=日本語日本語日本語日本語日本語 who=größe"
        try terminal.send(text)
        try terminal.expect(screenContains: "größe")
        try terminal.press(.home)
        self.gate.open()
        let prompt = "127.0.0.1:\(server.port) › "
        try terminal.expect("the notice, and both rows below it") { screen in
            let row = screen.cursorRow
            return screen.cursorColumn == prompt.count && row > 0
                && screen.lines[row - 1].hasPrefix("· #1 closed by peer")
                && (screen.lines[row] + screen.lines[row + 1]).hasSuffix("größe")
                && screen.lines.count { $0.contains("who=größe") || $0.hasSuffix("größe") } == 1
        }
        try terminal.press(.end)
        try terminal.send("!\r")
        try terminal.expect(screenContains: "2 · 200 OK")
        let sent = server.connections.flatMap(\.requestTexts).last ?? ""
        #expect(sent.contains("日本語日本語日本語日本語日本語"))
        #expect(sent.contains("größe!"))
    }

    @Test
    func `two hundred pasted lines run in their order, and each can be taken back by ^C`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try self.shell(on: server)
        try terminal.expect("marked pastes") { $0.marksPastes }
        let lines = (1...200).map { "echo größe \($0)" }
        try terminal.paste(lines.joined(separator: "\n") + "\n")
        try terminal.expect(screenContains: "echo größe 200")
        #expect(!terminal.screen.fullText.contains("\ngröße"))
        try terminal.press(.enter)
        try terminal.expect("the last") { $0.lines.contains("größe 200") }
        try terminal.expectPrompt()
        let all = terminal.screen.fullText.split(separator: "\n").filter { $0.hasPrefix("größe") }
        #expect(all == lines.map { $0.dropFirst("echo ".count) })
        try terminal.paste("echo one\necho two\n")
        try terminal.expect(screenContains: "echo two")
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
        #expect(!terminal.screen.lines.contains("one"))
    }

    @Test
    func `^Z during a request gives the terminal away, and fg waits on`() async throws {
        let server = try self.slowServer()
        let terminal = try PseudoTerminal(
            "/bin/bash",
            ["--norc", "--noprofile", "-i"],
            environment: self.workspace.environment.merging(["PS1": "outside$ "]) { $1 },
            columns: 80
        )
        try terminal.expect(screenContains: "outside$")
        try terminal.send("\(try Workspace.program) --no-rc \(server.baseURL)\r")
        try terminal.expectPrompt()
        try terminal.send("get /slow\r")
        await server.wait { $0.connections.first?.requests.count == 1 }
        try terminal.press(.control("z"))
        try terminal.expect("the outer prompt") { screen in
            screen.text.contains("Stopped")
                && screen.lines[screen.cursorRow].hasPrefix("outside$")
        }
        self.gate.open()
        try terminal.send("fg\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        try terminal.expectPrompt()
        try terminal.send("get /next\r")
        try terminal.expect(screenContains: "2 · 200 OK")
    }

    @Test
    func `^Z with a list of candidates and a wrapped line brings the line back`() throws {
        let server = try FaultServer(.answerAndKeep())
        let terminal = try PseudoTerminal(
            "/bin/bash",
            ["--norc", "--noprofile", "-i"],
            environment: self.workspace.environment.merging(["PS1": "outside$ "]) { $1 },
            columns: 60
        )
        try terminal.expect(screenContains: "outside$")
        try terminal.send("\(try Workspace.program) --no-rc \(server.baseURL)\r")
        try terminal.expectPrompt()
        let line = "get /a-rather-long-path/that-needs/another-row --no-"
        try terminal.send(line)
        try terminal.press(.tab)
        try terminal.expect(screenContains: "--no-cookies")
        try terminal.expect("the line below") { screen in
            screen.lines[screen.cursorRow].hasSuffix("--no-")
        }
        try terminal.press(.control("z"))
        try terminal.expect("the outer prompt") { screen in
            screen.lines[screen.cursorRow].hasPrefix("outside$")
        }
        try terminal.send("fg\r")
        try terminal.expect("the line again") { screen in
            let row = screen.cursorRow
            return row > 0 && (screen.lines[row - 1] + screen.lines[row]).hasSuffix(line)
        }
        try terminal.send("f")
        try terminal.press(.tab, .enter)
        try terminal.expect(screenContains: "1 · 200 OK")
    }
}
