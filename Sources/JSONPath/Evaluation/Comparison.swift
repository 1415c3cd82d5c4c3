package import HTTPModel

/// Compares values (RFC 9535, section 2.3.5.2.2); nil is "Nothing".
extension QueryEvaluator {
    mutating func holds(
        _ left: JSONValue?,
        _ relation: ComparisonOperator,
        _ right: JSONValue?
    ) throws(JSONPathOverrun) -> Bool {
        switch relation {
        case .equal: return try self.areEqual(left, right)
        case .notEqual: return try !self.areEqual(left, right)
        case .less: return Self.isLess(left, right)
        case .greater: return Self.isLess(right, left)
        case .lessOrEqual:
            if Self.isLess(left, right) { return true }
            return try self.areEqual(left, right)
        case .greaterOrEqual:
            if Self.isLess(right, left) { return true }
            return try self.areEqual(left, right)
        }
    }

    private mutating func areEqual(
        _ left: JSONValue?,
        _ right: JSONValue?
    ) throws(JSONPathOverrun) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return try left.isEqual(to: right) { () throws(JSONPathOverrun) in try self.charge(1) }
    }

    /// Only numbers and strings have an order.
    private static func isLess(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        switch (left, right) {
        case (.number(let left)?, .number(let right)?): Decimal(left) < Decimal(right)
        case (.string(let left)?, .string(let right)?): left.isBefore(right)
        case (.null?, _), (.bool?, _), (.number?, _), (.string?, _), (.array?, _), (.object?, _),
            (nil, _):
            false
        }
    }
}

extension JSONValue {
    /// Whether two values are the same (RFC 9535, section 2.3.5.2.2): numbers by what they say,
    /// objects in any order of their members.
    package func isEqual(to other: JSONValue) -> Bool {
        self.isEqual(to: other) { () throws(Never) in }
    }

    /// The same, where each pair of values that is looked at is told of before.
    fileprivate func isEqual<Overrun: Error>(
        to other: JSONValue,
        _ charge: () throws(Overrun) -> Void
    ) throws(Overrun) -> Bool {
        try charge()
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)): return Decimal(left) == Decimal(right)
        case (.string(let left), .string(let right)): return left.isSame(as: right)
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) where try !left.isEqual(to: right, charge) {
                return false
            }
            return true
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            // Members have no order; those of one name, which JSON leaves open, have.
            let left = left.sorted { $0.key.isBefore($1.key) }
            let right = right.sorted { $0.key.isBefore($1.key) }
            for (left, right) in zip(left, right) {
                guard left.key.isSame(as: right.key) else { return false }
                guard try left.value.isEqual(to: right.value, charge) else { return false }
            }
            return true
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _):
            return false
        }
    }
}

extension String {
    /// Order by Unicode scalar values, which is that of UTF-8's bytes.
    fileprivate func isBefore(_ other: String) -> Bool {
        self.utf8.lexicographicallyPrecedes(other.utf8)
    }
}

/// A JSON number as exactly what it says: no two numbers are equal because a Double rounds them.
package struct Decimal: Hashable, Comparable {
    /// Digits without zeros at either end; none for 0.
    private var digits: [UInt8] = []
    /// The value is `0.digits × 10^exponent`.
    private var exponent = 0
    private var isNegative = false

    /// Reads a number in JSON's spelling.
    package init(_ spelling: String) {
        var rest = spelling.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        var digits = Array(whole) + Array(mantissa.dropFirst(whole.count + 1))
        let leading = digits.prefix { $0 == 0x30 }.count
        while digits.last == 0x30 { digits.removeLast() }
        guard leading < digits.count else { return }
        self.digits = Array(digits.dropFirst(leading))
        self.isNegative = isNegative
        let written = Self.exponent(rest.dropFirst(mantissa.count + 1))
        self.exponent = whole.count - leading + written
    }

    /// What stands after `e`, held within bounds that no text of ours can tell apart.
    private static func exponent(_ text: Substring.UTF8View) -> Int {
        guard !text.isEmpty else { return 0 }
        let bound = 1 << 60
        if let value = Int(Substring(text)) { return min(max(value, -bound), bound) }
        return text.first == UInt8(ascii: "-") ? -bound : bound
    }

    package static func < (left: Decimal, right: Decimal) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        let isBelow = left.magnitudeIsLess(than: right)
        return left.isNegative ? right.magnitudeIsLess(than: left) : isBelow
    }

    private func magnitudeIsLess(than other: Decimal) -> Bool {
        if self.digits.isEmpty || other.digits.isEmpty {
            return self.digits.isEmpty && !other.digits.isEmpty
        }
        if self.exponent != other.exponent { return self.exponent < other.exponent }
        return self.digits.lexicographicallyPrecedes(other.digits)
    }
}
