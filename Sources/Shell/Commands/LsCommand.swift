import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `ls [PATH]`: the paths of the service.
struct LsCommand: ShellCommand {
    let signature = CommandSignature("ls", acceptsTails: true)
    let group = CommandGroup.location
    let summary = "the paths of the service, described or seen"
    let help = CommandHelp(
        usage: ["ls [PATH] [--all]"],
        text: """
            Lists what stands below the base, or below PATH, with the methods that are known: from
            the description (`openapi find`), and from what was sent in this session. A name with a
            slash has more below it; `--all` lists whole paths.
            """,
        examples: ["openapi find", "ls", "ls /users", "ls --all"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let listsAll = arguments.takeFlag("--all")
        let path = arguments.take()
        try arguments.end()
        guard let base = evaluator.base else { throw .noBase }
        var folder = base.path
        if let path {
            let form: TargetForm = path.text.hasPrefix("/") ? .originPath : .relativePath
            folder = try TargetResolver(base: base)
                .resolve(path.text, form: form, span: path.span).uri.path.percentDecoded
        }
        let tree = await evaluator.pathTree()
        let entries = listsAll ? tree.all(below: folder) : tree.entries(below: folder)
        guard !entries.isEmpty else {
            let next =
                evaluator.currentDescription == nil
                ? "`openapi find` looks for a description" : "`ls /` lists all"
            return .remark("nothing is known below \(Sanitizer.line(folder)); \(next)")
        }
        let context = evaluator.outputContext(for: invocation.tails)
        var table = Table(columns: [
            .init("path"), .init("methods"), .init("summary", priority: 0),
        ])
        for entry in entries {
            let deeper = CountText.text(entry.deeperCount, "path")
            table.append([
                .init(Sanitizer.line(entry.name) + (entry.deeperCount > 0 ? "/" : "")),
                .init(entry.methods.joined(separator: " "), role: .fieldName),
                .init(
                    entry.methods.isEmpty ? deeper : Sanitizer.line(entry.summary),
                    role: .dim
                ),
            ])
        }
        return CommandOutput(
            table.lines(width: context.width, palette: context.palette),
            json: entries.map(Self.json)
        )
    }

    private static func json(_ entry: PathTree.Entry) -> String {
        JSONValue.object([
            .init("type", .string("path")), .init("path", .string(entry.name)),
            .init("methods", .array(entry.methods.map { .string($0) })),
            .init("summary", .string(entry.summary)),
            .init("deeper", .number(String(entry.deeperCount))),
        ]).compactText
    }
}

extension Evaluator {
    /// The paths that are known of the base's origin.
    func pathTree() async -> PathTree {
        PathTree(
            self.currentDescription,
            seen: await self.session.entries.suffix(CompletionSnapshot.exchangeLimit),
            on: self.base?.origin
        )
    }
}
