import HTTPModel
import TestSupport
import Testing

/// The programs that read such reports read ours.
@Suite("Program: reports in the hands of others", .requires(.junitparser, .prove))
struct ReportConsumerTests {
    /// Writes the counts and the texts of what failed.
    private static let script = """
        import sys, junitparser
        xml = junitparser.JUnitXml.fromfile(sys.argv[1])
        print(xml.tests, xml.failures, xml.errors, xml.skipped)
        for suite in xml:
            for case in suite:
                for result in case.result:
                    print(suite.name, case.name, type(result).__name__, result.text)
        """

    @Test func `JUnit and TAP say the same, with hostile text inside`() throws {
        let workspace = try Workspace()
        let demo = try Demo(in: workspace)
        try workspace.write(
            "a.http",
            """
            # @title <Tom> & "Jerry"

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

            """
        )
        let output = try workspace.run([
            "replay", "a.http", "--report-junit", "j.xml", "--report-tap", "t.tap",
        ])
        #expect(output.status == .exited(4), "\(output.standardError)")
        let python = try #require(RealProgram.junitparser.path)
        let read = try ProcessRunner.run(python, ["-c", Self.script, "\(workspace.path)/j.xml"])
        #expect(read.status == .exited(0), "\(read.standardError)")
        let lines = read.standardOutput.split(separator: "\n")
        #expect(lines.first == "3 1 0 1")
        #expect(
            lines.contains { $0.hasPrefix("<Tom> & \"Jerry\" # ]]> not ok Failure a.http:9:") }
        )
        let prove = try #require(RealProgram.prove.path)
        let run = try ProcessRunner.run(
            prove,
            ["--exec", "cat", "--verbose", "\(workspace.path)/t.tap"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(run.status == .exited(1), "\(run.standardOutput)\(run.standardError)")
        #expect(run.standardOutput.contains("Failed test:  2"), "\(run.standardOutput)")
        #expect(run.standardOutput.contains("Tests=3"), "\(run.standardOutput)")
        #expect(!run.standardOutput.contains("Parse errors"), "\(run.standardOutput)")
    }
}
