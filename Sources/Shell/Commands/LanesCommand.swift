import HTTPModel
import Rendering
import ShellLanguage

/// `lanes`: connections over time, as a picture.
struct LanesCommand: ShellCommand {
    let signature = CommandSignature("lanes", acceptsTails: true)
    let group = CommandGroup.traffic
    let summary = "connections over time: a lane each, with the requests they carried"
    let help = CommandHelp(
        usage: ["lanes [--last N] [--origin ORIGIN] [--from TIME] [--to TIME] [--all]"],
        text: """
            Draws a lane for each connection, time from left to right: how it was opened, each
            request with its number while it waited and received, the idle time between, and why
            the connection closed. Requests that ran side by side on one connection are stacked in
            its lane; those that waited for a place under a limit stand below.

            --last N begins with the last N exchanges, --origin shows one origin's connections,
            --from and --to look closer at a part (`--from 20ms --to 60ms`; times as above the
            lanes). Only the 40 latest connections are drawn; --all draws all.
            """,
        examples: ["8x2 get /slow?ms=20", "lanes", "lanes --last 4"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let showsAll = arguments.takeFlag("--all")
        let selection = try evaluator.takeSelection(&arguments, command: "lanes")
        try arguments.end()
        let lanes = evaluator.lanes().selecting(selection)
        let context = evaluator.outputContext(for: invocation.tails)
        return CommandOutput(
            LaneChart.lines(of: lanes, showsAll: showsAll, in: context),
            json: LaneJSON.lines(of: lanes)
        )
    }
}

extension Evaluator {
    /// What connections and requests have done so far, as far back as events are kept.
    func lanes() -> Lanes {
        LaneBuilder.lanes(of: self.events.events, until: self.configuration.clock())
    }

    /// Takes `--last`, `--origin`, `--from` and `--to`.
    func takeSelection(
        _ arguments: inout Arguments,
        command: String
    ) throws(ShellProblem) -> Lanes.Selection {
        var selection = Lanes.Selection()
        if let last = try arguments.takeOption("--last", "a number of exchanges") {
            guard let count = Int(last.text), count >= 1 else {
                throw .usage(
                    command: "\(command) --last",
                    .invalid(last.text, expected: "a whole number from 1 up"),
                    last.span
                )
            }
            selection.last = count
        }
        if let origin = try arguments.takeOption("--origin", "an origin") {
            selection.origin = try self.origin(named: origin)
        }
        selection.from = try Self.takeTime("--from", &arguments, command)
        selection.to = try Self.takeTime("--to", &arguments, command)
        return selection
    }

    private static func takeTime(
        _ name: String,
        _ arguments: inout Arguments,
        _ command: String
    ) throws(ShellProblem) -> Duration? {
        guard let word = try arguments.takeOption(name, "a time") else { return nil }
        guard let time = DurationLiteral.parse(word.text) else {
            throw .usage(
                command: "\(command) \(name)",
                .invalid(word.text, expected: "a time such as 20ms or 1.5s"),
                word.span
            )
        }
        return time
    }
}
