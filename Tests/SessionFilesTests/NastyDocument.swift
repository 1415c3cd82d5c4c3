import TestSupport

/// Makes session files as people write them: every tag, comments and unknown tags everywhere, other
/// tools' spellings, curl commands, bodies that other tools misread.
struct NastyDocument {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    private static let header = [
        "# @title A title with {{x}}", "# @set pool.size 2", "// @set retry.status 502,503",
        "# @set timeout.total 5s --for {{base}}", "# @default-query lang=en",
        "# @default-header Accept: application/json", "# @default-header X-Empty:",
        "#@redact header Authorization, cookie sid, jsonpath $.a['b,c'], var v",
        "# @ignore header Date, jsonpath $..ts", "# @expect connections max 2",
        "# @expect connections opened <= 9", "@base = http://127.0.0.1:8080",
        "@v=a = b", "# a comment", "// another", "# @note of another tool", "", "# @pace = x2",
        "# @cookie-jar ./s.cookies.txt", "# @include ./other.http",
    ]
    private static let tags = [
        "# @skip if {{v}} == a", "# @do pool size 1", "# @do X-A: b", "# @do cookies clear",
        "# @set retry.max 1", "# @delay 250 ms", "// @delay 1s", "# @at +1.250s", "# @timeout 5",
        "# @timeout = 5000 ms", "# @connection-timeout 2 s", "# @no-redirect", "#@no-cookie-jar",
        "# @repeat 3 parallel 2", "# @repeat 3 parallel", "# @parallel group",
        "# @retry 3 every 20 ms until status 200 and body contains \"a and b\"",
        "# @capture w = jsonpath $.a[?@.b > 1].c", "# @capture u = header X-U",
        "# @expect status 200", "# @expect status in 200..299", "# @expect header X-A",
        "# @expect header X-A not contains \"b c\"", "# @expect cookie \"sid[HttpOnly]\" exists",
        "# @expect jsonpath $.a == 3", "# @expect jsonpath $['x y'] count == 2",
        "# @expect body matches /a\\/b/", "# @expect bytes count < 1000",
        "# @expect duration < 500 ms", "# @expect connection same-as first",
        "# @expect connection idle < 2 s", "# @expect connections open <= 1",
        "# @expect retries 0", "# @expect url == http://h/", "# @expect protocol HTTP/1.1",
        "# @recorded 200,304 conn=1,2 reused,new idle=3ms body=0,14 proto=HTTP/2",
        "# @response-ref ./s.responses/01 a.json", "# a comment", "// @unknown {{x}}",
        "# @ref other", "@w{N} = {{base}}/x", "",
    ]
    /// What may stand once in a block.
    private static let single = [
        "skip", "delay", "at", "timeout", "connection-timeout", "repeat", "parallel", "retry",
        "recorded",
    ]
    private static let requests = [
        "GET {{base}}/a", "get http://h/a HTTP/1.1", "PURGE http://h/é?a=b", "{{base}}/bare",
        "POST {{base}}/b HTTP/2", "GET http://h\n    /a\n    /b\n    ?c=d\n    &e={{v}}",
        "GET {{base}}/q\n    ?a=b\n    &\u{63}=d e", "OPTIONS *\nHost: h",
        "GET http://h/" + String(repeating: "a?b=c&", count: 20),
    ]
    private static let curls = [
        "curl http://h/a", "curl -X PUT 'http://h/a?b=c' \\\n  -H 'A: b' \\\n  --max-time 3",
        "$ curl -L http://h/ --data-raw $'x\\u0021\\n# y' -H 'Content-Type: text/plain'",
        "curl -u ann:pw -d a=b -d c=d http://h/f",
    ]
    private static let fields = [
        "X-A: b", "X-Empty:", "X-Two: a, b,", "Authorization: Bearer {{first.response.body.$.t}}",
        "Cookie: a=1; b=2", "X-Quote: \"{{v}}\" # no comment", "# @expect status 200",
        "// a comment between",
    ]
    private static let types = [
        "text/markdown", "application/json", "application/x-www-form-urlencoded", "text/plain",
    ]
    private static let lines = [
        "# Heading", "// x", "@x = 1", "{{v}}", "{", "}", "a=1", "&b=2", "<note>", "é漢🙂",
        "  indented", "", "text // no comment", "%}", "===", ">quoted", "/* x */", "?? x",
        "< ./data.bin", "<@ ./text.txt", "<@latin1 ./old.txt", "GET /x", "\ttab",
    ]

    mutating func text() -> String {
        var text = self.pick(["", "#!/usr/bin/env -S linger replay\n"])
        text += self.pick(["# @session 1\n", ""])
        text += self.some(of: Self.header, upTo: 8).map { $0 + "\n" }.joined()
        text += "\n###\n# @name first\nGET {{base}}/first\n"
        for index in 0..<self.number(1...4) { text += self.block(index) }
        return self.number(0...9) == 0
            ? text.split(separator: "\n", omittingEmptySubsequences: false)
                .joined(separator: "\r\n") : text
    }

    private mutating func block(_ index: Int) -> String {
        var text = "\n###" + self.pick(["", " a title", "## {{x}} #"]) + "\n"
        if self.number(0...9) == 0 {
            return text + "# nothing but a comment\n@only\(index) = a b\n"
        }
        if self.number(0...2) == 0 { text += "# @name n\(index)\n" }
        var singles: Set<String> = []
        for tag in self.some(of: Self.tags, upTo: 7) {
            let name = Self.single.first { tag.contains("@\($0) ") }
            if let name, !singles.insert(name).inserted { continue }
            text += tag.replacing("{N}", with: "\(index)") + "\n"
        }
        if self.number(0...4) == 0 { return text + self.pick(Self.curls) + "\n" }
        text += self.pick(Self.requests) + "\n"
        text += self.some(of: Self.fields, upTo: 3).map { $0 + "\n" }.joined()
        guard self.number(0...2) > 0 else { return text + self.pick(["", "\n"]) }
        text += "Content-Type: \(self.pick(Self.types))\n\n"
        text += (0..<self.number(1...6)).map { _ in self.pick(Self.lines) + "\n" }.joined()
        return text + self.pick(["", "\n\n", "<> ./old.json\n", "HTTP/1.1 200 OK\n\nhello\n"])
    }

    /// Different ones of `all`, in their order.
    private mutating func some(of all: [String], upTo limit: Int) -> [String] {
        var places: Set<Int> = []
        for _ in 0..<self.number(0...limit) { places.insert(self.number(0...(all.count - 1))) }
        return places.sorted().map { all[$0] }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self.generator)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[self.number(0...(values.count - 1))]
    }
}
