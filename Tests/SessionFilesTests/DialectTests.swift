import HTTPModel
import SessionFiles
import Testing

/// One test for each row of the table of traps that concerns a reader of text; the numbers are
/// its rows.
@Suite("Reader: what other tools write")
struct DialectTests {
    @Test func `01 a name stands in a tag, a title after the separator`() {
        let block = read(lines("### Log in", "# @name login", "POST /login")).document.blocks.first
        #expect(block?.title == "Log in")
        #expect(block?.name == "login")
    }

    @Test(arguments: ["# @name = log-in", "# @name=log-in", "#@name log-in", "// @name log-in"])
    func `02 a name may have an equals sign and a hyphen`(_ line: String) {
        let document = read(lines("###", line, "GET /")).document
        #expect(document.blocks.first?.name == "log-in")
        let written = SessionFileWriter.write(document, fileName: "f.http").text
        #expect(written == "###\n# @name log_in\nGET /\n")
    }

    @Test func `02 references follow a name that had to change`() {
        let text = lines(
            "###",
            "# @name log-in",
            "GET /",
            "",
            "###",
            "# @expect connection same-as log-in",
            "GET /{{log-in.response.body.$.id}}",
            "A: {{%log-in.response.headers.ETag}}"
        )
        #expect(
            SessionFileWriter.write(read(text).document, fileName: "f.http").text
                == lines(
                    "###",
                    "# @name log_in",
                    "GET /",
                    "",
                    "###",
                    "# @expect connection same-as log_in",
                    "GET /{{log_in.response.body.$.id}}",
                    "A: {{%log_in.response.headers.ETag}}",
                    ""
                )
        )
    }

    @Test func `03 comments in a body are content, and go to a side file`() {
        let text = lines(
            "### 1",
            "POST /md",
            "Content-Type: text/markdown",
            "",
            "# Heading",
            "text",
            "// x"
        )
        let reading = read(text)
        #expect(reading.document.blocks.first?.request?.body == .text("# Heading\ntext\n// x"))
        #expect(
            reading.problems.map(\.description) == [
                "f.http:5:1: this line is part of the body here; other tools drop it as a comment"
            ]
        )
        let written = SessionFileWriter.write(reading.document, fileName: "dir/f.http")
        #expect(
            written.text
                == lines(
                    "### 1",
                    "POST /md",
                    "Content-Type: text/markdown",
                    "",
                    "< ./f.bodies/01.md"
                )
        )
        #expect(written.sideFiles.map(\.path) == ["f.bodies/01.md"])
        #expect(written.sideFiles.first?.bytes == Array("# Heading\ntext\n// x".utf8))
    }

    @Test func `04 a separator ends a body, and what follows is no request line`() {
        let reading = read(lines("POST /md", "", "intro", "### Third", "outro"))
        #expect(reading.document.blocks.first?.request?.body == .text("intro"))
        #expect(
            reading.errors.map(\.description) == [
                "f.http:5:1: \"outro\" is no request line; it is written METHOD target"
            ]
        )
    }

    @Test func `05 a response handler is not sent and not run`() {
        let text = lines(
            "POST /login",
            "",
            "{\"a\":1}",
            "",
            "> {%",
            "  client.global.set('x', 1);",
            "%}",
            "",
            "###",
            "GET /me",
            "> {% one line %}",
            "> ./h.js"
        )
        let reading = read(text)
        #expect(reading.errors == [])
        #expect(reading.problems.map(\.line) == [5, 11, 12])
        #expect(reading.problems.map(\.kind).allSatisfy { $0 == .unsupported(.responseScript) })
        let bodies = reading.document.blocks.compactMap(\.request?.body)
        #expect(bodies == [.text("{\"a\":1}"), .none])
    }

    @Test func `06 a response reference becomes a tag, a saved response is left out`() {
        let reading = read(
            lines("###", "GET /me", "Accept: */*", "", "<> ./me.json", ">> ./out.json")
        )
        #expect(reading.document.blocks.first?.request?.body == SessionBody.none)
        #expect(reading.problems.map(\.kind) == [.unsupported(.responseNotSaved)])
        #expect(
            SessionFileWriter.write(reading.document, fileName: "f.http").text
                == lines("###", "# @response-ref ./me.json", "GET /me", "Accept: */*", "")
        )
    }

    @Test func `07 comments between query lines move, a version may end the last one`() {
        let reading = read(
            lines(
                "###",
                "GET http://a/s",
                "    ?q=a b",
                "    &page=2",
                "    # between",
                "    &size=10 HTTP/1.1",
                "Accept: */*"
            )
        )
        #expect(reading.problems == [])
        #expect(
            SessionFileWriter.write(reading.document, fileName: "f.http").text
                == lines(
                    "###",
                    "# between",
                    "GET http://a/s HTTP/1.1",
                    "    ?q=a b",
                    "    &page=2",
                    "    &size=10",
                    "Accept: */*",
                    ""
                )
        )
    }

    @Test func `08 a path on several lines is joined`() {
        let found = request(
            lines("GET http://a:1", "    /api", "    /v1", "    ?x=1", "Accept: */*")
        )
        #expect(found?.target == "http://a:1/api/v1?x=1")
        #expect(found?.fields.count == 1)
    }

    @Test func `09 a body line that looks like a variable is content, and goes to a side file`() {
        let document = read(lines("### 1", "POST /", "", "@retries = 3", "limit=10")).document
        #expect(document.blocks.first?.request?.body == .text("@retries = 3\nlimit=10"))
        let written = SessionFileWriter.write(document, fileName: "f.http")
        #expect(written.sideFiles.map(\.path) == ["f.bodies/01.bin"])
    }

    @Test func `10 a response after a request is kept apart and never written`() throws {
        let text = lines(
            "###",
            "GET /a",
            "Accept: */*",
            "",
            "HTTP/1.1 200 OK",
            "A: b",
            "",
            "hello",
            ""
        )
        let block = read(text).document.blocks.first
        #expect(block?.request?.body == SessionBody.none)
        #expect(block?.recordedResponse?.status == 200)
        #expect(block?.recordedResponse?.text == "HTTP/1.1 200 OK\nA: b\n\nhello")
        let written = SessionFileWriter.write(read(text).document, fileName: "f.http").text
        #expect(!written.contains("200 OK"))
        // It is what a replay holds the answer against, unless the file says more of it.
        #expect(try ReplayPlan(read(text)).steps[0].recorded == RecordedSummary("200"))
        let said = "###\n# @recorded 201 body=5\n" + text.dropFirst(4)
        #expect(try ReplayPlan(read(said)).steps[0].recorded == RecordedSummary("201 body=5"))
    }

    @Test func `10b a block that is a response belongs to the request before it`() {
        let document = read(
            lines("GET /a", "", "###", "", "HTTP/1.1 404 Not Found", "", "###", "GET /b")
        )
        .document
        #expect(document.blocks.count == 2)
        #expect(document.blocks.first?.recordedResponse?.status == 404)
    }

    @Test func `11 a second request line is content, with a warning`() {
        let reading = read(lines("GET http://a/a", "", "GET http://a/b"))
        #expect(reading.document.blocks.first?.request?.body == .text("GET http://a/b"))
        #expect(reading.problems.map(\.kind) == [.request(.requestInBody(method: "GET"))])
        #expect(reading.errors == [])
    }

    @Test func `12 a tag after the request line is obeyed, and written before it`() {
        let reading = read(lines("###", "GET /a", "# @no-redirect", "Accept: */*"))
        #expect(reading.document.blocks.first?.tags.map(\.tag) == [.noRedirect])
        #expect(
            SessionFileWriter.write(reading.document, fileName: "f.http").text
                == lines("###", "# @no-redirect", "GET /a", "Accept: */*", "")
        )
    }

    @Test func `13 a body is a file by a blank after the sign, and markup otherwise`() {
        let text = lines(
            "###",
            "POST /",
            "",
            "< ./a.json",
            "",
            "###",
            "POST /",
            "",
            "<@ ./b.json",
            "",
            "###",
            "POST /",
            "",
            "<@latin1 ./c.txt",
            "",
            "###",
            "POST /",
            "",
            "<note>x</note>"
        )
        let document = read(text).document
        #expect(
            document.blocks.compactMap(\.request?.body) == [
                .file(FileReference(path: "./a.json")),
                .file(FileReference(path: "./b.json", substitutesVariables: true)),
                .file(
                    FileReference(
                        path: "./c.txt",
                        substitutesVariables: true,
                        encoding: "latin1"
                    )
                ),
                .text("<note>x</note>"),
            ]
        )
        #expect(SessionFileWriter.write(document, fileName: "f.http").text == text)
    }

    @Test func `14 a backslash in a value is one, and what others make of it is told`() {
        let text = lines("@path = /a\\tb", "", "###", "GET {{path}}")
        let document = read(text).document
        let variable = SessionVariable(name: "path", value: "/a\\tb")
        #expect(document.header.map(\.content) == [.variable(variable)])
        #expect(SessionFileWriter.write(document, fileName: "f.http").text == text)
        let session = RecordedSession(variables: [variable])
        let notes = SessionDocumentBuilder.build(session).notes
        #expect(notes == [.variableNotPortable(name: "path")])
    }

    @Test(arguments: [
        ("HTTP/2 (Prior Knowledge)", "HTTP/2"), ("HTTP/2", "HTTP/2"), ("http/1.1", "HTTP/1.1"),
    ])
    func `15 a version is written with its digits alone`(_ row: (String, String)) {
        let document = read("GET http://a/b \(row.0)").document
        #expect(document.blocks.first?.request?.target == "http://a/b")
        #expect(
            SessionFileWriter.write(document, fileName: "f.http").text
                == "###\nGET http://a/b \(row.1)\n"
        )
    }

    @Test(arguments: [
        ("get", "GET"), ("Options", "OPTIONS"), ("PURGE", "PURGE"), ("QUERY", "QUERY"),
        ("m-search", "m-search"),
    ])
    func `16 any token is a method, and nine are written in capitals`(_ row: (String, String)) {
        let document = read("\(row.0) http://a/b").document
        #expect(document.blocks.first?.request?.target == "http://a/b")
        #expect(
            SessionFileWriter.write(document, fileName: "f.http").text
                == "###\n\(row.1) http://a/b\n"
        )
    }

    @Test(arguments: [
        ("5", 5_000), ("5 s", 5_000), ("5000 ms", 5_000), ("5000ms", 5_000), ("2m", 120_000),
    ])
    func `17 a timeout is in seconds unless it says otherwise`(_ row: (String, Int)) {
        let tags = read(lines("###", "# @timeout \(row.0)", "GET /")).document.blocks.first?.tags
        #expect(tags?.map(\.tag) == [.timeout(.milliseconds(row.1))])
        #expect(tags?.first?.tag.value == "\(row.1) ms")
    }

    @Test func `18 every field is kept as written, in order`() {
        let text = lines(
            "###",
            "GET /",
            "X-Empty:",
            "X-Two: 1",
            "Cookie: a=1",
            "x-two: 2",
            "Cookie: b=2",
            "X-Comma: a,b,",
            ""
        )
        let document = read(text).document
        let fields = document.blocks.first?.request?.fields.map {
            "\($0.line.name):\($0.line.value)"
        }
        #expect(
            fields == [
                "X-Empty:", "X-Two:1", "Cookie:a=1", "x-two:2", "Cookie:b=2", "X-Comma:a,b,",
            ]
        )
        #expect(SessionFileWriter.write(document, fileName: "f.http").text == text)
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", "a=1&b=2"), ("text/plain", "a=1\n&b=2"),
    ])
    func `19 lines of a form are joined, and no others`(_ row: (String, String)) {
        let document = read(lines("POST /", "Content-Type: \(row.0)", "", "a=1", "&b=2")).document
        #expect(document.blocks.first?.request?.contentParts == [.template(row.1)])
    }

    @Test(arguments: [
        ("curl http://a/", ["# @no-redirect", "GET http://a/", "Accept-Encoding:", "Connection:"]),
        (
            "$ curl -L -m 5 -H 'X-A: b' \\\n  'http://a/x?y=1'",
            [
                "# @timeout 5000 ms", "GET http://a/x?y=1", "X-A: b", "Accept-Encoding:",
                "Connection:",
            ]
        ),
        (
            "curl -L -u ann:pw --json '{\n\n\"a\": 1}' http://a/",
            [
                "POST http://a/", "Content-Type: application/json",
                "Accept: application/json", "Accept-Encoding:", "Connection:",
                "Authorization: Basic YW5uOnB3", "", "{", "", "\"a\": 1}",
            ]
        ),
        (
            "curl -L --compressed -H Connection: -T ./f.bin http://a/g",
            ["PUT http://a/g", "Connection:", "", "< ./f.bin"]
        ),
    ])
    func `20 a curl command is read as a request, and written as one`(
        _ row: (text: String, written: [String])
    ) {
        let reading = read(lines("### 1 c", row.text, "", "###", "GET http://b/"))
        #expect(reading.errors == [])
        #expect(reading.document.blocks.count == 2)
        #expect(reading.document.blocks.first?.request?.place.line == 2)
        let written = SessionFileWriter.write(reading.document, fileName: "f.http").text
        let block = row.written.joined(separator: "\n")
        #expect(written.contains("### 1 c\n\(block)\n\n###"), "\(written)")
    }

    @Test(arguments: [
        (
            "curl http://a/{{b}}",
            "2:1: references in a curl command are not resolved; write METHOD target"
        ),
        (
            #"curl -H "X-A: $A" http://a/"#,
            "2:1: references in a curl command are not resolved; write METHOD target"
        ),
        (
            "curl http://a/ http://b/",
            "2:1: a block holds one request, and this curl command is not one"
        ),
        (
            "curl -F a=@x http://a/",
            "2:1: a file cannot say what this curl command sends; `import curl` sends it"
        ),
        (
            "curl \\\n  --nosuch http://a/",
            "3:3: the curl command cannot be read: curl has no option \"--nosuch\""
        ),
    ])
    func `20 a curl command that a file cannot say is a problem`(_ row: (String, String)) {
        #expect(problems(lines("###", row.0, "", "###", "GET /")) == ["f.http:\(row.1)"])
    }

    @Test(arguments: [
        ("curl -s -H 'X-A: $5' http://a/", []),
        (
            "curl -k https://a/",
            ["-k left out: `set tls.verify off` is for the session"]
        ),
        ("curl -o x http://a/", ["the response is not saved to a file"]),
        (
            "curl -H X-A http://a/ | jq .",
            [
                "left out behind the command: | jq .",
                "-H X-A left out: curl does not send it either",
            ]
        ),
    ])
    func `20 what a request goes without that curl would do is said, and it is sent`(
        _ row: (text: String, sentences: [String])
    ) {
        let reading = read(lines("###", row.text))
        #expect(reading.errors == [])
        #expect(reading.problems.map(\.description) == row.sentences.map { "f.http:2:1: \($0)" })
        #expect(reading.document.blocks.first?.request != nil)
    }

    @Test(arguments: [
        ("GET http://a/b # note", 16), ("http://a/b # note", 12), ("GET {{a # b}} # c", 15),
    ])
    func `21 a comment on a request line is an error with its column`(_ row: (String, Int)) {
        let problem = read(row.0).errors.first
        #expect(problem?.kind == .request(.commentInTarget))
        #expect(problem?.column == row.1)
    }

    @Test func `22 braces that no variable answers for stay, and go to a side file`() {
        let body = #"{{notavar}} \{\{x\}\} {{#each}}"#
        let document = read(lines("POST /", "Content-Type: text/plain", "", body)).document
        #expect(document.blocks.first?.request?.body == .text(body))
        let request = RecordedRequest(
            number: 1,
            method: "POST",
            target: "/",
            body: .bytes(Array(body.utf8))
        )
        let session = RecordedSession(requests: [request])
        let (built, _) = SessionDocumentBuilder.build(session)
        let written = SessionFileWriter.write(built, fileName: "f.http")
        #expect(!written.text.contains("notavar"))
        #expect(written.sideFiles.map(\.bytes) == [Array(body.utf8)])
    }

    @Test func `23 a target may be an asterisk, or a path beside a Host`() {
        let text = lines("###", "OPTIONS *", "Host: a", "", "###", "GET /a", "Host: a:8443", "")
        let reading = read(text)
        #expect(reading.problems == [])
        #expect(reading.document.blocks.compactMap(\.request).map(\.target) == ["*", "/a"])
        #expect(SessionFileWriter.write(reading.document, fileName: "f.http").text == text)
    }

    @Test func `24 an import becomes an include, run is refused`() {
        let reading = read(lines("import ./a.http", "###", "run #x"))
        #expect(reading.document.header.map(\.content) == [.tag(.include(path: "./a.http"))])
        #expect(reading.problems.map(\.kind) == [.unsupported(.runStatement)])
    }

    @Test func `25 a byte order mark and CRLF are read, and not written`() {
        let text = "\u{FEFF}### a\r\n# @name x\r\nPOST /\r\nA: b\r\n\r\none\r\ntwo\r\n"
        let reading = read(text)
        #expect(reading.problems == [])
        #expect(
            SessionFileWriter.write(reading.document, fileName: "f.http").text
                == lines("### a", "# @name x", "POST /", "A: b", "", "one", "two")
        )
    }
}
