import HTTPModel
import HTTPSession
import HTTPTypes
import TestSupport
import TestTransport
import Testing

@testable import Shell

/// Default fields and query parameters that are made anew at each send (LANGUAGE.md, section 3).
@Suite("Shell: defaults with references")
struct LiveDefaultTests {
    private func harness() async -> Harness { await Harness(.init(.response(.init()))) }

    /// The value of a field in each request.
    private func values(_ name: String, _ harness: Harness) -> [String?] {
        harness.transport.requests.map { request in
            request.fields.first { $0.name.canonicalName == name }?.value
        }
    }

    // MARK: Where they go

    @Test
    func `a query parameter of another origin keeps what it is made of`() async {
        let harness = await self.harness()
        _ = await harness.run("@v = 1", "api_key=={{v}}", "@w = 2")
        _ = await harness.run("base http://b.example", "api_key=={{w}}")
        _ = await harness.run("get http://a.example/", "get http://b.example/")
        #expect(harness.transport.requests.map(\.target) == ["/?api_key=1", "/?api_key=2"])
    }

    @Test
    func `one that goes elsewhere need not be made`() async {
        let harness = await self.harness()
        _ = await harness.run("@v = 1", "X-Api-Key: {{v}}", "api_key=={{v}}", "unset @v")
        #expect(await harness.evaluator.run("get http://b.example/") == nil)
        #expect(await harness.evaluator.run("get http://a.example/") != nil)
        #expect(harness.transport.requests.map(\.origin.host) == ["b.example"])
    }

    // MARK: When they are made

    @Test
    func `again makes them anew`() async {
        let harness = await self.harness()
        _ = await harness.run("@token = old", "Authorization: Bearer {{token}}", "get /")
        _ = await harness.run("@token = new", "again", "again 1")
        #expect(
            self.values("authorization", harness) == ["Bearer old", "Bearer new", "Bearer new"]
        )
    }

    @Test
    func `so does a pasted block`() async {
        let harness = await self.harness()
        _ = await harness.run("@token = old", "X-T: {{token}}", "p=={{token}}", "@token = new")
        _ = await harness.evaluator.runBlock("GET /x\nX-A: 1\n\n###\n\nGET /y\n")
        #expect(self.values("x-t", harness) == ["new", "new"])
        #expect(harness.transport.requests.map(\.target) == ["/x?p=new", "/y?p=new"])
    }

    @Test
    func `so does each request of a replay, whatever the file may read`() async throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/a.http"
        let text = "GET /x\n\n###\n# @repeat 2\nGET /y\n\n###\n# @repeat 2\nGET /z?n={{$index}}\n"
        try Files.write(Array(text.utf8), to: file)
        let harness = await Harness(
            .init(.response(.init())),
            environment: ["STAGE": "test"]
        )
        _ = await harness.run("X-Id: {{$uuid}}", "X-Stage: {{$env.STAGE}}", "replay \(file)")
        #expect(harness.transport.requests.count == 5, "\(harness.errors)")
        #expect(Set(self.values("x-stage", harness)) == ["test"])
        #expect(Set(self.values("x-id", harness)).count == 5)
    }

    @Test
    func `one that is made of an answer waits for that answer in a replay`() async throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/a.http"
        let text = "# @name login\nGET /login\n\n###\nGET /x\n\n###\nGET /y\n"
        try Files.write(Array(text.utf8), to: file)
        let harness = await Harness(
            .init { _, index in
                // Time enough to make the requests behind it.
                if index == 1 { for _ in 0..<100_000 { await Task.yield() } }
                return .response(.init(body: #"{"token":"t\#(index)"}"#))
            }
        )
        let field = "X-T: {{login.response.body.$.token}}"
        _ = await harness.run("get /login --name login", field, "replay \(file)")
        #expect(self.values("x-t", harness) == [nil, "t0", "t1", "t1"], "\(harness.errors)")
    }

    // MARK: How long they live

    @Test
    func `what a file makes of a field ends with its replay`() async throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/a.http"
        try Files.write(Array("@t = theirs\n\n###\n# @do X-T: {{t}}\nGET /x\n".utf8), to: file)
        let harness = await self.harness()
        _ = await harness.run("@v = mine", "X-T: {{v}}", "replay \(file)", "@v = still mine")
        #expect(await harness.evaluator.run("get /") == nil, "\(harness.errors)")
        #expect(self.values("x-t", harness) == ["theirs", "still mine"])
    }

    @Test
    func `a replay that changes a field alone says that the session is back`() async throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/a.http"
        try Files.write(Array("### 1\n# @do X-T: 1\nGET /x\n".utf8), to: file)
        let harness = await self.harness()
        _ = await harness.run("replay \(file)")
        #expect(harness.errors.contains(ReplaySentences.sessionIsBack), "\(harness.errors)")
    }

    @Test
    func `a repetition leaves alone what is set meanwhile`() async {
        let harness = await self.harness()
        for round in 0..<20 {
            _ = await harness.run("X-A: {{$uuid}}", "X-B: {{$uuid}}", "200x8 get /x &")
            for name in ["X-A", "X-B"] { _ = await harness.evaluator.run("\(name): \(round)") }
            _ = await harness.evaluator.run("wait")
            let fields = await harness.evaluator.session.fields
            let kept = fields.filter { $0.name.rawName.hasPrefix("X-") }.map(\.value)
            #expect(kept == ["\(round)", "\(round)"])
        }
    }
}
