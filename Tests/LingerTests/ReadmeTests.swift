import Glibc
import TestSupport
import Testing

/// A person's first ten minutes, as README shows them: find the API, log in, use the token, list,
/// create, upload, watch a connection being reused, change the pool, save, quit, come back, replay.
///
/// The transcript is typed at a pseudo-terminal, line by line, and compared with the screen but for
/// what differs from run to run. With `LINGER_RECORD` set, what the screen shows is written into
/// README instead: to change the transcript, change its commands there, and record.
@Suite("README: what it shows is what the program prints")
struct ReadmeTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test(.timeLimit(.minutes(3)))
    func `the transcript is what the program prints`() throws {
        let readme = try Readme()
        #expect(readme.runs.count >= 3)
        let isRecording = getenv("LINGER_RECORD") != nil
        try self.workspace.write("photo.png", [UInt8](repeating: 7, count: 48_213))
        let demo = try Demo(in: self.workspace, port: isRecording ? 8080 : 0)
        let port = String(demo.baseURL.split(separator: ":").last ?? "")
        var printed: [[String]] = []
        for run in readme.runs {
            let lines =
                run.steps.isEmpty
                ? try self.output(of: run, port: port)
                : try self.screen(of: run, port: port, waits: !isRecording)
            printed.append(lines.map { $0.replacing(port, with: "8080") })
        }
        guard !isRecording else { return try readme.record(printed) }
        for (run, lines) in zip(readme.runs, printed) {
            // A job's notice may stand before or after the answer that its end let through.
            let shown = lines.map(Readme.masked).sorted()
            let wanted = run.lines.map(Readme.masked).sorted()
            #expect(shown == wanted, "\(run.line)")
        }
    }

    /// The words of a line of the outer shell, with the demo's port.
    private func words(of run: Readme.Run, port: String) -> [String] {
        run.line.replacing("8080", with: port).split(separator: " ").dropFirst().map(String.init)
    }

    /// Runs a program to its end; what it prints.
    private func output(of run: Readme.Run, port: String) throws -> [String] {
        let words = self.words(of: run, port: port)
        let program = words[0] == "linger" ? try Workspace.program : "/usr/bin/env"
        let arguments = words[0] == "linger" ? Array(words.dropFirst()) : words
        let terminal = try PseudoTerminal(
            "/usr/bin/env",
            ["-C", self.workspace.path, program] + arguments,
            environment: self.workspace.environment,
            rows: 100,
            columns: 120
        )
        _ = try terminal.waitForExit()
        return terminal.screen.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// Types what a run says; the lines of the screen from its first command on.
    private func screen(of run: Readme.Run, port: String, waits: Bool) throws -> [String] {
        let terminal = try self.workspace.terminal(
            ["--no-rc"] + self.words(of: run, port: port).dropFirst(),
            rows: 250,
            columns: 120
        )
        for step in run.steps {
            try terminal.expect("the prompt for `\(step.command)`") { screen in
                let line = screen.lines.last { !$0.isEmpty } ?? ""
                return Readme.masked(line).hasSuffix(" ›")
            }
            try terminal.send("\(step.command)\r")
            try terminal.expect("`\(step.command)`") { screen in
                screen.lines.contains {
                    Readme.withoutRightPrompt($0).hasSuffix("› \(step.command)")
                }
            }
            guard let last = step.output.last(where: { !$0.isEmpty }) else { continue }
            // What comes by itself is waited for, so that it is where README has it.
            try terminal.expect("what `\(step.command)` prints: \(last)") { screen in
                let shown = screen.lines.map(Readme.masked)
                let place = shown.lastIndex { $0.hasSuffix("› \(step.command)") } ?? 0
                guard waits else { return Self.hasNotice(last, in: shown[place...]) }
                return shown[place...].contains(Readme.masked(last))
            }
        }
        _ = try terminal.waitForExit()
        var lines = terminal.screen.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Readme.withoutRightPrompt(String($0)) }
        let first = run.steps.first?.command ?? ""
        let start = try #require(lines.firstIndex { $0.hasSuffix("› \(first)") })
        lines.removeFirst(start)
        return lines
    }

    /// While recording only notices are waited for: other output is there with the next prompt.
    private static func hasNotice(_ line: String, in shown: ArraySlice<String>) -> Bool {
        !line.hasPrefix("· ") || shown.contains { $0.hasPrefix(String(line.prefix(12))) }
    }
}

/// The transcript in README.
struct Readme {
    /// A line that was typed, and what the program printed for it.
    struct Step {
        var command: String
        var output: [String] = []
    }

    /// One run of a program: from a `$ …` line to the next.
    struct Run {
        var line: String
        /// What was typed at linger's prompt; none where it is not interactive.
        var steps: [Step] = []
        /// All lines that it shows.
        var lines: [String] = []
    }

    private static let path =
        #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/README.md"

    private let lines: [String]
    private let transcript: Range<Int>
    /// The runs, without the server that is started in the background.
    let runs: [Run]

    init() throws {
        let text = try #require(try? Self.read())
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(self.lines.firstIndex(of: "```console"))
        let end = try #require(self.lines[(start + 1)...].firstIndex(of: "```"))
        self.transcript = (start + 1)..<end
        var runs: [Run] = []
        for line in self.lines[self.transcript] {
            if line.hasPrefix("$ ") {
                if !line.hasSuffix("&") { runs.append(Run(line: line)) }
                continue
            }
            guard !runs.isEmpty else { continue }
            let last = runs.count - 1
            runs[last].lines.append(line)
            if line.hasPrefix("127.0.0.1:"), let mark = line.firstRange(of: " › ") {
                runs[last].steps.append(Step(command: String(line[mark.upperBound...])))
            } else if !runs[last].steps.isEmpty {
                runs[last].steps[runs[last].steps.count - 1].output.append(line)
            }
        }
        self.runs = runs
    }

    /// Writes what was printed in the transcript's place.
    func record(_ printed: [[String]]) throws {
        var recorded = self.lines[self.transcript].filter {
            $0.hasPrefix("$ ") && $0.hasSuffix("&")
        }
        for (run, output) in zip(self.runs, printed) { recorded += [run.line] + output }
        var lines = self.lines
        lines.replaceSubrange(self.transcript, with: recorded)
        let file = try #require(fopen(Self.path, "w"))
        defer { fclose(file) }
        fputs(lines.joined(separator: "\n"), file)
    }

    private static func read() throws -> String {
        let file = try #require(fopen(Self.path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    // MARK: What differs from run to run

    static func withoutRightPrompt(_ line: String) -> String {
        guard line.contains(" › ") || line.hasSuffix(" ›") else { return line }
        return line.replacing(/\ +\d+ open( · \d+ (busy|waiting))*$/, with: "")
    }

    /// The line without times, ports, and blanks that only they need.
    static func masked(_ line: String) -> String {
        var text = Self.withoutRightPrompt(line)
        text.replace(/:\d{4,5}\b/, with: ":PORT")
        text.replace(/\d+(\.\d+)? (µs|ms|s)\b/, with: "TIME")
        if text.contains("http/1.1  ") {
            // A row of `sockets`: the bytes hold the port's digits.
            text.replace(/\d+(\.\d+)? k?B\b/, with: "BYTES")
        }
        // A warm start may be too quick for a wait or an idle time to be told.
        text.replace(/, idle TIME/, with: "")
        text.replace(/\ \ +/, with: "  ")
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
