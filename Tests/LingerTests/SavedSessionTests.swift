import Glibc
import HTTPModel
import TestSupport
import Testing

/// A session that is saved is replayed as it was: what changed between requests changes there.
@Suite("Program: sessions as a saved file has them")
struct SavedSessionTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    /// Runs lines that end in saving, and returns the file.
    private func save(_ lines: [String], as saving: String = "save a.http") throws -> String {
        let output = try self.workspace.run(
            ["--no-rc", self.demo.baseURL] + (lines + [saving]).flatMap { ["-c", $0] }
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        return try self.workspace.text("a.http")
    }

    /// Replays the file; what came of it must be what was recorded.
    @discardableResult
    private func replay(_ options: [String] = ["--strict"]) throws -> ProcessRunner.Output {
        let output = try self.workspace.run(["replay", "--no-rc", "a.http"] + options)
        #expect(output.status == .exited(0), "\(output.standardError)")
        return output
    }

    /// The blocks of a file, the first line of each left out.
    private static func blocks(_ text: String) -> [[Substring]] {
        text.split(separator: "###").map { $0.split(separator: "\n") }
    }

    // MARK: Settings

    @Test func `a setting holds for the requests that were sent with it`() throws {
        let text = try self.save([
            "set timeout.total 7s", "get /redirect/1", "set redirect.follow off",
            "get /redirect/1", "unset timeout.total", "get /small",
        ])
        let blocks = Self.blocks(text)
        #expect(blocks[0].contains("# @set timeout.total 7s"), "\(text)")
        #expect(!blocks[0].contains("# @set redirect.follow off"), "\(text)")
        #expect(!text.contains("### 1 GET /redirect/1\n# @set"), "\(text)")
        #expect(blocks[2].contains("# @set redirect.follow off"), "\(text)")
        #expect(blocks[3].contains("# @set timeout.total off"), "\(text)")
        try self.replay()
    }

    @Test func `a setting for one origin is changed and taken back where it was`() throws {
        let text = try self.save([
            "get /small", "set redirect.follow off --for {{base}}", "get /redirect/1",
            "unset redirect.follow --for {{base}}", "get /redirect/1",
        ])
        let blocks = Self.blocks(text)
        #expect(!blocks[0].joined().contains("redirect.follow"), "\(text)")
        #expect(blocks[2].contains("# @set redirect.follow off --for {{base}}"), "\(text)")
        #expect(blocks[3].contains("# @set redirect.follow on --for {{base}}"), "\(text)")
        try self.replay()
    }

    @Test func `of a part of a session the settings are those of its first request`() throws {
        let text = try self.save(
            ["get /redirect/1", "set redirect.follow off", "get /redirect/1"],
            as: "save a.http 2"
        )
        #expect(Self.blocks(text)[0].contains("# @set redirect.follow off"), "\(text)")
        try self.replay()
    }

    // MARK: Connections

    @Test func `what closed connections and cookies is done again`() throws {
        let text = try self.save(
            ["get /small", "pool close idle", "cookies clear", "get /small", "get /small"],
            as: "save a.http --expect reuse"
        )
        let blocks = Self.blocks(text)
        #expect(blocks[2].prefix(3).suffix(2) == ["# @do pool close idle", "# @do cookies clear"])
        #expect(blocks[2].contains("# @expect connection new"), "\(text)")
        #expect(blocks[3].contains("# @expect connection reused"), "\(text)")
        try self.replay()
    }

    @Test(arguments: ["get /small --fresh", "get /small --via 1", "get /small --http 1.1"])
    func `what no file can ask for is not expected of its replay`(_ line: String) throws {
        let text = try self.save(
            ["get /small", line, "get /small"],
            as: "save a.http --expect reuse"
        )
        let blocks = Self.blocks(text)
        #expect(blocks[1].contains("# @expect connection new"), "\(text)")
        #expect(!blocks[2].joined().contains("@expect connection"), "\(text)")
        try self.replay([])
    }

    @Test func `a connection that was closed by its number is not expected to be new`() throws {
        let text = try self.save(
            ["get /small", "pool close 1", "get /small"],
            as: "save a.http --expect reuse"
        )
        #expect(!Self.blocks(text)[2].joined().contains("@expect connection"), "\(text)")
        try self.replay([])
    }

    @Test func `requests that overlapped are expected of no connection`() throws {
        let text = try self.save(
            ["get /small", "get /slow?ms=300 &", "get /small", "wait", "get /small"],
            as: "save a.http --expect reuse"
        )
        let blocks = Self.blocks(text).map { $0.joined(separator: "\n") }
        #expect(blocks[1].contains("@expect connection new"), "\(text)")
        #expect(!blocks[2].contains("@expect connection"), "\(text)")
        #expect(!blocks[3].contains("@expect connection"), "\(text)")
        try self.replay([])
    }

    // MARK: Contents

    @Test(arguments: [
        ("post /anything t={{$.n}} k:={{$.n}}", #"{"t":"{{GET_anything.response.body.$.n}}","#),
        ("post /anything --form a={{id}} 'b=x y{{$uuid}}'", "a={{%id}}&b=x+y{{%$uuid}}"),
        ("post /anything --raw 'n={{last.response.body.$.query.n}} {{id}}'", "n={{GET_anything."),
        (
            #"post /anything {{id}}=1 k:='[{{id}},"{{id}}"]'"#,
            #"{"{{id}}":"1","k":[{{id}},"{{id}}"]}"#
        ),
    ])
    func `references in a content are kept`(_ line: String, _ content: String) throws {
        let first = "get /anything?n=7 | $.query"
        let text = try self.save(["@id = 42", first, line.replacing("$.n", with: "$.query.n")])
        let wanted = content.replacing("$.n", with: "$.query.n")
        #expect(text.contains("\n\(wanted)"), "\(text)")
        try self.replay([])
    }

    @Test func `a form in parts keeps its references`() throws {
        let text = try self.save(["@id = 42", "post /upload --multipart a={{id}} b=c"])
        #expect(text.contains("<@ ./a.bodies/01.bin"), "\(text)")
        #expect(try self.workspace.text("a.bodies/01.bin").contains("\r\n\r\n{{id}}\r\n"))
        try self.replay()
    }

    // MARK: Tags

    @Test func `tags that were typed before a request are in the file`() throws {
        let text = try self.save([
            "# @capture n = jsonpath $.query.n", "# @expect header Content-Type contains json",
            "get /anything?n=7", "get /anything/{{n}}",
        ])
        let blocks = Self.blocks(text)
        #expect(blocks[1].contains("# @capture n = jsonpath $.query.n"), "\(text)")
        #expect(blocks[1].contains("# @expect status 200"), "\(text)")
        #expect(blocks[1].contains("# @expect header Content-Type contains json"), "\(text)")
        #expect(!text.contains("@n ="), "\(text)")
        #expect(text.contains("### 2 GET /anything/{{n}}\n"), "\(text)")
        try self.replay()
    }

    @Test func `an expected status that was typed stands alone`() throws {
        let text = try self.save(["# @expect status in 200..299", "get /small"])
        #expect(text.contains("# @expect status in 200..299\n"), "\(text)")
        #expect(!text.contains("# @expect status 200\n"), "\(text)")
    }

    // MARK: Replays

    @Test func `what was replayed is saved like what was typed`() throws {
        try self.workspace.write(
            "b.http",
            """
            # @set redirect.follow off
            @host = \(self.demo.baseURL)
            ### x
            # @name first
            # @capture n = jsonpath $.query.n
            GET {{host}}/anything?n=7

            ### y
            POST {{host}}/anything/{{n}}
            Content-Type: application/json

            {"n": {{first.response.body.$.query.n}}}
            ### z
            # @repeat 3
            GET {{host}}/redirect/1

            """
        )
        let text = try self.save(["get /small", "replay b.http", "get /redirect/1"])
        #expect(Self.blocks(text).count == 6, "\(text)")
        #expect(text.contains("\n{\"n\": {{first.response.body.$.query.n}}}\n"), "\(text)")
        #expect(text.contains("# @set redirect.follow on\n"), "\(text)")
        #expect(text.contains("# @repeat 3"), "\(text)")
        try self.replay([])
        let part = try self.save(["replay b.http"], as: "save a.http 2")
        #expect(Self.blocks(part).count == 2, "\(part)")
    }

    @Test func `a replay with a session of its own leaves the cookies of the other`() throws {
        try self.workspace.write("b.http", "GET \(self.demo.baseURL)/small\n")
        let output = try self.workspace.run(
            [self.demo.baseURL, "-c", "cookies set mine=1; Path=/", "-c", "replay b.http --fresh"]
                + ["-c", "cookies"]
        )
        #expect(output.standardOutput.contains("mine"), "\(output.standardOutput)")
    }

    @Test(arguments: [("--set=retry.max=1", 2), ("--set=retry.max=0", 1)])
    func `retries that the command line asks for are made`(_ option: String, _ count: Int) throws {
        try self.workspace.write("b.http", "GET \(self.demo.baseURL)/status/503\n")
        _ = try self.workspace.run(
            ["replay", "--no-rc", option, "--set=retry.status=503", "b.http", "--har", "b.har"]
        )
        let har = try JSONValue(parsing: self.workspace.text("b.har"))
        #expect(har.at("log", "entries")?.elements.count == count)
    }

    // MARK: Files

    @Test func `what is replaced keeps its permissions`() throws {
        _ = try self.save(["get /small"])
        let path = "\(self.workspace.path)/a.http"
        for mode: mode_t in [0o600, 0o755] {
            chmod(path, mode)
            let text = try self.save(["get /small"])
            #expect(Workspace.permissions(path) == mode)
            try self.workspace.write("a.http", text.replacing("body=", with: "body=9"))
            chmod(path, mode)
            try self.replay(["--update"])
            #expect(try self.workspace.text("a.http") == text)
            #expect(Workspace.permissions(path) == mode)
        }
    }

    @Test func `a program made of a session file is not replaced`() throws {
        try self.workspace.write("a.http", "#!/usr/bin/env -S linger replay\n# @session 1\n")
        let output = try self.workspace.run(
            [self.demo.baseURL, "-c", "get /small", "-c", "save a.http"]
        )
        #expect(output.status != .exited(0))
        #expect(try self.workspace.text("a.http").hasPrefix("#!"))
    }

    @Test(arguments: ["cookies save", "export cookies", "export har", "export curl"])
    func `a file of another kind is not replaced`(_ command: String) throws {
        try self.workspace.write("notes.txt", "dear diary")
        let lines = ["get \(self.demo.baseURL)/small", "\(command) notes.txt"]
        let output = try self.workspace.run(lines: lines)
        #expect(output.status != .exited(0))
        #expect(output.standardError.contains("cannot replace notes.txt"))
        #expect(try self.workspace.text("notes.txt") == "dear diary")
        // One of its own kind is.
        let own = [lines[0], "\(command) own.txt", "\(command) own.txt"]
        #expect(try self.workspace.run(lines: own).status == .exited(0))
    }

    @Test func `an update numbers the connections`() throws {
        let text = try self.save(["get /small", "get /small"])
        try self.workspace.write(
            "a.http",
            text.replacing("conn=1 reused", with: "conn=2 new")
        )
        try self.replay(["--update"])
        #expect(try self.workspace.text("a.http") == text)
    }

    // MARK: Credentials

    @Test(arguments: [
        ("Basic ann:se cret", "ann:se cret"), ("Basic ann secret", "ann:secret"),
        ("basic YW5uOnNlY3JldA==", "ann:secret"), ("Basic {{pair}}", "ann:secret"),
    ])
    func `a name and a password in a file are coded`(_ value: String, _ pair: String) throws {
        let coded = Array(pair.utf8).base64
        for place in ["###\nGET URL\nAuthorization: VALUE\n", "HEADER\n###\nGET URL\n"] {
            let server = try FaultServer(.answerAndKeep())
            let text =
                "@pair = ann:secret\n@base = \(server.baseURL)\n"
                + place.replacing("HEADER", with: "# @default-header Authorization: \(value)")
                .replacing("VALUE", with: value).replacing("URL", with: "{{base}}/")
            try self.workspace.write("b.http", text)
            let output = try self.workspace.run(["replay", "b.http"])
            #expect(output.status == .exited(0), "\(output.standardError)")
            let request = server.connections.last?.requestTexts.last ?? ""
            #expect(request.lowercased().contains("authorization: basic \(coded.lowercased())"))
        }
    }

    // MARK: Versions

    @Test(arguments: ["HTTP/3", "HTTP/1.0", "HTTP/0.9"])
    func `a version that is not spoken is refused`(_ version: String) throws {
        try self.workspace.write("b.http", "###\nGET \(self.demo.baseURL)/small \(version)\n")
        let output = try self.workspace.run(["replay", "b.http"])
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("b.http:2:1: \(version) is not supported"))
    }

    @Test func `HTTP 2 is asked for by a file as by a line`() throws {
        try self.workspace.write("b.http", "GET \(self.demo.baseURL)/small HTTP/2\n")
        let output = try self.workspace.run(["replay", "b.http"])
        let line = try self.workspace.run(["-c", "get \(self.demo.baseURL)/small HTTP/2"])
        #expect(line.status != .exited(0) && output.status == .exited(3))
    }
}
