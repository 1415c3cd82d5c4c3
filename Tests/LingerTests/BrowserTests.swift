import HTTPModel
import Rendering
import TestSupport
import Testing

@Suite("Program: the page of export html in a browser", .requires(.chromium), .serialized)
struct BrowserTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// What is wrong with a page; what agrees with it is in a file of JSON Lines.
    private func problems(page: String, json: String) throws -> [String] {
        let python = try #require(RealProgram.seleniumPython)
        let script = try self.workspace.write("check.py", BrowserScript.text)
        var environment = self.workspace.environment
        environment["SE_OFFLINE"] = "true"
        let output = try ProcessRunner.run(
            python,
            [script, "\(self.workspace.path)/\(page)", "\(self.workspace.path)/\(json)"],
            environment: environment,
            timeout: .seconds(180)
        )
        try #require(output.status == .exited(0), "\(output.standardError)")
        return output.standardOutput.split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") }
    }

    @Test(arguments: [(10, 2), (1000, 8), (10_000, 16)])
    func `it shows what --json says, by pointer, by key and by filter`(
        count: Int,
        parallel: Int
    ) throws {
        let demo = try Demo(in: self.workspace)
        let lines = [
            "base \(demo.baseURL)", "get /users", "pool size 3",
            "\(count - 3)x\(parallel) get /small", "pool size 2", "get /small?close=1",
            "get /missing", "lanes", "stats", "export html page.html",
        ]
        let output = try ProcessRunner.run(
            try Workspace.program,
            ["--json"] + lines.flatMap { ["-c", $0] },
            environment: self.workspace.environment,
            directory: self.workspace.path,
            timeout: .seconds(170)
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(try output.objects.ofType("exchange").count == count)
        try self.workspace.write("lines.json", output.standardOutput)
        #expect(try self.problems(page: "page.html", json: "lines.json") == [])
        let size = try self.workspace.read("page.html").count
        #expect(size < 200_000 + count * 160, "\(size) bytes")
    }

    @Test(arguments: [
        "</script><script>window.broken = 1</script>", "<img src=x onerror='window.broken = 1'>",
        "\"><svg onload='window.broken = 1'>", "<!--<script>", "\u{2028}';window.broken = 1;//",
        "javascript:window.broken = 1", "</title><base href='http://127.0.0.1:1/'>",
    ])
    func `what a server says stays text`(text: String) throws {
        var builder = LaneBuilder()
        var names = RequestNames()
        let origin = Origin(scheme: .http, host: "h\(text)")
        let key = ConnectionKey(origin: origin)
        let one = ConnectionID(1)
        let request = RequestID(exchange: 1)
        let kinds: [(PoolEvent.Kind, RequestID?)] = [
            (.connecting(key: key, why: .noneYet), nil),
            (.ready(applicationProtocol: text, total: .milliseconds(1)), nil),
            (
                .requestDispatched(
                    decision: .new(NewConnectionReason(.noneYet)),
                    waited: .zero
                ), request
            ),
            (.requestDone(status: 200, bytes: 1, total: .milliseconds(3)), request),
        ]
        for (index, (kind, request)) in kinds.enumerated() {
            builder.receive(
                PoolEvent(
                    sequence: UInt64(index + 1),
                    at: Instant(nanoseconds: Int64(index) * 1_000_000),
                    connection: one,
                    request: request,
                    kind: kind
                )
            )
        }
        let attempt = Attempt(
            method: "GET\(text)",
            target: URI(origin: origin, path: "/\(text)", query: text),
            sentFields: [],
            startedAt: .start,
            result: .failed(.tooManyRedirects(limit: 1, chain: []))
        )
        names.insert(Exchange(number: 1, name: text, issuedAt: .start, attempts: [attempt]))
        let page = LanePage.bytes(
            of: builder.lanes(until: .start),
            names: names,
            title: text,
            generator: text,
            nonce: "0123456789abcdef0123456789abcdef"
        )
        try self.workspace.write("page.html", page)
        try self.workspace.write("lines.json", "")
        #expect(try self.problems(page: "page.html", json: "lines.json") == [])
    }
}
