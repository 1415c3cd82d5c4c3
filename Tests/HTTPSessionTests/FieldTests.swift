import HTTPModel
import HTTPTypes
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Fields: merging defaults and requests")
struct FieldMergeTests {
    /// The lines that a request with `edits` sends, `Host` and built-in fields left out.
    private func lines(
        _ edits: [FieldEdit],
        method: String = "GET",
        body: RequestBody = .none,
        contentType: String? = nil,
        prepare: (isolated Session) throws -> Void = { _ in }
    ) async throws -> [String] {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        for name in DefaultFields.builtInNames { try await session.removeField(name.rawName) }
        try await prepare(session)
        let request = try SessionRequest.make(
            method,
            "http://a.org/",
            fields: edits,
            body: body,
            contentType: contentType
        )
        _ = await session.perform(request)
        return transport.requests[0].lines.filter { !$0.hasPrefix("Host:") }
    }

    @Test func `the built-in fields stand after Host, in their order`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        _ = await makeSession(transport).perform(try .make("GET", "http://a.org:8080/x?y#z"))
        #expect(
            transport.requests[0].lines == [
                "Host: a.org:8080",
                "User-Agent: linger/test",
                "Accept: */*",
                "Accept-Encoding: gzip, deflate, br, zstd",
                "Connection: keep-alive",
            ]
        )
        #expect(transport.requests[0].target == "/x?y")
    }

    @Test
    func `2.2.4: a field of the request keeps the default's place and its own spelling`()
        async throws
    {
        let lines = try await self.lines([.set("x-b", "mine"), .set("X-New", "n")]) { session in
            for name in ["X-A", "X-B", "X-C"] {
                try session.setField(name, to: "default", scope: .all)
            }
        }
        #expect(lines == ["X-A: default", "x-b: mine", "X-C: default", "X-New: n"])
    }

    @Test func `several values of one name in a request are all sent, in order`() async throws {
        let lines = try await self.lines([
            .set("X-A", "1"), .set("X-B", "2"), .set("x-a", "3"),
        ]) { session in
            try session.setField("X-A", to: "default", scope: .all)
            try session.addDefault("X-A", "second")
        }
        #expect(lines == ["X-A: 1", "X-B: 2", "x-a: 3"])
    }

    @Test func `a request can add to a default field`() async throws {
        let lines = try await self.lines([.append("X-A", "2")]) { session in
            try session.setField("X-A", to: "1", scope: .all)
        }
        #expect(lines == ["X-A: 1", "X-A: 2"])
    }

    @Test func `2.2.3: a removal by the request takes defaults and earlier edits, in any case`()
        async throws
    {
        let lines = try await self.lines([
            .set("X-B", "1"), .remove("x-a"), .remove("x-b"), .remove("X-Unknown"),
            .set("X-C", "2"),
        ]) { session in
            try session.setField("X-A", to: "default", scope: .all)
        }
        #expect(lines == ["X-C: 2"])
    }

    @Test func `an empty value is sent`() async throws {
        #expect(try await self.lines([.set("X-A", "")]) == ["X-A: "])
    }

    @Test func `a removed built-in field is truly absent`() async throws {
        let lines = try await self.lines([])
        #expect(lines == [])
    }

    @Test func `Host can be given and comes first`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        let fields = [try FieldEdit.set("host", "other.org")]
        _ = await session.perform(try .make("GET", "http://a.org/", fields: fields))
        #expect(transport.requests[0].lines.first == "host: other.org")
        #expect(transport.requests[0].value("Host") == "other.org")
        #expect(transport.requests[0].origin.host == "a.org")
    }

    @Test func `the content type goes with content, unless a field says it`() async throws {
        let body = RequestBody.bytes([1])
        #expect(
            try await self.lines([], body: body, contentType: "a/b") == ["Content-Type: a/b"]
        )
        #expect(try await self.lines([], contentType: "a/b") == [])
        #expect(
            try await self.lines([.set("content-type", "c/d")], body: body, contentType: "a/b")
                == ["content-type: c/d"]
        )
        #expect(
            try await self.lines([.remove("content-type")], body: body, contentType: "a/b") == []
        )
        let lines = try await self.lines([.set("X-A", "1")], body: body, contentType: "a/b") {
            try $0.setField("Content-Type", to: "default/type", scope: .all)
        }
        #expect(lines == ["Content-Type: a/b", "X-A: 1"])
    }

    @Test func `2.8.2: without defaults a request carries its own fields only`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        try await session.setQuery("q", to: ["1"], scope: .all)
        await session.setCredentials(try .bearer("t"), for: try URI("http://a.org/").origin)
        var request = try SessionRequest.make("GET", "http://a.org/", fields: [.set("X-A", "1")])
        request.usesDefaults = false
        _ = await session.perform(request)
        #expect(transport.requests[0].lines == ["Host: a.org", "X-A: 1"])
        #expect(transport.requests[0].target == "/")
    }

    @Test func `a preview shows what would be sent, and changes nothing`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        _ = await session.setCookie("a=1", for: try URI("http://a.org/"))
        let request = try SessionRequest.make("GET", "http://u:p@a.org/")
        let preview = await session.preview(request)
        let exchange = await session.perform(request)
        #expect(preview.fields == exchange.attempts[0].sentFields)
        #expect(preview.credentials == .userInformation)
        #expect(preview.fields.contains(FieldLine("Cookie", "a=1")))
        #expect(exchange.number == 1)
        #expect(transport.requests.count == 1)
    }
}

@Suite("Fields: what can be one")
struct FieldEditTests {
    @Test(
        arguments: [
            ("", "v", .invalidName("")),
            ("X A", "v", .invalidName("X A")),
            ("X:", "v", .invalidName("X:")),
            (":path", "v", .invalidName(":path")),
            ("X-Ä", "v", .invalidName("X-Ä")),
            ("X-A", "a\r\nX-B: c", .invalidValue(name: "X-A")),
            ("X-A", "a\n", .invalidValue(name: "X-A")),
            ("X-A", "a\u{0}", .invalidValue(name: "X-A")),
            ("X-A", "\u{1B}[2J", .invalidValue(name: "X-A")),
            ("Content-Length", "5", .ownedByTransport(name: "Content-Length")),
            ("transfer-encoding", "chunked", .ownedByTransport(name: "transfer-encoding")),
        ] as [(String, String, FieldError)]
    )
    func `2.3.3: a field that cannot be sent is refused, not repaired`(
        _ name: String,
        _ value: String,
        _ error: FieldError
    ) async {
        #expect(throws: error) { try FieldEdit.set(name, value) }
        #expect(throws: error) { try FieldEdit.append(name, value) }
        let session = makeSession(.init(.response(.init())))
        await #expect(throws: error) { try await session.setField(name, to: value, scope: .all) }
    }

    @Test func `blanks around a value are not part of it, blanks and tabs inside are`() throws {
        #expect(try FieldEdit.set("X", " \ta \t b\t ").action == .set("a \t b"))
        #expect(try FieldEdit.set("X", "  ").action == .set(""))
        #expect(try FieldEdit.set("X", "ü").action == .set("ü"))
    }

    @Test func `Host cannot be removed`() {
        #expect(throws: FieldError.hostCannotBeRemoved) { try FieldEdit.remove("host") }
    }

    @Test(arguments: ["CONNECT", "", "GE T", "GET\r\n"])
    func `what is no method makes no request`(_ method: String) {
        #expect(throws: SessionRequestError.method(method)) {
            try SessionRequest.make(method, "http://a.org/")
        }
    }
}
