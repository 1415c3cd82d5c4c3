import ShellLanguage
import Testing

@Suite("Any text parses or fails, and what parses reads back the same")
struct RobustnessTests {
    /// Lines with every rule in them.
    static let lines = [
        "get /users page==2", "Accept: application/json", "@token = {{$.token}}", "#3",
        "put /users/{{$.items[0].id}} active:=true", "get /big | $.items[*].name | jq . > f &",
        "200x8 get /users", "repeat 3x2 send PURGE {{base}}/x HTTP/1.1", "# @expect status 200",
        "post /x a[b][0][]=v 'c d'=\"e\\n\\u00e9\\\"\" k:={\"a\": [1, \"}\", {{x}}]}",
        "post /x -j --timeout 1.5s",
        "post . @body.json X: Y; Z:@f q==@g --auth ann:{{$secret pw}} --via #3",
        "post /x k@f;type=a/b a\\:b=\\@c d:=@e f=@g \\\n --raw", "post < f --compress --http 2",
        "watch 5s get /x | $['a|b'] >> 'f g'", "cookies set sid=a; Path=/", "q==\"a b\"",
        "expect jsonpath $.a == 3", "! ls | wc", "| $.items[?(@.a>1)].b | sort", "quit",
        "curl 'https://h/' -H $'A: \\'b'", "get \\{{x}} \"{{#each a}}\" {{{y}}}",
        "get :3000/é?ü=1",
        "post /x --raw [1, {\"a\": \"\\\\{{b}}\"}] --bearer '{{t}}x'",
        "echo a\\ b \"c\\td\" 'e' \"\"",
    ]

    /// Parses a text and checks what holds for every outcome.
    private func check(_ text: String, _ parser: ShellParser, checksSpans: Bool) {
        let length = text.utf8.count
        do {
            let line = try parser.parse(text)
            let canonical = line.canonicalText
            let again = try? parser.parse(canonical)
            #expect(
                again.map { structure($0) } == structure(line),
                "\(text.debugDescription) became \(canonical.debugDescription)"
            )
            #expect(again?.canonicalText == canonical, "\(text.debugDescription)")
            // Looking at each span by reflection is slow: prefixes and suffixes are enough.
            for span in checksSpans ? spans(of: line) : [] {
                #expect(span.lowerBound >= 0 && span.upperBound <= length, "\(text)")
            }
        } catch {
            let span = error.span
            #expect(span.lowerBound >= 0 && span.upperBound <= length, "\(text.debugDescription)")
            #expect(!error.sentences.message.isEmpty)
            _ = SourceExcerpt(of: span, in: text)
        }
        _ = parser.completeness(of: text)
    }

    private func spans(of value: Any) -> [SourceSpan] {
        if let span = value as? SourceSpan { return [span] }
        if value is String { return [] }
        return Mirror(reflecting: value).children.flatMap { spans(of: $0.value) }
    }

    @Test(arguments: lines)
    func `every prefix and suffix of a line parses or fails`(_ line: String) {
        let scalars = Array(line.unicodeScalars)
        for count in 0...scalars.count {
            var prefix = String.UnicodeScalarView()
            prefix.append(contentsOf: scalars.prefix(count))
            check(String(prefix), Parsers.terminal, checksSpans: true)
            var suffix = String.UnicodeScalarView()
            suffix.append(contentsOf: scalars.suffix(count))
            check(String(suffix), Parsers.script, checksSpans: true)
        }
    }

    /// Characters that mean something, and some that do not.
    private static let characters = Array(
        (" \t\n\r\\'\"{}[]:=@;|><&#$%!*?/.,-_0123456789abxzgetéü"
            + "\u{0}\u{1}\u{301}😀").unicodeScalars
    )

    @Test(arguments: 0..<20)
    func `10,000 mutated lines parse or fail`(_ seed: Int) {
        var generator = SplitMix64(seed: UInt64(seed))
        for _ in 0..<500 {
            var scalars = Array((Self.lines.randomElement(using: &generator) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                mutate(&scalars, &generator)
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let parser = seed.isMultiple(of: 2) ? Parsers.script : Parsers.terminal
            check(String(text), parser, checksSpans: false)
        }
    }

    private func mutate(_ scalars: inout [Unicode.Scalar], _ generator: inout SplitMix64) {
        let index = Int.random(in: 0...scalars.count, using: &generator)
        let character = Self.characters.randomElement(using: &generator) ?? " "
        switch Int.random(in: 0..<5, using: &generator) {
        case 0:
            scalars.insert(character, at: index)
        case 1 where index < scalars.count:
            scalars.remove(at: index)
        case 2 where index < scalars.count:
            scalars[index] = character
        case 3:
            let end = Int.random(in: index...scalars.count, using: &generator)
            scalars.insert(contentsOf: Array(scalars[index..<end]), at: index)
        default:
            let other = Array((Self.lines.randomElement(using: &generator) ?? "").unicodeScalars)
            scalars.insert(
                contentsOf: other.suffix(Int.random(in: 0...8, using: &generator)),
                at: index
            )
        }
    }

    @Test(arguments: 0..<4)
    func `mutated lines and scripts are redacted and split without a trap`(_ seed: Int) {
        var generator = SplitMix64(seed: 1000 + UInt64(seed))
        let names = SensitiveNames(fieldPatterns: ["authorization", "*-key"])
        for _ in 0..<100 {
            var scalars = Array(Self.lines.joined(separator: "\n").unicodeScalars.suffix(200))
            for _ in 0..<4 { mutate(&scalars, &generator) }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            let text = String(view)
            _ = SessionFileText.firstMark(in: text)
            for line in Parsers.script.logicalLines(of: text) {
                let first = Parsers.script.redactedForHistory(line.text, names: names)
                let again = first.flatMap { Parsers.script.redactedForHistory($0, names: names) }
                if let first, let again { #expect(first == again, "seed \(seed): \(line.text)") }
            }
        }
    }

    @Test func `lines of a script cover all its text`() {
        let script = Self.lines.joined(separator: "\n")
        let lines = Parsers.script.logicalLines(of: script)
        #expect(lines.map(\.text).joined(separator: "\n") == script)
    }

    @Test func `long and deep lines are no danger`() {
        for text in [
            String(repeating: "{{", count: 20000), String(repeating: "{{ ", count: 5000),
            String(repeating: "[", count: 50000),
            "post /x a:=" + String(repeating: "[", count: 50000),
            "post /x a" + String(repeating: "[b]", count: 10000) + "=1",
            String(repeating: "\\", count: 20000),
            "get /x " + String(repeating: "a==1 ", count: 2000),
        ] {
            check(text, Parsers.script, checksSpans: false)
        }
    }
}
