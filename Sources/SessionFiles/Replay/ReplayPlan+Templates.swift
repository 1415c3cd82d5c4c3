import HTTPModel

extension ReplayPlan {
    /// Every text in which references are resolved, but for those of side files.
    package var templates: [String] {
        var texts = self.variables.map(\.value) + self.defaultQuery.map(\.value)
        texts += self.defaultFields.map(\.value)
        for step in self.steps {
            texts += step.variables.map(\.value) + step.commands.map(\.text)
            if let condition = step.skipCondition { texts += [condition.left, condition.right] }
            texts += [step.target] + step.fields.map(\.value)
            for case .template(let text) in step.content { texts.append(text) }
        }
        return texts
    }
}
