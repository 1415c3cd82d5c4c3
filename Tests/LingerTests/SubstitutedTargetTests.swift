import TestSupport
import Testing

/// What is substituted into a target is data: it makes no other host of what was typed
/// (LANGUAGE.md, sections 3 and 4).
@Suite("Program: values in targets", .timeLimit(.minutes(1)))
struct SubstitutedTargetTests {
    private let workspace: Workspace
    private let server: FaultServer
    /// Where nothing may arrive.
    private let other: FaultServer

    init() throws {
        self.workspace = try Workspace()
        self.server = try FaultServer(.answerAndKeep(FaultScript.response(content: "abc")))
        self.other = try FaultServer(.answerAndKeep(FaultScript.response(content: "other")))
    }

    private var lines: [String] {
        self.server.connections.flatMap(\.requestTexts).map { String($0.prefix { $0 != "\r\n" }) }
    }

    @Test(arguments: [
        ("get /{{x}}/a", "/HOST", "GET //HOST/a HTTP/1.1"),
        ("get {{base}}/{{x}}", "/HOST", "GET //HOST HTTP/1.1"),
        ("get ./{{x}}", "//HOST/b", "GET ///HOST/b HTTP/1.1"),
        ("cd /{{x}}\nget", "/HOST", "GET //HOST HTTP/1.1"),
        ("get /a{{x}}", "@HOST/", "GET /a@HOST/ HTTP/1.1"),
        ("get {{base}}{{x}}", "/a", "GET /a HTTP/1.1"),
        ("get /p/{{%x}}/z", "..", "GET /p/%2E%2E/z HTTP/1.1"),
        ("get /p/{{%x}}/z", ".", "GET /p/%2E/z HTTP/1.1"),
        ("get /p/{{%x}}/z", "a/../b", "GET /p/a%2F..%2Fb/z HTTP/1.1"),
    ])
    func `a value stays within the path`(
        _ typed: String,
        _ value: String,
        _ expected: String
    ) throws {
        let host = String(self.other.baseURL.dropFirst("http://".count))
        let output = try self.workspace.run(
            lines: ["base \(self.server.baseURL)", "@x = \(value.replacing("HOST", with: host))"]
                + typed.split(separator: "\n").map(String.init)
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let wanted = expected.replacing("HOST", with: host)
        #expect(self.lines == [wanted])
        #expect(self.other.connections.isEmpty)
    }

    @Test(arguments: ["get {{base}}{{x}}", "get SERVER{{x}}", "get http://SERVER{{x}}"])
    func `a value with an @ makes nobody's name of a host that was typed`(_ typed: String) throws {
        let host = String(self.other.baseURL.dropFirst("http://".count))
        let server = String(self.server.baseURL.dropFirst("http://".count))
        let output = try self.workspace.run(
            lines: (typed.contains("base") ? ["base \(self.server.baseURL)"] : [])
                + ["@x = @\(host)/", typed.replacing("SERVER", with: server)]
        )
        #expect(output.status == .exited(1), "\(output.standardError)")
        #expect(output.standardError.contains("error: {{x}} has an @"), "\(output.standardError)")
        #expect(self.other.connections.isEmpty && self.lines.isEmpty)
    }

    @Test func `nor in a session file`() throws {
        let host = String(self.other.baseURL.dropFirst("http://".count))
        for (target, isSent) in [("/{{x}}", true), ("{{base}}{{y}}", false)] {
            let file = """
                @base = \(self.server.baseURL)
                @x = /\(host)
                @y = @\(host)/

                ### 1
                GET \(target)
                """
            _ = try self.workspace.write("t.http", file)
            let output = try self.workspace.run(["replay", "--no-rc", "t.http"])
            #expect(output.status == .exited(isSent ? 0 : 3), "\(output.standardError)")
        }
        #expect(self.lines == ["GET //\(host) HTTP/1.1"])
        #expect(self.other.connections.isEmpty)
    }
}
