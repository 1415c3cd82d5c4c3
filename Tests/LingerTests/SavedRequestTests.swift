import Glibc
import HTTPModel
import TestSupport
import Testing

/// What is typed, saved and replayed is the same request each time.
@Suite("Program: requests as a saved file has them")
struct SavedRequestTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    private static let environment = ["SECRETENV": "leaked"]

    /// Saves what lines did, and returns the file.
    private func save(
        _ lines: [String],
        base path: String = "",
        options: [String] = []
    ) throws -> String {
        let output = try self.workspace.run(
            ["--no-rc"] + options + [self.demo.baseURL + path]
                + (lines + ["save a.http"]).flatMap { ["-c", $0] },
            environment: Self.environment
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        return try self.workspace.text("a.http")
    }

    /// Replays the file, and returns the contents that came.
    private func replayed(_ options: [String] = []) throws -> [JSONValue] {
        let output = try self.workspace.run(
            ["replay", "a.http", "--har", "a.har"] + options,
            environment: Self.environment
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let har = try JSONValue(parsing: self.workspace.text("a.har"))
        return (har.at("log", "entries")?.elements ?? []).compactMap { entry in
            entry.at("response", "content", "text")
                .flatMap { try? JSONValue(parsing: $0.text) }
        }
    }

    @Test func `a value that a server gave is no reference in a file`() throws {
        let hostile = "%7B%7B%24processEnv(SECRETENV)%7D%7D"
        let text = try self.save([
            "get /anything?v=\(hostile)", "@v = {{$.query.v}}", "get /anything x=={{v}}",
            "Q-Default: {{v}}", "d=={{v}}", "get /anything",
        ])
        #expect(!text.contains(" {{$processEnv"), "\(text)")
        let answers = try self.replayed()
        #expect(answers.count == 3)
        #expect(answers.last?.at("query", "d")?.text == "{{$processEnv(SECRETENV)}}")
        #expect(answers.dropFirst().first?.at("query", "x")?.text == "{{$processEnv(SECRETENV)}}")
    }

    @Test(arguments: [
        (#"get /anything X-A:\{{$uuid}}"#, "{{$uuid}}"),
        (#"get /anything X-A:a\{{b}}{{c}}"#, "a{{b}}C"),
        (#"get /anything X-A:"a\\{{c}}""#, #"a\C"#),
    ])
    func `what was typed as text stays text`(_ line: String, _ value: String) throws {
        let text = try self.save(["@c = C", line])
        let answers = try self.replayed()
        let fields = answers.first?["fields"]?.elements.map(\.elements) ?? []
        let sent = fields.first { $0.first?.text.lowercased() == "x-a" }?.last?.text
        #expect(sent == value, "\(text)")
    }

    @Test func `JSON of items keeps its references and its braces`() throws {
        let text = try self.save([
            "@c = C", #"post /anything a=\{{$uuid}} b="x\\{{c}}" c={{c}}{{c}}"#,
        ])
        let answer = try #require(try self.replayed().first)
        let content = try #require(answer["json"], "\(answer.compactText)")
        #expect(content.text("a") == "{{$uuid}}", "\(text)")
        #expect(content.text("b") == "x\\C", "\(text)")
        #expect(content.text("c") == "CC", "\(text)")
    }

    @Test func `a percent sign in a reference stays one`() throws {
        let text = try self.save(
            ["get /anything/{{%id}} a=={{%id}} b=={{id}}"],
            options: ["--var", "id=7 7"]
        )
        #expect(text.contains("/anything/{{%id}}?a={{%id}}&b={{%id}}"), "\(text)")
        #expect(try self.replayed().first?.text("target") == "/anything/7%207?a=7%207&b=7%207")
    }

    @Test(arguments: [
        ("get {{p}}", "/anything/foo"), ("get ?q={{p}}", "/anything/?q=foo"),
        ("get {{p}}/b", "/anything/foo/b"), ("get ./{{p}}", "/anything/foo"),
        ("get /anything/{{p}}", "/anything/foo"), ("get {{base}}/{{p}}", "/anything/foo"),
        ("get {{o}}/x", "/anything/o/x"), ("get a/{{p}}", "/anything/a/foo"),
        ("get {{u}}/{{p}}", "/anything/u/foo"), ("get :PORT/anything/{{p}}", "/anything/foo"),
        ("get . q=={{p}}", "/anything/?q=foo"), ("get a?x=%7B%7Bp%7D%7D", "/anything/a?x="),
    ])
    func `a target with references goes where it went`(_ line: String, _ target: String) throws {
        let port = self.demo.baseURL.split(separator: ":").last ?? ""
        let text = try self.save(
            [
                "@p = foo", "@o = /anything/o", "@u = \(self.demo.baseURL)/anything/u",
                line.replacing("PORT", with: "\(port)"),
            ],
            base: "/anything/"
        )
        let sent = try self.replayed().first?.text("target") ?? ""
        #expect(target.hasSuffix("=") ? sent.hasPrefix(target) : sent == target, "\(text)")
    }

    @Test func `OPTIONS * is saved, and read with Host too`() throws {
        let text = try self.save(["options *"])
        #expect(text.contains("OPTIONS * HTTP/1.1"), "\(text)")
        let output = try self.workspace.run(["replay", "a.http"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let host = self.demo.baseURL.dropFirst("http://".count)
        try self.workspace.write(
            "b.http",
            "### 1\nOPTIONS *\nHost: \(host)\n\n### 2\nGET /small\nHost: \(host)\n"
        )
        let other = try self.workspace.run(["replay", "b.http"])
        #expect(other.status == .exited(0), "\(other.standardError)")
    }

    @Test func `each repetition has its own index and its own dynamic variables`() throws {
        let text = try self.save(["3x2 get /anything?i={{$index}}&u={{$uuid}}"])
        #expect(text.contains("?i={{$index}}&u={{$uuid}}"), "\(text)")
        let output = try self.workspace.run(["--json", "-c", "replay a.http"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let targets = try output.objects.ofType("exchange").compactMap {
            $0.text("target") ?? $0.at("request", "target")?.text ?? $0.text("url")
        }
        let indices = targets.compactMap { target in
            target.firstRange(of: "?i=").map { target[$0.upperBound...].prefix(1) }
        }
        #expect(Set(indices) == ["0", "1", "2"], "\(output.standardOutput)")
        #expect(Set(targets).count == 3)
    }

    @Test func `an empty field is sent, unless it takes a default away`() throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write(
            "b.http",
            """
            # @default-header X-Default: d
            ###
            GET \(server.baseURL)/1
            X-Empty:
            X-Default:
            User-Agent:

            """
        )
        let output = try self.workspace.run(["replay", "b.http"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let request = try #require(server.connections.last?.requestTexts.last)
        #expect(request.hasField("X-Empty:") || request.contains("X-Empty: \r\n"), "\(request)")
        #expect(!request.contains("X-Default") && !request.contains("User-Agent"), "\(request)")
    }

    @Test func `a variable from a response is captured again, and never written`() throws {
        let text = try self.save([
            "post /login user=ann password=secret", "@t = {{$.token}}",
            #"get /me Authorization:"Bearer {{t}}""#,
        ])
        #expect(text.contains("# @capture t = jsonpath $.token"), "\(text)")
        #expect(!text.contains("@t =") && !text.contains("demo.ann"), "\(text)")
        _ = try self.replayed(["--var", "password=secret"])
    }

    @Test(arguments: [
        (["auth bearer {{$.token}}", "get /me"], ["Authorization: Bearer {{token}}"]),
        (
            ["@t = {{$.token}}", "auth bearer {{t}}", "get /me"],
            ["Authorization: Bearer {{token}}"]
        ),
        (["Authorization: Bearer {{$.token}}", "get /me"], ["Authorization: Bearer {{token}}"]),
        (
            ["@auth = Bearer {{$.token}}", "get /me Authorization:{{auth}}"],
            ["@auth = Bearer {{token}}", "Authorization: {{auth}}"]
        ),
        (
            ["X-Api-Key: k-{{$.token}}", "auth bearer {{$.token}}", "get /me"],
            ["X-Api-Key: k-{{token}}", "Authorization: Bearer {{token}}"]
        ),
        (
            ["@token = mine", "auth bearer {{$.token}}", "get /me X-A:{{token}}"],
            ["# @capture token_2 = jsonpath $.token", "Authorization: Bearer {{token_2}}"]
        ),
        (
            ["t=={{$.token}}", "auth bearer {{$.token}}", "get /me"],
            ["GET {{base}}/me?t={{%token}} HTTP/1.1"]
        ),
        (
            ["auth bearer {{last.response.body.$['token']}}", "get /me"],
            ["# @capture token = jsonpath $['token']"]
        ),
    ])
    func `what a login gave is taken from it again`(_ lines: [String], _ saved: [String]) throws {
        let text = try self.save(["post /login user=ann password=secret"] + lines)
        for line in saved { #expect(text.contains("\n\(line)\n"), "\(text)") }
        #expect(!text.contains("demo.ann"), "\(text)")
        // The login itself goes without what came of it.
        let login = text.split(separator: "###").dropFirst().first ?? ""
        #expect(!login.contains("Authorization") && !login.contains("X-Api-Key"), "\(text)")
        let token = text.contains("token_2") ? ["--var", "token=mine"] : []
        let answers = try self.replayed(["--var", "password=secret"] + token)
        #expect(answers.last?.text("name") == "Ann")
    }

    @Test func `a token from a response that is not saved is left for who replays it`() throws {
        let text = try self.save([
            "post /login user=ann password=secret", "auth bearer {{$.token}}", "get /me",
            "save b.http 2",
        ])
        #expect(text.contains("Authorization: Bearer {{token}}"))
        let part = try self.workspace.text("b.http")
        #expect(part.contains("Authorization: Bearer {{AUTHORIZATION}}"), "\(part)")
        #expect(!part.contains("demo.ann"))
    }

    @Test func `each request has what stuck when it was sent`() throws {
        let text = try self.save([
            "@x = 1", "X-A: 1", "get /anything?x={{x}}", "@x = 2", "X-A: 2", "X-B: b", "q==7",
            "get /anything?x={{x}}", "X-A:", "X-B:", "q==", "Accept:", "get /anything?x={{x}}",
        ])
        let answers = try self.replayed()
        #expect(answers.map { $0.at("query", "x")?.text } == ["1", "2", "2"], "\(text)")
        #expect(answers.map { $0.at("query", "q")?.text } == [nil, "7", nil], "\(text)")
        for (name, values) in [
            ("x-a", ["1", "2", nil]), ("x-b", [nil, "b", nil]), ("accept", ["*/*", "*/*", nil]),
        ] {
            let sent = answers.map { answer in
                answer["fields"]?.elements.map(\.elements)
                    .first { $0.first?.text.lowercased() == name }?.last?.text
            }
            #expect(sent == values, "\(name): \(text)")
        }
    }

    @Test func `what was the same for all requests stands once`() throws {
        let text = try self.save([
            "X-A: 1", "q==7", "auth bearer hush", "get /anything", "get /anything",
        ])
        #expect(
            text.contains(
                """
                # @default-query q=7
                # @default-header X-A: 1
                # @default-header Authorization: Bearer {{AUTHORIZATION}}
                """
            ),
            "\(text)"
        )
        #expect(text.split(separator: "Authorization").count == 2)
    }

    @Test func `a variable under a sensitive field is left for who replays it`() throws {
        let text = try self.save(["@v = hush", "get /anything Authorization:{{v}} b=={{v}}"])
        #expect(!text.contains("hush"), "\(text)")
        let kept = try self.workspace.run(
            ["--no-rc", self.demo.baseURL]
                + ["@v = hush", "get /anything Authorization:{{v}}", "save k.http --secrets"]
                .flatMap { ["-c", $0] }
        )
        #expect(kept.status == .exited(0))
        #expect(try self.workspace.text("k.http").contains("@v = hush"))
    }

    @Test(arguments: [
        ("get /anything?a=1&token=hush&b=2", "?a=1&token={{%token}}&b=2"),
        ("get /anything token==hush", "?token={{%token}}"),
        ("get /anything?to%6ben=hush", "={{%token}}"),
        ("get /anything --auth ann:hush", "Authorization: Basic {{AUTHORIZATION}}"),
    ])
    func `a secret is replaced wherever its key says that it is one`(
        _ line: String,
        _ saved: String
    ) throws {
        let text = try self.save([line])
        #expect(text.contains(saved) && !text.contains("hush"), "\(text)")
    }

    @Test func `a secret in a default, in a target or in a form is replaced`() throws {
        let host = self.demo.baseURL.dropFirst("http://".count)
        let text = try self.save([
            "secret==hush", "get /anything", "get http://ann:hush@\(host)/anything",
            "post /anything --multipart password=hush a=b",
        ])
        #expect(text.contains("# @default-query secret={{secret}}"), "\(text)")
        #expect(text.contains("Authorization: Basic {{AUTHORIZATION}}"), "\(text)")
        #expect(!text.contains("hush"), "\(text)")
        let side = try self.workspace.text("a.bodies/03.bin")
        #expect(side.contains("{{password}}") && !side.contains("hush"), "\(side)")
        #expect(text.contains("<@ ./a.bodies/03.bin"), "\(text)")
    }

    @Test func `credentials that answer a challenge are left out with a note`() throws {
        let lines = ["get /anything --digest ann:hush", "save a.http"]
        let output = try self.workspace.run(
            ["--no-rc", self.demo.baseURL] + lines.flatMap { ["-c", $0] }
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("request 1 has credentials for challenges"))
    }

    @Test func `a content that is a file is found from where the session is saved`() throws {
        mkdir("\(self.workspace.path)/sub", 0o700)
        try self.workspace.write("note.txt", "hello\n")
        try self.workspace.write("sub/below.txt", "below\n")
        let output = try self.workspace.run([
            "--no-rc", self.demo.baseURL, "-c", "post /anything/1 < note.txt",
            "-c", "lcd sub", "-c", "post /anything/2 < below.txt", "-c", "lcd ..",
            "-c", "save a.http", "-c", "save sub/b.http", "-c", "export http 1 sub/c.http",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let texts = try ["a.http", "sub/b.http", "sub/c.http"].map(self.workspace.text)
        #expect(texts[0].contains("\n< ./note.txt\n") && texts[0].contains("< ./sub/below.txt\n"))
        #expect(texts[1].contains("\n< ./below.txt\n"), "\(texts[1])")
        // What lies outside is taken along: a replay would not read it.
        #expect(!texts[1].contains("note.txt") && !texts[2].contains("note.txt"))
        let replay = try self.workspace.run([
            "replay", "--strict", "a.http", "sub/b.http", "sub/c.http",
        ])
        #expect(replay.status == .exited(0), "\(replay.standardError)")
    }

    @Test func `a large file that lies elsewhere is named, and needs leave`() throws {
        mkdir("\(self.workspace.path)/sub", 0o700)
        try self.workspace.write("big.bin", [UInt8](repeating: 7, count: (1 << 20) + 1))
        let output = try self.workspace.run([
            "--no-rc", self.demo.baseURL, "-c", "post /upload < big.bin", "-c", "save sub/a.http",
        ])
        #expect(output.standardError.contains("a replay needs --allow-outside"))
        let refused = try self.workspace.run(["replay", "sub/a.http"])
        #expect(refused.status == .exited(3), "\(refused.standardError)")
        let replay = try self.workspace.run(["replay", "--allow-outside", "sub/a.http"])
        #expect(replay.status == .exited(0), "\(replay.standardError)")
    }

    @Test func `a form recorded again is the same file`() throws {
        try self.workspace.write("note.txt", "hello\n")
        let lines = ["post /upload a=1 password=hush f@note.txt"]
        let text = try self.save(lines)
        #expect(try self.save(lines) == text)
        let output = try self.workspace.run(["replay", "a.http", "--var", "password=hush"])
        #expect(output.status == .exited(0), "\(output.standardError)")
    }
}
