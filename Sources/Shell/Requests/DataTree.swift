import HTTPModel

/// A JSON value that data items build up, member by member: `a[b][]=v`.
///
/// Nodes lie side by side and name each other by number, so that an item changes what it concerns
/// in place, however many there are.
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
        /// What is in the way.
        var problem: DataPathProblem
    }

    /// How far an array is filled with nulls for an index, which keeps `a[999999999]=x` harmless.
    static let elementLimit = 10_000

    /// A value, or what will be one.
    private struct Node {
        /// What stands here, but for what is below it.
        enum Kind {
            case nothing
            case leaf(JSONValue)
            case object
            case array
        }

        var kind = Kind.nothing
        /// The members of an object in order, by the numbers of their nodes.
        var members: [(key: String, node: Int)] = []
        /// Where each key first stands among the members.
        var places: [String: Int] = [:]
        /// The elements of an array, by the numbers of their nodes.
        var elements: [Int] = []
    }

    /// The nodes; the first is the whole.
    private var nodes = [Node()]

    /// The value so far; nil before the first item.
    var value: JSONValue? {
        if case .nothing = self.nodes[0].kind { nil } else { self.value(of: 0) }
    }

    /// Puts `leaf` where `steps` lead.
    mutating func insert(
        _ leaf: JSONValue,
        at steps: [Step],
        key: String
    ) throws(Conflict) {
        var place = 0
        for step in steps {
            switch step {
            case .member(let name): place = try self.member(name, of: place, key)
            case .element(let index): place = try self.element(index, of: place, key)
            case .append: place = try self.element(nil, of: place, key)
            }
        }
        self.nodes[place] = Node(kind: .leaf(leaf))
    }

    private func value(of place: Int) -> JSONValue {
        let node = self.nodes[place]
        return switch node.kind {
        case .nothing: .null
        case .leaf(let value): value
        case .object:
            .object(node.members.map { JSONValue.Member($0.key, self.value(of: $0.node)) })
        case .array: .array(node.elements.map(self.value(of:)))
        }
    }

    private mutating func add(_ node: Node) -> Int {
        self.nodes.append(node)
        return self.nodes.count - 1
    }

    // MARK: Objects

    /// The node of a member, made where there is none.
    private mutating func member(
        _ name: String,
        of place: Int,
        _ key: String
    ) throws(Conflict) -> Int {
        switch self.nodes[place].kind {
        case .object: break
        case .nothing: self.nodes[place].kind = .object
        case .leaf(.object(let members)):
            self.nodes[place] = Node(kind: .object)
            for member in members { self.append(member.key, .leaf(member.value), to: place) }
        case .leaf(let value): throw Conflict(key: key, problem: .occupied(by: value.kindText))
        case .array: throw Conflict(key: key, problem: .occupied(by: "an array"))
        }
        if let existing = self.nodes[place].places[name] {
            return self.nodes[place].members[existing].node
        }
        return self.append(name, .nothing, to: place)
    }

    /// Adds a member; of several with one key the first is the one that is found.
    @discardableResult
    private mutating func append(_ name: String, _ kind: Node.Kind, to place: Int) -> Int {
        let node = self.add(Node(kind: kind))
        let index = self.nodes[place].members.count
        self.nodes[place].members.append((name, node))
        if self.nodes[place].places[name] == nil { self.nodes[place].places[name] = index }
        return node
    }

    // MARK: Arrays

    /// The node of an element, or of a new one at the end.
    private mutating func element(
        _ wanted: Int?,
        of place: Int,
        _ key: String
    ) throws(Conflict) -> Int {
        switch self.nodes[place].kind {
        case .array: break
        case .nothing: self.nodes[place].kind = .array
        case .leaf(.array(let values)):
            self.nodes[place] = Node(kind: .array)
            for value in values {
                let node = self.add(Node(kind: .leaf(value)))
                self.nodes[place].elements.append(node)
            }
        case .leaf(let value): throw Conflict(key: key, problem: .occupied(by: value.kindText))
        case .object: throw Conflict(key: key, problem: .occupied(by: "an object"))
        }
        let index = wanted ?? self.nodes[place].elements.count
        guard index < Self.elementLimit else {
            throw Conflict(key: key, problem: .tooManyElements(limit: Self.elementLimit))
        }
        while self.nodes[place].elements.count <= index {
            let node = self.add(Node())
            self.nodes[place].elements.append(node)
        }
        let node = self.nodes[place].elements[index]
        // A null among the elements only keeps a place.
        if case .leaf(.null) = self.nodes[node].kind { self.nodes[node].kind = .nothing }
        return node
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
