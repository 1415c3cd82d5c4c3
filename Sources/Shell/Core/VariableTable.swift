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

    /// Forgets all.
    mutating func removeAll() { self = VariableTable() }

    /// All variables in order.
    package var all: [(name: String, value: String)] {
        self.names.compactMap { name in self.values[name].map { (name, $0) } }
    }
}
