import TestSupport
import Testing

/// Where the contents of a repetition go, and who reads them.
@Suite("Program: the output of a repetition", .timeLimit(.minutes(2)))
struct RepetitionOutputTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    private static let size = 3_000_000

    private func server(size: Int = Self.size) throws -> FaultServer {
        let content = String(repeating: "x", count: size)
        return try FaultServer(.answerAndKeep(FaultScript.response(content: content)))
    }

    /// Runs lines with a server as their base.
    private func run(
        _ lines: [String],
        at server: FaultServer,
        options: [String] = []
    ) throws -> ProcessRunner.Output {
        try self.workspace.run(lines: ["base \(server.baseURL)"] + lines, options: options)
    }

    @Test(arguments: [
        "60x1 get / > out", "60x6 get / > out", "60x6 get / | cat > out", "60x1 get / | cat > out",
    ])
    func `contents are not gathered on their way to a file or a filter`(
        _ line: String
    ) throws {
        let server = try self.server()
        let output = try self.run([line, "!grep VmHWM /proc/$PPID/status >&2"], at: server)
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(try self.workspace.read("out").count == 60 * Self.size)
        let words = output.standardError.split { " \t\n".contains($0) }
        let place = try #require(words.firstIndex(of: "VmHWM:"))
        let peak = try #require(Int(words[place + 1]))
        // In kilobytes, where 180 MB went through; a start takes some forty.
        #expect(peak < 110_000, "\(peak) kB")
    }

    @Test(arguments: ["| $.target", "| jq -r .target", "> out", ""])
    func `contents come in the order of their numbers, whoever is first`(
        _ tail: String
    ) throws {
        let demo = try Demo(in: self.workspace)
        let items = "get \"/anything/{{$index}}\" filler==\(String(repeating: "x", count: 9000))"
        let output = try self.workspace.run(
            lines: ["40x8 \(items) \(tail)"] + (tail == "> out" ? ["!cat out"] : []),
            options: [demo.baseURL]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let places = output.standardOutput.matches(of: #/"?target"?:? ?"?/anything/([0-9]+)/#)
            .map { Int($0.1) }
        let lines = output.standardOutput.matches(of: #/(?m)^/anything/([0-9]+)/#)
            .map { Int($0.1) }
        #expect((lines.isEmpty ? places : lines) == Array(0..<40), "\(tail)")
    }

    @Test(arguments: [
        "1000x4 get / | head -c 1", "1000x1 get / | true", "1000x4 get / | cat | head -c 1",
    ])
    func `a filter that reads no more ends the repetition, and that is no failure`(
        _ line: String
    ) throws {
        let server = try self.server(size: 100_000)
        let output = try self.run([line, "get /next > /dev/null"], at: server)
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(!output.standardError.contains("error"), "\(output.standardError)")
        #expect(output.standardError.contains(" of 1000 · "), "\(output.standardError)")
        let targets = server.connections.flatMap(\.requests)
        #expect(targets.count < 100, "\(targets.count) requests")
    }

    @Test func `a filter that fails ends the repetition, which is told all the same`() throws {
        let server = try self.server(size: 100_000)
        let output = try self.run(["1000x4 get / | false"], at: server)
        #expect(output.status == .exited(1))
        #expect(output.standardError.contains(" of 1000 · "), "\(output.standardError)")
        #expect(output.standardError.contains("`false` ended with status 1"))
        #expect(server.connections.flatMap(\.requests).count < 100)
    }

    @Test(arguments: ["", "--json"])
    func `standard output that nobody reads any more ends it, and nothing is said`(
        _ option: String
    ) throws {
        let server = try self.server(size: 100_000)
        let program = "\(try Workspace.program) \(option)"
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", "\(program) -c '1000x4 get \(server.baseURL)/' -c 'get /never' | head -c 1"],
            environment: self.workspace.environment,
            directory: self.workspace.path,
            timeout: .seconds(60)
        )
        #expect(output.standardOutput.count == 1)
        let lines = output.errorLines.filter { !$0.hasPrefix("1000 × GET /, at most 4") }
        #expect(lines.isEmpty, "\(lines)")
        #expect(server.connections.flatMap(\.requests).count < 100)
    }

    @Test func `a file that takes no more ends it, with the system's words`() throws {
        let server = try self.server(size: 100_000)
        let output = try self.run(["1000x4 get / > /dev/full"], at: server)
        #expect(output.status == .exited(1))
        #expect(output.standardError.contains("cannot write /dev/full: No space left"))
        #expect(server.connections.flatMap(\.requests).count < 100)
    }

    @Test func `what fails leaves a file alone, and starts no filter`() throws {
        try self.workspace.write("out", "before")
        let server = try FaultServer(FaultScript([.readRequest, .close]))
        let output = try self.run(
            ["set on-error continue", "3x1 get / > out", "3x1 get / | echo started"],
            at: server
        )
        #expect(output.status == .exited(1))
        #expect(output.standardOutput.isEmpty)
        #expect(try self.workspace.text("out") == "before")
    }

    @Test func `as JSON Lines, tails get the contents, and lines are objects`() throws {
        let server = try FaultServer(
            .answerAndKeep(FaultScript.response(content: "{\"id\":7}\n"))
        )
        let output = try self.run(
            ["2x1 get / > out", "2x1 get / | $.id", "2x1 get / | cat"],
            at: server,
            options: ["--json"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let objects = try output.objects
        let exchanges = objects.ofType("exchange")
        #expect(exchanges.count == 2)
        #expect(exchanges.allSatisfy { $0.text("bodyFile") == "out" })
        let lines = objects.ofType("output").map {
            "\($0.text("line") ?? "") \($0.text("text") ?? "")"
        }
        #expect(lines == ["1 7", "2 7", #"1 {"id":7}"#, #"2 {"id":7}"#])
        #expect(try self.workspace.text("out") == "{\"id\":7}\n{\"id\":7}\n")
    }
}
