import HTTPModel

/// Evaluates filters and functions (RFC 9535, sections 2.3.5 and 2.4).
extension QueryEvaluator {
    /// Whether an expression is true of `current`, which `@` means.
    mutating func isTrue(
        _ expression: LogicalExpression,
        at current: JSONValue
    ) throws(JSONPathOverrun) -> Bool {
        try self.charge(1)
        switch expression {
        case .or(let parts):
            for part in parts where try self.isTrue(part, at: current) { return true }
            return false
        case .and(let parts):
            for part in parts where try !self.isTrue(part, at: current) { return false }
            return true
        case .not(let part): return try !self.isTrue(part, at: current)
        case .exists(let query): return try !self.values(of: query, at: current).isEmpty
        case .test(let call): return try self.result(of: call, at: current) == .bool(true)
        case .comparison(let left, let relation, let right):
            let left = try self.value(of: left, at: current)
            let right = try self.value(of: right, at: current)
            return try self.holds(left, relation, right)
        }
    }

    /// What a query inside a filter selects.
    private mutating func values(
        of query: FilterQuery,
        at current: JSONValue
    ) throws(JSONPathOverrun) -> [JSONValue] {
        let start = query.isRelative ? current : self.root
        if query.segments.isSingular {
            try self.charge(query.segments.count)
            return query.segments.singularValue(from: start).map { [$0] } ?? []
        }
        // Places inside a filter are nobody's.
        var inner = QueryEvaluator(root: self.root, limits: self.limits, keepsLocations: false)
        swap(&inner.patterns, &self.patterns)
        inner.steps = self.steps
        let nodes = try inner.nodes(of: query.segments, from: start)
        self.steps = inner.steps
        swap(&inner.patterns, &self.patterns)
        return nodes.map(\.value)
    }

    /// The value of an operand; nil is "Nothing".
    private mutating func value(
        of operand: Operand,
        at current: JSONValue
    ) throws(JSONPathOverrun) -> JSONValue? {
        switch operand {
        case .literal(let value): value
        case .query(let query): try self.values(of: query, at: current).first
        case .function(let call): try self.result(of: call, at: current)
        }
    }

    /// The result of a function; one that is true or false is that value here.
    private mutating func result(
        of call: FunctionCall,
        at current: JSONValue
    ) throws(JSONPathOverrun) -> JSONValue? {
        switch call.function {
        case .length:
            guard let value = try self.value(of: call.arguments[0], at: current) else { return nil }
            switch value {
            case .string(let string): return .number(String(string.unicodeScalars.count))
            case .array(let elements): return .number(String(elements.count))
            case .object(let members): return .number(String(members.count))
            case .null, .bool, .number: return nil
            }
        case .count: return .number(String(try self.nodes(of: call, at: current).count))
        case .value:
            let values = try self.nodes(of: call, at: current)
            return values.count == 1 ? values[0] : nil
        case .match: return .bool(try self.isMatch(call, at: current, anywhere: false))
        case .search: return .bool(try self.isMatch(call, at: current, anywhere: true))
        }
    }

    private mutating func nodes(
        of call: FunctionCall,
        at current: JSONValue
    ) throws(JSONPathOverrun) -> [JSONValue] {
        guard case .query(let query)? = call.arguments.first else { return [] }
        return try self.values(of: query, at: current)
    }

    /// What is no string, or no pattern, matches nothing (RFC 9535, sections 2.4.6 and 2.4.7).
    private mutating func isMatch(
        _ call: FunctionCall,
        at current: JSONValue,
        anywhere: Bool
    ) throws(JSONPathOverrun) -> Bool {
        guard case .string(let subject)? = try self.value(of: call.arguments[0], at: current),
            case .string(let text)? = try self.value(of: call.arguments[1], at: current),
            let pattern = try self.pattern(text)
        else { return false }
        var budget = self.limits.steps - self.steps
        let isFound = pattern.isFound(in: subject, anywhere: anywhere, budget: &budget)
        self.steps = self.limits.steps - budget
        guard let isFound else { throw .tooManySteps(limit: self.limits.steps) }
        return isFound
    }

    private mutating func pattern(_ text: String) throws(JSONPathOverrun) -> Pattern? {
        if let known = self.patterns[text] { return known }
        do throws(PatternError) {
            let pattern = try Pattern(text, syntax: .iRegexp)
            self.patterns[text] = .some(pattern)
            return pattern
        } catch {
            if case .tooLarge(let limit) = error.problem { throw .patternTooLarge(limit: limit) }
            self.patterns[text] = .some(nil)
            return nil
        }
    }
}
