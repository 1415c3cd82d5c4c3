/// Turns the tree of an expression into the instructions of an automaton (Thompson's
/// construction).
struct PatternCompiler {
    private var program: [Pattern.Instruction] = []
    private var sets: [ScalarSet] = []
    private var numbers: [ScalarSet: Int] = [:]

    mutating func compile(_ tree: PatternTree) throws(PatternError) {
        switch tree {
        case .set(let set): try self.append(.set(self.number(of: set)))
        case .assert(let assertion): try self.append(.assert(assertion))
        case .sequence(let parts): for part in parts { try self.compile(part) }
        case .choice(let branches): try self.compile(choice: branches[...])
        case .repeated(let part, let low, let high):
            for _ in 0..<low {
                let size = self.program.count
                try self.compile(part)
                // What adds nothing meets no limit, and adds no more the next time.
                if self.program.count == size { break }
            }
            guard let high else { return try self.compile(loop: part) }
            try self.compile(optional: part, count: high - low)
        }
    }

    /// The instructions, with acceptance at the end, and the sets.
    func finished() throws(PatternError) -> ([Pattern.Instruction], [ScalarSet]) {
        (self.program + [.accept], self.sets.map { $0.completed() })
    }

    private mutating func compile(choice branches: ArraySlice<PatternTree>) throws(PatternError) {
        var ends: [Int] = []
        for (offset, branch) in branches.enumerated() {
            guard offset < branches.count - 1 else {
                try self.compile(branch)
                break
            }
            let split = try self.append(.jump(0))
            try self.compile(branch)
            ends.append(try self.append(.jump(0)))
            self.program[split] = .split(split + 1, self.program.count)
        }
        for end in ends { self.program[end] = .jump(self.program.count) }
    }

    private mutating func compile(loop part: PatternTree) throws(PatternError) {
        let split = try self.append(.jump(0))
        try self.compile(part)
        try self.append(.jump(split))
        self.program[split] = .split(split + 1, self.program.count)
    }

    /// `count` copies, each of which may be the last.
    private mutating func compile(
        optional part: PatternTree,
        count: Int
    ) throws(PatternError) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(try self.append(.jump(0)))
            try self.compile(part)
        }
        for split in splits { self.program[split] = .split(split + 1, self.program.count) }
    }

    @discardableResult
    private mutating func append(_ instruction: Pattern.Instruction) throws(PatternError) -> Int {
        guard self.program.count < Pattern.sizeLimit else {
            throw PatternError(offset: 0, problem: .tooLarge(limit: Pattern.sizeLimit))
        }
        self.program.append(instruction)
        return self.program.count - 1
    }

    private mutating func number(of set: ScalarSet) -> Int {
        if let number = self.numbers[set] { return number }
        self.sets.append(set)
        self.numbers[set] = self.sets.count - 1
        return self.sets.count - 1
    }
}
