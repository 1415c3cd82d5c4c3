import HTTPModel
import SessionFiles
import TestSupport

/// Makes sessions out of all that has ever been misread.
struct NastySession {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    private static let lines = [
        "", " ", "\t", "a", "{", "}", "  \"k\": \"v\",", "# Heading", "### Third", "###", "// x",
        "/* x */",
        "/*", "@x = 1", "@mention hi", "%}", ">quoted", "> {%", "> ./h.js", "<> r.json",
        "< ./f.json",
        "<@ f", "<@latin1 f", "<note>", "<", "GET /x", "POST http://a/b", "DELETE x",
        "HTTP/1.1 200 OK",
        "?? status == 200", "===", "{{x}}", "{{", "}}", "{{#each}}", "&b=2", "?a=1", "a=1",
        "Name: value",
        "--boundary", "\r", "x\ry", "\u{0}", "\u{1B}[31m", "\u{FEFF}", "é漢🙂", "\u{2028}", "\u{A0}",
        "import x", "run #y", "curl http://a", "# @name z", "# @no-redirect", "text // no comment",
        "\\", "\"",
    ]
    private static let types = [
        "application/json", "text/plain", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=boundary", "text/markdown; charset=utf-8", "",
    ]
    private static let targets = [
        "/", "*", "http://a/b", "{{base}}/x", "/a?b=c", "/a?b=c&d={{last.x}}&e", "/a#b", "?q=1",
        "/a%20b",
        "/s?" + String(repeating: "name=value&", count: 12) + "z=1",
        "/s?" + String(repeating: "flag&", count: 30) + "z=1", "http://[::1]:80/é?x=y?z=&&=",
    ]
    private static let values = [
        "", "a", "a b", "a, b,", "#x", "\"q\"", "{{x}}", "é", "// x", "a: b", "< x", "HTTP/1.1",
    ]

    /// How a session is saved.
    mutating func options() -> SaveOptions {
        SaveOptions(
            expectations: self.pick(SaveOptions.Expectations.allCases),
            isPortable: self.number(0...3) == 0
        )
    }

    mutating func session() -> RecordedSession {
        var session = RecordedSession(title: self.pick(["", "a title", "# x", "a\nb", "  "]))
        session.settings = self.pick([
            [SessionVariable(name: "pool.size", value: "2")], [],
            [
                SessionVariable(name: "pool.size", value: "2 --for {{base}}"),
                SessionVariable(name: "retry.status", value: "502,503"),
            ],
        ])
        session.cookieJar = self.pick([nil, .file("./s.cookies.txt"), .memory, .some(.none)])
        session.defaultQuery = self.pick([
            [], [SessionVariable(name: "lang", value: self.pick(Self.values))],
            [
                SessionVariable(name: "a b", value: "x=y"),
                SessionVariable(name: "c", value: "{{v}}"),
            ],
        ])
        session.defaultFields = [FieldLine("Accept", self.pick(Self.values))]
        session.variables = [SessionVariable(name: "base", value: self.pick(Self.values))]
        session.requests = (1...self.number(1...4)).map { self.request($0) }
        return session
    }

    private mutating func request(_ number: Int) -> RecordedRequest {
        var fields = (0..<self.number(0...2)).map { index in
            FieldLine("X-\(index)", self.pick(Self.values))
        }
        let type = self.pick(Self.types)
        if !type.isEmpty { fields.append(FieldLine("Content-Type", type)) }
        let runs = (0..<self.number(0...3)).map { _ in
            RecordedRequest.Run(
                status: self.pick([200, 201, 404]),
                connection: ConnectionID(self.number(1...9)),
                isReused: self.number(0...1) == 0,
                bodySize: self.number(0...9),
                protocolName: self.pick([nil, nil, "HTTP/2"])
            )
        }
        var request = RecordedRequest(
            number: number,
            name: self.pick([nil, "n\(number)"]),
            title: self.pick([nil, "t", "#x ###", "HTTP/1.1 200 OK", "a\r\nGET /evil"]),
            method: self.pick(["GET", "POST", "PURGE", "X-y"]),
            target: self.pick(Self.targets),
            fields: fields,
            body: self.body(),
            commands: self.pick([[], ["pool size 1"]]),
            timeout: self.pick([nil, .milliseconds(1_500), .microseconds(1_500)]),
            followsRedirects: self.pick([true, false]),
            usesCookieJar: self.pick([true, false]),
            repetition: self.repetition(runs.count),
            overlapped: self.pick([true, false]),
            runs: runs
        )
        request.captures = self.pick([
            [], ["v = jsonpath $.a[?@.b == 'c']"], ["v = status", "w = body"],
        ])
        request.variables = self.pick([[], [SessionVariable(name: "v\(number)", value: "a {{b}}")]])
        request.offset = self.pick([nil, .zero, .milliseconds(12_345)])
        request.idle = self.pick([nil, .milliseconds(3)])
        if self.number(0...3) == 0 {
            request.response = .init(path: "s.responses/0\(number).json", bytes: [])
        }
        return request
    }

    private mutating func repetition(_ runs: Int) -> RepeatTag {
        guard runs > 1 else { return RepeatTag(count: 1) }
        return RepeatTag(count: runs, parallelism: self.pick([.none, .all, .atMost(2)]))
    }

    private mutating func body() -> RecordedRequest.Body {
        switch self.number(0...9) {
        case 0: return self.pick([.none, .file(path: "./data.bin"), .file(path: "a b/ü.txt")])
        case 1:
            return .bytes(
                (0..<self.number(1...20)).map { _ in
                    UInt8.random(in: 0...255, using: &self.generator)
                }
            )
        default: break
        }
        let text = self.text()
        // The names in references to exchanges are rewritten, so those are tested elsewhere.
        return self.number(0...3) == 0 ? .template(text) : .bytes(Array(text.utf8))
    }

    /// Lines that tools take for something else than content.
    mutating func text() -> String {
        let separator = self.number(0...9) == 0 ? "\r\n" : "\n"
        return (0..<self.number(1...6)).map { _ in self.pick(Self.lines) }
            .joined(separator: separator)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self.generator)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[self.number(0...(values.count - 1))]
    }
}
