import Glibc
import HTTPModel
import HTTPTypes
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

/// What else would go unnoticed: found by changing the code.
@Suite("The session's policies, alone")
struct PolicyDetailTests {
    private let origin = Origin(scheme: .http, host: "a.org")

    @Test func `a file counts as changed by a nanosecond, and by a size that was not expected`()
        throws
    {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/content"
        try writePrivateFile(Array("abc".utf8), to: path)
        let stamp = ContentStamp(.parts([.file(path: path, size: 3)]))
        #expect(stamp.isReplayable)
        #expect(!ContentStamp(.parts([.file(path: path, size: 4)])).isReplayable)
        var status = stat()
        #expect(stat(path, &status) == 0)
        var times = [status.st_atim, status.st_mtim]
        times[1].tv_nsec += times[1].tv_nsec < 999_999_999 ? 1 : -1
        #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
        #expect(!stamp.isReplayable)
    }

    @Test(arguments: [false, true])
    func `a 408 to a retry is an answer, whatever its connection`(_ isRetry: Bool) {
        let response = TransportResponse(
            head: ResponseHead(status: 408, version: "HTTP/1.1", fields: []),
            use: ConnectionUse(
                connection: ConnectionID(1),
                decision: .reused(idle: .zero),
                requestNumber: 2
            ),
            timings: Timings(),
            bytes: ByteCounts()
        )
        let context = StaleRetryPolicy.Context(
            method: .get,
            hasIdempotencyKey: false,
            isRetry: isRetry
        )
        let decision = StaleRetryPolicy.decide(response, context: context) { true }
        #expect((decision == .none) == isRetry)
    }

    @Test func `a field that had several values has one when it is set`() {
        var fields = DefaultFields(userAgent: "t")
        fields.set(.accept, to: "a", scope: nil)
        fields.append(.accept, "b", scope: nil)
        fields.append(.accept, "c", scope: self.origin)
        fields.set(.accept, to: "d", scope: nil)
        let values = fields.fields.filter { $0.name == .accept }.map(\.value)
        #expect(values == ["d", "c"])
    }

    @Test func `the first of two parameters of one name counts in a challenge`() {
        let challenges = Challenge.parse([#"Digest nonce="a", NONCE="b", realm=c"#])
        #expect(challenges.first?.parameters == ["nonce": "a", "realm": "c"])
    }

    @Test func `a new nonce begins a session with a client nonce of its own`() throws {
        let head = ResponseHead(
            status: 401,
            version: "HTTP/1.1",
            fields: [
                FieldLine("WWW-Authenticate", #"Digest nonce=n, qop=auth, algorithm=MD5-sess"#)
            ]
        )
        var exchange = DigestExchange(try #require(DigestChallenge.best(of: head)))
        func clientNonce(_ nonce: String) -> String? {
            let text = exchange.answer(
                user: "u",
                password: "p",
                for: .init(method: "GET", target: "/"),
                clientNonce: nonce
            )
            return Challenge.parse([text]).first?.parameters["cnonce"]
        }
        #expect([clientNonce("1"), clientNonce("2")] == ["1", "1"])
        exchange.take(nextNonce: "m")
        #expect([clientNonce("3"), clientNonce("4")] == ["3", "3"])
    }

    @Test func `values that a request makes anew take the place of those of their own scope`()
        async throws
    {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        for scope in [DefaultScope.all, .only(self.origin)] {
            try await session.setField("X-A", to: "old", scope: scope)
            try await session.setQuery("q", to: ["old"], scope: scope)
        }
        try await session.setField("X-B", to: "stays", scope: .all)
        let name = try #require(HTTPField.Name("X-A"))
        for target in ["http://a.org/", "http://b.org/"] {
            var request = try SessionRequest.make("GET", target)
            request.defaultValues = [
                .field(name, scope: nil): "all", .field(name, scope: self.origin): "own",
                .query("q", scope: nil): "all", .query("q", scope: self.origin): "own",
            ]
            _ = await session.perform(request)
        }
        #expect(transport.requests.map { $0.value("X-A") } == ["own", "all"])
        #expect(transport.requests.map { $0.value("X-B") } == ["stays", "stays"])
        #expect(transport.requests.map(\.target) == ["/?q=all&q=own", "/?q=all"])
        #expect(await session.fields.filter { $0.name == name }.map(\.value) == ["old", "old"])
    }
}
