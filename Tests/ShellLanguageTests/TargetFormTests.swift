import ShellLanguage
import Testing

@Suite("Targets")
struct TargetFormTests {
    @Test(arguments: [
        ("http://h/x", TargetForm.absolute(scheme: "http")),
        ("HTTPS://h", .absolute(scheme: "https")),
        ("http://u:p@h/x", .absolute(scheme: "http")),
        ("//host/x", .schemeRelative),
        ("localhost:8080", .host),
        ("localhost:8080/x", .host),
        ("h:1?q", .host),
        ("h:1#f", .host),
        ("h:{{port}}/x", .host),
        ("[::1]:80/x", .host),
        ("[::1]", .host),
        ("[x", .bare),
        (":3000/x", .localPort),
        (":3000", .localPort),
        (":{{port}}", .localPort),
        ("/users", .originPath),
        ("/nope:9", .originPath),
        ("/", .originPath),
        ("./x:y", .relativePath),
        ("../x", .relativePath),
        ("..", .relativePath),
        (".", .base),
        ("?q=1", .query),
        ("*", .asterisk),
        ("{{base}}/x", .reference),
        ("{{a}}:80", .reference),
        ("users", .bare),
        ("users/a:b", .bare),
        ("users?a:b", .bare),
        ("example.com/x", .bare),
        (".hidden", .bare),
        ("a{{x}}b", .bare),
        ("a\\:b", .bare),
        ("a\\:b:80", .bare),
        ("\\[x]", .bare),
    ])
    func `the form follows from the text alone`(_ text: String, _ form: TargetForm) throws {
        guard case .request(let request) = try Parsers.script.parse("get \(text)") else {
            Issue.record("no request")
            return
        }
        #expect(request.target?.form == form)
        #expect(request.items.isEmpty)
        let again = try Parsers.script.parse(request.canonicalText)
        #expect(structure(again) == structure(ShellLine.request(request)))
    }

    @Test(arguments: ["a=1/x", "a==1", "a:=1", "k@f", "@f", "@-", "X:a=b", "{{a}}=1", "X:@f"])
    func `a word with an item's operator before any path is an item`(_ text: String) throws {
        guard case .request(let request) = try Parsers.script.parse("post \(text)") else {
            Issue.record("no request")
            return
        }
        #expect(request.target == nil)
        #expect(request.items.count == 1)
    }

    @Test(arguments: ["/a=1", "?a=1", "./a@b", "h/a:=1", "a\\=1", "a\\@b"])
    func `a word with a path before the operator is a target`(_ text: String) throws {
        guard case .request(let request) = try Parsers.script.parse("post \(text)") else {
            Issue.record("no request")
            return
        }
        #expect(request.target != nil)
        #expect(request.items.isEmpty)
    }

    @Test func `options may stand before the target`() throws {
        guard case .request(let request) = try Parsers.script.parse("get -v --timeout 5 /x q==1")
        else {
            Issue.record("no request")
            return
        }
        #expect(request.target?.template.literalText == "/x")
        #expect(request.options.map(\.content) == [.verbose, .timeout(.seconds(5))])
        #expect(request.source == "get -v --timeout 5 /x q==1")
    }

    @Test func `templates from elsewhere are classified too`() {
        #expect(TargetForm.classify(Template.parse("http://h")) == .absolute(scheme: "http"))
        #expect(TargetForm.classify(Template.parse("{{x}}")) == .reference)
        #expect(TargetForm.classify(Template.parse("a:b")) == nil)
        #expect(TargetForm.classify(Template.parse("")) == .bare)
    }
}
