import HTTPModel
import HTTPSession
import Rendering

/// What a repetition came to: by new and reused, by connection, by status.
struct RepeatSummary {
    private let record: RepeatRecord

    /// Summarises `record`.
    init(_ record: RepeatRecord) {
        self.record = record
    }

    /// The summary for people.
    func lines(in context: RenderingContext) -> [String] {
        let record = self.record
        var lines = [self.headline]
        var table = Table(columns: [
            .init(""), .init("n", alignment: .right), .init("p50", alignment: .right),
            .init("p90", alignment: .right), .init("p99", alignment: .right),
            .init("max", alignment: .right),
        ])
        for (name, latencies) in [("new", record.newLatencies), ("reused", record.reusedLatencies)]
        where !latencies.isEmpty {
            let figures = Percentiles(microseconds: latencies)
            table.append([
                .init(name), .init("\(latencies.count)"),
                .init(DurationText.text(figures.p50)), .init(DurationText.text(figures.p90)),
                .init(DurationText.text(figures.p99)), .init(DurationText.text(figures.max)),
            ])
        }
        if !record.newLatencies.isEmpty || !record.reusedLatencies.isEmpty {
            lines += table.lines(width: context.width, palette: context.palette)
        }
        if !record.connections.isEmpty { lines.append(self.connectionsText) }
        return lines + self.failureLines
    }

    /// How often which failure occurred.
    var failureLines: [String] {
        let record = self.record
        var lines = record.failures.map { failure, count in
            "  \(CountText.text(count, "failure")): \(ErrorSentences.render(failure).message)"
        }
        if record.otherFailures > 0 {
            lines.append("  \(CountText.text(record.otherFailures, "failure")) of other kinds")
        }
        return lines
    }

    /// The first line: `11–210 · 200 of 200 · 200 × 200 · 1.2 s · 166 a second`.
    var headline: String {
        let record = self.record
        let numbers = "\(record.numbers.lowerBound)–\(record.numbers.upperBound)"
        var parts = [numbers, "\(record.finished) of \(record.planned)"]
        parts += record.statuses.sorted { $0.key < $1.key }.map { "\($0.key) × \($0.value)" }
        if record.failed > 0 { parts.append("failed × \(record.failed)") }
        parts.append(DurationText.text(record.elapsed))
        if record.elapsed > .zero {
            let rate = Double(record.finished) / (record.elapsed.milliseconds / 1000)
            parts.append("\(Int(rate.rounded())) a second")
        }
        return parts.joined(separator: " · ")
    }

    private var connectionsText: String {
        let sorted = self.record.connections.sorted { $0.key < $1.key }
        let shown = sorted.prefix(12).map { id, tally in
            "\(id) \(tally.isNew ? "new, " : "")\(CountText.text(tally.exchanges, "request"))"
        }
        let more = sorted.count - shown.count
        return " " + shown.joined(separator: " · ") + (more > 0 ? " · and \(more) more" : "")
    }

    /// The `repeat` object of `--json`.
    var json: String {
        let record = self.record
        var writer = JSONWriter()
        writer.object { object in
            object.member("type", "repeat")
            object.member("first", record.numbers.lowerBound)
            object.member("last", record.numbers.upperBound)
            object.member("finished", record.finished)
            object.member("failed", record.failed)
            object.member("parallel", record.parallel)
            object.member("elapsedMs", milliseconds: record.elapsed)
            object.object("statuses") { statuses in
                for (status, count) in record.statuses.sorted(by: { $0.key < $1.key }) {
                    statuses.member("\(status)", count)
                }
            }
            object.percentiles("new", Percentiles(microseconds: record.newLatencies))
            object.percentiles("reused", Percentiles(microseconds: record.reusedLatencies))
            object.array("connections") { elements in
                for (id, tally) in record.connections.sorted(by: { $0.key < $1.key }) {
                    elements.object { connection in
                        connection.member("connection", id.number)
                        connection.member("new", tally.isNew)
                        connection.member("requests", tally.exchanges)
                    }
                }
            }
        }
        return writer.text
    }
}
