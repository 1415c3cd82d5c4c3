import Rendering
import ShellLanguage

/// `vars`: the variables.
struct VarsCommand: ShellCommand {
    let signature = CommandSignature("vars", acceptsTails: true)
    let group = CommandGroup.session
    let summary = "the variables and their values"
    let help = CommandHelp(
        usage: ["vars", "@NAME = VALUE", "vars set NAME VALUE", "unset @NAME"],
        text: """
            `@name = text` sets a variable, once, now; `{{name}}` stands for it in any word of a
            later line, and `{{%name}}` for its percent-encoded value. What is substituted is data:
            it never becomes an operator, an option or another word. `vars set` takes a word, so
            quotes can hold line breaks and blanks at the ends: `"two\\nlines"`.
            """,
        examples: ["@id = 7", "vars", "get /users/{{id}}", #"vars set note "two\nlines""#]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        if let action = arguments.take() {
            guard action.text == "set" else { throw arguments.unknown(action, known: ["set"]) }
            return try await self.set(&arguments, evaluator)
        }
        var lines: [String] = []
        var json: [String] = []
        for (name, value) in evaluator.variables.all {
            let shown = SensitiveNames.holdsSecret(name) ? RequestText.redacted : value
            lines.append("@\(name) = \(Sanitizer.line(shown))")
            var writer = JSONWriter()
            writer.object { object in
                object.member("type", "variable")
                object.member("name", name)
                object.member("value", shown)
            }
            json.append(writer.text)
        }
        if lines.isEmpty { return .remark("no variables; `@name = value` sets one") }
        return CommandOutput(lines, json: json)
    }

    private func set(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let name = try arguments.take("a name")
        let value = try arguments.take("a value")
        try arguments.end()
        guard Name.problem(in: name.text) == nil else {
            throw .usage(
                command: "vars set",
                .invalid(
                    name.text,
                    expected: "letters, digits, _ and -, not only digits, not last"
                ),
                name.span
            )
        }
        if name.text == "base" {
            try await evaluator.setBase(value.text, span: value.span)
        } else {
            evaluator.assign(value.text, to: name.text)
        }
        return .none
    }
}

extension SensitiveNames {
    /// Whether the value of a variable is not shown.
    static func holdsSecret(_ variable: String) -> Bool {
        SensitiveNames(fieldPatterns: []).holdsSecret(key: variable)
    }
}
