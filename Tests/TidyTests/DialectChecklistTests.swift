import Testing

/// The table of traps for readers of session files (FILES.md 2.4): each row is a test, whose name
/// begins with the row's number.
@Suite("Checklist of the session file reader")
struct DialectChecklistTests {
    private static let rows =
        (1...25).map { $0 < 10 ? "0\($0)" : "\($0)" } + ["10b"]

    private static let named: Set<String> = {
        let files = SourceTree.files.filter { $0.isTest && $0.target == "SessionFilesTests" }
        let names = files.flatMap(\.lines).compactMap { line in
            line.firstRange(of: "func `").map { line[$0.upperBound...].prefix { $0 != " " } }
        }
        return Set(names.map(String.init))
    }()

    @Test(arguments: Self.rows)
    func `each row is a test`(_ row: String) {
        #expect(Self.named.contains(row))
    }
}
