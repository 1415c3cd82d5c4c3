/// What an expression says, as a tree.
indirect enum PatternTree {
    case set(ScalarSet)
    case assert(Pattern.Assertion)
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, from: Int, to: Int?)
}

/// Reads a regular expression; classes and escapes are in an extension.
struct PatternParser {
    let scalars: [Unicode.Scalar]
    let syntax: Pattern.Syntax
    var offset = 0
    private var depth = 0
    /// What `(?i)` and the like have switched on.
    var flags = Flags()

    /// Letters between `(?` and `)` or `:`.
    struct Flags {
        var ignoresCase = false
        var dotMatchesLines = false
        var isMultiline = false
    }

    init(_ text: String, syntax: Pattern.Syntax) {
        self.scalars = Array(text.unicodeScalars)
        self.syntax = syntax
    }

    mutating func parse() throws(PatternError) -> PatternTree {
        let tree = try self.choice()
        guard self.offset == self.scalars.count else { throw self.error(.unexpectedCharacter) }
        return tree
    }

    private mutating func choice() throws(PatternError) -> PatternTree {
        var branches = [try self.branch()]
        while self.take("|") { branches.append(try self.branch()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func branch() throws(PatternError) -> PatternTree {
        var pieces: [PatternTree] = []
        while let scalar = self.peek, scalar != "|", scalar != ")" {
            guard let atom = try self.atom() else { continue }
            pieces.append(try self.quantified(atom))
        }
        return pieces.count == 1 ? pieces[0] : .sequence(pieces)
    }

    // MARK: Quantifiers

    private mutating func quantified(_ atom: PatternTree) throws(PatternError) -> PatternTree {
        guard let (low, high) = try self.quantifier() else { return atom }
        if let high, high < low { throw self.error(.emptyRange) }
        switch self.syntax {
        case .iRegexp: break
        case .common:
            // Lazy or not makes no difference to whether there is a match.
            _ = self.take("?")
            if self.peek == "+" { throw self.error(.notSupported) }
        }
        guard try self.quantifierFollows() == false else { throw self.error(.nothingToRepeat) }
        return .repeated(atom, from: low, to: high)
    }

    private func quantifierFollows() throws(PatternError) -> Bool {
        var copy = self
        return try copy.quantifier() != nil
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        if self.take("*") { return (0, nil) }
        if self.take("+") { return (1, nil) }
        if self.take("?") { return (0, 1) }
        let start = self.offset
        guard self.take("{") else { return nil }
        if let low = try self.count() {
            if self.take("}") { return (low, low) }
            if self.take(",") {
                let high = try self.count()
                if self.take("}") { return (low, high) }
            }
        }
        switch self.syntax {
        case .iRegexp: throw self.error(.unexpectedCharacter)
        case .common:
            // A brace that begins no quantifier is a brace.
            self.offset = start
            return nil
        }
    }

    private mutating func count() throws(PatternError) -> Int? {
        var value: Int?
        while let scalar = self.peek, (0x30...0x39).contains(scalar.value) {
            let next = (value ?? 0) * 10 + Int(scalar.value - 0x30)
            guard next <= Pattern.sizeLimit else {
                throw self.error(.tooLarge(limit: Pattern.sizeLimit))
            }
            value = next
            self.offset += 1
        }
        return value
    }

    // MARK: Atoms

    /// One atom; nil for flags, which stand for nothing themselves.
    private mutating func atom() throws(PatternError) -> PatternTree? {
        guard let scalar = self.peek else { return nil }
        switch scalar {
        case "(": return try self.group()
        case "[":
            self.offset += 1
            return .set(try self.classExpression())
        case "\\":
            self.offset += 1
            return try self.escapedAtom()
        case ".":
            self.offset += 1
            return .set(self.flags.dotMatchesLines ? .all : .notLineBreak)
        case "^":
            self.offset += 1
            return .assert(self.flags.isMultiline ? .lineStart : .start)
        case "$":
            self.offset += 1
            return .assert(self.flags.isMultiline ? .lineEnd : .end)
        case "*", "+", "?": throw self.error(.nothingToRepeat)
        case "{", "]", "}":
            if self.syntax == .iRegexp { throw self.error(.unexpectedCharacter) }
            return .set(self.single())
        default: return .set(self.single())
        }
    }

    /// The set of the next scalar alone.
    private mutating func single() -> ScalarSet {
        var set = ScalarSet()
        set.insert(self.scalars[self.offset])
        set.ignoresCase = self.flags.ignoresCase
        self.offset += 1
        return set
    }

    private mutating func group() throws(PatternError) -> PatternTree? {
        guard self.depth < Pattern.nestingLimit else {
            throw self.error(.tooDeep(limit: Pattern.nestingLimit))
        }
        let start = self.offset
        self.offset += 1
        let outer = self.flags
        if self.take("?") {
            guard self.syntax == .common else { throw self.error(.nothingToRepeat) }
            if try self.groupKind() == .flags { return nil }
        }
        self.depth += 1
        let tree = try self.choice()
        self.depth -= 1
        self.flags = outer
        guard self.take(")") else { throw PatternError(offset: start, problem: .unclosed) }
        return tree
    }

    /// What `(?` begins.
    private enum GroupKind {
        case group
        /// `(?i)`, which holds to the end of the group around it.
        case flags
    }

    private mutating func groupKind() throws(PatternError) -> GroupKind {
        if self.take("P") || self.peek == "<" {
            guard self.take("<"), self.peek != "=", self.peek != "!" else {
                throw self.error(.notSupported)
            }
            while let scalar = self.peek, scalar != ">" {
                guard scalar == "_" || scalar.properties.isAlphabetic || scalar.isDigit else {
                    throw self.error(.unexpectedCharacter)
                }
                self.offset += 1
            }
            guard self.take(">") else { throw self.error(.unclosed) }
            return .group
        }
        var isOn = true
        while let scalar = self.peek {
            self.offset += 1
            switch scalar {
            case ":": return .group
            case ")": return .flags
            case "-": isOn = false
            case "i": self.flags.ignoresCase = isOn
            case "s": self.flags.dotMatchesLines = isOn
            case "m": self.flags.isMultiline = isOn
            default:
                self.offset -= 1
                throw self.error(.notSupported)
            }
        }
        throw self.error(.unclosed)
    }

    // MARK: Scalars

    var peek: Unicode.Scalar? {
        self.offset < self.scalars.count ? self.scalars[self.offset] : nil
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard self.peek == scalar else { return false }
        self.offset += 1
        return true
    }

    func error(_ problem: PatternError.Problem) -> PatternError {
        PatternError(offset: self.offset, problem: problem)
    }
}

extension Unicode.Scalar {
    var isDigit: Bool { (0x30...0x39).contains(self.value) }
}
