import HTTPModel

/// Applies segments to nodes (RFC 9535, sections 2.1.2, 2.3 and 2.5), within limits.
struct QueryEvaluator {
    /// What `$` means, in filters too.
    let root: JSONValue
    let limits: JSONPathLimits
    let keepsLocations: Bool
    /// Steps taken so far.
    var steps = 0
    /// Patterns by their text; nil for what is none.
    var patterns: [String: Pattern?] = [:]

    init(root: JSONValue, limits: JSONPathLimits, keepsLocations: Bool) {
        self.root = root
        self.limits = limits
        self.keepsLocations = keepsLocations
    }

    /// The nodes that the segments select, starting from one value.
    mutating func nodes(
        of segments: [Segment],
        from value: JSONValue
    ) throws(JSONPathOverrun) -> [EvaluatedNode] {
        var nodes = [EvaluatedNode(value: value)]
        for segment in segments {
            var selected: [EvaluatedNode] = []
            for node in nodes {
                if segment.isDescendant {
                    try self.descend(from: node, segment.selectors, into: &selected)
                } else {
                    try self.select(segment.selectors, from: node, into: &selected)
                }
            }
            nodes = selected
        }
        return nodes
    }

    /// Counts `count` steps.
    mutating func charge(_ count: Int) throws(JSONPathOverrun) {
        self.steps += count
        if self.steps > self.limits.steps { throw .tooManySteps(limit: self.limits.steps) }
    }

    /// The node first, then what is below each child, in order (RFC 9535, section 2.5.2.2).
    private mutating func descend(
        from node: EvaluatedNode,
        _ selectors: [Selector],
        into selected: inout [EvaluatedNode]
    ) throws(JSONPathOverrun) {
        try self.select(selectors, from: node, into: &selected)
        switch node.value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                let child = self.child(element, .index(index), of: node)
                try self.descend(from: child, selectors, into: &selected)
            }
        case .object(let members):
            for member in members {
                let child = self.child(member.value, .name(member.key), of: node)
                try self.descend(from: child, selectors, into: &selected)
            }
        case .null, .bool, .number, .string: break
        }
    }

    private mutating func select(
        _ selectors: [Selector],
        from node: EvaluatedNode,
        into selected: inout [EvaluatedNode]
    ) throws(JSONPathOverrun) {
        for selector in selectors {
            try self.charge(1)
            switch selector {
            case .name(let name):
                guard let value = node.value.member(name) else { continue }
                selected.append(self.child(value, .name(name), of: node))
            case .index(let index):
                guard case .array(let elements) = node.value else { continue }
                let position = index < 0 ? elements.count + index : index
                guard elements.indices.contains(position) else { continue }
                selected.append(self.child(elements[position], .index(position), of: node))
            case .slice(let slice):
                guard case .array(let elements) = node.value else { continue }
                for index in slice.indices(count: elements.count) {
                    selected.append(self.child(elements[index], .index(index), of: node))
                    try self.check(selected)
                }
            case .wildcard:
                try self.forEachChild(of: node) { (_, child) throws(JSONPathOverrun) in
                    selected.append(child)
                }
            case .filter(let expression):
                try self.forEachChild(of: node) { (evaluator, child) throws(JSONPathOverrun) in
                    if try evaluator.isTrue(expression, at: child.value) { selected.append(child) }
                }
            }
            try self.check(selected)
        }
    }

    private func check(_ selected: [EvaluatedNode]) throws(JSONPathOverrun) {
        guard selected.count <= self.limits.nodes else {
            throw .tooManyNodes(limit: self.limits.nodes)
        }
    }

    private mutating func forEachChild(
        of node: EvaluatedNode,
        _ body: (inout QueryEvaluator, EvaluatedNode) throws(JSONPathOverrun) -> Void
    ) throws(JSONPathOverrun) {
        switch node.value {
        case .array(let elements):
            try self.charge(elements.count)
            for (index, element) in elements.enumerated() {
                try body(&self, self.child(element, .index(index), of: node))
            }
        case .object(let members):
            try self.charge(members.count)
            for member in members {
                try body(&self, self.child(member.value, .name(member.key), of: node))
            }
        case .null, .bool, .number, .string: break
        }
    }

    private func child(
        _ value: JSONValue,
        _ step: @autoclosure () -> JSONPathNode.Step,
        of node: EvaluatedNode
    ) -> EvaluatedNode {
        let place = self.keepsLocations ? Place(parent: node.place, step: step()) : nil
        return EvaluatedNode(value: value, place: place)
    }
}
