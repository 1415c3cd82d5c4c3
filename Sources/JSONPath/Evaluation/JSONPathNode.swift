package import HTTPModel

/// A value that a query selected, with its place (RFC 9535, section 1.1).
package struct JSONPathNode: Sendable, Hashable {
    /// The value.
    package var value: JSONValue
    /// The steps from the root.
    package var location: [Step]

    /// A step from a value to a child.
    package enum Step: Sendable, Hashable {
        /// To the member of this name.
        case name(String)
        /// To the element at this index.
        case index(Int)
    }

    init(_ node: EvaluatedNode) {
        self.value = node.value
        self.location = node.place?.steps ?? []
    }

    /// The normalized path (RFC 9535, section 2.7), such as `$['items'][0]`.
    package var path: String { Self.path(of: self.location) }

    /// The normalized path of a place.
    package static func path(of location: [Step]) -> String {
        location.reduce(into: "$") { path, step in
            switch step {
            case .name(let name): path += "[\(name.normalizedName)]"
            case .index(let index): path += "[\(index)]"
            }
        }
    }
}

/// A node during evaluation.
struct EvaluatedNode {
    var value: JSONValue
    /// Where it is; nil at the root and where places are not kept.
    var place: Place?
}

/// The last step to a node, and where that step began: siblings share what is above them.
final class Place: Sendable {
    let parent: Place?
    let step: JSONPathNode.Step

    init(parent: Place?, step: JSONPathNode.Step) {
        self.parent = parent
        self.step = step
    }

    var steps: [JSONPathNode.Step] {
        var steps: [JSONPathNode.Step] = []
        var place: Place? = self
        while let current = place {
            steps.append(current.step)
            place = current.parent
        }
        return steps.reversed()
    }
}
