import HTTPModel

/// Reads filters; well-typedness (RFC 9535, section 2.4.3) is checked on the way.
extension JSONPathParser {
    mutating func logicalOr() throws(JSONPathError) -> LogicalExpression {
        var parts = [try self.logicalAnd()]
        while self.takeAfterBlanks("||") {
            self.skipBlanks()
            parts.append(try self.logicalAnd())
        }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func logicalAnd() throws(JSONPathError) -> LogicalExpression {
        var parts = [try self.basic()]
        while self.takeAfterBlanks("&&") {
            self.skipBlanks()
            parts.append(try self.basic())
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func basic() throws(JSONPathError) -> LogicalExpression {
        if self.take("!") {
            self.skipBlanks()
            if self.isAt("(") { return .not(try self.parenthesized()) }
            let start = self.offset
            let operand = try self.operand()
            if self.comparisonFollows { throw self.error(.notComparable) }
            return .not(try self.test(operand, at: start))
        }
        if self.isAt("(") { return try self.parenthesized() }
        let start = self.offset
        let left = try self.operand()
        guard let relation = self.takeComparison() else { return try self.test(left, at: start) }
        try self.checkComparable(left, at: start)
        self.skipBlanks()
        let rightStart = self.offset
        let right = try self.operand()
        try self.checkComparable(right, at: rightStart)
        return .comparison(left, relation, right)
    }

    private mutating func parenthesized() throws(JSONPathError) -> LogicalExpression {
        self.offset += 1
        let expression = try self.nested { (parser) throws(JSONPathError) in
            parser.skipBlanks()
            return try parser.logicalOr()
        }
        self.skipBlanks()
        guard self.take(")") else {
            throw self.error(self.peek == nil ? .unclosed : .unexpectedCharacter)
        }
        return expression
    }

    /// An operand on its own: what it selects exists, or what it says is true.
    private func test(
        _ operand: Operand,
        at start: Int
    ) throws(JSONPathError) -> LogicalExpression {
        switch operand {
        case .literal: throw JSONPathError(offset: start, problem: .literalNotCompared)
        case .query(let query): return .exists(query)
        case .function(let call):
            guard call.function.isLogical else {
                let problem = JSONPathError.Problem.resultNotCompared(
                    function: call.function.rawValue
                )
                throw JSONPathError(offset: start, problem: problem)
            }
            return .test(call)
        }
    }

    private func checkComparable(_ operand: Operand, at start: Int) throws(JSONPathError) {
        switch operand {
        case .literal: break
        case .query(let query):
            guard query.segments.isSingular else {
                throw JSONPathError(offset: start, problem: .queryNotSingular)
            }
        case .function(let call):
            guard !call.function.isLogical else {
                throw JSONPathError(offset: start, problem: .notComparable)
            }
        }
    }

    // MARK: Operands

    private mutating func operand() throws(JSONPathError) -> Operand {
        switch self.peek {
        case UInt8(ascii: "@")?:
            self.offset += 1
            return .query(FilterQuery(isRelative: true, segments: try self.segments()))
        case UInt8(ascii: "$")?:
            self.offset += 1
            return .query(FilterQuery(isRelative: false, segments: try self.segments()))
        case UInt8(ascii: "'")?, UInt8(ascii: "\"")?: return .literal(.string(try self.string()))
        case UInt8(ascii: "-")?, (0x30...0x39)?: return .literal(.number(try self.number()))
        case (0x61...0x7A)?: return try self.wordOrFunction()
        case nil: throw self.error(.unclosed)
        case UInt8(ascii: "]")?, UInt8(ascii: ")")?, UInt8(ascii: ",")?, UInt8(ascii: "&")?,
            UInt8(ascii: "|")?:
            throw self.error(.missingExpression)
        default: throw self.error(.unexpectedCharacter)
        }
    }

    private mutating func wordOrFunction() throws(JSONPathError) -> Operand {
        let start = self.offset
        while let byte = self.peek, byte < 0x80, Self.isNameByte(byte) { self.offset += 1 }
        let word = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        if self.take("(") { return .function(try self.call(word, at: start)) }
        switch word {
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "null": return .literal(.null)
        default: throw JSONPathError(offset: start, problem: .unexpectedCharacter)
        }
    }

    private mutating func call(_ name: String, at start: Int) throws(JSONPathError) -> FunctionCall
    {
        guard let function = Function(rawValue: name) else {
            let names = Function.allCases.map(\.rawValue)
            let nearest = names.first { $0.hasPrefix(name) || name.hasPrefix($0) }
            throw JSONPathError(offset: start, problem: .unknownFunction(name, nearest: nearest))
        }
        let arguments = try self.nested { (parser) throws(JSONPathError) in
            try parser.arguments(of: function)
        }
        guard arguments.count == function.parameters.count else {
            let expected = function.parameters.count
            throw JSONPathError(
                offset: start,
                problem: .wrongArgumentCount(function: name, expected: expected)
            )
        }
        return FunctionCall(function: function, arguments: arguments)
    }

    private mutating func arguments(of function: Function) throws(JSONPathError) -> [Operand] {
        var arguments: [Operand] = []
        self.skipBlanks()
        if self.take(")") { return [] }
        repeat {
            self.skipBlanks()
            let start = self.offset
            let number = arguments.count + 1
            let wrong = JSONPathError.Problem.wrongArgument(
                function: function.rawValue,
                number: number
            )
            // No function of the RFC takes something that is true or false.
            if self.isAt("!") || self.isAt("(") { throw self.error(wrong) }
            let argument = try self.operand()
            let fits =
                number > function.parameters.count
                || argument.fits(function.parameters[number - 1])
            guard fits, !self.comparisonFollows else {
                throw JSONPathError(offset: start, problem: wrong)
            }
            arguments.append(argument)
            self.skipBlanks()
            if self.isAt("&&") || self.isAt("||") {
                throw JSONPathError(offset: start, problem: wrong)
            }
        } while self.take(",")
        guard self.take(")") else {
            throw self.error(self.peek == nil ? .unclosed : .unexpectedCharacter)
        }
        return arguments
    }

    /// A number by JSON's grammar, in its spelling.
    private mutating func number() throws(JSONPathError) -> String {
        let start = self.offset
        let wrong = JSONPathError(offset: start, problem: .invalidNumber)
        _ = self.take("-")
        let first = self.offset
        let count = self.takeDigits()
        guard count > 0, count == 1 || self.bytes[first] != 0x30 else { throw wrong }
        if self.take(".") { guard self.takeDigits() > 0 else { throw wrong } }
        if self.take("e") || self.take("E") {
            if !self.take("+") { _ = self.take("-") }
            guard self.takeDigits() > 0 else { throw wrong }
        }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    private mutating func takeDigits() -> Int {
        let start = self.offset
        while let byte = self.peek, byte.isASCIIDigit { self.offset += 1 }
        return self.offset - start
    }

    // MARK: Operators

    private mutating func takeAfterBlanks(_ text: StaticString) -> Bool {
        let start = self.offset
        self.skipBlanks()
        if self.take(text) { return true }
        self.offset = start
        return false
    }

    private mutating func takeComparison() -> ComparisonOperator? {
        let start = self.offset
        self.skipBlanks()
        let rest = self.bytes[self.offset...]
        for relation in ComparisonOperator.allCases
        where rest.starts(with: relation.rawValue.utf8) {
            self.offset += relation.rawValue.utf8.count
            return relation
        }
        self.offset = start
        return nil
    }

    private var comparisonFollows: Bool {
        var copy = self
        return copy.takeComparison() != nil
    }
}

extension Operand {
    fileprivate func fits(_ parameter: Function.Parameter) -> Bool {
        switch (self, parameter) {
        case (.literal, .value), (.query, .nodes): true
        case (.query(let query), .value): query.segments.isSingular
        case (.function(let call), .value): !call.function.isLogical
        case (.literal, .nodes), (.function, .nodes): false
        }
    }
}
