import HTTPModel
import SessionFiles
import ShellLanguage

/// The variables of a saved session: each request finds those that it was made of.
extension StickyWriter {
    /// The base, and the variables that requests refer to.
    mutating func writeVariables() {
        if let base = self.base {
            self.session.variables.append(
                SessionVariable(name: "base", value: base.origin.description)
            )
        }
        let users = self.session.requests.map(\.variableNames)
        var names: [String] = []
        for entry in self.entries {
            for name in entry.state.variables.names where !names.contains(name) {
                names.append(name)
            }
        }
        for name in names {
            self.write(name, users: users.indices.filter { users[$0].contains(name) })
        }
    }

    /// Writes a variable for the requests that use it.
    private mutating func write(_ name: String, users: [Int]) {
        let values = users.compactMap { self.entries[$0].state.variables[name] }
        guard values.count == users.count, let first = users.first else { return }
        let place = StickyState.Place.variable(name)
        // One that is captured is set by nothing else any more.
        if Set(values).count == 1,
            let source = self.entries[first].state.template(for: place, value: values[0])?.only,
            self.place(of: source, before: first) != nil
        {
            self.capture(source, as: name, before: first)
            return
        }
        var current: String?
        for (index, value) in zip(users, values) where value != current {
            self.assign(name, value, at: index, isFirst: current == nil)
            current = value
        }
    }

    private mutating func assign(_ name: String, _ value: String, at index: Int, isFirst: Bool) {
        let template = self.entries[index].state.template(for: .variable(name), value: value)
        if let template, let text = self.text(template, at: index) {
            self.session.requests[index].variables.append(SessionVariable(name: name, value: text))
            return
        }
        let isSecret =
            SensitiveNames.holdsSecret(name) || self.secrets.sensitiveReferences.contains(name)
        if isSecret, !self.keepsSecrets {
            self.secrets.expect(name)
            if !isFirst { self.notes.append(.secretChanged(name: name)) }
            return
        }
        let variable = SessionVariable(name: name, value: Template(literal: value).rawText)
        if isFirst {
            self.session.variables.append(variable)
        } else {
            self.session.requests[index].variables.append(variable)
        }
    }
}

extension RecordedRequest {
    /// The variables that it refers to.
    fileprivate var variableNames: Set<String> {
        var texts = [self.target] + self.fields.map(\.value)
        if case .template(let body) = self.body { texts.append(body) }
        var names: Set<String> = []
        for placeholder in texts.flatMap({ Template.parse($0).placeholders }) {
            if case .variable(let name) = placeholder.reference { names.insert(name) }
        }
        return names
    }
}
