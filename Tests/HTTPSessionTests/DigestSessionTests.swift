import HTTPModel
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Digest: a session")
struct DigestSessionTests {
    private typealias Reply = ScriptedTransport.Reply

    private static let origin = Origin(scheme: .http, host: "a.org")

    private static func challenge(_ nonce: String, isStale: Bool = false) -> Reply {
        let stale = isStale ? ", stale=TRUE" : ""
        let value = "Digest realm=\"r\", nonce=\"\(nonce)\", qop=\"auth\"\(stale)"
        return Reply(401, [("WWW-Authenticate", value)], body: "denied")
    }

    private func parameters(_ request: TransportRequest) -> [String: String]? {
        request.value("Authorization").flatMap { Challenge.parse([$0]).first?.parameters }
    }

    private func digestRequest(_ target: String = "http://a.org/x?y=1") throws -> SessionRequest {
        var request = try SessionRequest.make("GET", target)
        request.credentials = try .digest(user: "ann", password: "secret")
        return request
    }

    @Test func `a challenge is answered once, and the nonce is used on`() async throws {
        let transport = ScriptedTransport(
            .response(Self.challenge("n1")),
            .response(Reply(body: "in"))
        )
        let events = EventRecorder()
        let session = makeSession(transport, events: events)
        await session.setCredentials(
            try .digest(user: "ann", password: "secret"),
            for: Self.origin
        )
        let first = await session.perform(try .make("GET", "http://a.org/x?y=1"))
        #expect(first.response?.head.status == 200)
        #expect(first.content == .memory(Array("in".utf8)))
        #expect(first.attempts.map(\.credentials) == [nil, .session])
        guard case .challenge(let record)? = first.attempts.last?.cause else {
            Issue.record("\(first.attempts)")
            return
        }
        #expect(record == ChallengeRecord(scheme: "Digest", algorithm: "MD5", realm: "r"))
        #expect(events.events.map(\.kind) == [.requestChallenged(record)])
        // The next request answers before it is asked.
        _ = await session.perform(try .make("DELETE", "http://a.org/z"))
        let all = transport.requests.map { self.parameters($0) }
        #expect(all.map { $0?["nc"] } == [nil, "00000001", "00000002"])
        #expect(all.map { $0?["uri"] } == [nil, "/x?y=1", "/z"])
        // The challenge's content is drained, not shown.
        #expect(transport.exchanges[0].disposition == .drain)
    }

    @Test(arguments: [
        (#"Digest realm="r", nonce="n", algorithm=SHA3"#, ChallengeRefusal.algorithm("SHA3")),
        (#"Digest realm="r", nonce="n", qop="auth-int""#, .quality("auth-int")),
        (#"Digest realm="r""#, .malformed), (#"Basic realm="r""#, .otherSchemes(["Basic"])),
        ("", .otherSchemes([])),
    ])
    func `a challenge that is not answered says why`(
        _ challenge: String,
        _ why: ChallengeRefusal
    ) async throws {
        let fields = challenge.isEmpty ? [] : [("WWW-Authenticate", challenge)]
        let events = EventRecorder()
        let session = makeSession(.init(.response(Reply(401, fields))), events: events)
        let exchange = await session.perform(try self.digestRequest())
        #expect(exchange.attempts.map(\.remarks) == [[.challengeUnanswered(why)]])
        #expect(events.events.map(\.kind) == [.requestRemark(.challengeUnanswered(why))])
        // Without credentials that answer, a 401 is what it is.
        let plain = await session.perform(try .make("GET", "http://a.org/"))
        #expect(plain.attempts.map(\.remarks) == [[]])
    }

    @Test func `credentials that are refused, and content that has changed, are named`()
        async throws
    {
        let transport = ScriptedTransport { _, index in .response(Self.challenge("n\(index)")) }
        let exchange = await makeSession(transport).perform(try self.digestRequest())
        #expect(
            exchange.attempts.map(\.remarks)
                == [[], [.challengeUnanswered(.credentialsRefused)]]
        )
        var request = try SessionRequest.make(
            "PUT",
            "http://a.org/",
            body: .parts([.file(path: "/nowhere", size: 3)])
        )
        request.credentials = try .digest(user: "ann", password: "secret")
        let changed = await makeSession(transport).perform(request)
        #expect(
            changed.attempts.map(\.remarks)
                == [[.challengeUnanswered(.content(.gone(path: "/nowhere")))]]
        )
    }

    @Test func `a wrong password is not tried twice`() async throws {
        let transport = ScriptedTransport { _, index in
            .response(Self.challenge("n\(index)"))
        }
        let session = makeSession(transport)
        let exchange = await session.perform(try self.digestRequest())
        #expect(exchange.response?.head.status == 401)
        #expect(exchange.content == .memory(Array("denied".utf8)))
        #expect(transport.requests.count == 2)
        // The next request begins with the nonce that is known, and is challenged once more.
        _ = await session.perform(try self.digestRequest())
        #expect(transport.requests.count == 4)
    }

    @Test func `a stale nonce is renewed without asking anybody`() async throws {
        let transport = ScriptedTransport(
            .response(Self.challenge("n1")),
            .response(Self.challenge("n2", isStale: true)),
            .response(Reply(body: "in"))
        )
        let exchange = await makeSession(transport).perform(try self.digestRequest())
        #expect(exchange.response?.head.status == 200)
        let all = transport.requests.map { self.parameters($0) }
        #expect(all.map { $0?["nonce"] } == [nil, "n1", "n2"])
        #expect(all.map { $0?["nc"] } == [nil, "00000001", "00000001"])
        // A server that always says stale does not keep us for ever.
        let liar = ScriptedTransport { _, index in
            .response(Self.challenge("n\(index)", isStale: true))
        }
        _ = await makeSession(liar).perform(try self.digestRequest())
        #expect(liar.requests.count == 3)
    }

    @Test func `Authentication-Info brings the next nonce`() async throws {
        let info = ("Authentication-Info", #"nextnonce="n2", qop=auth, rspauth="00""#)
        let transport = ScriptedTransport(
            .response(Self.challenge("n1")),
            .response(Reply(200, [info])),
            .response(Reply())
        )
        let session = makeSession(transport)
        _ = await session.perform(try self.digestRequest())
        _ = await session.perform(try self.digestRequest())
        let last = try #require(transport.requests.last.flatMap { self.parameters($0) })
        #expect(last["nonce"] == "n2")
        #expect(last["nc"] == "00000001")
    }

    @Test func `the body goes again with the answer, or the challenge is the result`() async throws
    {
        let transport = ScriptedTransport(
            .response(Self.challenge("n1")),
            .response(Reply(body: "in"))
        )
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/body"
        try writePrivateFile(Array("0123456789".utf8), to: path)
        var request = try SessionRequest.make(
            "POST",
            "http://a.org/",
            body: .parts([.bytes([1]), .file(path: path, size: 10)])
        )
        request.credentials = try .digest(user: "ann", password: "secret")
        let exchange = await makeSession(transport).perform(request)
        #expect(exchange.response?.head.status == 200)
        #expect(transport.requests.map(\.body) == [request.body, request.body])
        // A pipe, or a file that has changed meanwhile, cannot be sent again.
        let changing = ScriptedTransport { _, index in
            try? writePrivateFile(Array("012345678".utf8), to: path)
            return .response(index == 0 ? Self.challenge("n1") : Reply())
        }
        let second = await makeSession(changing).perform(request)
        #expect(second.response?.head.status == 401)
        #expect(second.content == .memory(Array("denied".utf8)))
        #expect(changing.requests.count == 1)
    }

    @Test func `Digest state does not follow a redirect to another origin`() async throws {
        // curl CVE-2026-11856
        let transport = ScriptedTransport { request, index in
            guard request.origin.host == "a.org" else { return .response(Self.challenge("evil")) }
            if index == 0 { return .response(Self.challenge("n1")) }
            return .response(Reply(302, [("Location", "http://b.org/steal")]))
        }
        let session = makeSession(transport)
        let exchange = await session.perform(try self.digestRequest())
        #expect(exchange.response?.head.status == 401)
        #expect(transport.requests.map(\.origin.host) == ["a.org", "a.org", "b.org"])
        #expect(transport.requests[2].value("Authorization") == nil)
        guard case .redirect(let record)? = exchange.attempts.last?.cause else {
            Issue.record("\(exchange.attempts)")
            return
        }
        #expect(record.stripped == ["Authorization"])
    }

    @Test func `a repetition counts the nonce up`() async throws {
        let transport = ScriptedTransport { request, _ in
            .response(request.value("Authorization") == nil ? Self.challenge("n") : Reply())
        }
        let session = makeSession(transport)
        let record = await session.perform(Repetition(try self.digestRequest(), count: 5))
        #expect(record.statuses == [200: 5])
        let counts = transport.requests.compactMap { self.parameters($0)?["nc"] }
        #expect(counts == (1...5).map { "0000000\($0)" })
        #expect(record.retries == 0)
    }

    @Test func `a preview neither asks nor counts`() async throws {
        let transport = ScriptedTransport(.response(Self.challenge("n1")), .response(Reply()))
        let session = makeSession(transport)
        let request = try self.digestRequest()
        #expect(await session.preview(request).credentials == nil)
        _ = await session.perform(request)
        for _ in 0..<2 {
            let preview = await session.preview(request)
            #expect(preview.credentials == .request)
            let value = preview.fields.first { $0.name == "Authorization" }?.value
            #expect(value?.contains("nc=00000002") == true)
        }
    }
}
