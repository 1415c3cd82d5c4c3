import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `name NAME [N]`: names an exchange afterwards.
struct NameCommand: ShellCommand {
    let signature = CommandSignature("name")
    let group = CommandGroup.traffic
    let summary = "name an exchange, for references and session files"
    let help = CommandHelp(
        usage: ["name NAME [N]"],
        text: """
            Names an exchange (the last one, unless N is given): `{{NAME.response.body.$.id}}`
            then refers to it. `--name NAME` on a request does the same.
            """,
        examples: ["get /users/7", "name ann", "get /users/{{ann.response.body.$.id}}"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let name = try arguments.take("a name")
        let number = arguments.take()
        try arguments.end()
        guard Name.problem(in: name.text) == nil else {
            throw .usage(
                command: "name",
                .invalid(
                    name.text,
                    expected: "letters, digits, _ and -, not only digits, not last"
                ),
                name.span
            )
        }
        let entry = try await evaluator.entry(number)
        await evaluator.session.setName(name.text, of: entry.numbers.lowerBound)
        return .none
    }
}
