import HTTPModel
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Credentials")
struct CredentialsTests {
    @Test(arguments: [
        // RFC 7617, section 2 and 2.1.
        ("Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("test", "123£", "Basic dGVzdDoxMjPCow=="),
        ("", "", "Basic Og=="),
        ("a", "b:c", "Basic YTpiOmM="),
    ])
    func `Basic is UTF-8 in base64`(_ user: String, _ password: String, _ value: String) throws {
        let credentials = try Credentials.basic(user: user, password: password)
        #expect(credentials.fieldValue == value)
        #expect(credentials.revealed() == .basic(user: user, password: password))
    }

    @Test func `control characters and a colon in the name are refused`() {
        for text in ["\u{0}", "\n", "\u{1F}", "\u{7F}", "\u{85}"] {
            #expect(throws: CredentialsError.controlCharacter) {
                try Credentials.basic(user: text, password: "")
            }
            #expect(throws: CredentialsError.controlCharacter) {
                try Credentials.basic(user: "", password: text)
            }
            #expect(throws: CredentialsError.controlCharacter) { try Credentials.bearer(text) }
        }
        #expect(throws: CredentialsError.colonInUser) {
            try Credentials.basic(user: "a:b", password: "")
        }
        #expect(throws: CredentialsError.controlCharacter) { try Credentials.bearer("a b") }
        #expect(throws: CredentialsError.emptyToken) { try Credentials.bearer("") }
        #expect(throws: SessionRequestError.userInformation(.controlCharacter)) {
            try SessionRequest.make("GET", "http://u%0A:p@a.org/")
        }
        #expect(throws: SessionRequestError.userInformation(.colonInUser)) {
            try SessionRequest.make("GET", "http://u%3A:p@a.org/")
        }
    }

    @Test func `credentials never print their secret`() throws {
        let basic = try Credentials.basic(user: "ann", password: "hunter2")
        let bearer = try Credentials.bearer("hunter2")
        #expect("\(basic)" == "basic ann:(redacted)")
        #expect(String(reflecting: bearer) == "bearer (redacted)")
        #expect(bearer.revealed() == .bearer(token: "hunter2"))
    }

    private static let origin = Origin(scheme: .http, host: "a.org")

    @Test func `2.2.7, 2.4.3: the strongest source speaks, and is recorded`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        try await session.setField(
            "Authorization",
            to: "default",
            scope: .automatic(base: Self.origin)
        )
        var sources: [CredentialsSource?] = []
        func send(_ request: SessionRequest) async {
            sources.append(await session.perform(request).attempts[0].credentials)
        }
        let plain = try SessionRequest.make("GET", "http://a.org/")
        await send(plain)
        var request = try SessionRequest.make("GET", "http://u:p%40@a.org/")
        await send(request)
        await session.setCredentials(try .bearer("session"), for: Self.origin)
        await send(request)
        request.credentials = try .bearer("request")
        await send(request)
        request.fields = [try .set("authorization", "typed")]
        await send(request)
        request.fields = [try .remove("Authorization")]
        await send(request)
        #expect(
            sources == [.defaultField, .userInformation, .session, .request, .requestField, nil]
        )
        #expect(
            transport.requests.map { $0.value("Authorization") } == [
                "default", "Basic dTpwQA==", "Bearer session", "Bearer request", "typed", nil,
            ]
        )
    }

    @Test func `credentials of the session go to their origin only`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        await session.setCredentials(try .bearer("t"), for: Self.origin)
        let targets = [
            "http://a.org/", "https://a.org/", "http://a.org:81/", "http://x.a.org/",
            "http://a.org./",
        ]
        for target in targets { _ = await session.perform(try .make("GET", target)) }
        #expect(
            transport.requests.map { $0.value("Authorization") } == [
                "Bearer t", nil, nil, nil, nil,
            ]
        )
        await session.setCredentials(nil, for: Self.origin)
        _ = await session.perform(try .make("GET", "http://a.org/"))
        #expect(transport.requests.last?.value("Authorization") == nil)
    }

    @Test func `2.4.4: user information is never part of what is recorded or sent`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let exchange = await makeSession(transport).perform(
            try .make("GET", "http://u:p@a.org/x")
        )
        #expect(exchange.attempts[0].target.userInfo == nil)
        #expect(transport.requests[0].target == "/x")
        #expect(transport.requests[0].value("Host") == "a.org")
    }
}
