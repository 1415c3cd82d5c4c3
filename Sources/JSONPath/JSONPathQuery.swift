package import HTTPModel

/// A JSONPath query (RFC 9535): `$.items[?@.price < 10].name`.
///
/// All of the RFC is read: names, wildcards, indices, slices, descendants, filters with singular
/// queries and comparisons, and the functions `length`, `count`, `match`, `search` and `value` with
/// I-Regexp patterns (RFC 9485). Nothing beyond it is.
package struct JSONPathQuery: Sendable, Hashable {
    /// The segments after `$`.
    var segments: [Segment]

    /// Parses a query.
    ///
    /// - Throws: What is wrong, with its place, when the text is not well-formed and valid
    ///   (RFC 9535, section 2.1).
    package init(_ text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        self.segments = try parser.query()
    }

    /// Whether it finds at most one node in any value (RFC 9535, section 2.3.5.1).
    package var isSingular: Bool { self.segments.isSingular }

    /// The nodes that it selects, in the order of RFC 9535, with their places.
    package func nodes(
        in value: JSONValue,
        limits: JSONPathLimits = JSONPathLimits()
    ) throws(JSONPathOverrun) -> [JSONPathNode] {
        var evaluator = QueryEvaluator(root: value, limits: limits, keepsLocations: true)
        return try evaluator.nodes(of: self.segments, from: value).map(JSONPathNode.init)
    }

    /// The values that it selects, in the order of RFC 9535.
    package func values(
        in value: JSONValue,
        limits: JSONPathLimits = JSONPathLimits()
    ) throws(JSONPathOverrun) -> [JSONValue] {
        var evaluator = QueryEvaluator(root: value, limits: limits, keepsLocations: false)
        return try evaluator.nodes(of: self.segments, from: value).map(\.value)
    }

    /// The first value that it selects; nil if there is none.
    package func firstMatch(
        in value: JSONValue,
        limits: JSONPathLimits = JSONPathLimits()
    ) throws(JSONPathOverrun) -> JSONValue? {
        if self.isSingular { return self.segments.singularValue(from: value) }
        return try self.values(in: value, limits: limits).first
    }

    /// Whether some value may have a node that both select, or one that lies within another's.
    ///
    /// It errs towards true: it looks at the queries alone, not at a value.
    package func mayOverlap(_ other: JSONPathQuery) -> Bool {
        for (left, right) in zip(self.segments, other.segments) {
            if left.isDescendant || right.isDescendant { return true }
            let meets = left.selectors.contains { selector in
                right.selectors.contains { selector.mayMeet($0) }
            }
            guard meets else { return false }
        }
        return true
    }
}

extension JSONPathQuery: CustomStringConvertible {
    /// The query in one spelling: names in brackets, no blanks that could be left out.
    ///
    /// Of a query that names one place without counting from the end this is the normalized path.
    package var description: String { "$" + self.segments.canonicalText }
}

/// What a query may cost when it is evaluated.
package struct JSONPathLimits: Sendable, Hashable {
    /// The greatest number of nodes after any segment.
    package var nodes: Int
    /// The greatest number of steps: nodes visited, comparisons, and steps of patterns.
    package var steps: Int

    /// Creates limits; those given by default let a second of work pass, not a minute.
    package init(nodes: Int = 1_000_000, steps: Int = 50_000_000) {
        self.nodes = nodes
        self.steps = steps
    }
}

/// A limit that an evaluation went beyond.
package enum JSONPathOverrun: Error, Sendable, Hashable {
    /// More nodes than the limit were selected.
    case tooManyNodes(limit: Int)
    /// More steps than the limit were needed.
    case tooManySteps(limit: Int)
    /// A pattern is too large.
    case patternTooLarge(limit: Int)
}
