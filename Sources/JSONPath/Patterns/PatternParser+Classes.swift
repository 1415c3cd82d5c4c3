import HTTPModel

/// Reads escapes and classes in brackets.
extension PatternParser {
    /// What follows a backslash outside brackets.
    mutating func escapedAtom() throws(PatternError) -> PatternTree {
        if self.syntax == .common, let scalar = self.peek {
            let assertion: Pattern.Assertion? =
                switch scalar {
                case "b": .wordBoundary
                case "B": .noWordBoundary
                case "A": .start
                case "z", "Z": .end
                default: nil
                }
            if let assertion {
                self.offset += 1
                return .assert(assertion)
            }
        }
        var set = try self.escape()
        set.ignoresCase = self.flags.ignoresCase
        return .set(set)
    }

    /// What is between brackets, up to and with `]`.
    mutating func classExpression() throws(PatternError) -> ScalarSet {
        let start = self.offset - 1
        var set = ScalarSet()
        set.isNegated = self.take("^")
        set.ignoresCase = self.flags.ignoresCase
        if self.syntax == .iRegexp, self.peek == "]" { throw self.error(.unexpectedCharacter) }
        if self.take("-") { set.insert("-") }
        while let scalar = self.peek {
            if scalar == "]" {
                // "[]" and "[^]" mean three different things in three tools.
                guard self.offset > start + (set.isNegated ? 2 : 1) else {
                    throw self.error(.notSupported)
                }
                self.offset += 1
                return set
            }
            try self.classItem(into: &set)
        }
        throw PatternError(offset: start, problem: .unclosed)
    }

    private mutating func classItem(into set: inout ScalarSet) throws(PatternError) {
        guard let low = try self.classScalar(into: &set) else { return }
        guard self.peek == "-", self.offset + 1 < self.scalars.count,
            self.scalars[self.offset + 1] != "]"
        else {
            set.insert(low)
            return
        }
        self.offset += 1
        let start = self.offset
        guard let high = try self.classScalar(into: &set) else {
            throw PatternError(offset: start, problem: .unexpectedCharacter)
        }
        guard low.value <= high.value else {
            throw PatternError(offset: start, problem: .emptyRange)
        }
        set.insert(low.value...high.value)
    }

    /// One scalar, from which a range may start; nil when it was a class, which is in the set now.
    private mutating func classScalar(
        into set: inout ScalarSet
    ) throws(PatternError) -> Unicode.Scalar? {
        guard let scalar = self.peek else { throw self.error(.unclosed) }
        if scalar == "\\" {
            self.offset += 1
            if self.syntax == .common, self.take("b") { return "\u{08}" }
            let escaped = try self.escape()
            if let single = escaped.single { return single }
            set.insert(escaped)
            return nil
        }
        switch self.syntax {
        case .iRegexp:
            // A hyphen stands at either end only.
            let isLast =
                self.offset + 1 < self.scalars.count
                && self.scalars[self.offset + 1] == "]"
            if scalar == "[" || (scalar == "-" && !isLast) {
                throw self.error(.unexpectedCharacter)
            }
        case .common:
            let next = self.offset + 1 < self.scalars.count ? self.scalars[self.offset + 1] : " "
            if scalar == "[" && next == ":" || scalar == "&" && next == "&" {
                throw self.error(.notSupported)
            }
        }
        self.offset += 1
        return scalar
    }

    /// What follows a backslash, inside and outside brackets.
    private mutating func escape() throws(PatternError) -> ScalarSet {
        guard let scalar = self.peek else { throw self.error(.unexpectedCharacter) }
        self.offset += 1
        var set = ScalarSet()
        switch scalar {
        case "n": set.insert("\n")
        case "r": set.insert("\r")
        case "t": set.insert("\t")
        case "p", "P": return try self.property(isNegated: scalar == "P")
        case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}":
            set.insert(scalar)
        default:
            guard self.syntax == .common else {
                self.offset -= 1
                throw self.error(.unexpectedCharacter)
            }
            return try self.commonEscape(scalar)
        }
        return set
    }

    private mutating func property(isNegated: Bool) throws(PatternError) -> ScalarSet {
        let start = self.offset
        guard self.take("{") else { throw self.error(.unexpectedCharacter) }
        var name = ""
        while let scalar = self.peek, scalar != "}", name.utf8.count < 8 {
            name.unicodeScalars.append(scalar)
            self.offset += 1
        }
        guard self.take("}"), var set = ScalarSet(propertyNamed: name) else {
            throw PatternError(offset: start, problem: .unknownProperty)
        }
        set.isNegated = isNegated
        return set
    }

    private mutating func commonEscape(_ scalar: Unicode.Scalar) throws(PatternError) -> ScalarSet {
        if let set = ScalarSet(classNamed: scalar) { return set }
        var set = ScalarSet()
        switch scalar {
        case "f": set.insert("\u{0C}")
        case "v": set.insert("\u{0B}")
        case "0": set.insert("\0")
        case "e", "a": set.insert(scalar == "e" ? "\u{1B}" : "\u{07}")
        case "x", "u": set.insert(try self.hexadecimal(digits: scalar == "x" ? 2 : 4))
        default:
            // References back, and letters that mean something in some tool.
            guard !scalar.isDigit, !scalar.properties.isAlphabetic else {
                self.offset -= 1
                throw self.error(.notSupported)
            }
            set.insert(scalar)
        }
        return set
    }

    /// `41`, `{1F600}` after `\x` or `\u`.
    private mutating func hexadecimal(digits: Int) throws(PatternError) -> Unicode.Scalar {
        let start = self.offset
        let isBraced = self.take("{")
        var value: UInt32 = 0
        var count = 0
        while count < (isBraced ? 6 : digits), let digit = self.peek?.hexDigitValue {
            value = value << 4 | digit
            count += 1
            self.offset += 1
        }
        guard count > 0, isBraced ? self.take("}") : count == digits,
            let scalar = Unicode.Scalar(value)
        else { throw PatternError(offset: start, problem: .unexpectedCharacter) }
        return scalar
    }
}

extension ScalarSet {
    /// The scalar that the set consists of; nil if it is no plain set of one.
    fileprivate var single: Unicode.Scalar? {
        guard !self.isNegated, self.categories == 0, self.subsets.isEmpty, self.ranges.count == 1,
            self.ranges[0].count == 1
        else { return nil }
        return Unicode.Scalar(self.ranges[0].lowerBound)
    }
}

extension Unicode.Scalar {
    /// The value of an ASCII hexadecimal digit.
    fileprivate var hexDigitValue: UInt32? {
        UInt8(exactly: self.value)?.hexDigitValue.map(UInt32.init)
    }
}
