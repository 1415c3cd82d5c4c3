import HTTPModel

/// A description as a tree, with quick access to what it refers to by `$ref`.
struct NodeTable: Sendable {
    /// How many references are followed one after another; descriptions may refer in circles.
    private static let hopLimit = 16

    private let root: JSONValue
    /// What stands in the sections that references point into, by pointer.
    private var byPointer: [String: JSONValue] = [:]
    /// The operations, each with the path item that it stands in.
    private(set) var operations: [(operation: JSONValue, pathItem: JSONValue)] = []

    init(root: JSONValue) {
        self.root = root
        for section in ["definitions", "parameters", "responses"] {
            self.index(root[section], at: "#/\(section)")
        }
        for case .object(let sections)? in [root["components"]] {
            for section in sections {
                self.index(section.value, at: "#/components/\(section.key)")
            }
        }
    }

    private mutating func index(_ section: JSONValue?, at pointer: String) {
        guard case .object(let members)? = section else { return }
        for member in members { self.byPointer["\(pointer)/\(member.key)"] = member.value }
    }

    /// Takes an operation; returns its index.
    mutating func insert(_ operation: JSONValue, in pathItem: JSONValue) -> Int {
        self.operations.append((operation, pathItem))
        return self.operations.count - 1
    }

    /// The node, or what it refers to; references into other files stay as they are.
    func resolve(_ node: JSONValue) -> JSONValue {
        var node = node
        for _ in 0..<Self.hopLimit {
            guard case .string(let reference)? = node["$ref"],
                let target = self.target(of: reference)
            else { return node }
            node = target
        }
        return .null
    }

    /// What a local reference points to (RFC 6901, in a URI fragment).
    private func target(of reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        if let found = self.byPointer[reference] { return found }
        var node = self.root
        for piece in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false)
        {
            let key = String(piece).percentDecoded
                .replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = node[key] ?? Int(key).flatMap({ node[$0] }) else { return nil }
            node = next
        }
        return node
    }
}

extension JSONValue {
    /// The string that a member holds.
    func string(_ key: String) -> String? {
        guard case .string(let text)? = self[key] else { return nil }
        return text
    }

    /// Whether a member is `true`.
    func flag(_ key: String) -> Bool { self[key] == .bool(true) }

    /// The elements of a member that is an array.
    func elements(_ key: String) -> [JSONValue] {
        guard case .array(let elements)? = self[key] else { return [] }
        return elements
    }

    /// The members of a member that is an object.
    func members(_ key: String) -> [Member] {
        guard case .object(let members)? = self[key] else { return [] }
        return members
    }
}
