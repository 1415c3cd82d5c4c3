import HTTPModel
import HTTPSession
import TestSupport
import TestTransport
import Testing

@testable import Shell

/// Lines that are sent many times, and what becomes of them (LANGUAGE.md, section 7).
@Suite("Shell: repetitions")
struct RepeatedLineTests {
    /// Answers `/x`, fails `/gone`, and holds up what has `i=0` until a gate opens.
    private static func transport(_ gate: Gate? = nil) -> ScriptedTransport {
        ScriptedTransport { request, _ in
            if request.target.contains("i=0") { await gate?.wait() }
            if request.target.hasPrefix("/gone") { return .failure(.refused(addresses: [])) }
            if request.target.hasPrefix("/bad") { return .response(.init(500, body: "no")) }
            return .response(.init(body: #"{"token":"abc"}"#))
        }
    }

    // MARK: What changes meanwhile

    @Test
    func `one in the background goes where it was sent, whatever the base is by then`() async {
        let gate = Gate()
        let harness = await Harness(Self.transport(gate))
        _ = await harness.run("@v = 1", "40x2 get /x?i={{$index}}&v={{v}} &")
        _ = await harness.run("base http://b.example", "@v = 2", "unset @v")
        gate.open()
        #expect(await harness.evaluator.run("wait") == nil, "\(harness.errors)")
        #expect(Set(harness.transport.requests.map(\.origin.host)) == ["a.example"])
        #expect(harness.transport.requests.count == 40)
        #expect(harness.transport.requests.allSatisfy { $0.target.hasSuffix("&v=1") })
    }

    @Test(arguments: ["", " | cat > /dev/null"])
    func `one whose request cannot be made any more has failed, and says why`(
        _ tails: String
    ) async {
        let gate = Gate()
        let harness = await Harness(Self.transport(gate))
        _ = await harness.run("get /x --name n")
        let reference = "{{n.response.body.$.token}}"
        _ = await harness.run("40x1 get /x?i={{$index}}&t=\(reference)\(tails) &")
        _ = await harness.evaluator.run("get /bad --name n > /dev/null")
        gate.open()
        #expect(await harness.evaluator.run("wait") != nil)
        #expect(harness.transport.requests.count < 40)
        #expect(harness.errors.contains(" of 40 · "), "\(harness.errors)")
        #expect(harness.errors.contains("n.response.body.$.token"), "\(harness.errors)")
    }

    // MARK: What goes wrong

    @Test
    func `a filter that fails does not take the summary with it`() async {
        let harness = await Harness(Self.transport())
        #expect(await harness.evaluator.run("3x1 get /x | grep nothing") != nil)
        #expect(harness.errors.contains("1–3 · 3 of 3 · 200 × 3"), "\(harness.errors)")
    }

    @Test(arguments: ["3x1 get /x | grep nothing &", "get /x | grep nothing &", "3x1 get /gone &"])
    func `why a job failed is said once`(_ line: String) async {
        let harness = await Harness(Self.transport())
        _ = await harness.run(line, "wait")
        let lines = harness.errors.split(separator: "\n").filter { $0.contains("error") }
        #expect(lines.count == 1, "\(harness.errors)")
    }

    // MARK: Expectations behind it

    @Test(arguments: [
        ("connection reused", "3 of 3 requests failed"),
        ("connection new", "3 of 3 requests failed"),
        ("duration < 1 h", "3 of 3 requests failed"),
    ])
    func `no expectation holds where requests failed`(
        _ expectation: String,
        _ words: String
    ) async {
        let harness = await Harness(Self.transport())
        _ = await harness.evaluator.run("3x1 get /gone")
        #expect(await harness.evaluator.run("expect \(expectation)")?.exitStatus == 7)
        #expect(harness.errors.contains(words), "\(harness.errors)")
    }

    @Test
    func `an expectation says of how many requests it does not hold`() async {
        let harness = await Harness(Self.transport())
        _ = await harness.evaluator.run("4x1 get /x")
        #expect(await harness.evaluator.run("expect duration < 1 h") == nil)
        #expect(await harness.evaluator.run("expect duration < 0 ms")?.exitStatus == 7)
        #expect(harness.errors.contains("(4 of 4)"), "\(harness.errors)")
    }
}
