package import HTTPModel

/// One place where two JSON values differ.
package struct JSONDifference: Sendable, Hashable {
    /// The path of the place, such as `$.items[0].name`.
    package var path: String
    /// What stands there in the first value; nil if nothing does.
    package var old: JSONValue?
    /// What stands there in the second value; nil if nothing does.
    package var new: JSONValue?

    /// Creates a difference.
    package init(path: String, old: JSONValue?, new: JSONValue?) {
        self.path = path
        self.old = old
        self.new = new
    }

    /// The places where two values differ, in the order of the second.
    ///
    /// Members are compared by key, whatever their order. Arrays are compared by their elements:
    /// what was inserted or removed does not make everything behind it differ. Numbers that are
    /// spelled differently differ: nothing is rounded.
    package static func between(_ old: JSONValue, _ new: JSONValue) -> [JSONDifference] {
        var differences: [JSONDifference] = []
        Self.compare(old, new, at: "$", into: &differences)
        return differences
    }

    private static func compare(
        _ old: JSONValue,
        _ new: JSONValue,
        at path: String,
        into differences: inout [JSONDifference]
    ) {
        guard old != new else { return }
        switch (old, new) {
        case (.object(let before), .object(let after)):
            Self.compare(before, after, at: path, into: &differences)
        case (.array(let before), .array(let after)):
            Self.compare(before, after, at: path, into: &differences)
        default: differences.append(JSONDifference(path: path, old: old, new: new))
        }
    }

    private static func compare(
        _ old: [JSONValue.Member],
        _ new: [JSONValue.Member],
        at path: String,
        into differences: inout [JSONDifference]
    ) {
        let before = Dictionary(old.map { ($0.key, $0.value) }) { first, _ in first }
        var seen: Set<String> = []
        for member in new where seen.insert(member.key).inserted {
            let place = path + Self.step(member.key)
            if let value = before[member.key] {
                Self.compare(value, member.value, at: place, into: &differences)
            } else {
                differences.append(JSONDifference(path: place, old: nil, new: member.value))
            }
        }
        for member in old where !seen.contains(member.key) {
            differences.append(
                JSONDifference(path: path + Self.step(member.key), old: member.value, new: nil)
            )
        }
    }

    private static func compare(
        _ old: [JSONValue],
        _ new: [JSONValue],
        at path: String,
        into differences: inout [JSONDifference]
    ) {
        // What is alike at both ends stays out of it.
        let start = zip(old, new).prefix { $0 == $1 }.count
        let shortest = min(old.count, new.count) - start
        let end = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
        let tail = min(end, shortest)
        let before = Array(old[start..<(old.count - tail)])
        let after = Array(new[start..<(new.count - tail)])
        for index in 0..<max(before.count, after.count) {
            let place = "\(path)[\(start + index)]"
            if index < before.count, index < after.count {
                Self.compare(before[index], after[index], at: place, into: &differences)
            } else if index < after.count {
                differences.append(JSONDifference(path: place, old: nil, new: after[index]))
            } else {
                differences.append(JSONDifference(path: place, old: before[index], new: nil))
            }
        }
    }

    private static func step(_ key: String) -> String {
        let isPlain =
            key.utf8.first.map { $0.isASCIILetter || $0 == UInt8(ascii: "_") } ?? false
            && key.utf8.allSatisfy {
                $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_")
            }
        return isPlain ? ".\(key)" : "[\(key.jsonQuoted)]"
    }
}
