import Testing

/// The boxes of SESSION.md: cookies are stored and sent (C, S, R), redirects followed (RD), and the
/// rest by section and place in it, such as 2.6.3.
///
/// A test that is about a box has its number at the start of its name.
@Suite("Checklist of the session")
struct ChecklistTests {
    /// How many boxes each section has whose boxes bear no number of their own.
    private static let sections = [
        ("2.1", 2), ("2.2", 9), ("2.3", 6), ("2.4", 4), ("2.6", 4), ("2.7", 7), ("2.8", 3),
        ("3.2", 4), ("3.5", 7), ("5", 14),
    ]

    /// Section 3.1 has a thirteenth box without a number; 2.5 only refers to section 4.
    private static let ids =
        (1...13).map { "C\($0)" } + (1...15).map { "S\($0)" } + (1...10).map { "R\($0)" }
        + (1...11).map { "RD\($0)" } + ["4.3"]
        + Self.sections.flatMap { section, count in (1...count).map { "\(section).\($0)" } }

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
    func `each box is named by a test`(_ id: String) {
        #expect(Self.named.contains(id))
    }
}
