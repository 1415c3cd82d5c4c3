import HTTPModel

extension ReplayPlan {
    /// The environment variables that the file reads, by `$processEnv` or `$env`, in order of first
    /// use: they are shown, or asked for, before anything is sent (FILES.md 9.8).
    package var environmentNames: [String] {
        var names: [String] = []
        for text in self.templates {
            for case .reference(let inner) in ReferenceSyntax.pieces(of: text) {
                guard let name = Self.environmentName(inner), !names.contains(name) else {
                    continue
                }
                names.append(name)
            }
        }
        return names
    }

    /// The name in `$processEnv NAME`, `$processEnv %NAME` or `$env.NAME`.
    private static func environmentName(_ inner: String) -> String? {
        let text = inner.hasPrefix("%") ? String(inner.dropFirst()) : inner
        if text.hasPrefix("$env.") { return String(text.dropFirst(5)) }
        let (word, rest) = text.firstWord
        guard word == "$processEnv", !rest.isEmpty else { return nil }
        return rest
    }

    /// Every text in which references are resolved.
    private var templates: [String] {
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
