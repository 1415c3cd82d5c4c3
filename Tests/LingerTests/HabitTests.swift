import Shell
import ShellLanguage
import TestSupport
import Testing

/// PRODUCT's habits at a terminal: what is shown fits the window, and the terminal can show it.
@Suite("Program: narrow, wide, dumb and ASCII terminals", .timeLimit(.minutes(2)))
struct HabitTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Lines that fill all tables, and print each.
    private static let lines = [
        "openapi find", "get /users/7", "post /login user=ann password=secret", "get /status/404",
        "get /small?close=1", "20x4 get /small", "@name = value",
        "Accept: application/json", "alias u = get /users", "pool", "pool size 3", "sockets",
        "sockets --closed", "why", "why 1", "log", "show 1 headers", "timing",
        "stats",
        "lanes", "events", "headers", "cookies", "vars", "alias", "set", "ls", "ls --all",
        "diff 1 2", "history", "help", "help pool", "help topics", "help get /users/{id}",
        "get /users/7 --timeout 1ms --fresh", "bogus", "get / --folow",
    ]

    private func transcript(
        columns: Int,
        environment: [String: String] = [:]
    ) throws -> String {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal(
            ["--no-rc", "--set", "on-error=continue", demo.baseURL]
                + Self.lines.flatMap { ["-c", $0] },
            environment: environment,
            rows: 50,
            columns: columns
        )
        _ = try terminal.waitForExit()
        return String(decoding: terminal.transcript.filter { $0 != 0x0D }, as: UTF8.self)
    }

    @Test(arguments: [60, 80, 140])
    func `tables, help and pictures fit the window`(columns: Int) throws {
        let text = try self.transcript(columns: columns, environment: ["NO_COLOR": "1"])
        #expect(text.contains("local") || columns < 100)
        let lines = text.split(separator: "\n")
        #expect(lines.count > 250)
        // Sentences and values that are longer than the window are wrapped by the terminal.
        let isSentence = { (line: Substring) in
            line.contains(" · ") || !line.contains("  ") || line.hasPrefix("  | ")
        }
        for line in lines where line.count > columns && !isSentence(line) {
            Issue.record("\(line.count) of \(columns): \(line)")
        }
    }

    @Test
    func `a dumb terminal gets no escapes, LC_ALL=C gets ASCII`() throws {
        #expect(
            !(try self.transcript(columns: 80, environment: ["TERM": "dumb"])).contains("\u{1B}")
        )
        let text = try self.transcript(columns: 80, environment: ["LC_ALL": "C"])
        for line in text.split(separator: "\n") where !line.utf8.allSatisfy({ $0 < 0x80 }) {
            Issue.record("\(line)")
        }
    }

    @Test
    func `colour is never the only carrier of a meaning`() throws {
        let demo = try Demo(in: self.workspace)
        let lines = ["get \(demo.baseURL)/users/7", "get /status/500", "sockets", "bogus"]
        var texts: [String] = []
        for color in ["always", "never"] {
            let output = try self.workspace.run(
                lines: lines,
                options: ["--no-rc", "--color", color, "--set", "on-error=continue"]
            )
            let text = (output.standardOutput + output.standardError)
                .replacing(/\u{1B}\[[0-9;]*m/, with: "")
                .replacing(/\d+(\.\d+)? (µs|ms|s)\b/, with: "TIME")
                .replacing(/:\d+/, with: ":PORT")
            texts.append(String(text.filter { $0 != " " }))
        }
        #expect(texts[0] == texts[1])
    }
}

/// A new session in which nothing has happened.
@Suite("Program: empty states teach", .timeLimit(.minutes(2)))
struct EmptyStateTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let line: String
        /// What the answer tells to do.
        let next: String

        var testDescription: String { line }
    }

    static let cases = [
        Case(line: "sockets", next: "`get /`"), Case(line: "sockets --closed", next: "`sockets`"),
        Case(line: "log", next: "`get /`"), Case(line: "last", next: "`get /`"),
        Case(line: "show", next: "`get /`"), Case(line: "timing", next: "`get /`"),
        Case(line: "why", next: "`get /`"), Case(line: "stats", next: "`get /`"),
        Case(line: "lanes", next: "`get /`"), Case(line: "diff", next: "`get /`"),
        Case(line: "again", next: "`get /`"), Case(line: "edit", next: "`get /`"),
        Case(line: "open", next: "`get /`"), Case(line: "events", next: "`get /`"),
        Case(line: "jobs", next: "`get /slow &`"), Case(line: "cookies", next: "`cookies set"),
        Case(line: "vars", next: "`@name = value`"), Case(line: "alias", next: "`alias u ="),
        Case(line: "env", next: "`lcd DIR`"), Case(line: "ls", next: "`openapi find`"),
        Case(line: "history", next: "Up and ^R"), Case(line: "openapi", next: "`openapi find`"),
        Case(line: "auth", next: "`auth b"),
        Case(line: "save x.http", next: "`get /`"), Case(line: "export curl", next: "`get /`"),
        Case(line: "expect status 200", next: "`get /`"), Case(line: "name x", next: "`get /`"),
        Case(line: "cookies why", next: "`get /`"), Case(line: "| $.x", next: "`get /`"),
    ]

    @Test(arguments: Self.cases)
    func `nothing to show is said with what would give something`(_ example: Case) throws {
        let workspace = try Workspace()
        let output = try workspace.run(["--no-rc", "http://127.0.0.1:9", "-c", example.line])
        let text = output.standardOutput + output.standardError
        #expect(text.contains(example.next), "\(text)")
    }

    @Test
    func `without a base it is said how to set one`() throws {
        let workspace = try Workspace()
        let terminal = try workspace.terminal(["--no-rc"])
        try terminal.expect(screenContains: "try `get example.com`, `base URL` and `help`")
        for line in ["get /", "ls", "pool warm 1", "cd /x"] {
            let output = try workspace.run(["--no-rc", "-c", line])
            #expect(output.status == .exited(2), "\(line)")
            #expect(output.standardError.contains("`base "), "\(line): \(output.standardError)")
        }
    }
}
