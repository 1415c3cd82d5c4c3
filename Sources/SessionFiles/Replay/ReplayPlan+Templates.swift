import HTTPModel

extension ReplayPlan {
    /// Every text in which references are resolved, but for those of side files.
    package var templates: [String] {
        var texts = self.variables.map(\.value) + self.defaultQuery.map(\.value)
        texts += self.defaultFields.map(\.value)
        for step in self.steps {
            texts += step.variables.map(\.value) + step.commands.map(\.text)
            if let condition = step.skipCondition { texts += [condition.left, condition.right] }
            texts += step.requestTemplates
        }
        return texts
    }
}

extension ReplayStep {
    /// Every text of the request in which references are resolved, but for those of side files.
    package var requestTemplates: [String] {
        var texts = [self.target] + self.fields.map(\.value)
        for case .template(let text) in self.content { texts.append(text) }
        return texts
    }

    /// Whether references are resolved in a side file, whose text is known when it is sent.
    package var substitutesInSideFile: Bool {
        self.content.contains { part in
            if case .file(let reference) = part { reference.substitutesVariables } else { false }
        }
    }
}
