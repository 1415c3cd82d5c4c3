import HTTPModel
import TestSupport
import Testing

@Suite("Program: tune", .serialized)
struct TuneTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Tunes four times at once, which is quicker: each waits for the server most of the time.
    private func fourAdvices(batch: Int, demo: Demo) throws -> [String?] {
        let script = """
            for number in 1 2 3 4; do
              "$0" --json -c "base $1" -c "tune --sizes 2,4,8 --rounds 3 --requests 16 \\
            get /workers?ms=60&queue=$2-$number" > tuned-$number &
            done
            wait
            """
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", script, try Workspace.program, demo.baseURL, "\(batch)"],
            environment: self.workspace.environment,
            directory: self.workspace.path,
            timeout: .seconds(90)
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        return try (1...4).map { number in
            let line = try self.workspace.text("tuned-\(number)").split(separator: "\n").last
            return try JSONValue(parsing: String(line ?? "null"))["advice"]?.text
        }
    }

    @Test func `a server that handles four at a time gets four connections, 19 times in 20`() throws
    {
        let demo = try Demo(in: self.workspace)
        let sizes = try (0..<5).flatMap { try self.fourAdvices(batch: $0, demo: demo) }
        #expect(sizes.count == 20)
        #expect(sizes.count { $0 == "4" } >= 19, "\(sizes)")
    }

    @Test(arguments: [
        "tune --sizes 1,2 --rounds 3 --requests 4 --concurrency 4 get /small",
        "tune get /small --sizes 1,2 --fresh --rounds 3 --requests 4 --concurrency 4",
    ])
    func `sizes take turns, and the pool is afterwards as before`(_ line: String) throws {
        let demo = try Demo(in: self.workspace)
        let lines = try self.workspace.json(
            lines: ["base \(demo.baseURL)", "pool size 7", line, "pool", "events --last 5000"]
        )
        let pool = try #require(lines.ofType("pool").last)
        #expect(pool.at("limits", "size")?.text == "7")
        let resized = lines.ofType("event").filter { $0.text("name") == "pool.resized" }
        let news = resized.compactMap { $0["new"]?.text }
        // For one origin each: 1, 2; then 2, 1; then 1, 2.
        #expect(news.filter { $0 != "7" && $0 != "10" }.count >= 4, "\(news)")
        let tune = try #require(lines.ofType("tune").first)
        #expect(tune["sizes"]?.elements.map { $0["warmMs"]?.elements.count } == [3, 3])
    }

    @Test(arguments: [
        ("tune", 2), ("tune --sizes 0 get /small", 2), ("tune --sizes a get /small", 2),
        ("tune --rounds 0 get /small", 2), ("tune get /small --rounds 0", 2),
        ("tune get /small --rounds", 2), ("get /small --rounds 3", 2), ("tune 3x get /small", 2),
        ("tune --sizes 1 --rounds 3 --requests 2 get http://127.0.0.1:1/", 1),
    ])
    func `what cannot be tuned is refused`(line: String, status: Int) throws {
        let demo = try Demo(in: self.workspace)
        let output = try self.workspace.run(lines: ["base \(demo.baseURL)", line])
        #expect(output.status == .exited(status), "\(output.standardError)")
    }
}
