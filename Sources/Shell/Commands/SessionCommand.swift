import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// `session`: keeps what sticks under a name, and takes it up again.
struct SessionCommand: ShellCommand {
    let signature = CommandSignature("session", acceptsTails: true)
    let group = CommandGroup.session
    let summary = "save, load or begin what sticks: fields, cookies, auth, settings"
    let help = CommandHelp(
        usage: ["session save NAME", "session load NAME", "session new [NAME]"],
        text: """
            Writes or reads the base, default fields and query parameters, cookies, credentials,
            variables and settings, as `linger -s NAME` does when it ends and begins. NAME with a
            slash is a path. The file has passwords in it and can be read by its owner only.
            `session new` begins with none of them; the log, connections and settings stay, and
            what `linger -s NAME` had loaded stays under its name as it was. With a NAME that no
            session has yet the new one is kept under that when linger ends. Under `linger -s NAME`
            loading another session keeps NAME as it is before that, and no more of this one.
            """,
        examples: ["session save ./work", "session new", "session load ./work"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let action = try arguments.take("save, load or new")
        switch action.text {
        case "new":
            let name = arguments.take()
            try arguments.end()
            let path = try name.map { name throws(ShellProblem) in
                try Self.newPath(name, in: evaluator)
            }
            await evaluator.session.restore(SessionState())
            await evaluator.session.setNetrc(nil)
            evaluator.base = nil
            evaluator.variables = VariableTable()
            let kept = evaluator.keptState.map { state in
                let path = Sanitizer.line(state.path)
                return "; \(path) stays as it was, and nothing more is kept there"
            }
            evaluator.keptState = path.map { ($0, Evaluator.stateFiles(at: $0)) }
            return .remark(
                "a new session: no base, fields, cookies, credentials or variables\(kept ?? "")"
            )
        case "save", "load":
            let name = try arguments.take("a name")
            try arguments.end()
            let environment = evaluator.configuration.environment
            let path = Evaluator.statePath(evaluator.localPath(name.text), environment: environment)
            let isSave = action.text == "save"
            if !isSave, Files.size(of: path) == nil {
                throw .file(path: path, .read, detail: "there is no such session", name.span)
            }
            if !isSave, let problem = await Self.leave(for: path, in: evaluator) {
                throw .scriptFailed(status: problem.exitStatus)
            }
            let problem =
                isSave
                ? await evaluator.saveState(to: path) : await evaluator.loadState(from: path)
            // It has been reported with its own place.
            if let problem { throw .scriptFailed(status: problem.exitStatus) }
            return .remark("\(isSave ? "saved to" : "loaded from") \(Sanitizer.line(path))")
        default: throw arguments.unknown(action, known: ["save", "load", "new"])
        }
    }

    /// Keeps the session of `-s NAME` as it is, and nothing of what the one at `path` makes of it:
    /// neither is to get the fields and credentials of the other unasked.
    private static func leave(
        for path: String,
        in evaluator: isolated Evaluator
    ) async -> ShellProblem? {
        guard let kept = evaluator.keptState?.path, kept != path else { return nil }
        if let problem = await evaluator.keepState() { return problem }
        evaluator.keptState = nil
        evaluator.remark(
            "\(kept) is kept as it is before this, and nothing more is kept there; "
                + "`session save NAME` keeps what there is now"
        )
        return nil
    }

    /// Where a new session is kept, which must not take the place of another.
    private static func newPath(
        _ name: Arguments.Argument,
        in evaluator: isolated Evaluator
    ) throws(ShellProblem) -> String {
        let environment = evaluator.configuration.environment
        let path = Evaluator.statePath(evaluator.localPath(name.text), environment: environment)
        guard Files.size(of: path) == nil else {
            throw .usage(
                command: "session",
                .invalid(name.text, expected: "a name that no session has; `session load` has it"),
                name.span
            )
        }
        return path
    }
}
