import Glibc
import ShellLanguage

/// `lcd DIR`: the local directory.
struct LcdCommand: ShellCommand {
    let signature = CommandSignature("lcd", acceptsTails: true)
    let group = CommandGroup.shell
    let summary = "the local directory, for files"
    let help = CommandHelp(
        usage: ["lcd", "lcd DIR"],
        text: "Shows or changes the directory that file names start from; `cd` is remote.",
        examples: ["lcd", "lcd /tmp"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        if let folder = arguments.take() {
            try arguments.end()
            guard chdir(evaluator.localPath(folder.text)) == 0 else {
                throw .file(
                    path: folder.text,
                    .read,
                    detail: String(cString: strerror(errno)),
                    folder.span
                )
            }
        }
        guard let current = getcwd(nil, 0) else { return .none }
        defer { free(current) }
        return CommandOutput([String(cString: current)])
    }
}
