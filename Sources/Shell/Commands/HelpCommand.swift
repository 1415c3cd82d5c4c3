import HTTPModel
import OpenAPI
import Rendering
import ShellLanguage

/// `help [TOPIC]`: what there is, or one command.
struct HelpCommand: ShellCommand {
    let signature = CommandSignature("help", acceptsTails: true)
    let group = CommandGroup.shell
    let summary = "what there is, or one command"
    let help = CommandHelp(
        usage: ["help", "help COMMAND", "help topics", "help [METHOD] PATH"],
        text: """
            Lists the commands by group, or explains one of them, or a topic. With a path it
            explains an operation of the service: its parameters, an example of its body, a line
            that sends it; `openapi find` makes them known.
            """,
        examples: ["help", "help pool", "help references", "openapi find", "help get /users/{id}"]
    )
    let completions: [String: [CompletionSource]] = ["METHOD": [.nothing], "PATH": [.targets]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let context = evaluator.outputContext(for: invocation.tails)
        guard let topic = arguments.take() else {
            return CommandOutput(HelpText.overview(of: evaluator.registry, in: context))
        }
        if let path = arguments.take() {
            try arguments.end()
            let lines = try self.operations(topic.text.uppercased(), path.text, evaluator, context)
            return CommandOutput(lines)
        }
        if topic.text.hasPrefix("/") {
            return CommandOutput(try self.operations(nil, topic.text, evaluator, context))
        }
        let word = topic.text.lowercased()
        // `options` is what requests take; the method of that name is sent like any other.
        let isTopic = topic.text == "options"
        if !isTopic,
            RequestOptionSyntax.beginsRequest(word),
            let lines = HelpTopics.lines(for: "requests", in: context)
        {
            return CommandOutput(lines)
        }
        if let command = evaluator.registry.command(topic.text) {
            return CommandOutput(HelpText.lines(for: command, in: context))
        }
        if let lines = HelpTopics.lines(for: topic.text, in: context) {
            return CommandOutput(lines)
        }
        throw arguments.unknown(
            topic,
            known: evaluator.registry.commands.map(\.signature.name) + HelpTopics.names
        )
    }

    /// Help on the operations on a path, or on the one with a method.
    private func operations(
        _ method: String?,
        _ path: String,
        _ evaluator: isolated Evaluator,
        _ context: RenderingContext
    ) throws(ShellProblem) -> [String] {
        guard let description = evaluator.currentDescription else {
            throw .noDescription(source: evaluator.base?.description ?? "the base")
        }
        let whole = path.hasPrefix("/") ? path : "/\(path)"
        let operations =
            [whole, description.basePath + whole]
            .map { description.operations(onPath: $0) }.first { !$0.isEmpty } ?? []
        let wanted = operations.filter { method == nil || $0.method == method }
        guard !wanted.isEmpty else {
            throw .noOperation([method, path].compactMap { $0 }.joined(separator: " "))
        }
        return Array(
            wanted.map { operation in
                OperationHelp(description: description, operation: operation, context: context)
                    .lines
            }.joined(separator: [""])
        )
    }
}

/// Help made from what commands say of themselves.
enum HelpText {
    /// All commands by group.
    static func overview(
        of registry: CommandRegistry,
        in context: RenderingContext
    ) -> [String] {
        var lines: [String] = []
        for group in CommandGroup.allCases {
            lines.append(context.palette.styled(group.rawValue, as: .strong))
            if group == .requests {
                lines += Self.row(
                    "get /users",
                    "get head post put patch delete options trace, `send METHOD`; add & for "
                        + "the background, 20x4 before it to repeat",
                    context
                )
            }
            for command in registry.commands where command.group == group {
                lines += Self.row(command.signature.name, command.summary, context)
            }
        }
        lines.append("")
        lines.append("help COMMAND explains one; help topics lists what else there is to read")
        return lines
    }

    /// One command.
    static func lines(
        for command: any ShellCommand,
        in context: RenderingContext
    ) -> [String] {
        let help = command.help
        var lines = [
            context.palette.styled(command.signature.name, as: .strong) + " · " + command.summary,
            "",
        ]
        lines += help.usage.map { "  \($0)" } + [""]
        lines += Self.wrapped(help.text, context)
        lines += ["", "for example:"] + help.examples.map { "  \($0)" }
        return lines
    }

    static func wrapped(_ text: String, _ context: RenderingContext) -> [String] {
        // The text's line breaks are the source's, paragraphs are separated by empty lines.
        text.split(separator: "\n\n").flatMap { paragraph -> [String] in
            let joined = paragraph.split(separator: "\n").joined(separator: " ")
            return joined.wrapped(toCells: min(context.width ?? 80, 80))
        }
    }

    /// A name with what it stands for, which goes on in a column of its own.
    static func row(
        _ name: String,
        _ summary: String,
        _ context: RenderingContext,
        column: Int = 12
    ) -> [String] {
        let width = max(40, min(context.width ?? 100, 120))
        let text = summary.wrapped(toCells: width - column - 3)
        return text.enumerated().map { index, line in
            "  " + (index == 0 ? name : "").padded(toCells: column) + " " + line
        }
    }
}
