import HTTPModel
import OpenAPI
import Rendering
import ShellLanguage

/// `openapi`: what the service says of itself, for `ls`, help and Tab.
struct OpenAPICommand: ShellCommand {
    let signature = CommandSignature("openapi", acceptsTails: true)
    let group = CommandGroup.location
    let summary = "read the description of the service, for ls, help and Tab"
    let help = CommandHelp(
        usage: ["openapi", "openapi find", "openapi FILE|URL", "openapi none"],
        text: """
            Reads an OpenAPI description (2.0, 3.0 or 3.1, in JSON or YAML) from a file or from the
            service. Tab then knows paths, parameters, members of bodies and their values; `ls`
            lists the operations, `help get /users/{id}` explains one, and `edit post /users`
            begins with an example.

            `find` looks at the paths where services usually have it: openapi.json, swagger.json,
            v3/api-docs and others. A description is never asked for unless you say so, and only
            once. `none` forgets it.
            """,
        examples: ["openapi find", "openapi /openapi.json", "openapi"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let source = arguments.take()
        try arguments.end()
        guard let source else { return self.show(evaluator) }
        switch source.text {
        case "none":
            evaluator.apiDescription = nil
            return .none
        case "find":
            guard let found = try await evaluator.findDescription() else {
                throw .noDescription(source: evaluator.base?.description ?? "the base")
            }
            return self.text(of: found)
        default: return try await self.load(source, in: evaluator)
        }
    }

    /// Reads the description in a file or at a target, which is in force from then on.
    func load(
        _ source: Arguments.Argument,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let path = evaluator.localPath(source.text)
        if !source.text.contains("://"), Files.size(of: path) != nil {
            return self.text(of: try evaluator.loadDescription(file: source))
        }
        let form: TargetForm =
            source.text.contains("://")
            ? .absolute(scheme: "") : source.text.hasPrefix("/") ? .originPath : .bare
        let target = try TargetResolver(base: evaluator.base)
            .resolve(source.text, form: form, span: source.span).uri
        return self.text(of: try await evaluator.loadDescription(from: target))
    }

    private func show(_ evaluator: isolated Evaluator) -> CommandOutput {
        guard let loaded = evaluator.apiDescription else {
            return .remark("no description; `openapi find` looks for one, `openapi FILE` reads one")
        }
        return self.text(of: loaded)
    }

    private func text(of loaded: LoadedDescription) -> CommandOutput {
        let description = loaded.description
        let paths = Set(description.operations.map(\.path)).count
        let name = [description.title, description.version].filter { !$0.isEmpty }
        let parts = [
            name.joined(separator: " "),
            "OpenAPI \(description.dialect.rawValue)",
            "\(CountText.text(description.operations.count, "operation")) on "
                + CountText.text(paths, "path"),
            "from \(loaded.source)",
        ]
        return .remark(Sanitizer.line(parts.filter { !$0.isEmpty }.joined(separator: " · ")))
    }
}
