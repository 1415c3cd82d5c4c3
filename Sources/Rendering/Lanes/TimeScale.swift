internal import HTTPModel

/// Puts times into the cells of a line, and names some of them.
struct TimeScale: Sendable, Hashable {
    /// What is shown, first and last.
    let span: ClosedRange<Instant>
    /// What labels count from.
    let zero: Instant
    /// How many cells there are; at least one.
    let cells: Int
    private let nanosecondsPerCell: Double

    init(span: ClosedRange<Instant>, zero: Instant, cells: Int) {
        self.span = span
        self.zero = zero
        self.cells = max(1, cells)
        let length = span.lowerBound.duration(to: span.upperBound).wholeNanoseconds
        self.nanosecondsPerCell = max(1, Double(length)) / Double(self.cells)
    }

    /// Where in the line a time is, in cells from its beginning; outside the span it is outside.
    func position(_ time: Instant) -> Double {
        Double(time.nanoseconds &- self.span.lowerBound.nanoseconds) / self.nanosecondsPerCell
    }

    /// The cell of a time; the end of the span belongs to the last one.
    func cell(_ time: Instant) -> Int {
        let position = self.position(time).rounded(.down)
        return Int(max(0, min(position, Double(self.cells - 1))))
    }

    /// The line above the lanes: `0 ms      20        40`.
    ///
    /// Steps are 1, 2 or 5 times a power of ten, and labels have room around them.
    var axis: String {
        let length = self.nanosecondsPerCell * Double(self.cells)
        let (name, unit) = Self.unit(for: length)
        let step = self.step(in: unit)
        let offset = Double(self.zero.duration(to: self.span.lowerBound).wholeNanoseconds)
        var line: [Character] = []
        var tick = (offset / step).rounded(.up) * step
        while tick <= offset + length {
            let cell = Int((tick - offset) / self.nanosecondsPerCell)
            let isFirst = line.isEmpty
            let number = Self.number(tick / unit, step: step / unit)
            let text = isFirst ? "\(number) \(name)" : number
            guard cell + text.count <= self.cells else { break }
            if cell >= line.count {
                line += Array(repeating: " ", count: cell - line.count) + Array(text)
            }
            tick += step
        }
        return String(line)
    }

    /// The step between labels, in nanoseconds.
    private func step(in unit: Double) -> Double {
        let least = self.nanosecondsPerCell * 7
        var power = 1.0
        while power < least { power *= 10 }
        for divisor in [10.0, 5, 2] where power / divisor >= least { return power / divisor }
        return power
    }

    private static func unit(for length: Double) -> (name: String, nanoseconds: Double) {
        switch length {
        case ..<1e6: ("µs", 1e3)
        case ..<2e9: ("ms", 1e6)
        case ..<300e9: ("s", 1e9)
        default: ("min", 60e9)
        }
    }

    /// A label with as many decimals as the step needs.
    private static func number(_ value: Double, step: Double) -> String {
        var decimals = 0
        var scaled = step
        while decimals < 3, (scaled - scaled.rounded()).magnitude > 1e-9 {
            decimals += 1
            scaled *= 10
        }
        guard decimals > 0 else { return String(Int64(value.rounded())) }
        let power = [1.0, 10, 100, 1000][decimals]
        let whole = Int64((value * power).rounded())
        let fraction = String(whole % Int64(power) + Int64(power)).dropFirst()
        return "\(whole / Int64(power)).\(fraction)"
    }
}
