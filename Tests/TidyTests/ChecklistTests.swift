import Testing

/// The numbered rules for sessions: cookies are stored and sent (C, S, R), redirects followed (RD).
///
/// A test that is about a rule has its number at the start of its name.
@Suite("Checklist of the session")
struct ChecklistTests {
    private static let ids =
        (1...12).map { "C\($0)" } + (1...15).map { "S\($0)" } + (1...10).map { "R\($0)" }
        + (1...10).map { "RD\($0)" }
        + ["2.1", "2.2", "2.3", "2.4", "3.2", "3.5", "5"].map { "section \($0)" }

    /// The numbers at the start of the name of each test, such as `S7, S8: a prefixed name …`.
    private static let named: Set<String> = {
        var result: Set<String> = []
        for line in SourceTree.files.filter(\.isTest).flatMap(\.lines) {
            guard let quote = line.firstRange(of: "func `")?.upperBound,
                let colon = line[quote...].firstIndex(of: ":")
            else { continue }
            let numbers = line[quote..<colon].split(separator: ",").map { number in
                String(number.drop { $0 == " " })
            }
            result.formUnion(numbers)
        }
        return result
    }()

    @Test(arguments: Self.ids)
    func `each rule is named by a test`(_ id: String) {
        #expect(Self.named.contains(id))
    }
}
