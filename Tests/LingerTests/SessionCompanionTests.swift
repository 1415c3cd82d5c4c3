import Glibc
import HTTPModel
import TestSupport
import Testing

/// What stands beside session files: Markdown, HARs, jars, environments.
@Suite("Program: what goes with session files")
struct SessionCompanionTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    private func entries(_ name: String) throws -> [JSONValue] {
        try JSONValue(parsing: self.workspace.text(name)).at("log", "entries")?.elements ?? []
    }

    @Test func `the requests of a manual are replayed, and brought up to date`() throws {
        try self.workspace.write(
            "manual.md",
            """
            # How to

            1. First:

               ```http
               @base = \(self.demo.baseURL)
               # @expect status 201
               GET {{base}}/small
               ```

            ## Then

            ```http
            # @expect connection reused
            GET {{base}}/users
            ```

            """
        )
        let output = try self.workspace.run(["replay", "manual.md"])
        #expect(output.status == .exited(4), "\(output.standardError)")
        #expect(output.standardError.contains("manual.md:7: expect status 201: FAILED"))
        let update = try self.workspace.run(["replay", "--update", "manual.md"])
        #expect(update.status == .exited(4), "\(update.standardError)")
        #expect(try self.workspace.text("manual.md").contains("\n   # @expect status 200\n"))
        let again = try self.workspace.run(["-c", "replay manual.md"])
        #expect(again.status == .exited(0), "\(again.standardError)")
        #expect(again.standardError.contains("2 requests, 2 expectations: 2 passed"))
        let save = try self.workspace.run(lines: [
            "get \(self.demo.baseURL)/small", "save new.md",
        ])
        #expect(save.standardError.contains("name it .http"), "\(save.standardError)")
    }

    @Test func `a HAR stands beside what is saved, of the same exchanges`() throws {
        let output = try self.workspace.run(lines: [
            "base \(self.demo.baseURL)", "get /small", "3x1 get /users", "get /me",
            "save a.http --har", "save b.http 2-4 --har",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("saved 5 entries to a.har"))
        #expect(try self.entries("a.har").count == 5)
        #expect(try self.entries("b.har").count == 3)
    }

    @Test func `a connection of a HAR is our number or our port`() throws {
        try self.workspace.write("a.http", "GET \(self.demo.baseURL)/small\n")
        for arguments in [
            ["replay", "a.http", "--har", "a.har", "--har-connection", "client-port"],
            [
                "-c", "get \(self.demo.baseURL)/small", "-c",
                "export har b.har --har-connection client-port",
            ],
        ] {
            let output = try self.workspace.run(arguments)
            #expect(output.status == .exited(0), "\(output.standardError)")
        }
        for name in ["a.har", "b.har"] {
            let entry = try #require(try self.entries(name).first)
            #expect(entry["connection"]?.text == entry["_clientPort"]?.text, "\(name)")
            #expect(entry["_connectionId"]?.text == "1")
        }
        let wrong = try self.workspace.run([
            "-c", "get \(self.demo.baseURL)/small", "-c",
            "export har b.har --har-connection port",
        ])
        #expect(wrong.status == .exited(2))
        #expect(wrong.standardError.contains("number or client-port"))
    }

    @Test func `a dry run shows what variables from outside make of it, but no secret`() throws {
        try self.workspace.write("http-client.env.json", #"{"dev": {"id": "7", "host": "h"}}"#)
        try self.workspace.write(
            "a.http",
            "@id = 1\n### 1\n# @retry 3 every 1 ms\nGET http://{{host}}/{{id}}/{{x}}?k={{token}}\n"
        )
        let output = try self.workspace.run([
            "replay", "a.http", "--dry-run", "--env", "dev", "--var", "x=9", "--var",
            "token=hush-hush",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput.contains("GET http://h/1/9?k={{token}} · up to 3 times"))
        let other = try self.workspace.run(["replay", "a.http", "--dry-run", "--var", "id=2"])
        #expect(other.standardOutput.contains("GET http://{{host}}/2/{{x}}"))
    }

    @Test func `the jar of a file keeps what a log-in sets, and says what it cannot read`() throws {
        try self.workspace.write("jar.txt", "# Netscape HTTP Cookie File\nno cookie\n")
        try self.workspace.write(
            "a.http",
            """
            # @cookie-jar ./jar.txt
            ###
            POST \(self.demo.baseURL)/login
            Content-Type: application/json

            {"user": "ann", "password": "secret"}

            """
        )
        let output = try self.workspace.run(["replay", "a.http", "--save-cookies"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let said = "./jar.txt:2: left out: it has 1 column between tabs, not 7"
        #expect(output.standardError.contains(said), "\(output.standardError)")
        try self.workspace.write(
            "b.http",
            "# @cookie-jar ./jar.txt\n###\n# @expect status 200\nGET \(self.demo.baseURL)/me\n"
        )
        let next = try self.workspace.run(["replay", "b.http"])
        #expect(next.status == .exited(0), "\(next.standardError)")
    }

    @Test func `an imported HAR has no secret of queries and bodies`() throws {
        let output = try self.workspace.run(lines: [
            "base \(self.demo.baseURL)",
            "get /anything?token=abc-def-1", "post /anything --form password=hush-hush a=b",
            "post /login user=ann password=secret", "export har a.har --secrets",
            "import har a.har", "import har a.har open.http --secrets",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = try self.workspace.text("a.http")
        for secret in ["abc-def-1", "hush-hush", "\"secret\""] {
            #expect(!text.contains(secret), "\(text)")
        }
        #expect(text.contains("token={{%token}}") && text.contains("a=b"), "\(text)")
        #expect(try self.workspace.text("open.http").contains("hush-hush"))
        var info = stat()
        #expect(stat("\(self.workspace.path)/open.http", &info) == 0)
        #expect(info.st_mode & 0o077 == 0)
        let replay = try self.workspace.run(
            ["replay", "a.http"]
                + ["token=x", "password=secret", "password_2=secret"].flatMap { ["--var", $0] }
        )
        #expect(replay.status == .exited(0), "\(replay.standardError)")
    }

    @Test func `in the shell the last use of a connection has no place`() throws {
        let output = try self.workspace.run(lines: [
            "base \(self.demo.baseURL)", "get /small", "get /small", "expect connection new",
        ])
        #expect(output.status == .exited(7))
        #expect(output.standardError.contains("last use of connection 1: exchange 1\n"))
    }
}
