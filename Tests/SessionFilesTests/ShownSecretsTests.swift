import HTTPModel
import Testing

@testable import SessionFiles

/// What is said of a response goes to terminals, logs and reports: one rule keeps secrets out.
@Suite("Secrets in what expectations and reports say")
struct ShownSecretsTests {
    private static let secrets = ExportSecrets(
        isSensitiveField: { ["authorization", "cookie", "x-api-key"].contains($0.lowercased()) },
        isSensitiveKey: { $0.lowercased().contains("token") },
        values: Self.values
    )

    private static var values: SecretValues {
        var values = SecretValues()
        values.add("tr0ub4dor", of: "password")
        values.add("a b/secret", of: "phrase")
        values.add("12345", of: "pin")
        return values
    }

    private static func subject() -> ExpectationSubject {
        var subject = ExpectationSubject(
            status: 200,
            fields: [
                FieldLine("X-Api-Key", "k1"), FieldLine("Set-Cookie", "sid=abc; Path=/"),
                FieldLine("Location", "/a?token=t1&b=2"), FieldLine("X-Echo", "is tr0ub4dor"),
                FieldLine("Content-Type", "application/json"),
                FieldLine("Content-Location", "https://ann:p@w@h:1/#a=b&id_token=t6"),
                FieldLine("Referer", "//ann@h/a@b?c=d@e"), FieldLine("X-Plain", "p"),
            ],
            url: "http://h/a%20b%2Fsecret?access_token=t2&b=12345",
            secrets: { Self.secrets }
        )
        let content = """
            {"token":"t3","user":{"refresh_token":["t4",5],"name":"Ann"},"said":"tr0ub4dor!"}
            """
        subject.setContent(Array(content.utf8))
        return subject
    }

    @Test(arguments: [
        ("header X-Api-Key x", "X-Api-Key was (redacted)"),
        ("header Set-Cookie x", "Set-Cookie was \"sid=(redacted); Path=/\""),
        ("header Location x", "Location was \"/a?token=(redacted)&b=2\""),
        (
            "header Content-Location x",
            "Content-Location was \"https://h:1/#a=b&id_token=(redacted)\""
        ),
        ("header Referer x", "Referer was \"//h/a@b?c=d@e\""),
        ("header X-Echo x", "X-Echo was \"is (redacted)\""),
        ("cookie sid == x", "cookie sid was (redacted)"),
        ("cookie \"sid[Path]\" == x", "cookie sid's path was \"/\""),
        ("url == x", "url was http://h/(redacted)?access_token=(redacted)&b=12345"),
        ("jsonpath $.token == x", "$.token was (redacted)"),
        ("jsonpath $..refresh_token[1] == x", "$..refresh_token[1] was (redacted)"),
        ("jsonpath $.user.* == x", "$.user.* was (redacted)"),
        ("jsonpath $.user.name == x", "$.user.name was \"Ann\""),
        ("jsonpath $.said == x", "$.said was \"(redacted)!\""),
        (
            "jsonpath $.user == x",
            #"$.user was {"refresh_token":["(redacted)","(redacted)"],"name":"Ann"}"#
        ),
        ("jsonpath $.token count == 9", "$.token had 2 elements"),
    ])
    func `what is found is told without its secrets`(_ row: (String, String)) throws {
        let result = try Expectation.parse(row.0).evaluate(Self.subject())
        #expect(!result.passed)
        #expect(result.actualText == row.1)
    }

    @Test func `a content is shown without its secrets`() throws {
        let actual = try Expectation.parse("body contains zzz").evaluate(Self.subject()).actualText
        for secret in ["t3", "t4", "tr0ub4dor"] { #expect(!actual.contains(secret), "\(actual)") }
        #expect(actual.hasPrefix(#"body was "{"token":"(redacted)","user":"#), "\(actual)")
    }

    @Test func `no secret is written into a file as what is expected from now on`() throws {
        let subject = Self.subject()
        let texts = [
            "jsonpath $.token == x", "jsonpath $.said == x", "header X-Api-Key == x",
            "header X-Echo == x", "header Set-Cookie == x", "header Location == x",
        ]
        for text in texts {
            #expect(try Expectation.parse(text).updated(to: subject) == nil)
        }
        let plain = try Expectation.parse("jsonpath $.user.name == x").updated(to: subject)
        #expect(plain == #"jsonpath $.user.name == "Ann""#)
        let field = try Expectation.parse("header X-Plain == x").updated(to: subject)
        #expect(field == #"header X-Plain == "p""#)
    }

    @Test func `stored content is compared without telling its secrets`() {
        let differences = ResponseComparison.differences(
            stored: Array(#"{"token":"old","a":{"b":"x"}}"#.utf8),
            actual: Array(#"{"token":"new","a":{"csrf_token":"c","b":"tr0ub4dor"}}"#.utf8),
            ignoring: IgnoreList(),
            secrets: Self.secrets
        )
        #expect(
            differences == [
                "$['token'] differs (redacted)", #"$['a']['b'] was "(redacted)", stored "x""#,
                "$['a']['csrf_token'] differs (redacted)",
            ]
        )
    }

    @Test func `what was left out of stored content is not held against what comes`() {
        let content = Array(#"{"token":"new","a":1}"#.utf8)
        let stored = Self.secrets.shown(content: content, mediaType: "application/json")
        #expect(String(decoding: stored, as: UTF8.self) == #"{"token":"(redacted)","a":1}"#)
        let same = ResponseComparison.differences(
            stored: stored,
            actual: content,
            ignoring: IgnoreList()
        )
        #expect(same.isEmpty)
        let absent = ResponseComparison.differences(
            stored: stored,
            actual: Array(#"{"a":1}"#.utf8),
            ignoring: IgnoreList()
        )
        #expect(absent.count == 1)
    }

    @Test(arguments: [
        (#"{"a":"is tr0ub4dor!","n":1}"#, #"{"a":"is (redacted)!","n":1}"#, "n"),
        ("is tr0ub4dor!\nn", "is (redacted)!\nn", "n"),
    ])
    func `a text that was stored without its secret is the same but for it`(
        _ row: (actual: String, stored: String, rest: String)
    ) {
        let secrets = Self.secrets
        let stored = secrets.shown(content: Array(row.actual.utf8), mediaType: "text/plain")
        #expect(String(decoding: stored, as: UTF8.self) == row.stored)
        func differences(_ actual: String) -> [String] {
            ResponseComparison.differences(
                stored: stored,
                actual: Array(actual.utf8),
                ignoring: IgnoreList(),
                secrets: secrets
            )
        }
        #expect(differences(row.actual) == [])
        #expect(differences(row.actual.replacing("is ", with: "was ")).isEmpty == false)
        #expect(differences(row.actual.replacing("tr0ub4dor", with: "other")).isEmpty == false)
    }

    @Test(arguments: ["", "text/plain; charset=utf-8", "application/x-ndjson"])
    func `content that begins as JSON is read as JSON where its type says nothing else`(
        _ type: String
    ) {
        let content = Array(" \n{\"token\":\"t7\"}".utf8)
        let shown = Self.secrets.shown(content: content, mediaType: type)
        #expect(String(decoding: shown, as: UTF8.self) == " \n{\"token\":\"(redacted)\"}")
        #expect(Self.secrets.shown(content: content, mediaType: "image/png") == content)
    }

    @Test func `a report has none of the values that secret variables hold in the end`() {
        let result = ExpectationResult(
            passed: false,
            expectedText: "status 1",
            actualText: "got tr0ub4dor"
        )
        let steps: [ReplayReport.StepOutcome] = [
            .init(
                label: "a",
                line: 1,
                state: .answered(requests: 1),
                checks: [ReplayReport.Check(line: 1, result: result)],
                differences: [.content(["+ tr0ub4dor"])]
            ),
            .init(
                label: "b",
                line: 2,
                state: .failed(reason: "tr0ub4dor:// is none", requests: 0)
            ),
        ]
        let report = ReplayReport(file: "a.http", steps: steps).hiding(Self.secrets)
        for text in [JUnitReport.text(of: [report]), TAPReport.text(of: [report])] {
            #expect(!text.contains("tr0ub4dor"), "\(text)")
            #expect(text.contains("got (redacted)"))
            #expect(text.contains("(redacted):// is none"))
        }
    }

    @Test(arguments: [
        ("", "abcdef", "abcdef"), ("abcde", "abcde", "abcde"), ("abcdef", "abcdef", "(redacted)"),
        ("abcdef", "xabcdefabcdefy", "x(redacted)(redacted)y"), ("abcdef", "abcde", "abcde"),
        ("aaaaaa", "aaaaaaa", "(redacted)a"), ("ab cd/é", "?ab%20cd%2F%C3%A9", "?(redacted)"),
        ("ab cd/é", "?ab+cd%2f%c3%a9&ab+cd%2F%C3%A9", "?(redacted)&(redacted)"),
        (
            #"p"ss\word/"#, #"{"a":"p\"ss\\word/","b":"p\"ss\\word\/"}"#,
            #"{"a":"(redacted)","b":"(redacted)"}"#
        ),
    ])
    func `a value is hidden wherever it stands, unless it is short`(
        _ row: (value: String, text: String, shown: String)
    ) {
        var values = SecretValues()
        values.add(row.value, of: "v")
        let secrets = ExportSecrets(
            isSensitiveField: { _ in false },
            isSensitiveKey: { _ in false },
            values: values
        )
        #expect(secrets.shown(row.text) == row.shown)
    }

    @Test func `of values that begin at one place the longest is hidden`() {
        var values = SecretValues()
        values.add("abcdef", of: "short")
        values.add("abcdefgh", of: "long")
        let pieces = values.pieces(of: Array("abcdefghi".utf8))
        #expect(pieces == [.secret(name: "long", isBare: false), .literal(Array("i".utf8))])
    }

    @Test(arguments: [1, SecretValues.limit, SecretValues.limit + 1])
    func `as many values are known as the limit says, the latest`(_ count: Int) {
        var values = SecretValues()
        for index in 0..<count { values.add("token-\(index)-", of: "token") }
        let secrets = ExportSecrets(
            isSensitiveField: { _ in false },
            isSensitiveKey: { _ in false },
            values: values
        )
        #expect(secrets.shown("is token-\(count - 1)-!") == "is (redacted)!")
        #expect(secrets.shown("token-\(count)-") == "token-\(count)-")
        #expect((secrets.shown("token-0-") == "(redacted)") == (count <= SecretValues.limit))
    }

    @Test(arguments: [
        ("Bearer tr0ub4dor&3 said", "Bearer (redacted) said"),
        ("sid is s1-ann, theme is dark", "sid is (redacted), theme is dark"),
        ("k-0123456789 and q=hunter%202", "(redacted) and q=(redacted)"),
        ("text/plain", "text/plain"), ("Basic YW5uOmI=", "Basic (redacted)"),
    ])
    func `what a request sent as a secret is hidden where a server says it again`(
        _ row: (text: String, shown: String)
    ) throws {
        var secrets = ExportSecrets(
            isSensitiveField: {
                ["authorization", "cookie", "x-api-key"].contains($0.lowercased())
            },
            isSensitiveKey: { $0.contains("token") }
        )
        for value in ["Bearer tr0ub4dor&3", "Basic YW5uOmI="] {
            var exchange = Exchange(number: 1, issuedAt: .start)
            exchange.attempts = [
                Attempt(
                    method: "GET",
                    target: try URI("http://h/?token=hunter%202"),
                    sentFields: [
                        FieldLine("Authorization", value), FieldLine("X-API-Key", "k-0123456789"),
                        FieldLine("Cookie", "sid=s1-ann; theme=dark"),
                        FieldLine("Accept", "text/plain"),
                    ],
                    startedAt: .start,
                    result: .failed(.tooManyRedirects(limit: 1, chain: []))
                )
            ]
            secrets.hide(sentBy: exchange)
        }
        #expect(secrets.shown(row.text) == row.shown)
    }
}
