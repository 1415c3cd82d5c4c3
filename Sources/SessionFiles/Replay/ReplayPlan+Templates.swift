import HTTPModel

extension ReplayPlan {
    /// Every text in which references are resolved, but for those of side files.
    package var templates: [String] {
        var texts = self.variables.map(\.value) + self.defaultQuery.map(\.value)
        texts += self.defaultFields.map(\.value)
        for index in self.steps.indices { self.steps[index].addTemplates(to: &texts) }
        return texts
    }

    /// What is expected of single requests, conditions of `@retry` among it.
    package var requestExpectations: [Expectation] {
        var expectations: [Expectation] = []
        // In their places: to copy a step takes longer than to look at it.
        for index in self.steps.indices {
            for placed in self.steps[index].expectations { expectations.append(placed.expectation) }
            if let retry = self.steps[index].retry { expectations += retry.until }
        }
        return expectations
    }
}

extension ReplayStep {
    /// Adds every text in which references are resolved, but for those of side files.
    fileprivate func addTemplates(to texts: inout [String]) {
        for variable in self.variables { texts.append(variable.value) }
        for command in self.commands { texts.append(command.text) }
        if let condition = self.skipCondition { texts += [condition.left, condition.right] }
        for placed in self.expectations where placed.expectation.holdsReferences {
            texts.append(placed.expectation.text)
        }
        if let retry = self.retry {
            texts += retry.until.filter(\.holdsReferences).map(\.text)
        }
        texts += self.requestTemplates
    }

    /// Every text of the request in which references are resolved, but for those of side files.
    package var requestTemplates: [String] {
        var texts = [self.target]
        for field in self.fields { texts.append(field.value) }
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
