/// What the rounds gave, of one quantity.
struct Distribution {
    /// In ascending order.
    private let values: [Double]

    /// - Precondition: There is a value.
    init(_ values: [Double]) {
        precondition(!values.isEmpty, "nothing was measured")
        self.values = values.sorted()
    }

    /// The value of each round here by that of the same round there.
    ///
    /// - Precondition: There are as many rounds in both.
    init(_ numerators: [Double], by denominators: [Double]) {
        precondition(numerators.count == denominators.count, "rounds are compared in pairs")
        self.init(zip(numerators, denominators).map { $0 / $1 })
    }

    var median: Double {
        let middle = self.values.count / 2
        guard self.values.count.isMultiple(of: 2) else { return self.values[middle] }
        return (self.values[middle - 1] + self.values[middle]) / 2
    }

    var least: Double { self.values[0] }
    var greatest: Double { self.values[self.values.count - 1] }

    /// How many rounds there were.
    var count: Int { self.values.count }

    /// Median, least and greatest, such as `1.25 (1.20–1.31)`.
    func text(decimals: Int) -> String {
        let texts = [self.median, self.least, self.greatest].map {
            Figure.text($0, decimals: decimals)
        }
        return "\(texts[0]) (\(texts[1])–\(texts[2]))"
    }
}

/// Numbers as text.
enum Figure {
    /// Rounded to so many decimals, with commas between thousands.
    static func text(_ value: Double, decimals: Int) -> String {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((value.magnitude * Double(scale)).rounded())
        var fraction = String(scaled % scale)
        fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return sign + self.text(scaled / scale) + (decimals > 0 ? ".\(fraction)" : "")
    }

    /// With commas between thousands.
    static func text(_ value: Int) -> String {
        var groups: [String] = []
        var rest = value
        while rest >= 1000 {
            let group = String(rest % 1000)
            groups.insert(String(repeating: "0", count: 3 - group.count) + group, at: 0)
            rest /= 1000
        }
        return ([String(rest)] + groups).joined(separator: ",")
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { self / .seconds(1) }
}
