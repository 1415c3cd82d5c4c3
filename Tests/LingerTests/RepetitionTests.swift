import TestSupport
import Testing

/// What stands for the single answers of a repetition, and repetitions in the background.
@Suite("Program: repetitions", .timeLimit(.minutes(2)))
struct RepetitionTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(
            .answerAndKeep(FaultScript.response(content: #"{"id":7}"#))
        )
    }

    private func run(_ lines: String...) throws -> ProcessRunner.Output {
        try self.workspace.run(lines: ["base \(self.server.baseURL)"] + lines)
    }

    @Test(arguments: [
        "why", "show", "show request", "show last", "timing", "why 3", "export curl", "open",
        "| $.id", "edit", "diff",
    ])
    func `what is about one answer does not mean the one before a repetition`(
        _ line: String
    ) throws {
        let output = try self.run("get /before > /dev/null", "4x2 get /x > /dev/null", line)
        #expect(output.status == .exited(1), "\(output.standardOutput)")
        #expect(output.standardOutput.isEmpty, "\(output.standardOutput)")
        #expect(
            output.standardError.contains(
                "2–5 are a repetition, whose single answers are not kept"
            ),
            "\(output.standardError)"
        )
        #expect(output.standardError.contains("`again 2`"), "\(output.standardError)")
    }

    @Test(arguments: ["{{$.id}}", "{{last.response.body.$.id}}", "{{3.response.body.$.id}}"])
    func `nor does a reference, and nothing is sent`(_ reference: String) throws {
        let output = try self.run("get /before", "4x2 get /x > /dev/null", "get /y/\(reference)")
        #expect(output.status == .exited(1))
        #expect(
            output.standardError.contains(
                "2–5 are a repetition, whose single answers are not kept"
            ),
            "\(output.standardError)"
        )
        #expect(self.server.connections.flatMap(\.requests).count == 5)
    }

    @Test(arguments: ["again", "again 2", "again 5"])
    func `again sends the request of a repetition once, and its answer is kept`(
        _ line: String
    ) throws {
        let again = try self.run(
            "get /before > /dev/null",
            "4x2 get /x > /dev/null",
            line,
            "show request",
            "| $.id",
            "name one 2"
        )
        #expect(again.status == .exited(0), "\(again.standardError)")
        #expect(again.standardOutput.contains("GET /x HTTP/1.1"), "\(again.standardOutput)")
        #expect(again.standardOutput.hasSuffix("\n7\n"), "\(again.standardOutput)")
        #expect(again.standardError.contains("6 · 200 OK"), "\(again.standardError)")
    }

    @Test func `a repetition in the background is a job with one notice, and no answers`() throws {
        let output = try self.run("12x6 get /x &", "get /y > /dev/null", "wait 1", "why")
        #expect(output.status == .exited(0), "\(output.standardError)")
        // `why` is about the request in the foreground.
        #expect(output.standardOutput.hasPrefix("13 · "), "\(output.standardOutput)")
        let lines = output.errorLines
        #expect(lines.contains("1–12 · 12 × GET /x · in the background"), "\(lines)")
        #expect(lines.contains { $0.hasPrefix("1–12 · 12 of 12 · 200 × 12 · ") }, "\(lines)")
        #expect(self.server.connections.flatMap(\.requests).count == 13)
    }

    @Test func `jobs says how far it is, and cancel ends it`() async throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(
            lines: ["40x1 get /slow?ms=200 &", "get /slow?ms=700", "jobs", "cancel 1", "log"],
            options: [demo.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let job = output.standardOutput.split(separator: "\n").first { $0.hasPrefix("1–40 · ") }
        let text = try #require(job, "\(output.standardOutput)")
        #expect(text.hasPrefix("1–40 · 40 × GET /slow?ms=200 · "), "\(text)")
        #expect(text.contains(#/ · [1-6] of 40 · /#), "\(text)")
        let notices = output.errorLines.filter {
            $0.hasPrefix("1–40 · ") && $0.contains(" of 40 ·")
        }
        #expect(notices.count == 1, "\(output.errorLines)")
        #expect(notices.first?.contains(#/^1–40 · [1-6] of 40 · /#) == true, "\(notices)")
    }

    @Test func `a repetition in the background has tails and expectations`() throws {
        let output = try self.run(
            "# @expect status 404",
            "3x1 get /x | $.id > ids &",
            "wait",
            "!cat ids"
        )
        #expect(output.status == .exited(7), "\(output.standardError)")
        #expect(output.standardError.contains("expect status 404: FAILED"))
        let good = try self.run("3x1 get /x > ids &", "wait", "!cat ids")
        #expect(good.standardOutput.hasSuffix(#"{"id":7}{"id":7}{"id":7}"#), "\(good)")
    }

    @Test func `log has a repetition where it began`() throws {
        let lines = ["get /a", "3x1 get /b", "get /c", "2x1 get /d", "get /e"]
        let output = try self.run(
            "set show status",
            lines[0],
            lines[1],
            lines[2],
            lines[3],
            lines[4],
            "log",
            "log 3",
            "log --json"
        )
        let numbers = output.standardOutput.split(separator: "\n").compactMap { line in
            line.firstMatch(of: #/^ *(\d+(?:–\d+)?)(?: +GET| · )/#).map { String($0.1) }
        }
        #expect(
            numbers == ["1", "2–4", "5", "6–7", "8", "5", "6–7", "8"],
            "\(output.standardOutput)"
        )
        let objects = output.standardOutput.split(separator: "\n")
            .filter { $0.hasPrefix("{\"type") }
            .map { $0.hasPrefix(#"{"type":"exchange""#) }
        #expect(objects == [true, false, true, false, true])
    }
}
