import HTTPModel
import Testing

@testable import SessionFiles

@Suite("Command lines of other tools")
struct CommandExportTests {
    private static let secrets = ExportSecrets(
        isSensitiveField: { ["authorization", "cookie"].contains($0.lowercased()) },
        isSensitiveKey: { $0 == "password" || $0 == "token" }
    )

    private static func request(
        _ method: String = "GET",
        _ target: String = "http://h:8080/a?b=c",
        _ fields: [FieldLine] = [],
        _ body: ExportedRequest.Body = .none
    ) throws -> ExportedRequest {
        let usual = [
            FieldLine("Host", "h:8080"), FieldLine("User-Agent", "linger/1"),
            FieldLine("Accept", "*/*"),
        ]
        return ExportedRequest(
            method: method,
            target: try URI(target),
            fields: usual + fields,
            body: body
        )
    }

    @Test
    func `a plain request is a plain command`() throws {
        let export = CommandExport.curl(try Self.request(), secrets: Self.secrets)
        #expect(
            export.text == """
                curl 'http://h:8080/a?b=c' \\
                  -H 'User-Agent: linger/1' \\
                  -H 'Accept: */*'

                """
        )
        #expect(export.expectedNames == [])
    }

    @Test
    func `secrets become variables of the environment`() throws {
        let request = try Self.request(
            "POST",
            "http://h:8080/login?token=t",
            [
                FieldLine("Content-Type", "application/json"),
                FieldLine("Authorization", "Bearer abc"), FieldLine("Cookie", "a=b"),
            ],
            .bytes(Array(#"{"user":"it's","password":"x"}"#.utf8))
        )
        let export = CommandExport.curl(request, secrets: Self.secrets)
        #expect(
            export.text == """
                curl 'http://h:8080/login?token='"$TOKEN" \\
                  -H 'User-Agent: linger/1' \\
                  -H 'Accept: */*' \\
                  -H 'Content-Type: application/json' \\
                  -H 'Authorization: Bearer '"$AUTHORIZATION" \\
                  -H 'Cookie: '"$COOKIE" \\
                  --data-raw '{"user":"it'\\''s","password":"'"$PASSWORD"'"}'

                """
        )
        #expect(export.expectedNames == ["TOKEN", "AUTHORIZATION", "COOKIE", "PASSWORD"])
        let shown = CommandExport.curl(request, secrets: .shown)
        #expect(shown.text.contains("Bearer abc") && shown.text.contains("token=t'"))
        #expect(shown.expectedNames == [])
    }

    struct Row: Sendable {
        let method: String
        let body: ExportedRequest.Body
        let expected: [String]
    }

    @Test(arguments: [
        Row(method: "HEAD", body: .none, expected: ["-I"]),
        Row(method: "PURGE", body: .none, expected: ["-X 'PURGE'"]),
        Row(method: "POST", body: .none, expected: ["-X 'POST'", "-H 'Content-Length: 0'"]),
        Row(
            method: "PUT",
            body: .file(path: "a b"),
            expected: ["-X 'PUT'", "-H 'Content-Type:'", "-H 'Expect:'", "--data-binary '@a b'"]
        ),
        Row(
            method: "GET",
            body: .bytes([0x61]),
            expected: ["-X 'GET'", "-H 'Content-Type:'", "--data-raw 'a'"]
        ),
        Row(
            method: "POST",
            body: .bytes([0, 0x61, 0xFF]),
            expected: ["-H 'Content-Type:'", "--data-binary @-"]
        ),
    ])
    func `method and content are what they were`(_ row: Row) throws {
        let request = try Self.request(row.method, "http://h/", [], row.body)
        let lines = CommandExport.curl(request, secrets: .shown).text.split(separator: "\n")
            .map { $0.trimmed.replacing(" \\", with: "") }
        #expect(
            lines.filter {
                !$0.contains("curl") && !$0.contains("linger/1")
                    && !$0.contains("Accept") && !$0.contains("Host:")
            } == row.expected
        )
    }

    @Test
    func `bytes that no terminal should see go through printf`() throws {
        let request = try Self.request("POST", "http://h/", [], .bytes([0, 0x61, 0x1B, 0x27]))
        let text = CommandExport.curl(request, secrets: .shown).text
        #expect(text.hasPrefix("printf '\\000a\\033\\047' | curl 'http://h/'"))
    }

    @Test
    func `HTTPie gets items`() throws {
        let request = try Self.request(
            "PUT",
            "http://h:8080/x",
            [FieldLine("X-A", "=1"), FieldLine("X-B", ""), FieldLine("Cookie", "a=b")],
            .bytes(Array("-n".utf8))
        )
        let export = try CommandExport.httpie(request, secrets: Self.secrets)
        #expect(
            export.text == """
                http PUT 'http://h:8080/x' \\
                  'User-Agent:linger/1' \\
                  'Accept:*/*' \\
                  'X-A:\\=1' \\
                  'X-B;' \\
                  'Cookie:'"$COOKIE" \\
                  'Accept-Encoding:' \\
                  'Content-Type:' \\
                  --ignore-stdin --raw='-n'

                """
        )
    }

    @Test
    func `what HTTPie cannot say is told`() throws {
        let request = try Self.request("M-SEARCH")
        #expect(throws: CommandExport.Problem.self) {
            try CommandExport.httpie(request, secrets: .shown)
        }
    }
}
