import HTTPModel
import JSONPath
import SessionFiles

/// Feeds bytes to what reads text that others wrote.
///
/// A crash, a hang or memory without bound is a mistake. The first byte says which reader gets the
/// rest.
///
/// `.ci/fuzz` builds and runs it; see there.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 0 else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let rest = Array(bytes.dropFirst())
    switch bytes[0] % 4 {
    case 0: Fuzzing.readSession(rest)
    case 1: Fuzzing.followPath(rest)
    case 2: Fuzzing.matchPattern(rest)
    default: Fuzzing.readExpectation(rest)
    }
    return 0
}

/// The fuzzer's own `main` under another name.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Where the program begins: SwiftPM takes `main` for the target's, and looks for it here.
@_cdecl("linger_fuzz_main")
public func fuzzMain(
    _ count: CInt,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    var count = count
    var arguments = arguments
    return runFuzzer(&count, &arguments, fuzzOneInput)
}

/// What is done with the bytes; a broken promise traps.
private enum Fuzzing {
    /// What is read is written, and what is written reads back as the same.
    static func readSession(_ bytes: [UInt8]) {
        let reading = SessionFileReader.read(bytes, file: "f.http")
        _ = reading.problems.map(\.description)
        _ = try? ReplayPlan(reading)
        guard reading.errors.isEmpty else { return }
        let text = SessionFileWriter.write(reading.document, fileName: "f.http").text
        let again = SessionFileReader.read(text, file: "f.http")
        let twice = SessionFileWriter.write(again.document, fileName: "f.http").text
        precondition(twice == text, "what was written is written otherwise when read back")
        precondition(
            again.document.requestCount == reading.document.requestCount,
            "writing changed the number of requests"
        )
    }

    private static let document = try? JSONValue(
        parsing: #"{"a":[1,2.5,-3e2,"x",null,true,{"b":{"c":[[],{}]}}],"é":"é","d":{"a":1}}"#
    )

    /// The description of a query is the same query.
    static func followPath(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self),
            let query = try? JSONPathQuery(text), let document
        else { return }
        let again = try? JSONPathQuery(query.description)
        precondition(again == query, "the description is another query")
        let limits = JSONPathLimits(nodes: 10_000, steps: 1_000_000)
        _ = try? query.nodes(in: document, limits: limits).map(\.path)
    }

    /// The first line is the pattern, the rest is searched.
    static func matchPattern(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        guard let text = String(validating: parts[0], as: UTF8.self) else { return }
        let subject = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "aab 12\né"
        for syntax in [Pattern.Syntax.iRegexp, .common] {
            guard let pattern = try? Pattern(text, syntax: syntax) else { continue }
            var budget = 1_000_000
            _ = pattern.isFound(in: subject, anywhere: true, budget: &budget)
        }
    }

    static func readExpectation(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self),
            let expectation = try? Expectation.parse(text)
        else { return }
        var subject = ExpectationSubject(status: 200, fields: [FieldLine("A", "b")])
        subject.setContent(Array(#"{"a":[1,"x"]}"#.utf8))
        _ = expectation.evaluate(subject)
    }
}
