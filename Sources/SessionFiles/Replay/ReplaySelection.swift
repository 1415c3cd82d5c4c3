/// Which requests of a file are sent: `--only`, `--from`, `--to`, by name or number.
package struct ReplaySelection: Sendable, Hashable {
    /// Only these; empty is all.
    package var only: [String] = []
    /// From this one on.
    package var from: String?
    /// Up to and with this one.
    package var to: String?

    /// Creates a selection of all requests.
    package init() {}

    /// A request that was asked for and is not there; the names that are.
    package struct Missing: Error, Sendable, Hashable {
        package var wanted: String
        package var names: [String]
    }

    /// The steps that are sent.
    ///
    /// - Throws: `Missing` for a name or number that no request has.
    package func indices(in plan: ReplayPlan) throws(Missing) -> Set<Int> {
        var first = 0
        var last = plan.steps.count - 1
        if let from { first = try self.index(of: from, in: plan) }
        if let to { last = try self.index(of: to, in: plan) }
        var selected = Set(first <= last ? Array(first...last) : [])
        guard !self.only.isEmpty else { return selected }
        var wanted: Set<Int> = []
        for name in self.only { wanted.insert(try self.index(of: name, in: plan)) }
        selected.formIntersection(wanted)
        return selected
    }

    private func index(of name: String, in plan: ReplayPlan) throws(Missing) -> Int {
        if let index = plan.steps.firstIndex(where: { $0.name == name }) { return index }
        if let number = Int(name), number >= 1, number <= plan.steps.count { return number - 1 }
        throw Missing(wanted: name, names: plan.steps.compactMap(\.name))
    }
}

extension ReplayPlan {
    /// Whether the file sets what holds during its replay only.
    package var changesSession: Bool {
        !self.settings.isEmpty || !self.defaultFields.isEmpty || !self.defaultQuery.isEmpty
            || !self.variables.isEmpty
            || self.steps.contains { step in
                !step.variables.isEmpty || !step.settings.isEmpty
                    || step.commands.contains { FileCommand($0.text)?.changesSession == true }
            }
    }

    /// Puts what another file does before all that this one does.
    package mutating func prepend(_ included: ReplayPlan) {
        self.settings = included.settings + self.settings
        self.defaultQuery = included.defaultQuery + self.defaultQuery
        self.defaultFields = included.defaultFields + self.defaultFields
        self.variables = included.variables + self.variables
        self.cookieJar = self.cookieJar ?? included.cookieJar
        self.sessionExpectations = included.sessionExpectations + self.sessionExpectations
        self.redactions.formUnion(included.redactions)
        self.ignored.formUnion(included.ignored)
        self.steps = included.steps + self.steps
        for index in self.steps.indices { self.steps[index].ordinal = index + 1 }
    }

    /// The text with plain variables put in as far as they are known: for showing, not for sending.
    package func resolvingPlainly(_ text: String, _ known: [String: String]) -> String {
        var text = text
        // Variables may be made of variables; a few rounds show what is meant.
        for _ in 0..<4 {
            let next = ReferenceSyntax.pieces(of: text).reduce(into: "") { result, piece in
                switch piece {
                case .text(let plain): result += plain
                case .reference(let inner): result += known[inner] ?? "{{\(inner)}}"
                }
            }
            if next == text || next.utf8.count > 4_096 { break }
            text = next
        }
        return text
    }
}
