/// The problems of a file, of which only so many are kept: in a file of another kind every line is
/// one.
struct ProblemList {
    /// How many errors, and how many warnings, are kept; one more error says that there are more.
    static let limit = 1_000

    /// Those that are kept.
    private(set) var all: [SessionFileProblem] = []
    private var errors = 0
    private var warnings = 0

    /// Whether there are more errors than anyone reads.
    var isFull: Bool { self.errors >= Self.limit }

    /// Adds a problem.
    mutating func append(_ problem: SessionFileProblem) {
        switch problem.severity {
        case .error:
            self.errors += 1
            guard self.errors <= Self.limit + 1 else { return }
        case .warning:
            self.warnings += 1
            guard self.warnings <= Self.limit else { return }
        }
        self.all.append(problem)
    }

    /// Adds problems.
    mutating func append(contentsOf problems: [SessionFileProblem]) {
        for problem in problems { self.append(problem) }
    }
}
