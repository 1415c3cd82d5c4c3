import HTTPModel

/// One step of a query (RFC 9535, section 2.5).
struct Segment: Sendable, Hashable {
    /// Whether it selects among the node and all below it, not only among its children.
    var isDescendant: Bool
    /// What it selects, each selector after the one before.
    var selectors: [Selector]
}

/// What is selected among the children of a node (RFC 9535, section 2.3).
enum Selector: Sendable, Hashable {
    /// The member of this name.
    case name(String)
    /// All children.
    case wildcard
    /// The element at this index, from the end if negative.
    case index(Int)
    /// The elements of a slice.
    case slice(Slice)
    /// The children for which an expression is true.
    case filter(LogicalExpression)

    /// Whether both may select the same child of some value.
    func mayMeet(_ other: Selector) -> Bool {
        switch (self, other) {
        case (.name(let left), .name(let right)): return left.isSame(as: right)
        case (.index(let left), .index(let right)):
            return left == right || (left < 0) != (right < 0)
        case (.name, .index), (.name, .slice), (.index, .name), (.slice, .name): return false
        case (.wildcard, _), (_, .wildcard), (.filter, _), (_, .filter), (.slice, _), (_, .slice):
            return true
        }
    }
}

/// `start:end:step` (RFC 9535, section 2.3.4).
struct Slice: Sendable, Hashable {
    var start: Int?
    var end: Int?
    var step: Int?

    /// The indices that it selects in an array of this length, in their order.
    func indices(count: Int) -> StrideTo<Int> {
        let step = self.step ?? 1
        // Nothing is selected by a step of 0.
        guard step != 0 else { return stride(from: 0, to: 0, by: 1) }
        let start = Self.normalized(self.start ?? (step > 0 ? 0 : count - 1), count: count)
        let end = Self.normalized(self.end ?? (step > 0 ? count : -count - 1), count: count)
        if step > 0 {
            return stride(from: min(max(start, 0), count), to: min(max(end, 0), count), by: step)
        }
        return stride(
            from: min(max(start, -1), count - 1),
            to: min(max(end, -1), count - 1),
            by: step
        )
    }

    private static func normalized(_ index: Int, count: Int) -> Int {
        index >= 0 ? index : count + index
    }
}

extension [Segment] {
    /// Whether they lead to at most one node.
    var isSingular: Bool {
        self.allSatisfy { segment in
            guard !segment.isDescendant, segment.selectors.count == 1 else { return false }
            switch segment.selectors[0] {
            case .name, .index: return true
            case .wildcard, .slice, .filter: return false
            }
        }
    }

    /// What singular segments lead to.
    func singularValue(from value: JSONValue) -> JSONValue? {
        var current = value
        for segment in self {
            let next: JSONValue? =
                switch segment.selectors.first {
                case .name(let name)?: current.member(name)
                case .index(let index)?: current[index]
                case .wildcard?, .slice?, .filter?, nil: nil
                }
            guard let next else { return nil }
            current = next
        }
        return current
    }
}

extension JSONValue {
    /// The first member of this name, compared scalar by scalar (RFC 9535, section 2.3.1).
    func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key.isSame(as: name) }?.value
    }
}

extension String {
    /// Whether both consist of the same Unicode scalars; `==` would take `é` and `e` with an
    /// accent for the same.
    func isSame(as other: String) -> Bool {
        self.utf8.count == other.utf8.count && self.utf8.elementsEqual(other.utf8)
    }
}
