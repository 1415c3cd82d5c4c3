import HTTPModel

/// A JSON value that data items build up, member by member: `a[b][]=v`.
struct DataTree {
    /// A step into the value.
    enum Step: Hashable {
        case member(String)
        case element(Int)
        case append
    }

    /// Why a step cannot be taken.
    struct Conflict: Error {
        /// The key as typed.
        var key: String
        /// What stands there already.
        var existing: String
    }

    /// How far an array is filled with nulls for an index, which keeps `a[999999999]=x` harmless.
    static let elementLimit = 10_000

    /// The value so far; nil before the first item.
    private(set) var value: JSONValue?

    /// Puts `leaf` where `steps` lead.
    mutating func insert(
        _ leaf: JSONValue,
        at steps: [Step],
        key: String
    ) throws(Conflict) {
        self.value = try Self.inserting(leaf, into: self.value, steps[...], key: key)
    }

    private static func inserting(
        _ leaf: JSONValue,
        into value: JSONValue?,
        _ steps: ArraySlice<Step>,
        key: String
    ) throws(Conflict) -> JSONValue {
        guard let step = steps.first else { return leaf }
        let rest = steps.dropFirst()
        switch step {
        case .member(let name):
            var members: [JSONValue.Member] = []
            if let value {
                guard case .object(let existing) = value else {
                    throw Conflict(key: key, existing: value.kindText)
                }
                members = existing
            }
            let place = members.firstIndex { $0.key == name }
            let inner = try Self.inserting(
                leaf,
                into: place.map { members[$0].value },
                rest,
                key: key
            )
            if let place {
                members[place].value = inner
            } else {
                members.append(JSONValue.Member(name, inner))
            }
            return .object(members)
        case .element, .append:
            var elements: [JSONValue] = []
            if let value {
                guard case .array(let existing) = value else {
                    throw Conflict(key: key, existing: value.kindText)
                }
                elements = existing
            }
            var index = elements.count
            if case .element(let wanted) = step { index = wanted }
            guard index < Self.elementLimit else {
                throw Conflict(key: key, existing: "an array of at most \(Self.elementLimit)")
            }
            while elements.count <= index { elements.append(.null) }
            let existing = elements[index] == .null ? nil : elements[index]
            elements[index] = try Self.inserting(leaf, into: existing, rest, key: key)
            return .array(elements)
        }
    }
}

extension JSONValue {
    /// What kind of value this is, for errors.
    fileprivate var kindText: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
