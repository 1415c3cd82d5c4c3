import Glibc
import TestSupport
import Testing

@Suite("README: what it shows is what the program prints")
struct ReadmeTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// A line that was typed, and what the program printed for it.
    private struct Step {
        var command: String
        var output: [String]
    }

    @Test(.timeLimit(.minutes(2)))
    func `the transcript is what the demo prints`() throws {
        let steps = try Self.transcript()
        #expect(steps.count >= 8)
        let terminal = try self.workspace.terminal(
            ["demo", "--no-rc"],
            rows: 120,
            columns: 130
        )
        try terminal.expect(screenContains: " ›")
        for step in steps {
            try terminal.expect("the prompt") { screen in
                screen.lines.last { !$0.isEmpty }.map(Self.isEmptyPrompt) ?? false
            }
            try terminal.send("\(step.command)\r")
            guard let last = step.output.last else { continue }
            // What comes by itself is waited for, so that it is where the README has it.
            try terminal.expect("what `\(step.command)` prints") { screen in
                let shown = screen.lines.map(Self.normalized)
                let place = shown.lastIndex { $0.hasSuffix("› \(step.command)") } ?? 0
                return shown[place...].contains(Self.normalized(last))
            }
        }
        _ = try terminal.waitForExit()
        let shown = terminal.screen.lines.filter { !$0.isEmpty }.map(Self.normalized)
        let start = try #require(shown.firstIndex { $0.contains("› get /users/7") })
        let wanted = try Self.transcriptLines().filter { !$0.isEmpty }.map(Self.normalized)
        // A job's notice may stand before or after the answer that its end let through.
        #expect(shown[start...].sorted() == wanted.sorted())
    }

    // MARK: The README

    private static func transcriptLines() throws -> [String] {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
        let text = String(decoding: try Self.read("\(root)/README.md"), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex(of: "```console"))
        let end = try #require(lines[(start + 1)...].firstIndex(of: "```"))
        return Array(lines[(start + 1)..<end])
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }

    private static func transcript() throws -> [Step] {
        try Self.transcriptLines().reduce(into: []) { steps, line in
            if let range = line.firstRange(of: " › "), line.hasPrefix("127.0.0.1:") {
                steps.append(Step(command: String(line[range.upperBound...]), output: []))
            } else if !line.isEmpty {
                steps[steps.count - 1].output.append(line)
            }
        }
    }

    private static func isEmptyPrompt(_ line: String) -> Bool {
        Self.normalized(line).hasSuffix(" ›")
    }

    /// The line without what differs from run to run: times, the port, the right prompt.
    private static func normalized(_ line: String) -> String {
        var text = line
        if text.contains(" › ") || text.hasSuffix(" ›") {
            text.replace(/\ +\d+ open( · \d+ (busy|waiting))*$/, with: "")
        }
        text.replace(/127\.0\.0\.1:\d+/, with: "127.0.0.1:PORT")
        text.replace(/\d+(\.\d+)? (µs|ms|s)\b/, with: "TIME")
        // A warm start may be too quick for a wait or an idle time to be told.
        text.replace(/, idle TIME/, with: "")
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
