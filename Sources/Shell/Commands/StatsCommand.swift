import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// `stats`: what reuse came to.
struct StatsCommand: ShellCommand {
    let signature = CommandSignature("stats", acceptsTails: true)
    let group = CommandGroup.traffic
    let summary = "handshakes made and avoided, time saved, latencies new and reused"
    let help = CommandHelp(
        usage: [
            "stats [--last N] [--origin ORIGIN]", "stats --prometheus FILE",
        ],
        text: """
            Counts what `lanes` draws: handshakes made and avoided, the time that saved, the share
            of requests that reused a connection, waits for a place under a limit, and latencies
            over new and over reused connections, in all, by origin and by connection.

            --prometheus writes the same for Prometheus to FILE, under OpenTelemetry's names
            (http.client.request.duration and the like).
            """,
        examples: ["20x4 get /users", "stats", "stats --prometheus linger.prom"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let file = try arguments.takeOption("--prometheus", "a file")
        let selection = try evaluator.takeSelection(&arguments, command: "stats")
        try arguments.end()
        let lanes = evaluator.lanes().selecting(selection)
        if let file {
            let names = await evaluator.requestNames()
            let text = PrometheusText.text(of: lanes, names: names)
            let path = evaluator.localPath(file.text)
            try await Evaluator.write(Array(text.utf8), to: path, appending: false, file.span)
            return .remark("wrote \(Sanitizer.line(path))")
        }
        let statistics = TrafficStatistics(lanes)
        return CommandOutput(
            StatisticsReport.lines(
                of: statistics,
                in: evaluator.outputContext(for: invocation.tails)
            ),
            json: [StatisticsJSON.line(of: statistics)]
        )
    }
}

extension Evaluator {
    /// What the requests of this session were, as far back as they are kept.
    func requestNames() async -> RequestNames {
        let sensitive = SensitiveNames(fieldPatterns: [])
        let secrets = self.exportSecrets()
        var names = RequestNames(
            isSecret: { sensitive.holdsSecret(key: $0) },
            hiding: { secrets.shown($0) }
        )
        for entry in await self.session.entries {
            switch entry {
            case .exchange(let logged): names.insert(logged.exchange)
            case .repetition(let record):
                guard let sample = record.sample else { continue }
                names.insert(record.numbers, like: sample)
            }
        }
        return names
    }
}
