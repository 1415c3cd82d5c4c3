import TestSupport
import Testing

@Suite("Program: Tab at the prompt")
struct CompletionTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// A shell on the demo API, with its description loaded.
    private func shell(columns: Int) throws -> (PseudoTerminal, Demo) {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal([demo.baseURL], rows: 40, columns: columns)
        try terminal.expectPrompt()
        try terminal.send("openapi find\r")
        try terminal.expect(screenContains: "linger demo 1 · OpenAPI 3.1")
        try terminal.expectPrompt()
        return (terminal, demo)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [60, 100])
    func `a path and the members of its body are completed from the description`(
        columns: Int
    ) throws {
        let (terminal, demo) = try self.shell(columns: columns)
        defer { withExtendedLifetime(demo) {} }
        try terminal.send("post /us\t")
        try terminal.expect(screenContains: "› post /users ")
        try terminal.send("\t")
        try terminal.expect(screenContains: "name=")
        try terminal.expect(screenContains: "active:=")
        try terminal.expect(screenContains: "required · string")
        try terminal.send("na\tEve ag\t42\r")
        try terminal.expect(screenContains: "201 Created")
        #expect(terminal.screen.text.contains("› post /users name=Eve age:=42"))
        #expect(terminal.screen.lines.allSatisfy { $0.count <= columns })
    }

    @Test(.timeLimit(.minutes(1)))
    func `the last body is completed inside a reference, and the cursor stays in its line`() throws
    {
        let (terminal, demo) = try self.shell(columns: 100)
        defer { withExtendedLifetime(demo) {} }
        try terminal.send("get /users/7\r")
        try terminal.expect(screenContains: "\"name\": \"Ann\"")
        try terminal.expectPrompt()
        try terminal.send("echo {{$.em\t}}\r")
        try terminal.expect(screenContains: "ann@example.com")
        try terminal.expectPrompt()
        try terminal.send("sho\t1 he\t\r")
        try terminal.expect(screenContains: "› show 1 headers")
    }

    @Test(.timeLimit(.minutes(1)))
    func `a list without colour is plain, on a dumb terminal too`() throws {
        let demo = try Demo(in: self.workspace)
        for environment in [["NO_COLOR": "1"], ["TERM": "dumb"], ["LC_ALL": "C"]] {
            let terminal = try self.workspace.terminal(
                ["--no-rc", demo.baseURL],
                environment: environment,
                rows: 40,
                columns: 80
            )
            try terminal.expect(screenContains: "127.0.0.1:")
            try terminal.send("pool \t")
            try terminal.expect(screenContains: "pool size N")
            let text = String(decoding: terminal.transcript, as: UTF8.self)
            if environment["NO_COLOR"] != nil { #expect(!text.contains("\u{1B}[2m")) }
            if environment["TERM"] != nil { #expect(!text.contains("\u{1B}[2m")) }
            // Not ^C: keys behind it are lost until the next prompt is there.
            try terminal.press(.control("u"))
            try terminal.press(.control("d"))
            #expect(try terminal.waitForExit() == .exited(0))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `what the editor leaves stands on the prompt and waits for Enter`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(
            [demo.baseURL],
            environment: ["EDITOR": "sed -i s/Eve/Noah/"],
            rows: 40,
            columns: 100
        )
        try terminal.expectPrompt()
        try terminal.send("openapi find\r")
        try terminal.expect(screenContains: "OpenAPI 3.1")
        try terminal.expectPrompt()
        try terminal.send("edit post /users\r")
        try terminal.expect(screenContains: "\"name\": \"Noah\"")
        #expect(!terminal.screen.text.contains("201 Created"))
        try terminal.press(.enter)
        try terminal.expect(screenContains: "201 Created")
    }

    @Test(.timeLimit(.minutes(1)))
    func `an alias of one session is there in the next, in the rc file`() throws {
        let demo = try Demo(in: self.workspace)
        let first = try self.workspace.terminal([demo.baseURL])
        try first.expectPrompt()
        try first.send("alias u = get /users\r")
        try first.expectPrompt()
        try first.press(.control("d"))
        #expect(try first.waitForExit() == .exited(0))
        let rc = try self.workspace.text("\(self.workspace.configuration)/linger/rc")
        #expect(rc.contains("alias u = get /users\n"))
        let second = try self.workspace.terminal([demo.baseURL], rows: 60)
        try second.expectPrompt()
        try second.send("u size==1\r")
        try second.expect(screenContains: "200 OK")
    }

    @Test(.timeLimit(.minutes(1)))
    func `long output goes through the pager`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(
            [demo.baseURL],
            environment: ["PAGER": "sed 's/^/| /' | tail -n 3"],
            rows: 12,
            columns: 100
        )
        try terminal.expectPrompt()
        try terminal.send("get /users\r")
        try terminal.expect(screenContains: "| }")
        try terminal.expectPrompt()
        try terminal.send("get /small\r")
        try terminal.expect(screenContains: "hello, linger")
        #expect(!terminal.screen.text.contains("| hello"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `events that go on do not go through the pager, however many there are`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(
            [demo.baseURL],
            environment: ["PAGER": "sed 's/^/PAGED /'"],
            rows: 12
        )
        try terminal.expectPrompt()
        try terminal.send("get /slow?ms=300 > /dev/null &\r")
        try terminal.expectPrompt()
        try terminal.send("9x3 get /small > /dev/null\r")
        try terminal.expectPrompt()
        try terminal.send("events --follow\r")
        // What the job still brings is shown as it comes.
        try terminal.expect(screenContains: "  1     request.done")
        try terminal.press(.control("c"))
        try terminal.expectPrompt()
        #expect(!terminal.screen.text.contains("PAGED"), "\(terminal.screen.text)")
    }
}
