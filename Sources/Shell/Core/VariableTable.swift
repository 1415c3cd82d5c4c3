/// Variables in the order in which they were first set.
package struct VariableTable: Sendable, Hashable {
    private var values: [String: String] = [:]
    /// The names in order.
    package private(set) var names: [String] = []

    /// Creates an empty table.
    package init() {}

    /// The value of `name`.
    package subscript(name: String) -> String? {
        get { self.values[name] }
        set {
            if self.values[name] == nil, newValue != nil { self.names.append(name) }
            if newValue == nil { self.names.removeAll { $0 == name } }
            self.values[name] = newValue
        }
    }

    /// All variables in order.
    package var all: [(name: String, value: String)] {
        self.names.compactMap { name in self.values[name].map { (name, $0) } }
    }

    /// Whether `name` can be one: letters, digits, `_` and `-`, not digits alone, not `last`.
    package static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name != "last" else { return false }
        let isWord = name.utf8.allSatisfy {
            $0 == 0x5F || $0 == 0x2D || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0)
        }
        return isWord && !(0x30...0x39).contains(first) && first != 0x2D
    }
}
