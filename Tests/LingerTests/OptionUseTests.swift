import HTTPModel
import TestSupport
import Testing

/// Options where a line is sent more than once, or its answer has another place to go: each has
/// its effect, or the line is refused and nothing is sent.
@Suite("Program: options of repeated and watched requests", .timeLimit(.minutes(2)))
struct OptionUseTests {
    private let workspace: Workspace
    private let server: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(.answerAndKeep(FaultScript.response(content: "abc")))
    }

    private var requestCount: Int { self.server.connections.flatMap(\.requests).count }

    private func run(_ line: String) throws -> ProcessRunner.Output {
        try self.workspace.run(lines: ["base \(self.server.baseURL)", line])
    }

    @Test(arguments: [
        ("2 delete /x --dry-run", "2 × DELETE /x", 1),
        ("3x2 post /x a=1 --dry-run", "3 × POST /x, at most 2 at a time", 1),
        ("repeat 2 put /x a=1 --dry-run", "2 × PUT /x", 1),
        ("3 get /x --dry-run &", "3 × GET /x", 1),
        ("watch --count 2 20ms get /x --dry-run", "", 2),
    ])
    func `a dry run sends nothing, however often it would`(
        _ line: String,
        _ first: String,
        _ shown: Int
    ) throws {
        let output = try self.run(line)
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains(first), "\(output.standardError)")
        let heads = output.standardOutput.split(separator: "\n").filter { $0.contains("HTTP/1.1") }
        #expect(heads.count == shown, "\(output.standardOutput)")
        #expect(self.requestCount == 0)
    }

    @Test func `the file of a repetition takes all contents in order`() throws {
        let output = try self.run("3x2 get /x -o all.txt")
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(try self.workspace.text("all.txt") == "abcabcabc")
        #expect(!output.standardOutput.contains("abc"))
    }

    @Test(arguments: [
        ("2 get /x -d", "--download does not go with a count", "-d"),
        ("2 get /x --resume", "--resume does not go with a count", "--resume"),
        ("2 get /x -v", "--verbose does not go with a count", "-v"),
        ("2 get /x -o f | cat", "--output does not go with a filter behind a count", "-o f"),
        ("2 get /x -o f > g", "--output does not go with `>`", "-o f"),
        ("get /x -o f > g", "--output does not go with `>`", "-o f"),
        ("get /x -d >> g", "--download does not go with `>`", "-d"),
        ("watch 1 get /x -o f", "--output does not go with watch", "-o f"),
        ("watch 1 get /x -v", "--verbose does not go with watch", "-v"),
    ])
    func `what has no effect is refused before anything is sent`(
        _ line: String,
        _ message: String,
        _ word: String
    ) throws {
        let output = try self.run(line)
        let said = output.standardError
        #expect(output.status == .exited(2), "\(said)")
        #expect(said.contains("error: \(message)\n"), "\(said)")
        let marks = said.split(separator: "\n").first { $0.contains("^") } ?? ""
        #expect(marks.contains { $0 == "^" } && marks.count { "^~".contains($0) } == word.count)
        #expect(self.requestCount == 0)
        #expect(!self.workspace.exists("f") && !self.workspace.exists("g"))
    }

    @Test func `a path that is none is told before anything is sent`() throws {
        let output = try self.run("get /x | $.a[ | cat")
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(self.requestCount == 0)
    }

    @Test func `with a filter the object of the exchange is there too`() throws {
        let line = "get \(self.server.baseURL)/x | tr a-c A-C"
        let objects = try self.workspace.json(lines: [line])
        #expect(objects.map { $0.text("type") } == ["exchange", "output"])
        #expect(objects.first?["status"]?.compactText == "200")
        #expect(objects.last?.text("text") == "ABC")
    }

    @Test func `tags before again are its own`() throws {
        let output = try self.workspace.run(
            lines: [
                "base \(self.server.baseURL)", "get /x > /dev/null", "# @expect status 404",
                "# @name other", "again > /dev/null",
            ]
        )
        #expect(output.status == .exited(7), "\(output.standardError)")
        #expect(output.standardError.contains("expect status 404: FAILED"))
        let named = try self.workspace.run(
            lines: [
                "base \(self.server.baseURL)", "get /x > /dev/null", "# @name other",
                "# @capture seen = body", "again > o.txt", "echo {{seen}}",
                "echo {{other.response.body.*}}",
            ]
        )
        #expect(named.standardOutput == "abc\nabc\n", "\(named.standardError)")
    }

    @Test(arguments: ["save --help", "save --nope f.http", "cookies save --help"])
    func `an option that there is not is no name of a file`(_ line: String) throws {
        let output = try self.workspace.run(lines: ["get \(self.server.baseURL)/", line])
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("does not take --"), "\(output.standardError)")
        #expect(!self.workspace.exists("--help") && !self.workspace.exists("--nope"))
    }
}
