import ShellLanguage
import Testing

@Suite("Completion: what is expected at the cursor")
struct CompletionContextTests {
    private let parser = ShellParser(
        commands: [
            CommandSignature("pool", acceptsTails: true),
            CommandSignature("cookies", arguments: .words(rawAfter: ["set"]), acceptsTails: true),
            CommandSignature("watch", arguments: .request, acceptsTails: true),
            CommandSignature("source"),
        ],
        isInteractive: true
    )

    /// The context at `‸` in a line.
    private func context(_ line: String) -> CompletionContext {
        let parts = line.split(separator: "‸", omittingEmptySubsequences: false)
        return self.parser.completionContext(
            of: parts.joined(),
            cursor: parts[0].utf8.count
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        var expected: CompletionContext.Expected
        var start: Int
        var prefix: String

        init(
            _ line: String,
            _ expected: CompletionContext.Expected,
            _ start: Int,
            _ prefix: String
        ) {
            self.line = line
            self.expected = expected
            self.start = start
            self.prefix = prefix
        }

        var testDescription: String { self.line }
    }

    private static let get = PartialRequest(method: "GET")
    private static let post = PartialRequest(method: "POST", target: "/users")

    static let lines: [Case] = [
        Case("‸", .lineStart, 0, ""),
        Case("po‸", .lineStart, 0, "po"),
        Case("  po‸", .lineStart, 2, "po"),
        Case("ge‸t /x", .lineStart, 0, "ge"),
        Case("#‸", .connection, 0, "#"),
        Case("#1‸", .connection, 0, "#1"),
        Case("# @na‸", .tag, 3, "na"),
        Case("# @name x‸", .nothing, 9, ""),
        Case("# text‸", .nothing, 6, ""),
        Case("@to‸", .variable, 1, "to"),
        Case("@token = x‸", .nothing, 10, ""),
        Case("!ls ‸", .nothing, 4, ""),
        Case("curl -H ‸", .nothing, 8, ""),
        Case("Accept: appl‸", .fieldValue(name: "Accept"), 8, "appl"),
        Case("20x4 g‸", .method, 5, "g"),
        Case("repeat 3 ‸", .method, 9, ""),
        Case("send ‸", .method, 5, ""),
        Case("get ‸", .target(get), 4, ""),
        Case("get /us‸", .target(get), 4, "/us"),
        Case("200x8 get /us‸", .target(get), 10, "/us"),
        Case("watch 5s get /us‸", .target(get), 13, "/us"),
        Case(
            "get /users?pa‸",
            .targetQuery(PartialRequest(method: "GET", target: "/users")),
            11,
            "pa"
        ),
        Case(
            "get /users?a=1&so=x‸",
            .queryValue(PartialRequest(method: "GET", target: "/users"), name: "so"),
            18,
            "x"
        ),
        Case("post /users ‸", .item(post), 12, ""),
        Case("post /users na‸", .item(post), 12, "na"),
        Case("post /users --ra‸", .item(post), 12, "--ra"),
        Case("post /users role=ad‸", .dataValue(post, key: "role", isJSON: false), 17, "ad"),
        Case("post /users on:=t‸", .dataValue(post, key: "on", isJSON: true), 16, "t"),
        Case("post /users page==‸", .queryValue(post, name: "page"), 18, ""),
        Case("post /users Accept:app‸", .fieldValue(name: "Accept"), 19, "app"),
        Case("post /users file@./a‸", .file, 17, "./a"),
        Case("post /users @bo‸", .file, 13, "bo"),
        Case("post /users < bo‸", .file, 14, "bo"),
        Case("post /users < ‸", .file, 14, ""),
        Case("get /users > ou‸", .file, 13, "ou"),
        Case("get /users >> ‸", .file, 14, ""),
        Case("get /users | $.it‸", .jsonPath, 13, "$.it"),
        Case("get /users | ‸", .jsonPath, 13, ""),
        Case("get /users | jq ‸", .nothing, 16, ""),
        Case("| $‸", .jsonPath, 2, "$"),
        Case("get /users/{{‸", .reference, 13, ""),
        Case("get /users/{{%na‸", .reference, 14, "na"),
        Case("post /users name={{$.a‸}}", .reference, 19, "$.a"),
        Case("@x = {{la‸", .reference, 7, "la"),
        Case("get /x | jq {{‸", .nothing, 14, ""),
        Case("pool ‸", .argument(command: "pool", words: []), 5, ""),
        Case("poo cl‸", .argument(command: "pool", words: []), 4, "cl"),
        Case("pool close #1 ‸", .argument(command: "pool", words: ["close", "#1"]), 14, ""),
        Case("pool | ‸", .jsonPath, 7, ""),
        Case("get /a\npo‸", .lineStart, 7, "po"),
        Case("get /users --via ‸", .optionValue(option: "--via"), 17, ""),
        Case("get /users -o fi‸", .optionValue(option: "--output"), 14, "fi"),
        Case("post /x a:={\"b\": ‸", .nothing, 17, ""),
    ]

    @Test(arguments: lines)
    func `a line expects at its cursor`(_ line: Case) {
        let context = self.context(line.line)
        #expect(context.expected == line.expected)
        #expect(context.start == line.start)
        #expect(context.prefix == line.prefix)
    }

    @Test
    func `what stands there already is known`() {
        let context = self.context("post /users name=Ann page==2 --fresh --timeout 5s ro‸")
        #expect(
            context.expected
                == .item(
                    PartialRequest(
                        method: "POST",
                        target: "/users",
                        keys: ["name", "page"],
                        options: ["--fresh", "--timeout"]
                    )
                )
        )
    }

    @Test
    func `an open quote is kept, and what is inserted is written for it`() {
        let double = self.context("post /users role=\"ad‸")
        #expect(double.expected == .dataValue(Self.post, key: "role", isJSON: false))
        #expect(double.prefix == "ad")
        #expect(double.quoting == .double)
        #expect(double.quoting.write("a\"b") == "a\\\"b")
        let file = self.context("source my\\ fi‸")
        #expect(file.prefix == "my fi")
        #expect(file.start == 7)
        #expect(file.quoting.write("my file") == "my\\ file")
        #expect(CompletionContext.Quoting.plain.write("a|b") == "a|b")
        #expect(CompletionContext.Quoting.plain.write("|b") == "\\|b")
    }

    @Test(arguments: lines)
    func `every place in a line has a context inside it`(_ line: Case) {
        let text = line.line.replacing("‸", with: "")
        for cursor in 0...text.utf8.count {
            let context = self.parser.completionContext(of: text, cursor: cursor)
            #expect((0...cursor).contains(context.start), "at \(cursor)")
        }
    }
}
