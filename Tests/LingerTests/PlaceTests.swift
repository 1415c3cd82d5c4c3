import TestSupport
import Testing

/// Errors of scripts begin with their place.
@Suite("Program: where in a script an error is", .timeLimit(.minutes(2)))
struct PlaceTests {
    struct Case: Sendable {
        let lines: [String]
        let place: String
        let words: String
    }

    private static let closed = "http://127.0.0.1:1"

    @Test(arguments: [
        Case(lines: ["get \(closed)/"], place: "script:2:1", words: "refused"),
        Case(lines: ["", "get \(closed)/ &", "wait"], place: "script:3:1", words: "refused"),
        Case(
            lines: ["get /", "expect status 404"],
            place: "script:3:1",
            words: "expect status 404"
        ),
        Case(
            lines: ["# @expect status 404", "get /"],
            place: "script:3:1",
            words: "expect status"
        ),
        Case(lines: ["# @expect status 404", "2x1 get /"], place: "script:3:1", words: "expect"),
        Case(lines: ["2x1 get \(closed)/"], place: "script:2:1", words: "2 requests failed"),
        Case(lines: ["get /", "again", "why 99"], place: "script:4:5", words: "no exchange 99"),
        Case(lines: ["source inner"], place: "inner:2:1", words: "refused"),
    ])
    func `an error of a script begins with its place`(_ test: Case) throws {
        let workspace = try Workspace()
        let server = try FaultServer(.answerAndKeep())
        let text = (["base \(server.baseURL)"] + test.lines).map { "\($0)\n" }.joined()
        try workspace.write("script", text)
        try workspace.write("inner", "\nget \(Self.closed)/\n")
        let output = try workspace.run(["-f", "script"])
        #expect(output.status != .exited(0))
        let found = output.errorLines.first { $0.hasPrefix("\(test.place): ") }
        #expect(found?.contains(test.words) == true, "\(output.standardError)")
        #expect(!output.errorLines.contains { $0.hasPrefix("error:") }, "\(output.standardError)")
        // Of -c each line is on the command line: there is no file to name.
        let direct = try workspace.run(lines: ["get \(Self.closed)/"])
        #expect(direct.errorLines.contains { $0.hasPrefix("error: ") }, "\(direct.standardError)")
    }
}
