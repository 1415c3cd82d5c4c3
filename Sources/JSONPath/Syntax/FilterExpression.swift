import HTTPModel

/// What stands after `?` (RFC 9535, section 2.3.5).
indirect enum LogicalExpression: Sendable, Hashable {
    case or([LogicalExpression])
    case and([LogicalExpression])
    case not(LogicalExpression)
    case comparison(Operand, ComparisonOperator, Operand)
    /// Whether a query selects anything.
    case exists(FilterQuery)
    /// A function that is true or false.
    case test(FunctionCall)
}

/// A query inside a filter.
struct FilterQuery: Sendable, Hashable {
    /// Whether it starts at the current node, `@`, and not at `$`.
    var isRelative: Bool
    var segments: [Segment]
}

/// One side of a comparison, or an argument of a function.
enum Operand: Sendable, Hashable {
    case literal(JSONValue)
    case query(FilterQuery)
    case function(FunctionCall)
}

/// A function with its arguments (RFC 9535, section 2.4).
struct FunctionCall: Sendable, Hashable {
    var function: Function
    var arguments: [Operand]
}

/// A relation between two values.
enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
    // Longer ones first: a parser that takes the first that fits is right.
    case equal = "=="
    case notEqual = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
}

/// A function of RFC 9535, sections 2.4.4 to 2.4.8.
enum Function: String, Sendable, Hashable, CaseIterable {
    case length
    case count
    case match
    case search
    case value

    /// What a parameter takes.
    enum Parameter {
        /// A value, or nothing.
        case value
        /// The nodes of a query.
        case nodes
    }

    /// What it takes.
    var parameters: [Parameter] {
        switch self {
        case .length: [.value]
        case .count, .value: [.nodes]
        case .match, .search: [.value, .value]
        }
    }

    /// Whether it yields true or false, and no value that can be compared.
    var isLogical: Bool {
        switch self {
        case .match, .search: true
        case .length, .count, .value: false
        }
    }
}
