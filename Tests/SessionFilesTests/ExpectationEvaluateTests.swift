import HTTPModel
import SessionFiles
import Testing

@Suite("Expectation: values")
struct ExpectationEvaluateTests {
    static func subject() -> ExpectationSubject {
        var subject = ExpectationSubject(
            status: 404,
            reason: "Not Found",
            fields: [
                FieldLine("Content-Type", "application/json"), FieldLine("X-A", "one"),
                FieldLine("x-a", "two"), FieldLine("Age", "12"),
            ],
            url: "http://a/b",
            duration: .milliseconds(801),
            wait: .milliseconds(4),
            redirectCount: 1
        )
        subject.setContent(
            Array(#"{"user":"bob","n":3,"f":1.5,"ok":true,"no":null,"list":[1,"x"],"o":{}}"#.utf8)
        )
        return subject
    }

    /// The SHA-256 of the subject's content.
    static let digest = "17dda4ae47eafac57f57b08b60d2b7b9fec0cc9fdceb3ba88c80df9579587837"

    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let passes: Bool
        let actual: String
        var testDescription: String { self.text }

        init(_ text: String, _ passes: Bool, _ actual: String) {
            self.text = text
            self.passes = passes
            self.actual = actual
        }
    }

    @Test(arguments: [
        Case("status 404", true, "status was 404 Not Found"),
        Case("status 200", false, "status was 404 Not Found"),
        Case("status not 200", true, "status was 404 Not Found"),
        Case("status != 404", false, "status was 404 Not Found"),
        Case("status in 400..404", true, "status was 404 Not Found"),
        Case("status in 400..403", false, "status was 404 Not Found"),
        Case("status in 200,404", true, "status was 404 Not Found"),
        Case("status < 404", false, "status was 404 Not Found"),
        Case("status <= 404", true, "status was 404 Not Found"),
        Case("header content-type application/json", true, "content-type was \"application/json\""),
        Case("header Content-Type text/html", false, "Content-Type was \"application/json\""),
        Case("header Content-Type contains json", true, "Content-Type was \"application/json\""),
        Case("header Content-Type startsWith json", false, "Content-Type was \"application/json\""),
        Case("header Content-Type endsWith json", true, "Content-Type was \"application/json\""),
        Case(
            "header Content-Type matches \"^app.+n$\"",
            true,
            "Content-Type was \"application/json\""
        ),
        Case("header X-A two", true, "X-A was \"one\", \"two\""),
        Case("header X-A != two", false, "X-A was \"one\", \"two\""),
        Case("header X-A != three", true, "X-A was \"one\", \"two\""),
        Case("header X-B exists", false, "there was no field X-B"),
        Case("header X-B not exists", true, "there was no field X-B"),
        Case("header X-B not contains a", false, "there was no field X-B"),
        Case("header Age < 20", true, "Age was \"12\""),
        Case("header Age > 20", false, "Age was \"12\""),
        Case("header X-A < 20", false, "X-A was \"one\", \"two\""),
        Case("protocol HTTP/1.1", true, "protocol was HTTP/1.1"),
        Case("protocol HTTP/2", false, "protocol was HTTP/1.1"),
        Case("url == http://a/b", true, "url was http://a/b"),
        Case("url endsWith /c", false, "url was http://a/b"),
        Case("redirects count == 1", true, "redirects followed: 1"),
        Case("retries 1", false, "retries: 0"),
        Case("duration < 1 s", true, "duration was 801 ms"),
        Case("duration < 801 ms", false, "duration was 801 ms"),
        Case("wait <= 4 ms", true, "wait was 4 ms"),
        Case("queue > 1 ms", false, "queue was 0 ms"),
        Case("sha256 == \(Self.digest)", true, "sha256 was \(Self.digest)"),
        Case("sha256 != \(Self.digest)", false, "sha256 was \(Self.digest)"),
        Case("sha256 \(String(repeating: "0", count: 64))", false, "sha256 was \(Self.digest)"),
        Case("bytes count == 70", true, "body had 70 bytes"),
        Case("bytes count < 70", false, "body had 70 bytes"),
    ])
    func `a claim holds or says what was found`(_ row: Case) throws {
        let result = try Expectation.parse(row.text).evaluate(Self.subject())
        #expect(result.passed == row.passes)
        #expect(result.actualText == row.actual)
        #expect(result.expectedText == row.text)
    }

    @Test(arguments: [
        Case("jsonpath $.user == \"bob\"", true, "$.user was \"bob\""),
        Case("jsonpath $.user == ann", false, "$.user was \"bob\""),
        Case("jsonpath $.user matches b.b", true, "$.user was \"bob\""),
        Case("jsonpath $.user isString", true, "$.user was \"bob\""),
        Case("jsonpath $.user isNumber", false, "$.user was \"bob\""),
        Case("jsonpath $.n == 3", true, "$.n was 3"),
        Case("jsonpath $.n == \"3\"", false, "$.n was 3"),
        Case("jsonpath $.n > 2", true, "$.n was 3"),
        Case("jsonpath $.n isInteger", true, "$.n was 3"),
        Case("jsonpath $.f isInteger", false, "$.f was 1.5"),
        Case("jsonpath $.f isFloat", true, "$.f was 1.5"),
        Case("jsonpath $.ok == true", true, "$.ok was true"),
        Case("jsonpath $.ok isBoolean", true, "$.ok was true"),
        Case("jsonpath $.no == null", true, "$.no was null"),
        Case("jsonpath $.no exists", true, "$.no was null"),
        Case("jsonpath $.list count == 2", true, "$.list had 2 elements"),
        Case("jsonpath $.list count > 2", false, "$.list had 2 elements"),
        Case("jsonpath $.none count == 0", true, "$.none had 0 elements"),
        Case("jsonpath $.list includes \"x\"", true, "$.list was [1,\"x\"]"),
        Case("jsonpath $.list[*].x not includes 3", false, "there was no $.list[*].x"),
        Case("jsonpath $.list[*].x not exists", true, "there was no $.list[*].x"),
        Case("jsonpath $.list includes 2", false, "$.list was [1,\"x\"]"),
        Case("jsonpath $.list[1] == x", true, "$.list[1] was \"x\""),
        Case("jsonpath $.o isEmpty", true, "$.o was {}"),
        Case("jsonpath $.o isCollection", true, "$.o was {}"),
        Case("jsonpath $.n in 1,3", true, "$.n was 3"),
        Case("jsonpath $.n in 1..2", false, "$.n was 3"),
        Case("jsonpath $.x.y exists", false, "there was no $.x.y"),
        Case("jsonpath $.x.y not exists", true, "there was no $.x.y"),
    ])
    func `a claim about JSON holds or says what was found`(_ row: Case) throws {
        let result = try Expectation.parse(row.text).evaluate(Self.subject())
        #expect(result.passed == row.passes)
        #expect(result.actualText == row.actual)
    }

    @Test func `what a server sent cannot drive the terminal`() throws {
        var subject = ExpectationSubject(
            status: 200,
            reason: "O\u{1B}[2JK",
            fields: [FieldLine("A", "x\u{9B}y\u{202E}")]
        )
        subject.setContent(Array("l1\nl2\u{7}".utf8))
        func actual(_ text: String) throws -> String {
            try Expectation.parse(text).evaluate(subject).actualText
        }
        #expect(try actual("status 1") == "status was 200 O\\u{1B}[2JK")
        #expect(try actual("header A b") == "A was \"x\\u{9B}y\\u{202E}\"")
        #expect(try actual("body == x") == "body was \"l1\\nl2\\u{7}\", 6 bytes")
    }

    @Test func `content is shortened, and absent content is told`() throws {
        var subject = ExpectationSubject(status: 200)
        subject.setContent([UInt8](repeating: 0x61, count: 1_000))
        let shown = String(repeating: "a", count: 120)
        let expectation = try Expectation.parse("body contains b")
        #expect(expectation.evaluate(subject).actualText == "body was \"\(shown)…\", 1000 bytes")
        subject.content = { nil }
        #expect(expectation.evaluate(subject).actualText == "the content was not kept")
        subject.status = nil
        #expect(expectation.evaluate(subject).actualText == "there was no response")
        #expect(!expectation.evaluate(subject).passed)
    }

    @Test(arguments: [
        ("header Authorization x", "Authorization was (redacted)"),
        ("header Set-Cookie x", "Set-Cookie was (redacted)"),
        ("header B x", "B was \"3\""), ("jsonpath $.token == x", "$.token was (redacted)"),
        ("jsonpath $ == x", "$ was (redacted)"),
        ("jsonpath $['token'] == x", "$['token'] was (redacted)"),
        ("jsonpath $.b == x", "$.b was 1"), ("body == x", "body was (redacted), 19 bytes"),
        ("sha256 \(Self.digest)", "sha256 was (redacted)"),
    ])
    func `what is redacted is not shown`(_ row: (String, String)) throws {
        var subject = ExpectationSubject(
            status: 200,
            fields: [
                FieldLine("Authorization", "1"), FieldLine("Set-Cookie", "2"), FieldLine("B", "3"),
            ]
        )
        subject.setContent(Array(#"{"token":"s","b":1}"#.utf8))
        var redactions = Redactions()
        let isRead = redactions.add("header authorization, cookie sid, jsonpath $.token")
        #expect(isRead)
        subject.secrets = { [redactions] in
            ExportSecrets(
                isSensitiveField: { _ in false },
                isSensitiveKey: { _ in false },
                redactions: redactions
            )
        }
        #expect(try Expectation.parse(row.0).evaluate(subject).actualText == row.1)
    }
}
