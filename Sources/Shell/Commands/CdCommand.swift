import HTTPModel
import ShellLanguage

/// `cd PATH`: moves the base within its origin.
struct CdCommand: ShellCommand {
    let signature = CommandSignature("cd")
    let group = CommandGroup.location
    let summary = "move the base within its origin"
    let help = CommandHelp(
        usage: ["cd PATH", "cd"],
        text: """
            Resolves PATH against the base as a directory: `cd users`, `cd ..`, `cd /api/v1`.
            Without a path the base becomes its origin's root.
            """,
        examples: ["cd users", "cd ..", "cd"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let path = arguments.take()
        try arguments.end()
        guard let base = evaluator.base else { throw .noBase }
        let text = path?.text ?? "/"
        let form: TargetForm = text.hasPrefix("/") ? .originPath : .relativePath
        var moved = try TargetResolver(base: base).resolve(text, form: form, span: path?.span).uri
        moved.query = nil
        moved.fragment = nil
        if moved.path.count > 1, moved.path.hasSuffix("/") { moved.path.removeLast() }
        evaluator.base = moved
        let methods = await evaluator.pathTree().methods(on: moved.path)
        let known = methods.isEmpty ? "" : " · \(methods.joined(separator: " "))"
        return .remark(moved.description + known)
    }
}
