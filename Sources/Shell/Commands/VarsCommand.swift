import Rendering
import ShellLanguage

/// `vars`: the variables.
struct VarsCommand: ShellCommand {
    let signature = CommandSignature("vars", acceptsTails: true)
    let group = CommandGroup.session
    let summary = "the variables and their values"
    let help = CommandHelp(
        usage: ["vars", "@NAME = VALUE", "unset @NAME"],
        text: """
            `@name = text` sets a variable, once, now; `{{name}}` stands for it in any word of a
            later line, and `{{%name}}` for its percent-encoded value. What is substituted is data:
            it never becomes an operator, an option or another word.
            """,
        examples: ["@id = 7", "vars", "get /users/{{id}}"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        try await evaluator.arguments(of: invocation).end()
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
}

extension SensitiveNames {
    /// Whether the value of a variable is not shown.
    static func holdsSecret(_ variable: String) -> Bool {
        SensitiveNames(fieldPatterns: []).holdsSecret(key: variable)
    }
}
