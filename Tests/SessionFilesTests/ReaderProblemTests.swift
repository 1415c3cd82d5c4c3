import SessionFiles
import Testing

@Suite("Reader: problems")
struct ReaderProblemTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let problem: String
        var testDescription: String { self.text }

        init(_ text: String, _ problem: String) {
            self.text = text
            self.problem = problem
        }
    }

    static let tagCases: [Case] = [
        Case(
            "# @session 2\n###\nGET /",
            "1:12: session format \"2\" is not known; this linger reads version 1"
        ),
        Case("###\n# @name\nGET /", "2:1: @name needs a value; for example @name login"),
        Case("###\n# @name last\nGET /", "2:9: @name cannot be \"last\"; for example @name login"),
        Case("###\n# @name 12\nGET /", "2:9: @name cannot be \"12\"; for example @name login"),
        Case(
            "###\n# @timeout soon\nGET /",
            "2:12: @timeout cannot be \"soon\"; for example @timeout 250 ms"
        ),
        Case(
            "###\n# @repeat 0\nGET /",
            "2:11: @repeat cannot be \"0\"; for example @repeat 20 parallel 4"
        ),
        Case(
            "###\n# @repeat 2 serial\nGET /",
            "2:11: @repeat cannot be \"2 serial\"; for example @repeat 20 parallel 4"
        ),
        Case(
            "###\n# @set pool.size\nGET /",
            "2:8: @set cannot be \"pool.size\"; for example @set pool.size 2"
        ),
        Case(
            "# @default-header Accept\n###\nGET /",
            "1:19: @default-header cannot be \"Accept\"; for example @default-header"
                + " Accept: application/json"
        ),
        Case(
            "###\n# @recorded ok\nGET /",
            "2:13: @recorded cannot be \"ok\"; for example @recorded 200 conn=1 new body=61"
        ),
        Case("###\n# @cookie-jar none\nGET /", "2:1: @cookie-jar belongs before the first ###"),
        Case("# @timeout 5 s\n###\nGET /", "1:1: @timeout belongs between ### and a request line"),
        Case(
            "# @expect status 200\n###\nGET /",
            "1:1: @expect belongs between ### and a request line"
        ),
        Case(
            "###\nGET /\n\n###\n# @delay 5 s\n",
            "5:1: @delay belongs between ### and a request line"
        ),
        Case("# @title a\n# @title b\n###\nGET /", "2:1: @title stands already in line 1"),
        Case("###\n# @delay 1s\n# @delay 2s\nGET /", "3:1: @delay stands already in line 2"),
        Case(
            "###\n# @expct status 200\nGET /",
            "2:1: @expct is not known and would have no effect; did you mean @expect?"
        ),
        Case(
            "###\n# @expect statu 200\nGET /",
            "2:11: \"statu\" cannot be expected; did you mean status?"
        ),
        Case(
            "###\n# @expect connection same-as a\nGET /",
            "2:1: no request before this one is named \"a\""
        ),
        Case(
            "###\n# @name a\nGET /\n\n###\n# @name a\nGET /",
            "6:1: the name a is taken by line 2; references mean the latest"
        ),
        Case("@a b\n###\nGET /", "1:1: \"a\" is no variable; it is written @name = value"),
        Case("@a b = c\n###\nGET /", "1:1: \"a b\" is no variable; it is written @name = value"),
    ]

    @Test(arguments: tagCases)
    func `a tag or variable that is wrong is told with its place`(_ row: Case) {
        #expect(problems(row.text) == ["f.http:" + row.problem])
    }

    static let requestCases: [Case] = [
        Case(
            "User-Agent: x",
            "1:1: \"User-Agent: x\" is no request line; it is written METHOD target"
        ),
        Case("hello", "1:1: \"hello\" is no request line; it is written METHOD target"),
        Case("Dear John", "1:1: \"Dear John\" is no request line; it is written METHOD target"),
        Case(
            "{\"a\": 1}",
            "1:1: \"{\\\"a\\\": 1}\" is no request line; it is written METHOD target"
        ),
        Case("CONNECT a:1", "1:1: CONNECT is not supported"),
        Case("GRPC localhost:1/x", "1:1: GRPC is not supported"),
        Case("WEBSOCKET ws://a", "1:1: WEBSOCKET is not supported"),
        Case("< {%\n x\n%}\nGET /", "1:1: scripts are not run, and this one decides what is sent"),
        Case(
            "GET /\nno colon",
            "2:1: \"no colon\" is no field; it is written Name: value, and a body needs"
                + " a blank line before it"
        ),
        Case(
            "GET /\nA b: c",
            "2:1: \"A b: c\" is no field; it is written Name: value, and a body needs a"
                + " blank line before it"
        ),
        Case(
            "GET /\n: c",
            "2:1: \": c\" is no field; it is written Name: value, and a body needs a"
                + " blank line before it"
        ),
        Case(
            "GET /\nA: b\n  folded",
            "3:1: a field starts in column 1; only ?, & and / lines are indented"
        ),
        Case(
            "GET /\n\n<@ebcdic f",
            "3:1: the encoding \"ebcdic\" is not known; it is utf8, ascii or latin1"
        ),
        Case(
            "GET /\nA: b\rc",
            "2:5: control character 0x0D cannot stand here; a body with it belongs in a"
                + " file: < ./body.bin"
        ),
        Case("# nothing\n", "1:1: there is no request in this file"),
        Case("", "1:1: there is no request in this file"),
    ]

    @Test(arguments: requestCases)
    func `a request that is wrong is told with its place`(_ row: Case) {
        #expect(
            problems(row.text).map { $0.replacing("\\\"", with: "\"") }
                == ["f.http:" + row.problem.replacing("\\\"", with: "\"")]
        )
    }

    @Test func `the requests around a wrong one are read`() {
        let document = read(lines("GET /1", "", "###", "nonsense", "", "###", "GET /3")).document
        #expect(document.blocks.compactMap(\.request?.target) == ["/1", "/3"])
    }

    @Test func `comments that only look like tags are comments`() {
        let text = lines(
            "###",
            "# @ name",
            "# @",
            "# mail me@example.com",
            "# @1 x",
            "# @a.b c",
            "GET /"
        )
        let reading = read(text)
        #expect(reading.problems == [])
        #expect(reading.document.blocks.first?.tags.isEmpty == true)
        #expect(SessionFileWriter.write(reading.document, fileName: "f").text == text)
    }

    @Test func `tags of other tools are kept without a word`() {
        let text = lines("###", "# @note", "# @prompt otp One-time", "# @author me", "GET /")
        let reading = read(text)
        #expect(reading.problems == [])
        #expect(SessionFileWriter.write(reading.document, fileName: "f").text == text)
    }
}
