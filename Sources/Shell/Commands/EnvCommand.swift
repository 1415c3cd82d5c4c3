import Rendering
import SessionFiles
import ShellLanguage

/// `env [NAME]`: variables from `http-client.env.json`.
struct EnvCommand: ShellCommand {
    let signature = CommandSignature("env", acceptsTails: true)
    let group = CommandGroup.session
    let summary = "variables of an environment, from http-client.env.json"
    let help = CommandHelp(
        usage: ["env", "env NAME [FILE]"],
        text: """
            Sets the variables of an environment of http-client.env.json in the local folder, or of
            FILE, as IDEs write it: `{"dev": {"host": "…"}, "prod": {…}}`. Those of `$shared` hold
            in each. What stands in http-client.private.env.json beside it beats them, and is
            treated as secret: it is never listed, saved or kept. Without a name it lists the
            environments there are.
            """,
        examples: ["env"]
    )
    let completions: [String: [CompletionSource]] = ["NAME": [.environments]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let name = arguments.take()
        let given = arguments.take()
        let file = given?.text ?? EnvironmentFile.names[0]
        try arguments.end()
        let path = evaluator.localPath(file)
        guard let name else {
            guard Files.size(of: path) != nil else {
                return .remark("there is no \(Sanitizer.line(file)) here; `lcd DIR` goes elsewhere")
            }
            let names = try EnvironmentFile.read(path).environments.sorted()
            return CommandOutput(names.map { Sanitizer.line($0) })
        }
        let shared = try EnvironmentFile.read(path, given?.span ?? name.span)
        var secret: [(String, String)] = []
        var known = shared.environments
        for companion in EnvironmentFile.names.dropFirst() {
            let path = "\(Files.folder(of: path))/\(companion)"
            guard Files.size(of: path) != nil else { continue }
            let content = try EnvironmentFile.read(path)
            known.formUnion(content.environments)
            secret += content.variables(of: name.text)
        }
        guard known.contains(name.text) else {
            throw arguments.unknown(name, known: known.sorted())
        }
        var count = 0
        for (variable, value) in shared.variables(of: name.text) {
            if variable == "base" {
                try await evaluator.setBase(value, span: name.span)
            } else if Name.problem(in: variable) == nil {
                evaluator.assign(value, to: variable)
            } else {
                continue
            }
            count += 1
        }
        for (variable, value) in secret where Name.problem(in: variable) == nil {
            evaluator.variables[variable] = nil
            evaluator.secrets[variable] = value
        }
        let hidden = secret.isEmpty ? "" : ", \(CountText.text(secret.count, "secret"))"
        return .remark(
            "\(Sanitizer.line(name.text)): \(CountText.text(count, "variable"))\(hidden)"
        )
    }
}

extension EnvironmentFile {
    /// Reads a file.
    fileprivate static func read(
        _ path: String,
        _ span: SourceSpan? = nil
    ) throws(ShellProblem) -> EnvironmentFile {
        do {
            return try EnvironmentFile(try Files.read(path))
        } catch let error as Files.Failure {
            throw .file(path: path, .read, detail: error.detail, span)
        } catch {
            throw .file(path: path, .read, detail: "it is no JSON object of objects", span)
        }
    }
}
