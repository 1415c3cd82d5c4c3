import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// `save FILE`: a session file of what was done.
struct SaveCommand: ShellCommand {
    let signature = CommandSignature("save")
    let group = CommandGroup.files
    let summary = "save what was done as a session file"
    let help = CommandHelp(
        usage: [
            "save FILE [N|N-M|NAME …] [--expect status|reuse|none] [--title TEXT] [--portable]",
            "save FILE … [--timings] [--responses] [--har] [--secrets]",
        ],
        text: """
            Writes the answered exchanges as a `.http` file that `replay` checks, and that VS Code
            and JetBrains IDEs open. Each gets the status it had as an expectation; --expect reuse
            adds whether its connection was new, as it is for the first that is saved of it. Values
            of sensitive fields, and of keys such as `password` in queries, JSON and forms, become
            variables, unless --secrets keeps them. What was taken from a response is taken from it
            again: variables, and fields and credentials such as `auth bearer {{$.token}}`.
            --portable writes the default fields into each request, --timings when each was sent,
            --responses stores the responses beside the file for a replay to compare, --har a HAR
            with all timings. What was sent from a file is sent from it again; one that lies
            outside the saved file's folder is copied. Where git would share what --secrets keeps,
            it says so. An existing file is replaced only if linger wrote it.
            """,
        examples: ["get /users", "save session.http", "save session.http --expect reuse"]
    )
    let completions: [String: [CompletionSource]] = ["NAME": [.exchangeNames], "TEXT": [.nothing]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var options = SaveOptions()
        if let expect = try arguments.takeOption("--expect", "status, reuse or none") {
            guard let expectations = SaveOptions.Expectations(rawValue: expect.text) else {
                throw .usage(
                    command: "save --expect",
                    .invalid(expect.text, expected: "status, reuse or none"),
                    expect.span
                )
            }
            options.expectations = expectations
        }
        options.isPortable = arguments.takeFlag("--portable")
        let keepsTimings = arguments.takeFlag("--timings")
        let keepsResponses = arguments.takeFlag("--responses")
        let writesHAR = arguments.takeFlag("--har")
        let keepsSecrets = arguments.takeFlag("--secrets")
        let title = try arguments.takeOption("--title", "a title")
        try arguments.refuseOptions()
        let path = try arguments.take("a file")
        var wanted = Evaluator.SaveRequest(path: evaluator.localPath(path.text))
        wanted.options = options
        wanted.title = title?.text
        wanted.keepsTimings = keepsTimings
        wanted.keepsResponses = keepsResponses
        wanted.keepsSecrets = keepsSecrets
        wanted.writesHAR = writesHAR
        if arguments.next != nil { wanted.numbers = try await self.numbers(&arguments, evaluator) }
        let remarks = try await evaluator.save(wanted)
        return CommandOutput(remarks.map { Sanitizer.line($0) }, isRemark: true)
    }

    private func numbers(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> Set<Int> {
        var numbers: Set<Int> = []
        while let word = arguments.take() {
            let bounds = word.text.split(separator: "-", maxSplits: 1).compactMap { Int($0) }
            if bounds.count == 2, bounds[0] <= bounds[1], bounds[1] - bounds[0] <= 1_000_000 {
                numbers.formUnion(bounds[0]...bounds[1])
            } else {
                numbers.insert(try await evaluator.entry(word).numbers.lowerBound)
            }
        }
        return numbers
    }
}
