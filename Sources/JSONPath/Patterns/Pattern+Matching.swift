/// Runs the automaton.
extension Pattern {
    /// Whether the expression matches somewhere in `subject`.
    ///
    /// It takes at most as many steps as the expression has instructions, for each scalar.
    package func isFound(in subject: String) -> Bool {
        var budget = Int.max
        return self.isFound(in: subject, anywhere: true, budget: &budget) ?? false
    }

    /// Whether the expression matches the whole of `subject`, or somewhere in it.
    ///
    /// - Parameters:
    ///   - subject: The text.
    ///   - anywhere: Whether a part of the text may match.
    ///   - budget: How many steps it may take; what is left afterwards.
    /// - Returns: nil when the budget was spent.
    package func isFound(in subject: String, anywhere: Bool, budget: inout Int) -> Bool? {
        var run = PatternRun(count: self.program.count)
        var previous: Unicode.Scalar?
        var scalars = subject.unicodeScalars.makeIterator()
        var next = scalars.next()
        var isAtStart = true
        while true {
            if isAtStart || anywhere {
                self.follow(0, in: &run, previous: previous, next: next)
            }
            isAtStart = false
            if run.hasAccepted, anywhere || next == nil { return true }
            budget -= run.threads.count + 1
            if budget < 0 { return nil }
            guard let scalar = next else { return false }
            next = scalars.next()
            let threads = run.advance()
            for state in threads {
                guard case .set(let set) = self.program[state],
                    self.sets[set].contains(scalar)
                else { continue }
                self.follow(state + 1, in: &run, previous: scalar, next: next)
            }
            run.recycle(threads)
            if run.threads.isEmpty, !run.hasAccepted, !anywhere { return false }
            previous = scalar
        }
    }

    /// Adds a state and all that can be reached from it without reading.
    private func follow(
        _ first: Int,
        in run: inout PatternRun,
        previous: Unicode.Scalar?,
        next: Unicode.Scalar?
    ) {
        run.pending.append(first)
        while let state = run.pending.popLast() {
            guard run.mark(state) else { continue }
            switch self.program[state] {
            case .set: run.threads.append(state)
            case .jump(let target): run.pending.append(target)
            case .split(let left, let right):
                run.pending.append(right)
                run.pending.append(left)
            case .assert(let assertion):
                if assertion.holds(between: previous, and: next) { run.pending.append(state + 1) }
            case .accept: run.hasAccepted = true
            }
        }
    }
}

/// The states that an automaton is in.
private struct PatternRun {
    /// States that read a scalar next.
    var threads: [Int] = []
    /// States yet to be followed.
    var pending: [Int] = []
    /// Whether the end of the expression has been reached here.
    var hasAccepted = false
    /// For each state, the last round in which it was reached.
    private var rounds: [Int]
    private var round = 1
    private var spare: [Int] = []

    init(count: Int) {
        self.rounds = Array(repeating: 0, count: count)
    }

    /// Whether a state is reached for the first time in this round.
    mutating func mark(_ state: Int) -> Bool {
        guard self.rounds[state] != self.round else { return false }
        self.rounds[state] = self.round
        return true
    }

    /// Begins the next round; the threads of the one before.
    mutating func advance() -> [Int] {
        self.round += 1
        self.hasAccepted = false
        let threads = self.threads
        self.threads = self.spare
        self.spare = []
        return threads
    }

    /// Takes back memory.
    mutating func recycle(_ threads: consuming [Int]) {
        threads.removeAll(keepingCapacity: true)
        self.spare = threads
    }
}

extension Pattern.Assertion {
    fileprivate func holds(
        between previous: Unicode.Scalar?,
        and next: Unicode.Scalar?
    ) -> Bool {
        switch self {
        case .start: previous == nil
        case .end: next == nil
        case .lineStart: previous == nil || previous == "\n"
        case .lineEnd: next == nil || next == "\n"
        case .wordBoundary: Self.isWord(previous) != Self.isWord(next)
        case .noWordBoundary: Self.isWord(previous) == Self.isWord(next)
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return scalar == "_" || scalar.isDigit || (0x41...0x5A).contains(scalar.value)
            || (0x61...0x7A).contains(scalar.value)
    }
}
