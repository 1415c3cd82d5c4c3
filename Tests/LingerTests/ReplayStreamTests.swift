import TestSupport
import Testing

/// Files of plain requests, whose next ones are made while one is under way.
@Suite("Program: long replays")
struct ReplayStreamTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    private func replay(_ text: String, _ options: [String] = []) throws -> ProcessRunner.Output {
        try self.workspace.write("a.http", "@base = \(self.demo.baseURL)\n\n" + text)
        return try self.workspace.run(["replay", "a.http"] + options)
    }

    private func steps(_ targets: [String]) -> String {
        targets.map { "###\nGET {{base}}\($0)\n\n" }.joined()
    }

    @Test func `more requests than are made ahead are sent and told in their order`() throws {
        let targets = (0..<2_300).map { "/anything/\($0)" }
        let text = targets.map {
            "###\n# @expect jsonpath $.target == \"\($0)\"\nGET {{base}}\($0)\n\n"
        }
        let output = try self.replay(text.joined())
        #expect(output.status == .exited(0), "\(output.standardError)")
        let lines = output.standardError.split(separator: "\n").map(String.init)
        #expect(lines.count == 2_301)
        for (index, line) in lines.prefix(2_300).enumerated() {
            #expect(line.hasPrefix("\(index + 1) · 200 OK · "))
        }
        #expect(lines.last?.contains("2300 requests, 2300 expectations: 2300 passed") == true)
        #expect(lines.last?.contains("1 connection opened, 2299 requests reused one") == true)
    }

    @Test func `what an answer changes holds for the next request, though it was made before`()
        throws
    {
        let output = try self.replay(
            self.steps(["/cookies/set?a=1", "/cookies/set?a=2", "/cookies/set?b=3"]) + """
                ###
                # @expect jsonpath $.cookies.a == "2"
                # @expect jsonpath $.cookies.b == "3"
                GET {{base}}/cookies

                """
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
    }

    @Test func `what is expected of all connections holds when its own request has ended`()
        throws
    {
        // So many that nobody would look for a while.
        let text = (0..<1_200).map {
            "###\n# @expect connections reused == \($0)\nGET {{base}}/anything/\($0)\n\n"
        }
        let output = try self.replay(text.joined())
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("1200 requests, 1200 expectations: 1200 passed"))
    }

    @Test func `what is captured amid plain requests is sent in the one after`() throws {
        let captured = (0..<5).map { index in
            """
            ###
            # @capture n = jsonpath $.target
            GET {{base}}/anything/\(index)

            ###
            # @expect jsonpath $.target == "/anything/anything/\(index)"
            GET {{base}}/anything{{n}}


            """
        }
        let output = try self.replay(captured.joined())
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("10 requests, 5 expectations: 5 passed"))
    }

    @Test(arguments: [
        ([String](), "3 requests (1 failed), 2 skipped"),
        (["--continue-on-error"], "5 requests (1 failed), 0 expectations"),
    ])
    func `after a request that failed nothing is sent, unless that was wanted`(
        _ options: [String],
        _ summary: String
    ) throws {
        let before = self.steps(["/status/200", "/status/204"])
        let dead = "###\nGET http://127.0.0.1:\(try LoopbackSocket.unusedPort())/\n\n"
        let output = try self.replay(before + dead + before, options)
        #expect(output.status == .exited(3))
        #expect(output.standardError.contains(summary), "\(output.standardError)")
    }

    @Test(arguments: [
        ([String](), "2 requests (1 failed), 2 skipped"),
        (["--continue-on-error"], "4 requests (1 failed), 0 expectations"),
    ])
    func `a request that cannot be made fails in its turn`(
        _ options: [String],
        _ summary: String
    ) throws {
        let good = self.steps(["/status/200", "/status/204"])
        let output = try self.replay(good + "###\nGET {{nosuch}}/x\n\n" + good, options)
        #expect(output.status == .exited(3))
        #expect(output.standardError.contains("no variable nosuch"), "\(output.standardError)")
        #expect(output.standardError.contains(summary), "\(output.standardError)")
    }

    @Test func `a reference to an answer long ago finds it, however few are kept else`() throws {
        let named = "###\n# @name first\nGET {{base}}/anything/one\n\n"
        let many = self.steps((0..<400).map { "/status/20\($0 % 3)" })
        let last = """
            ###
            # @expect jsonpath $.target == "/anything/anything/one"
            GET {{base}}/anything{{first.response.body.$.target}}

            """
        let output = try self.replay(named + many + last, ["--set", "show=none"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("402 requests, 1 expectation"))
    }

    @Test func `all exchanges are in the page that was asked for`() throws {
        let many = self.steps((0..<400).map { "/status/20\($0 % 3)" })
        let output = try self.replay(many, ["--set", "show=none", "--har", "all.har"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let page = try self.workspace.text("all.har")
        // The session as a whole has one as well.
        #expect(page.split(separator: "\"startedDateTime\"").count == 1 + 1 + 400)
    }
}
