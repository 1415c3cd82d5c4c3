import ShellLanguage

/// `source FILE`: runs a file of shell lines.
struct SourceCommand: ShellCommand {
    let signature = CommandSignature("source")
    let group = CommandGroup.files
    let summary = "run a file of shell lines"
    let help = CommandHelp(
        usage: ["source FILE"],
        text: """
            Runs the lines of a file as if they were typed, but with whole command names. The first
            failing line ends it, unless `set on-error continue`. A session file is replayed, not
            sourced.
            """,
        examples: ["source examples/pool.linger"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let path = try arguments.take("a file")
        try arguments.end()
        try await evaluator.source(evaluator.localPath(path.text), span: path.span)
        return .none
    }
}

extension Evaluator {
    /// How deep files of shell lines may run each other.
    static let sourceDepthLimit = 16

    /// Runs a file of shell lines.
    func source(_ path: String, span: SourceSpan?) async throws(ShellProblem) {
        guard self.sourceDepth < Self.sourceDepthLimit else {
            throw .file(
                path: path,
                .read,
                detail: "files run each other more than \(Self.sourceDepthLimit) deep",
                span
            )
        }
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path)
        } catch {
            throw .file(path: path, .read, detail: error.detail, span)
        }
        self.sourceDepth += 1
        defer { self.sourceDepth -= 1 }
        if let problem = await self.runScript(bytes, file: path) {
            if case .interrupted = problem { throw problem }
            throw .scriptFailed(status: problem.exitStatus)
        }
    }
}
