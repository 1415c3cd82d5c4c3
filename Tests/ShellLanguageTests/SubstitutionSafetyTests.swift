import Testing

@testable import ShellLanguage

/// What is substituted, and what stands in quotes, is only ever data (LANGUAGE.md section 3).
@Suite("Substitution never becomes syntax")
struct SubstitutionSafetyTests {
    /// Texts that would mean something if they were read as syntax.
    static let evil = [
        "a b", "--verbose", "-v", "| rm", "> f", "&", "# x", "@/etc/passwd", "=x", ":x", "{{y}}",
        "\"", "'", "\\", "HTTP/2", "[0]", "a=b", "get", "http://evil/", "\n", ";type=x", "{", "$.x",
    ]

    @Test(arguments: evil)
    func `a literal that was written is read back as that literal`(_ text: String) throws {
        let span = SourceSpan(0, 0)
        let value = Template(literal: text, span: span)
        let key = DataKey(root: Template(literal: "k", span: span), steps: [], span: span)
        let contents: [RequestItem.Content] = [
            .string(key, value: value),
            .query(name: Template(literal: "q\(text)", span: span), value: value),
            .string(
                DataKey(
                    root: Template(literal: text, span: span),
                    steps: [.member(value)],
                    span: span
                ),
                value: value
            ),
            .upload(name: value, path: Template(literal: "f\(text)", span: span), type: nil),
            .stringFromFile(key, path: value),
        ]
        for content in contents {
            let line = "post /x " + content.canonicalText
            guard case .request(let request) = try Parsers.script.parse(line) else {
                Issue.record("no request: \(line)")
                return
            }
            #expect(request.items.count == 1, "\(line)")
            #expect(
                request.items.first.map { structure($0.content) } == structure(content),
                "\(line)"
            )
            #expect(request.options.isEmpty && request.tails.isEmpty)
        }
    }

    @Test(arguments: [
        "post {{a}} {{b}}={{c}} X:{{d}} q=={{e}} k:={{f}} --auth {{g}}:{{h}} > {{i}}",
        "post '{{a}}' \"{{b}}\"={{c}} X:'{{d}}' q==\"{{e}}\" k:='{{f}}'"
            + " --auth '{{g}}:{{h}}' > \"{{i}}\"",
    ])
    func `references keep their places whatever they yield`(_ line: String) throws {
        guard case .request(let request) = try Parsers.script.parse(line) else {
            Issue.record("no request")
            return
        }
        #expect(request.items.count == 4)
        #expect(request.target?.form == .reference)
        #expect(request.target?.template.placeholders.map(\.source) == ["a"])
        for text in Self.evil {
            let target = request.target?.template.substituting { _ in text }
            #expect(target == text)
        }
        guard case .string(let key, let value) = request.items[0].content,
            case .auth(let credentials) = request.options.first?.content
        else {
            Issue.record("other items")
            return
        }
        #expect(key.flat.placeholders.map(\.source) == ["b"])
        #expect(value.placeholders.map(\.source) == ["c"])
        #expect(credentials.user.placeholders.map(\.source) == ["g"])
        #expect(credentials.password?.placeholders.map(\.source) == ["h"])
        #expect(request.tails.redirection?.path.template.placeholders.map(\.source) == ["i"])
    }

    @Test func `a reference is no method, option, operator or command`() {
        #expect(outcome("{{m}} /x").hasPrefix("error: "))
        #expect(outcome("get /x --{{o}}").hasPrefix("error: "))
        #expect(outcome("get /x {{item}}").hasPrefix("error: "))
        #expect(outcome("get /x --name {{n}}").hasPrefix("error: "))
        #expect(outcome("send {{m}} /x").hasPrefix("error: "))
        #expect(outcome("{{n}}x4 get /x").hasPrefix("error: "))
    }

    @Test func `a request that was made is written so that it reads back`() throws {
        let span = SourceSpan.none
        let field = RequestItem.Content.field(
            name: Template(literal: "X"),
            value: Template(literal: "1 {{y}}")
        )
        let made = RequestLine(
            method: "GET",
            target: nil,
            items: [RequestItem(content: field, span: span)],
            options: [RequestOption(content: .via(3))]
        )
        #expect(made.canonicalText == "get . X:\"1 \\{{y}}\" --via #3")
        let target = Target(Template(literal: "https://h/a b?c=d"))
        let other = RequestLine(method: "PURGE", target: target)
        #expect(target.form == .absolute(scheme: "https"))
        #expect(other.canonicalText == "send PURGE https://h/a\\ b?c=d")
    }

    @Test func `nothing is substituted in shell text`() throws {
        guard case .request(let request) = try Parsers.script.parse("get /x | jq {{a}} '\\{{b}}'"),
            case .shell(let text, _) = request.tails.filters.first
        else {
            Issue.record("no filter")
            return
        }
        #expect(text == "jq {{a}} '\\{{b}}'")
        #expect(try Parsers.script.parse("!echo {{a}}") == .shell("echo {{a}}"))
    }
}
