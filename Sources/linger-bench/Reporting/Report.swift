/// What a benchmark has to say.
struct Report {
    /// What was measured, in a line.
    let title: String
    /// Whether a target was missed that this run can judge.
    private(set) var hasMissedTarget = false
    /// Columns are aligned when the report is printed.
    private var rows: [[String]] = []
    private var remarks: [String] = []

    init(_ title: String) {
        self.title = title
    }

    /// Adds a row of a table; the first cell names it.
    mutating func add(row: String...) {
        self.rows.append(row)
    }

    /// Adds a sentence below the table.
    mutating func add(remark: String) {
        self.remarks.append(remark)
    }

    /// Adds what is compared with a target.
    ///
    /// - Parameters:
    ///   - name: What it is.
    ///   - value: What was measured; its median counts.
    ///   - decimals: With how many decimals it is shown.
    ///   - unit: Its unit, with a space before it.
    ///   - target: What it should be.
    ///   - reprieve: Why this run cannot miss the target; nil if it can.
    mutating func add(
        _ name: String,
        _ value: Distribution,
        decimals: Int = 2,
        unit: String = "",
        target: Target,
        unjudged reprieve: String? = nil
    ) {
        var text = "\(name): \(value.text(decimals: decimals))\(unit), \(target.text)\(unit)"
        if let reprieve {
            text += " (not judged: \(reprieve))"
        } else {
            let isMet = target.isMet(by: value.median)
            text += isMet ? ": met" : ": MISSED"
            self.hasMissedTarget = self.hasMissedTarget || !isMet
        }
        self.add(remark: text)
    }

    /// The report without its title.
    var lines: [String] {
        let columns = self.rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            self.rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        let table = self.rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }
            return cells.joined(separator: "  ")
        }
        return table + self.remarks
    }
}

/// What a number should be.
enum Target {
    case atLeast(Double)
    case atMost(Double)
    case below(Double)

    func isMet(by value: Double) -> Bool {
        switch self {
        case .atLeast(let bound): value >= bound
        case .atMost(let bound): value <= bound
        case .below(let bound): value < bound
        }
    }

    var text: String {
        switch self {
        case .atLeast(let bound): "target at least \(Self.text(bound))"
        case .atMost(let bound): "target at most \(Self.text(bound))"
        case .below(let bound): "target below \(Self.text(bound))"
        }
    }

    private static func text(_ bound: Double) -> String {
        Figure.text(bound, decimals: bound == bound.rounded() ? 0 : 1)
    }
}
