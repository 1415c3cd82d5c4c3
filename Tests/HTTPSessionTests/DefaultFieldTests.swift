import HTTPModel
import HTTPTypes
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Default fields and query parameters")
struct DefaultFieldTests {
    private let base = Origin(scheme: .https, host: "api.example")
    private let other = Origin(scheme: .https, host: "other.example")

    @Test func `the built-in fields are listed with where they come from`() async throws {
        let session = makeSession(.init(.response(.init())))
        #expect(await session.fields.map(\.source) == [.builtIn, .builtIn, .builtIn, .builtIn])
        try await session.setField("accept", to: "text/html", scope: .all)
        try await session.removeField("Connection")
        let fields = await session.fields
        #expect(fields.map(\.name.rawName) == ["User-Agent", "accept", "Accept-Encoding"])
        #expect(fields.map(\.source) == [.builtIn, .session, .builtIn])
        #expect(await session.absentBuiltInFields.map(\.rawName) == ["Connection"])
    }

    @Test(arguments: [
        "Authorization", "proxy-authorization", "X-API-Key", "My-Token", "x-app-KEY",
        "Client-Secret",
        "Host",
    ])
    func `a sensitive default field belongs to the base's origin and goes there only`(
        _ name: String
    ) async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        let field = try await session.setField(name, to: "v", scope: .automatic(base: self.base))
        #expect(field.scope == self.base)
        for target in ["https://api.example/", "http://api.example/", "https://other.example/"] {
            _ = await session.perform(try .make("GET", target))
        }
        #expect(transport.requests.map { $0.value(name) == "v" } == [true, false, false])
    }

    @Test func `a sensitive default field needs an origin`() async throws {
        let session = makeSession(.init(.response(.init())))
        await #expect(throws: FieldError.needsOrigin(name: "X-Api-Key")) {
            try await session.setField("X-Api-Key", to: "v", scope: .automatic(base: nil))
        }
        let bound = try await session.setField("X-Api-Key", to: "v", scope: .only(self.other))
        #expect(bound.scope == self.other)
        #expect(try await session.setField("X-Api-Key", to: "v", scope: .all).scope == nil)
    }

    @Test func `other default fields go everywhere, or where --for says`() async throws {
        let session = makeSession(.init(.response(.init())))
        let base = self.base
        #expect(
            try await session.setField("X-A", to: "v", scope: .automatic(base: base)).scope == nil
        )
        #expect(try await session.setField("X-A", to: "v", scope: .only(base)).scope == base)
    }

    @Test func `a field for one origin beats the one for all`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        try await session.setField("X-A", to: "all", scope: .all)
        try await session.setField("X-A", to: "one", scope: .only(self.base))
        _ = await session.perform(try .make("GET", "https://api.example/"))
        _ = await session.perform(try .make("GET", "https://other.example/"))
        #expect(transport.requests.map { $0.value("X-A") } == ["one", "all"])
        #expect(try await session.removeField("x-a", scope: .only(self.base)).count == 1)
        _ = await session.perform(try .make("GET", "https://api.example/"))
        #expect(transport.requests.last?.value("X-A") == "all")
        #expect(try await session.removeField("X-A").count == 1)
    }

    @Test func `Cookie is no default field`() async throws {
        let session = makeSession(.init(.response(.init())))
        await #expect(throws: FieldError.cookieIsNoDefault) {
            try await session.setField("cookie", to: "a=b", scope: .all)
        }
    }

    @Test(arguments: [
        ("authorization", true), ("x-token", true), ("token", false), ("-key", true),
        ("x-key-id", false), ("cookie", true), ("cookies", false),
    ])
    func `patterns match whole names, a star matches anything`(_ name: String, _ expected: Bool) {
        #expect(SensitiveFields.standard.contains(name) == expected)
        #expect(SensitiveFields.standard.contains(name.uppercased()) == expected)
    }

    @Test func `a star may stand at either end`() {
        let list = SensitiveFields(["x-*", "*secret*", "*", ""])
        #expect(SensitiveFields(["x-*"]).contains("X-Anything"))
        #expect(!SensitiveFields(["x-*"]).contains("ax-"))
        #expect(SensitiveFields(["*secret*"]).contains("my-secret-thing"))
        #expect(!SensitiveFields(["*secret*"]).contains("my-secre"))
        #expect(list.contains("anything"))
        #expect(list.patterns == ["x-*", "*secret*", "*"])
        #expect(!SensitiveFields([]).contains("authorization"))
    }

    @Test func `2.2.5: queries merge as SESSION.md says`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        try await session.setQuery("a", to: ["1"], scope: .all)
        try await session.setQuery("b", to: ["2", "3"], scope: .all)
        var request = try SessionRequest.make("GET", "http://h.org/q?z=0")
        request.query = [.remove("a"), .set("c", "4")]
        _ = await session.perform(request)
        request.query = [.set("a", "x y&ü"), .set("a", "9")]
        _ = await session.perform(request)
        request = try SessionRequest.make("GET", "http://h.org/?")
        _ = await session.perform(request)
        await session.removeQuery("a")
        await session.removeQuery("b")
        _ = await session.perform(request)
        #expect(
            transport.requests.map(\.target) == [
                "/q?z=0&b=2&b=3&c=4",
                "/q?z=0&a=x%20y%26%C3%BC&b=2&b=3&a=9",
                "/?a=1&b=2&b=3",
                "/?",
            ]
        )
    }

    @Test func `a query parameter that looks like a credential is bound to the base`() async throws
    {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        try await session.setQuery("api_key", to: ["k"], scope: .automatic(base: self.base))
        try await session.setQuery("page", to: ["1"], scope: .automatic(base: self.base))
        _ = await session.perform(try .make("GET", "https://api.example/"))
        _ = await session.perform(try .make("GET", "https://other.example/"))
        #expect(transport.requests.map(\.target) == ["/?api_key=k&page=1", "/?page=1"])
    }

    @Test func `2.1.1: what sticks is kept and restored`() async throws {
        let session = makeSession(.init(.response(.init())))
        try await session.removeField("Connection")
        try await session.setField("Accept", to: "a/b", scope: .all)
        try await session.setField("X-A", to: "1", scope: .all)
        try await session.addDefault("X-A", "2")
        try await session.setField("X-A", to: "3", scope: .only(self.base))
        try await session.setQuery("q", to: ["1", "2"], scope: .only(self.base))
        await session.setCredentials(try .basic(user: "u", password: "p"), for: self.base)
        _ = await session.setCookie("a=1; Domain=example.org", for: try URI("http://example.org/"))
        _ = await session.setCookie("b=2", for: try URI("http://example.org/"))
        let state = await session.state()
        let restored = makeSession(.init(.response(.init())))
        try await restored.setField("X-Old", to: "gone", scope: .all)
        await restored.restore(state)
        #expect(await restored.state() == state)
        #expect(await restored.fields == session.fields)
        #expect(await restored.cookies() == session.cookies())
    }

    @Test func `what a session was before its state was replaced is not sent again`() async throws {
        let transport = ScriptedTransport(.response(.init()))
        let session = makeSession(transport)
        try await session.setField("X-Api-Key", to: "old", scope: .all)
        _ = await session.perform(try .make("GET", "http://h.org/"))
        // As many changes as before, to other fields.
        await session.restore(SessionState())
        try await session.setField("X-B", to: "new", scope: .all)
        _ = await session.perform(try .make("GET", "http://h.org/"))
        #expect(transport.requests.map { $0.value("X-Api-Key") } == ["old", nil])
        #expect(transport.requests.map { $0.value("X-B") } == [nil, "new"])
    }
}

extension Session {
    /// Gives a default field one more value, as state that was kept can have it.
    func addDefault(_ name: String, _ value: String) throws {
        self.defaultFields.append(try HTTPField.Name(checking: name), value, scope: nil)
    }
}
