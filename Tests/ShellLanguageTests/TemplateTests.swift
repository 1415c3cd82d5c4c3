import ShellLanguage
import Testing

@Suite("Templates and references")
struct TemplateTests {
    /// A template's parts as text: literals in `‹›`, references by name.
    private func parts(_ text: String) -> String {
        Template.parse(text).parts.map { part in
            switch part {
            case .literal(let literal): "‹\(literal)›"
            case .placeholder(let placeholder):
                (placeholder.isEncoded ? "%" : "") + describe(placeholder.reference)
            }
        }.joined(separator: " ")
    }

    private func describe(_ reference: Reference) -> String {
        switch reference {
        case .variable(let name): "variable(\(name))"
        case .exchange(let exchange, let message, let part):
            "\(describe(exchange)).\(message).\(describe(part))"
        case .lastBody(let path): "lastBody(\(path))"
        case .dynamic(let name, let arguments): "dynamic(\(name)\(arguments))"
        case .environment(let name): "environment(\(name))"
        case .secret(let name): "secret(\(name))"
        case .index: "index"
        }
    }

    private func describe(_ exchange: ExchangeReference) -> String {
        switch exchange {
        case .number(let number): "#\(number)"
        case .name(let name): name
        case .last: "LAST"
        }
    }

    private func describe(_ part: MessagePart) -> String {
        switch part {
        case .wholeBody: "*"
        case .body(let path): "body(\(path))"
        case .field(let name): "field(\(name))"
        case .unknown(let text): "unknown(\(text))"
        }
    }

    @Test(arguments: [
        Row("{{name}}", "variable(name)"),
        Row("{{ name }}", "variable(name)"),
        Row("{{%name}}", "%variable(name)"),
        Row("{{a-b_1}}", "variable(a-b_1)"),
        Row("{{login.response.body.$.token}}", "login.response.body($.token)"),
        Row("{{%login.response.body.$.id}}", "%login.response.body($.id)"),
        Row("{{3.response.headers.ETag}}", "#3.response.field(ETag)"),
        Row("{{last.request.body.*}}", "LAST.request.*"),
        Row("{{last.response.body}}", "LAST.response.*"),
        Row("{{a.response.bdy.$.x}}", "a.response.unknown(bdy.$.x)"),
        Row("{{a.response}}", "a.response.unknown()"),
        Row("{{$.path}}", "lastBody($.path)"),
        Row("{{$[0]['a}}b']}}", "lastBody($[0]['a}}b'])"),
        Row("{{$}}", "lastBody($)"),
        Row("{{$uuid}}", "dynamic(uuid[])"),
        Row("{{$guid}}{{$timestamp}}", "dynamic(guid[]) dynamic(timestamp[])"),
        Row("{{$randomInt 1 6}}", "dynamic(randomInt[\"1\", \"6\"])"),
        Row("{{$random.integer(1, 6)}}", "dynamic(random.integer[\"1\", \"6\"])"),
        Row("{{$datetime \"YYYY MM\" 1 d}}", "dynamic(datetime[\"YYYY MM\", \"1\", \"d\"])"),
        Row("{{$env.HOME}}", "environment(HOME)"),
        Row("{{$processEnv HOME}}", "environment(HOME)"),
        Row("{{$secret token}}", "secret(token)"),
        Row("{{$index}}", "index"),
        Row("{{last}}", "variable(last)"),
    ])
    func `references are read by grammar`(_ row: Row) {
        #expect(parts(row.source) == row.expected)
    }

    @Test(arguments: [
        "{{#each}}", "{{#if a b}}", "{{}}", "{{3}}", "{{a b}}", "{{a.b}}", "{{user.name}}", "{{",
        "}}", "{a}", "{{a", "{{a}", "{{a\n}}", "{{'a}}", "{{99999999999999999999.response.body}}",
        "{{$1}}", "{{$a(b}}", "{{name|x}}", "{{a.responses.body}}", "{{$env.}}",
        "{{$.a} }}",
    ])
    func `other braces stay as they are`(_ text: String) {
        #expect(parts(text) == "‹\(text)›")
    }

    @Test(arguments: [
        Row("a{{x}}b", "‹a› variable(x) ‹b›"),
        Row("{{{x}}}", "‹{› variable(x) ‹}›"),
        Row("{{ {{x}}", "‹{{ › variable(x)"),
        Row("\\{{x}}", "‹{{x}}›"),
        Row("\\\\{{x}}", "‹\\› variable(x)"),
        Row("\\\\\\{{x}}", "‹\\{{x}}›"),
        Row("a\\b\\\\c", "‹a\\b\\\\c›"),
        Row("'{{x}}\"", "‹'› variable(x) ‹\"›"),
        Row("{{a}}}}", "variable(a) ‹}}›"),
        Row("é{{x}}ü", "‹é› variable(x) ‹ü›"),
    ])
    func `literal text and references alternate`(_ row: Row) {
        #expect(parts(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("'{{x}}'", "‹› variable(x)"), Row("\"a {{x}}\"", "‹a › variable(x)"),
        Row("'\\{{x}}'", "‹{{x}}›"), Row("\"\\{{x}}\"", "‹{{x}}›"),
        Row("\"\\\\{{x}}\"", "‹\\› variable(x)"),
        Row("a{{ x }}b", "‹a› variable(x) ‹b›"),
        Row("{{$randomInt 1 6}}", "dynamic"), Row("{{#if a b}}", "‹{{#if a b}}›"),
        Row("a\\\\{{x}}", "‹a\\› variable(x)"),
    ])
    func `braces are a unit inside words and quotes`(_ row: Row) throws {
        guard case .command(let command) = try Parsers.script.parse("echo \(row.source)") else {
            Issue.record("no command")
            return
        }
        #expect(command.words.count == 1)
        let template = command.words.first?.template.parts ?? []
        let shown = template.map { part in
            switch part {
            case .literal(let text): "‹\(text)›"
            case .placeholder(let placeholder):
                if case .variable(let name) = placeholder.reference {
                    "variable(\(name))"
                } else {
                    "dynamic"
                }
            }
        }
        #expect(shown.joined(separator: " ") == row.expected.replacing("‹› ", with: ""))
    }

    @Test func `references are found in verbatim JSON, in strings too`() throws {
        let line = "post /x u:={\"a\": {{x}}, \"b\": \"{{y}} \\\\{{z}} \\{{w}}\"}"
        guard case .request(let request) = try Parsers.script.parse(line),
            case .json(_, let value) = request.items.first?.content
        else {
            Issue.record("no JSON item")
            return
        }
        let names = value.placeholders.map(\.source)
        #expect(names == ["x", "y", "z"])
        #expect(try request.canonicalText == Parsers.script.parse(line).canonicalText)
    }

    @Test(arguments: [
        "a", "{{x}}", "\\{{x}}", "a\\\\{{x}}", "{{{x}}}", "\\{{{{x}}", "{{#each}} {{x}}", "a\\",
        "\\\\\\\\{{x}}", "\\{{\\{{", "{\\{{x}}",
    ])
    func `raw text reads back the same`(_ text: String) {
        let first = Template.parse(text)
        let again = Template.parse(first.rawText)
        #expect(structure(first.parts) == structure(again.parts))
        #expect(again.rawText == first.rawText)
    }

    @Test func `a template substitutes its references and nothing else`() {
        let template = Template.parse("a {{x}} {{%y}} \\{{z}}")
        let text = template.substituting { "<\($0.source)\($0.isEncoded ? " encoded" : "")>" }
        #expect(text == "a <x> <%y encoded> {{z}}")
        #expect(template.literalText == nil)
        #expect(Template.parse("plain").literalText == "plain")
        #expect(Template.parse("").isEmpty)
    }
}
