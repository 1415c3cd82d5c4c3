import TestSupport
import Testing

/// Errors on operands point at them.
@Suite("Program: carets under operands", .timeLimit(.minutes(2)))
struct OperandTests {
    @Test(arguments: [
        ("why 99", "99"), ("show 44", "44"), ("show 44 body", "44"), ("timing nobody", "nobody"),
        ("again 9", "9"), ("pool close 99", "99"), ("pool close #99", "#99"),
        ("pool ping #7", "#7"),
        ("sockets #8", "#8"), ("diff 1 9", "9"), ("name x 9", "9"),
        ("export curl 9", "9"), ("save f 9", "9"), ("edit 9", "9"), ("cookies why 9", "9"),
        ("cancel 9", "9"), ("wait 9", "9"),
        ("unset @none", "@none"),
        ("help nothing", "nothing"), ("source none", "none"),
        ("cookies load none", "none"),
        ("session load ./none", "./none"), ("lcd none", "none"), ("pool size 0", "0"),
        ("pool warm x", "x"), ("get / --name last", "last"), ("get / --timeout x", "x"),
        ("0x2 get /", "0x2"), ("repeat 2x0 get /", "2x0"), ("get / | $[", "["),
        ("get / | $.none", "$.none"), ("auth none extra", "extra"), ("open 9", "9"),
        ("import har none", "none"),
        ("import httpie-session none", "none"), ("import cookies none", "none"),
        ("why #9", "#9"),
        ("cookies set foo", "foo"), ("cookies rm nobody", "nobody"),
        ("cookies set a=1; Path=/; Domain=b.example", "a=1"),
        ("get / --name 9", "9"), ("name last", "last"),
    ])
    func `an error on an operand points at it`(_ line: String, _ word: String) throws {
        let workspace = try Workspace()
        let content = #"{"id":7}"#
        let server = try FaultServer(.answerAndKeep(FaultScript.response(content: content)))
        let output = try workspace.run(
            lines: ["base \(server.baseURL)", "get /before > /dev/null", line]
        )
        #expect(output.status != .exited(0), "\(output.standardOutput)")
        let lines = output.errorLines
        let source = try #require(lines.firstIndex { $0.hasPrefix("  | ") }, "\(lines)")
        let column = lines[source].firstRange(of: word).map {
            lines[source].distance(from: lines[source].startIndex, to: $0.lowerBound)
        }
        let underline = lines[source + 1].prefix { $0 != "^" }.count
        #expect(column == underline, "\(lines.joined(separator: "\n"))")
    }
}
