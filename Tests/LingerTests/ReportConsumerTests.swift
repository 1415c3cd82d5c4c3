import HTTPModel
import TestSupport
import Testing

/// The programs that read such reports read ours.
@Suite("Program: reports in the hands of others", .requires(.junitparser, .prove))
struct ReportConsumerTests {
    /// Writes the counts and the texts of what failed, and holds the counts against the cases.
    private static let script = """
        import sys, junitparser
        xml = junitparser.JUnitXml.fromfile(sys.argv[1])
        print(xml.tests, xml.failures, xml.errors, xml.skipped)
        totals = [0, 0, 0, 0]
        for suite in xml:
            cases = list(suite)
            kinds = [type(result).__name__ for case in cases for result in case.result]
            counts = [len(cases)] + [kinds.count(k) for k in ("Failure", "Error", "Skipped")]
            said = [suite.tests, suite.failures, suite.errors, suite.skipped]
            assert said == counts, (said, counts)
            assert len({case.name for case in cases}) == len(cases)
            assert all(case.classname and case.time >= 0 for case in cases)
            assert abs(suite.time - sum(case.time for case in cases)) < 0.001 * len(cases) + 0.001
            totals = [a + b for a, b in zip(totals, counts)]
            for case in cases:
                for result in case.result:
                    text = (result.text or "").replace("\\n", " ")
                    print(suite.name, case.name, type(result).__name__, result.message, text)
        assert totals == [xml.tests, xml.failures, xml.errors, xml.skipped], totals
        """

    /// Reads a report as consumers do.
    private func junit(_ workspace: Workspace) throws -> [Substring] {
        let python = try #require(RealProgram.junitparser.path)
        let read = try ProcessRunner.run(python, ["-c", Self.script, "\(workspace.path)/j.xml"])
        #expect(read.status == .exited(0), "\(read.standardError)")
        return read.standardOutput.split(separator: "\n")
    }

    private func prove(_ workspace: Workspace) throws -> ProcessRunner.Output {
        let prove = try #require(RealProgram.prove.path)
        let run = try ProcessRunner.run(
            prove,
            ["--exec", "cat", "--verbose", "\(workspace.path)/t.tap"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(!run.standardOutput.contains("Parse errors"), "\(run.standardOutput)")
        return run
    }

    @Test func `JUnit and TAP say the same, with hostile text inside`() throws {
        let workspace = try Workspace()
        let demo = try Demo(in: workspace)
        try workspace.write(
            "a.http",
            """
            # @title <Tom> & "Jerry" \u{FFFE}

            ###
            # @name good
            # @expect status 200
            GET \(demo.baseURL)/small

            ### # ]]> not ok
            # @expect header Content-Type == "<b>&"
            GET \(demo.baseURL)/hostile

            ###
            # @skip
            GET \(demo.baseURL)/small

            ### down
            GET http://127.0.0.1:1/

            ### good
            GET \(demo.baseURL)/small

            """
        )
        let output = try workspace.run([
            "replay", "a.http", "--continue-on-error", "--report-junit", "j.xml", "--report-tap",
            "t.tap",
        ])
        #expect(output.status == .exited(4), "\(output.standardError)")
        let lines = try self.junit(workspace)
        #expect(lines.first == "5 1 1 1")
        let suite = "<Tom> & \"Jerry\" \u{FFFD}"
        let failure = "\(suite) # ]]> not ok Failure a.http:9:"
        #expect(lines.contains { $0.hasPrefix(failure) }, "\(lines)")
        let error = "\(suite) down Error a.http:17: down: FAILED: cannot connect"
        #expect(lines.contains { $0.hasPrefix(error) }, "\(lines)")
        let run = try self.prove(workspace)
        #expect(run.status == .exited(1), "\(run.standardOutput)\(run.standardError)")
        #expect(run.standardOutput.contains("Failed tests:  2, 4"), "\(run.standardOutput)")
        #expect(run.standardOutput.contains("less 1 skipped subtest"), "\(run.standardOutput)")
        #expect(run.standardOutput.contains("Tests=5"), "\(run.standardOutput)")
    }

    @Test func `a file that cannot be read is an error, with its reasons`() throws {
        let workspace = try Workspace()
        let demo = try Demo(in: workspace)
        try workspace.write(
            "bad.http",
            "### 1\n# @expct status 200\nGET \(demo.baseURL)/\n\n### 2\n# @expect statu <c>\nGET /a\n"
        )
        try workspace.write("set.http", "# @set nope 1\n\nGET \(demo.baseURL)/\n")
        try workspace.write("good.http", "GET \(demo.baseURL)/small\n")
        let output = try workspace.run([
            "replay", "bad.http", "gone.http", "set.http", "good.http", "--report-junit", "j.xml",
            "--report-tap", "t.tap", "--report-json", "j.jsonl",
        ])
        #expect(output.status == .exited(2), "\(output.standardError)")
        let lines = try self.junit(workspace)
        #expect(lines.first == "4 0 3 0", "\(lines)")
        for (file, reason) in [
            ("bad.http", "bad.http:2:1: @expct"), ("bad.http", "bad.http:6:"),
            ("gone.http", "gone.http: No such file"), ("set.http", "set.http:1: "),
        ] {
            #expect(
                lines.contains {
                    $0.hasPrefix("\(file) read the file Error") && $0.contains(reason)
                },
                "\(reason) in \(lines)"
            )
        }
        let run = try self.prove(workspace)
        #expect(run.standardOutput.contains("Failed tests:  1-3"), "\(run.standardOutput)")
        #expect(try workspace.text("j.jsonl").contains("@expct"))
    }
}
