internal import HTTPModel

/// One line of a chart: cells that collect what goes on in them.
struct LaneRow {
    /// What stands in a cell instead of a phase.
    private var marks: [Character?]
    private var roles: [Role?]
    /// How much of each cell a phase takes; the busiest phase shows.
    private var shares: [[Double]]
    private let scale: TimeScale
    private let isASCII: Bool
    /// Up to where labels have been written.
    private var labelledUntil = 0

    init(scale: TimeScale, isASCII: Bool) {
        self.scale = scale
        self.isASCII = isASCII
        self.marks = Array(repeating: nil, count: scale.cells)
        self.roles = Array(repeating: nil, count: scale.cells)
        self.shares = Array(repeating: [], count: LanePhase.allCases.count)
    }

    /// Fills the time from `start` to `end` with a phase; a moment without length shows too.
    mutating func fill(_ phase: LanePhase, from start: Instant, to end: Instant) {
        let span = self.scale.span
        guard start <= span.upperBound, end >= span.lowerBound else { return }
        let first = self.scale.cell(max(start, span.lowerBound))
        let last = self.scale.cell(min(end, span.upperBound))
        if self.shares[phase.rawValue].isEmpty {
            self.shares[phase.rawValue] = Array(repeating: 0, count: self.scale.cells)
        }
        // Never nothing: what happened must be seen.
        let least = 1e-9
        if first == last {
            let length = self.scale.position(end) - self.scale.position(start)
            self.shares[phase.rawValue][first] += max(least, length)
            return
        }
        let begin = max(0, self.scale.position(start))
        let finish = min(Double(self.scale.cells), self.scale.position(end))
        self.shares[phase.rawValue][first] += max(least, Double(first + 1) - begin)
        for cell in first + 1..<max(first + 1, last) { self.shares[phase.rawValue][cell] += 1 }
        self.shares[phase.rawValue][last] += max(least, finish - Double(last))
    }

    /// Writes a number where a bar begins, if it fits before `limit` and does not touch another.
    mutating func label(_ text: String, at time: Instant, before limit: Int) {
        guard self.scale.span.contains(time) else { return }
        let cell = self.scale.cell(time)
        let count = text.utf8.count
        guard cell >= self.labelledUntil, cell + count <= limit else { return }
        for (offset, character) in text.enumerated() { self.marks[cell + offset] = character }
        self.labelledUntil = cell + count + 1
    }

    /// Puts a sign into the cell of a time.
    mutating func mark(_ phase: LanePhase, at time: Instant) {
        guard self.scale.span.contains(time) else { return }
        let cell = self.scale.cell(time)
        self.marks[cell] = phase.glyph(isASCII: self.isASCII)
        self.roles[cell] = phase.role
    }

    /// The phases that show somewhere.
    var phases: Set<LanePhase> {
        Set((0..<self.scale.cells).compactMap { self.phase(at: $0) })
    }

    /// The line, coloured.
    func text(_ palette: Palette) -> String {
        var line = ""
        var run = ""
        var runRole: Role?
        for cell in 0..<self.scale.cells {
            let phase = self.phase(at: cell)
            let character = self.marks[cell] ?? phase?.glyph(isASCII: self.isASCII) ?? " "
            let role = self.roles[cell] ?? phase?.role
            if role != runRole {
                line += palette.styled(run, as: runRole)
                run = ""
                runRole = role
            }
            run.append(character)
        }
        return line + palette.styled(run, as: runRole)
    }

    /// The phase that takes most of a cell; being idle only shows where nothing else does.
    private func phase(at cell: Int) -> LanePhase? {
        var best: LanePhase?
        var share = 0.0
        for phase in LanePhase.allCases where !self.shares[phase.rawValue].isEmpty {
            let own = self.shares[phase.rawValue][cell]
            guard own > 0 else { continue }
            if phase == .idle ? best == nil : own > share {
                best = phase
                share = own
            }
        }
        return best
    }
}
