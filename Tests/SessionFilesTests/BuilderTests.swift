import HTTPModel
import SessionFiles
import Testing

@Suite("Builder: sessions from recordings")
struct BuilderTests {
    private func run(
        _ connection: Int,
        _ isReused: Bool,
        status: Int = 200,
        size: Int = 61
    ) -> RecordedRequest.Run {
        RecordedRequest.Run(
            status: status,
            connection: ConnectionID(connection),
            isReused: isReused,
            bodySize: size
        )
    }

    private func write(_ session: RecordedSession, _ options: SaveOptions = SaveOptions()) -> String
    {
        let (document, _) = SessionDocumentBuilder.build(session, options: options)
        return SessionFileWriter.write(document, fileName: "s.http").text
    }

    @Test func `a session is written with its settings, defaults and variables`() {
        let session = RecordedSession(
            title: "Smoke",
            settings: [SessionVariable(name: "pool.size", value: "2")],
            cookieJar: .file("./s.cookies.txt"),
            defaultQuery: [SessionVariable(name: "v", value: "1")],
            defaultFields: [FieldLine("Accept", "application/json")],
            variables: [SessionVariable(name: "base", value: "http://a:1")],
            requests: [
                RecordedRequest(
                    number: 7,
                    name: "login",
                    method: "POST",
                    target: "{{base}}/login",
                    fields: [FieldLine("Content-Type", "application/json")],
                    body: .template("{\"user\": \"{{user}}\"}"),
                    runs: [self.run(9, false, size: 84)]
                ),
                RecordedRequest(
                    number: 8,
                    method: "GET",
                    target: "{{base}}/me",
                    commands: ["pool size 1"],
                    timeout: .seconds(5),
                    followsRedirects: false,
                    runs: [self.run(9, true)]
                ),
            ]
        )
        #expect(
            self.write(session, SaveOptions(expectations: .reuse))
                == lines(
                    "# @session 1",
                    "# @title Smoke",
                    "# @set pool.size 2",
                    "# @cookie-jar ./s.cookies.txt",
                    "# @default-query v=1",
                    "# @default-header Accept: application/json",
                    "@base = http://a:1",
                    "",
                    "### 1 POST /login",
                    "# @name login",
                    "# @expect status 200",
                    "# @expect connection new",
                    "# @recorded 200 conn=1 new body=84",
                    "POST {{base}}/login HTTP/1.1",
                    "Content-Type: application/json",
                    "",
                    "{\"user\": \"{{user}}\"}",
                    "",
                    "### 2 GET /me",
                    "# @do pool size 1",
                    "# @timeout 5000 ms",
                    "# @no-redirect",
                    "# @expect status 200",
                    "# @expect connection reused",
                    "# @recorded 200 conn=1 reused body=61",
                    "GET {{base}}/me HTTP/1.1"
                )
        )
    }

    @Test func `expectations are those that were asked for`() {
        let request = RecordedRequest(
            number: 1,
            method: "GET",
            target: "/",
            runs: [self.run(3, false)]
        )
        let session = RecordedSession(requests: [request])
        func expectations(_ kind: SaveOptions.Expectations) -> [String] {
            self.write(session, SaveOptions(expectations: kind)).split(separator: "\n")
                .filter { $0.hasPrefix("# @expect") }.map(String.init)
        }
        #expect(expectations(.none) == [])
        #expect(expectations(.status) == ["# @expect status 200"])
        #expect(expectations(.reuse) == ["# @expect status 200", "# @expect connection new"])
    }

    @Test func `reuse is not claimed where requests overlapped`() {
        var overlapping = RecordedRequest(
            number: 1,
            method: "GET",
            target: "/",
            overlapped: true,
            runs: [self.run(3, false)]
        )
        let options = SaveOptions(expectations: .reuse)
        #expect(
            !self.write(RecordedSession(requests: [overlapping]), options).contains("connection")
        )
        overlapping.overlapped = false
        overlapping.repetition = RepeatTag(count: 2, parallelism: .atMost(2))
        overlapping.runs = [self.run(3, true), self.run(3, true)]
        let text = self.write(RecordedSession(requests: [overlapping]), options)
        #expect(!text.contains("connection"))
        #expect(text.contains("# @repeat 2 parallel 2\n"))
    }

    @Test func `connections are numbered by first use in the file`() {
        let requests = [
            RecordedRequest(number: 4, method: "GET", target: "/", runs: [self.run(17, false)]),
            RecordedRequest(
                number: 5,
                method: "GET",
                target: "/",
                repetition: RepeatTag(count: 3),
                runs: [
                    self.run(4, false, status: 503), self.run(17, true), self.run(4, true, size: 2),
                ]
            ),
        ]
        let text = self.write(RecordedSession(requests: requests))
        #expect(text.contains("# @recorded 200 conn=1 new body=61\n"))
        #expect(text.contains("# @recorded 503,200 conn=2,1 new,reused body=61,2\n"))
        #expect(text.contains("# @expect status in 503,200\n"))
    }

    @Test func `references by number become names`() {
        let requests = [
            RecordedRequest(number: 3, method: "POST", target: "/users/17"),
            RecordedRequest(number: 4, method: "POST", target: "/users/17"),
            RecordedRequest(
                number: 5,
                lastNumber: 4,
                method: "GET",
                target: "/u/{{3.response.body.$.id}}/{{%last.response.headers.ETag}}",
                fields: [FieldLine("X", "{{$.token}} {{$uuid}} {{other.response.body.$.a}}")],
                body: .template("{{$.a[0]}}")
            ),
        ]
        let text = self.write(RecordedSession(requests: requests))
        #expect(text.contains("# @name POST_users\nPOST"))
        #expect(text.contains("# @name POST_users_2\nPOST"))
        #expect(
            text.contains(
                "GET /u/{{POST_users.response.body.$.id}}"
                    + "/{{%POST_users_2.response.headers.ETag}} HTTP"
            )
        )
        #expect(
            text.contains(
                "X: {{POST_users_2.response.body.$.token}} {{$uuid}} {{other.response.body.$.a}}\n"
            )
        )
        #expect(text.contains("\n\n{{POST_users_2.response.body.$.a[0]}}\n"))
    }

    @Test func `references that cannot be kept are told`() {
        let requests = [
            RecordedRequest(number: 5, method: "GET", target: "/{{2.response.body.$.id}}"),
            RecordedRequest(number: 6, method: "GET", target: "/{{$.id}}"),
        ]
        let session = RecordedSession(
            variables: [
                SessionVariable(name: "a", value: "x\ny"), SessionVariable(name: "b", value: "\\t"),
                SessionVariable(name: "c", value: " x"),
            ],
            requests: requests
        )
        let (document, notes) = SessionDocumentBuilder.build(session)
        #expect(
            notes == [
                .variableLeftOut(name: "a"), .variableNotPortable(name: "b"),
                .variableLeftOut(name: "c"), .referenceToUnsaved(number: 2, from: 5),
                .referenceToUnknown(from: 6),
            ]
        )
        #expect(document.header.count == 2)
    }

    @Test func `portable files carry the defaults in each request`() {
        let session = RecordedSession(
            defaultFields: [FieldLine("Accept", "a"), FieldLine("X", "b")],
            requests: [
                RecordedRequest(
                    number: 1,
                    method: "GET",
                    target: "/",
                    fields: [FieldLine("accept", "c")]
                )
            ]
        )
        let text = self.write(session, SaveOptions(isPortable: true))
        #expect(text == "# @session 1\n\n### 1 GET /\nGET / HTTP/1.1\nX: b\naccept: c\n\n")
    }

    @Test func `blanks in a target are encoded, but not in references`() {
        let request = RecordedRequest(
            number: 1,
            method: "GET",
            target: "/a b?x={{$randomInt 1 2}} HTTP/2"
        )
        let text = self.write(RecordedSession(requests: [request]))
        #expect(text.contains("\nGET /a%20b?x={{$randomInt 1 2}}%20HTTP/2 HTTP/1.1\n"))
    }
}

@Suite("Secret replacement")
struct SecretReplacementTests {
    /// Stands for the session, which judges.
    private static let isSensitive: @Sendable (String) -> Bool = { name in
        ["authorization", "cookie", "x-csrf-token", "x-api-key"].contains(name.lowercased())
    }

    @Test(arguments: [
        ("Authorization", "Bearer abc", "Bearer {{AUTHORIZATION}}"),
        ("authorization", "Basic YTpi", "Basic {{AUTHORIZATION}}"),
        ("Authorization", "my secret", "{{AUTHORIZATION}}"),
        ("Authorization", "Bearer {{token}}", "Bearer {{token}}"),
        ("Authorization", "Bearer {{token}}x", "Bearer {{AUTHORIZATION}}"),
        ("X-Api-Key", "k-{{a.response.body.$.t}}", "k-{{a.response.body.$.t}}"),
        ("X-Api-Key", "1234567{{%$.t}}", "1234567{{%$.t}}"),
        ("X-Api-Key", "12345678{{$.t}}", "{{X_API_KEY}}"),
        ("X-Csrf-Token", "abc", "{{X_CSRF_TOKEN}}"), ("x-api-key", "k", "{{X_API_KEY}}"),
        ("Cookie", "sid=1", "{{COOKIE}}"), ("Accept", "abc", "abc"), ("X-Api-Key", "", ""),
    ])
    func `a secret becomes a reference`(_ row: (String, String, String)) {
        var secrets = SecretReplacement(isSensitive: Self.isSensitive)
        #expect(secrets.replacing(FieldLine(row.0, row.1)) == FieldLine(row.0, row.2))
        #expect(secrets.expectedNames.count == (row.1 == row.2 ? 0 : 1))
    }

    @Test func `equal secrets share a name, others do not`() {
        var secrets = SecretReplacement(isSensitive: Self.isSensitive)
        let values = ["Bearer a", "Bearer b", "Bearer a"].map {
            secrets.replacing(FieldLine("Authorization", $0)).value
        }
        #expect(
            values == [
                "Bearer {{AUTHORIZATION}}", "Bearer {{AUTHORIZATION_2}}",
                "Bearer {{AUTHORIZATION}}",
            ]
        )
        #expect(secrets.expectedNames == ["AUTHORIZATION", "AUTHORIZATION_2"])
    }
}

@Suite("Recorded summary")
struct RecordedSummaryTests {
    @Test(arguments: [
        "200", "200 conn=1 new body=84", "200,503 conn=1,2 reused,new body=1310",
        "200 conn=1 reused idle=5ms body=0 proto=h2",
    ])
    func `a summary is written as it is read`(_ text: String) {
        #expect(RecordedSummary(text)?.description == text)
    }

    @Test(arguments: [
        "", "ok", "200 conn=x", "200 old", "200 body=-1", "200 idle=x", "200 a=b", ",", "200,",
    ])
    func `what is no summary is refused`(_ text: String) {
        #expect(RecordedSummary(text) == nil || text == "200,")
    }

    @Test(arguments: [
        ("linger-1", "linger-2", true), ("linger-1", "linger-x", false), ("b", "c", false),
    ])
    func `a boundary that was a matter of chance is made from the content`(
        _ row: (first: String, second: String, isSame: Bool)
    ) throws {
        func document(_ boundary: String, _ content: String = "v") -> SessionDocument {
            let fields = [
                FieldLine("Content-Type", "multipart/form-data; boundary=\(boundary)")
            ]
            let body = "--\(boundary)\r\n\r\n\(content)\r\n--\(boundary)--\r\n"
            var request = RecordedRequest(number: 1, method: "POST", target: "/", fields: fields)
            request.body = .bytes(Array(body.utf8))
            return SessionDocumentBuilder.build(RecordedSession(requests: [request])).document
        }
        #expect((document(row.first) == document(row.second)) == row.isSame)
        #expect(document(row.first) != document(row.first, "w"))
        let request = try #require(document(row.first).blocks.first?.request)
        let boundary = try #require(request.fields[0].line.value.split(separator: "=").last)
        guard case .content(let bytes, _) = request.body else {
            Issue.record("\(request.body)")
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text == "--\(boundary)\r\n\r\nv\r\n--\(boundary)--\r\n")
    }
}
