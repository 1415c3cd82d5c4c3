import HTTPModel
import SessionFiles
import Testing

@Suite("Reader: common grammar")
struct GrammarTests {
    struct RequestLineCase: Sendable, CustomTestStringConvertible {
        let line: String
        let method: String
        let target: String
        let version: String?
        var testDescription: String { self.line }

        init(_ line: String, _ method: String, _ target: String, _ version: String? = nil) {
            self.line = line
            self.method = method
            self.target = target
            self.version = version
        }
    }

    @Test(arguments: [
        RequestLineCase("GET http://a/b", "GET", "http://a/b"),
        RequestLineCase("GET http://a/b HTTP/1.1", "GET", "http://a/b", "HTTP/1.1"),
        RequestLineCase("GET http://a/b http/1.1", "GET", "http://a/b", "HTTP/1.1"),
        RequestLineCase("GET http://a/b HTTP/2 (Prior Knowledge)", "GET", "http://a/b", "HTTP/2"),
        RequestLineCase("GET http://a/b HTTP/2  ", "GET", "http://a/b", "HTTP/2"),
        RequestLineCase("  GET   http://a/b  ", "GET", "http://a/b"),
        RequestLineCase("get http://a/b", "GET", "http://a/b"),
        RequestLineCase("oPtIoNs *", "OPTIONS", "*"),
        RequestLineCase("PURGE http://a/b", "PURGE", "http://a/b"),
        RequestLineCase("QUERY /b", "QUERY", "/b"),
        RequestLineCase("purge http://a/b", "purge", "http://a/b"),
        RequestLineCase("LIST things", "LIST", "things"),
        RequestLineCase("http://a/b", "GET", "http://a/b"),
        RequestLineCase(
            "https://example.com/comments/1 HTTP/1.1",
            "GET",
            "https://example.com/comments/1",
            "HTTP/1.1"
        ),
        RequestLineCase("example.com", "GET", "example.com"),
        RequestLineCase("example.com HTTP/1.1", "GET", "example.com", "HTTP/1.1"),
        RequestLineCase("localhost:8080/x", "GET", "localhost:8080/x"),
        RequestLineCase("[::1]:8080/x", "GET", "[::1]:8080/x"),
        RequestLineCase("/users", "GET", "/users"),
        RequestLineCase("{{base}}/users", "GET", "{{base}}/users"),
        RequestLineCase(
            "GET {{base}}/x?u={{$processEnv USER}}",
            "GET",
            "{{base}}/x?u={{$processEnv USER}}"
        ),
        RequestLineCase("GET http://a/search?q=a b", "GET", "http://a/search?q=a b"),
        RequestLineCase("GET http://a/x#top", "GET", "http://a/x#top"),
        RequestLineCase("GET users", "GET", "users"),
    ])
    func `a request line has method, target and version`(_ row: RequestLineCase) {
        let found = request(row.line)
        #expect(found?.method == row.method)
        #expect(found?.target == row.target)
        #expect(found?.version == row.version)
        #expect(read(row.line).errors == [])
    }

    @Test func `separators are three or more hashes in column one, with or without a title`() {
        let document = read(
            lines(
                "### a",
                "GET /1",
                "",
                "###",
                "GET /2",
                "",
                "##### b c ",
                "GET /3",
                "###d",
                "GET /4"
            )
        ).document
        #expect(document.blocks.map(\.title) == ["a", "", "b c", "d"])
        #expect(document.blocks.compactMap(\.request).map(\.target) == ["/1", "/2", "/3", "/4"])
    }

    @Test func `a first request needs no separator`() {
        let document = read(lines("@a = 1", "# @name x", "GET /1", "###", "GET /2")).document
        #expect(document.header == [])
        #expect(document.blocks.count == 2)
        #expect(document.blocks[0].title == nil)
        #expect(document.blocks[0].name == "x")
    }

    @Test func `tags that only a file can have stay in the header without a separator`() {
        let document = read(lines("# @session 1", "# @title t", "", "# @name x", "GET /1")).document
        #expect(document.title == "t")
        #expect(document.header.count == 2)
        #expect(document.blocks.first?.name == "x")
    }

    @Test func `query lines are joined with nothing between`() {
        let found = request(lines("GET http://a/s", "    ?q=green%20tea", "    &page=1", "&size=2"))
        #expect(found?.target == "http://a/s?q=green%20tea&page=1&size=2")
        #expect(found?.hasQueryLines == true)
    }

    @Test func `fields keep order, spelling and repetition`() {
        let found = request(
            lines("GET /", "X-Two: 1", "x-empty:", "X-Two:2", "X-Comma: a,b,", "a:b:c")
        )
        let expected = [
            FieldLine("X-Two", "1"), FieldLine("x-empty", ""), FieldLine("X-Two", "2"),
            FieldLine("X-Comma", "a,b,"), FieldLine("a", "b:c"),
        ]
        #expect(found?.fields.map(\.line) == expected)
        #expect(found?.fields.map(\.place.line) == [2, 3, 4, 5, 6])
    }

    struct VariableCase: Sendable {
        let line: String
        let name: String
        let value: String
    }

    @Test(arguments: [
        VariableCase(line: "@a = b", name: "a", value: "b"),
        VariableCase(line: "@a=b", name: "a", value: "b"),
        VariableCase(line: "@a =", name: "a", value: ""),
        VariableCase(line: "@name = Strunk & White", name: "name", value: "Strunk & White"),
        VariableCase(line: "@a-b.c = x = y", name: "a-b.c", value: "x = y"),
        VariableCase(line: "@lazy := v", name: "lazy", value: "v"),
        VariableCase(line: "@path=/a\\tb", name: "path", value: "/a\\tb"),
        VariableCase(line: "  @a = {{b}}/c  ", name: "a", value: "{{b}}/c"),
    ])
    func `variables are read`(_ row: VariableCase) {
        let entry = read(lines(row.line, "### x", "GET /")).document.header.first
        #expect(entry?.content == .variable(SessionVariable(name: row.name, value: row.value)))
    }

    struct BodyCase: Sendable {
        let text: String
        let body: SessionBody
    }

    @Test(arguments: [
        BodyCase(text: "", body: .none),
        BodyCase(text: "\n\n", body: .none),
        BodyCase(text: "a", body: .text("a")),
        BodyCase(text: "\n\n  a\n\n b \n\n\n", body: .text("  a\n\n b ")),
        BodyCase(text: "< ./f.json", body: .file(FileReference(path: "./f.json"))),
        BodyCase(text: "<    C:\\x y.xml  ", body: .file(FileReference(path: "C:\\x y.xml"))),
        BodyCase(
            text: "<@ f",
            body: .file(FileReference(path: "f", substitutesVariables: true))
        ),
        BodyCase(
            text: "<@latin1 f",
            body: .file(
                FileReference(path: "f", substitutesVariables: true, encoding: "latin1")
            )
        ),
        BodyCase(text: "<note>x</note>", body: .text("<note>x</note>")),
        BodyCase(text: "<\n<>\n>", body: .text("<\n<>\n>")),
        BodyCase(
            text: "a\n< f\n\nb",
            body: .parts([.text("a"), .file(FileReference(path: "f")), .text("\nb")])
        ),
        BodyCase(text: "# only\n\n// comments", body: .none),
    ])
    func `bodies are read`(_ row: BodyCase) {
        #expect(request("POST /\nA: b\n\n" + row.text)?.body == row.body)
        #expect(request("POST /\n\n" + row.text + "\n\n### next")?.body == row.body)
    }

    @Test func `comments after the fields are content only if the request has a type`() {
        let typed = request("POST /\nContent-Type: text/markdown\n\n# Heading")
        #expect(typed?.body == .text("# Heading"))
        #expect(request("POST /\n\n# Heading")?.body == SessionBody.none)
    }

    @Test func `line ends of a body become what its type needs`() {
        func sent(_ type: String, _ body: String) -> [WrittenRequest.ContentPart]? {
            request("POST /\nContent-Type: \(type)\n\n\(body)")?.contentParts
        }
        #expect(sent("text/plain", "a\n&b") == [.template("a\n&b")])
        #expect(
            sent("application/x-www-form-urlencoded", "a=1\n&b=2\n&c=3\nd")
                == [.template("a=1&b=2&c=3\nd")]
        )
        #expect(
            sent("multipart/form-data; boundary=x", "--x\n\n< ./1.png\n--x--") == [
                .template("--x\r\n\r\n"), .file(FileReference(path: "./1.png")),
                .template("\r\n--x--"),
            ]
        )
    }
}
