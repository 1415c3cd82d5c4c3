import HTTPModel
import Yams

/// Reads YAML as far as it says what JSON could say (YAML 1.2.2, the core schema).
enum YAMLReader {
    /// How many nodes a text may stand for once its aliases are followed: a few lines of aliases of
    /// aliases can mean billions.
    private static let nodeLimit = 2_000_000

    /// The value that a text stands for.
    static func value(of bytes: [UInt8]) throws(APIDescriptionError) -> JSONValue {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self))
        } catch let error as YamlError {
            throw Self.error(error)
        } catch {
            throw .syntax(detail: "not YAML", line: nil)
        }
        guard let root else { throw .notADescription }
        var budget = Self.nodeLimit
        return try Self.value(of: root, depth: 0, &budget)
    }

    private static func value(
        of node: Node,
        depth: Int,
        _ budget: inout Int
    ) throws(APIDescriptionError) -> JSONValue {
        budget -= 1
        guard budget > 0, depth < JSONSyntaxError.nestingLimit else {
            throw .syntax(detail: "nested too deeply", line: nil)
        }
        switch node {
        case .scalar(let scalar): return Self.value(of: scalar)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence {
                elements.append(try Self.value(of: element, depth: depth + 1, &budget))
            }
            return .array(elements)
        case .mapping(let mapping):
            var members: [JSONValue.Member] = []
            for (key, value) in mapping {
                let name = key.scalar?.string ?? ""
                members.append(
                    .init(name, try Self.value(of: value, depth: depth + 1, &budget))
                )
            }
            return .object(members)
        case .alias:
            // Composing has put what they stand for in their place.
            return .null
        }
    }

    private static func value(of scalar: Node.Scalar) -> JSONValue {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        // Only what JSON spells as a number is one; `1_000` and `0x1F` stay text.
        if let first = scalar.string.utf8.first, first == 0x2D || (0x30...0x39).contains(first),
            case .number(let number)? = try? JSONValue(parsing: scalar.string)
        {
            return .number(number)
        }
        return .string(scalar.string)
    }

    private static func error(_ error: YamlError) -> APIDescriptionError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .syntax(detail: problem, line: mark.line)
        default: .syntax(detail: "not YAML", line: nil)
        }
    }
}
