import HTTPModel
import TestSupport
import Testing

@Suite("Program: nginx", .requires(.nginx))
struct NginxProgramTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test
    func `requests share a connection, which nginx numbers the same`() async throws {
        let nginx = try await NginxServer.start()
        let lines = ["base \(nginx.baseURL)"] + (0..<10).map { _ in "get /connection" }
        let exchanges = try self.workspace.json(lines: lines).ofType("exchange")
        let numbers = exchanges.compactMap { $0.text("body")?.dropLast().split(separator: " ") }
        #expect(Set(numbers.map(\.[0])).count == 1)
        #expect(numbers.map(\.[1]) == (1...10).map { "\($0)" })
        #expect(exchanges.dropFirst().allSatisfy { $0["reused"] == .bool(true) })
    }

    @Test
    func `its limit of requests on a connection is a reason`() async throws {
        let nginx = try await NginxServer.start(.init(keepaliveRequests: 3))
        let lines = ["base \(nginx.baseURL)"] + (0..<4).map { _ in "get /small" }
        let exchanges = try self.workspace.json(lines: lines).ofType("exchange")
        #expect(exchanges.map { $0["connection"]?.text } == ["1", "1", "1", "2"])
        #expect(exchanges.last?.at("why", "code") == .string("closed:server_close"))
    }

    @Test
    func `gzip and chunked are undone`() async throws {
        let nginx = try await NginxServer.start()
        let exchanges = try self.workspace.json(
            lines: ["base \(nginx.baseURL)", "get /text", "get /chunked", "get /text"]
        ).ofType("exchange")
        let line = "All work and no play makes a dull test. \n"
        #expect(exchanges.first?.text("body") == String(repeating: line, count: 250))
        #expect(exchanges.first?.field("content-encoding") == "gzip")
        #expect(exchanges.first?.field("transfer-encoding") == "chunked")
        #expect(exchanges.dropFirst().first?.text("body") == "hello, chunks\n")
        #expect(exchanges.last?["reused"] == .bool(true))
    }

    @Test
    func `50 MB go to a file, and the connection stays`() async throws {
        let nginx = try await NginxServer.start()
        let output = try self.workspace.run(
            lines: [
                "base \(nginx.baseURL)", "get /large > large", "get /small",
                "get /large | cksum", "! cksum < large",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let lines = output.standardOutput.split(separator: "\n")
        try #require(lines.count == 3)
        #expect(lines[0] == "hello")
        #expect(lines[1] == lines[2])
        #expect(lines[2].hasSuffix(" \(NginxServer.largeLength)"))
        #expect(output.errorLines.count { $0.contains("reused") } == 2, "\(output.standardError)")
    }

    @Test
    func `basic auth, a redirect, no content, and what is not there`() async throws {
        let nginx = try await NginxServer.start()
        let exchanges = try self.workspace.json(
            lines: [
                "base \(nginx.baseURL)", "get /private/small", "get /private/small -a ann:secret",
                "auth basic ann:secret", "get /private/small", "get /moved", "get /empty",
                "get /nothing", "post /small a=1", "head /large",
            ]
        ).ofType("exchange")
        #expect(
            exchanges.compactMap { $0.text("status") }
                == ["401", "200", "200", "200", "204", "404", "405", "200"]
        )
        #expect(exchanges[3]["redirects"]?.elements.first?.text("status") == "301")
        #expect(exchanges[7].field("content-length") == "\(NginxServer.largeLength)")
        #expect(exchanges.dropFirst().allSatisfy { $0["reused"] == .bool(true) })
    }
}

@Suite("Program: Python's http.server, which speaks HTTP/1.0", .requires(.python))
struct PlainPythonProgramTests {
    @Test
    func `each request has a connection of its own, and the reason is HTTP/1.0`() async throws {
        let server = try await PythonServer.http10(files: ["small": "hello\n", "b": "other\n"])
        let workspace = try Workspace()
        let exchanges = try workspace.json(
            lines: [
                "base \(server.baseURL)", "get /small", "get /b", "get /none", "get /small",
            ]
        ).ofType("exchange")
        #expect(exchanges.map { $0.text("status") } == ["200", "200", "404", "200"])
        #expect(exchanges.prefix(2).map { $0.text("body") } == ["hello\n", "other\n"])
        #expect(exchanges.map { $0.text("connection") } == ["1", "2", "3", "4"])
        let codes = exchanges.dropFirst().map { $0.at("why", "code")?.text }
        // The server says so itself with an error.
        #expect(codes == ["closed:http10", "closed:http10", "closed:server_close"])
    }
}

@Suite("Program: httpbin", .requires(.httpbin))
struct HttpbinProgramTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Runs lines against httpbin, and reads the contents of the answers as JSON.
    private func answers(to lines: [String]) async throws -> [(
        exchange: JSONValue, body: JSONValue
    )] {
        let httpbin = try await PythonServer.httpbin()
        let exchanges = try self.workspace.json(lines: ["base \(httpbin.baseURL)"] + lines)
            .ofType("exchange")
        #expect(exchanges.dropFirst().allSatisfy { $0["reused"] == .bool(true) })
        return exchanges.map { exchange in
            (exchange, (try? JSONValue(parsing: exchange.text("body") ?? "")) ?? .null)
        }
    }

    @Test
    func `GET, JSON, a form and a file arrive as they were typed`() async throws {
        try self.workspace.write("note.txt", "contents of the note\n")
        let answers = try await self.answers(to: [
            "get /get a==1 b=='x y' X-Note:hi",
            #"post /post name=Ann age:=42 tags:='["a","b"]' address[city]=Bonn"#,
            "post /post --form name=Ann note='a b&c'",
            "post /post title=T upload@note.txt;type=text/plain",
            "put /put --raw {\"raw\":true}", "delete /delete", "patch /patch a=1",
        ])
        try #require(answers.count == 7)
        #expect(answers.allSatisfy { $0.exchange.text("status") == "200" })
        #expect(answers[0].body["args"]?.compactText == #"{"a":"1","b":"x y"}"#)
        #expect(answers[0].body.at("headers", "X-Note") == .string("hi"))
        let json = try JSONValue(parsing: answers[1].body.text("data") ?? "")
        #expect(
            json.compactText
                == #"{"name":"Ann","age":42,"tags":["a","b"],"address":{"city":"Bonn"}}"#
        )
        #expect(answers[1].body.at("headers", "Content-Type") == .string("application/json"))
        #expect(answers[2].body["form"]?.compactText == #"{"name":"Ann","note":"a b&c"}"#)
        #expect(answers[3].body.at("files", "upload") == .string("contents of the note\n"))
        #expect(answers[3].body.at("form", "title") == .string("T"))
        #expect(answers[4].body.text("data") == #"{"raw":true}"#)
    }

    @Test
    func `redirects are followed, and cookies kept on the way`() async throws {
        let answers = try await self.answers(to: [
            "get /redirect/3", "get /cookies/set?flavour=oat", "get /cookies",
            "get /cookies --no-cookies", "get /redirect/2 --no-follow",
        ])
        try #require(answers.count == 5)
        #expect(answers[0].exchange["redirects"]?.elements.count == 3)
        #expect(answers[1].body.at("cookies", "flavour") == .string("oat"))
        #expect(answers[2].body.at("cookies", "flavour") == .string("oat"))
        #expect(answers[3].body.at("cookies", "flavour") == nil)
        #expect(answers[4].exchange.text("status") == "302")
    }

    @Test
    func `basic and bearer auth, and coded and chunked content`() async throws {
        let answers = try await self.answers(to: [
            "get /basic-auth/ann/secret", "get /basic-auth/ann/secret -a ann:secret",
            "get /bearer --bearer t0ken", "get /gzip", "get /deflate", "get /stream/3",
            "get /stream-bytes/5000?seed=1", "get /delay/0", "get /encoding/utf8",
        ])
        try #require(answers.count == 9)
        #expect(answers[0].exchange.text("status") == "401")
        #expect(answers[1].body["authenticated"] == .bool(true))
        #expect(answers[2].body["token"] == .string("t0ken"))
        #expect(answers[3].body["gzipped"] == .bool(true))
        #expect(answers[4].body["deflated"] == .bool(true))
        #expect(answers[5].exchange.text("body")?.split(separator: "\n").count == 3)
        #expect(answers[6].exchange.at("bytes", "body") == .number("5000"))
        #expect(answers[6].exchange.text("bodyEncoding") == "base64")
        #expect(answers[8].exchange.text("body")?.contains("∮ E⋅da = Q") == true)
    }
}

extension JSONValue {
    /// The first field of an exchange with this name, in whatever case.
    func field(_ name: String) -> String? {
        self["fields"]?.elements.first { $0[0]?.text.lowercased() == name }?[1]?.text
    }
}
