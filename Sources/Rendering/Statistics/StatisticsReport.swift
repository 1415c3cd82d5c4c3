internal import HTTPModel

/// What `stats` prints: what reuse saved, latencies of new and reused connections, and the same by
/// origin and by connection.
package enum StatisticsReport {
    /// How many connections are listed: the latest ones.
    static let connectionLimit = 20

    /// The lines of the report; a hint where there is nothing to count.
    package static func lines(
        of statistics: TrafficStatistics,
        in context: RenderingContext = .plain
    ) -> [String] {
        guard statistics.connections.all > 0 || statistics.unserved > 0 else {
            return [context.adapted("nothing to count yet; `get /` is a beginning")]
        }
        var lines = Self.head(of: statistics, in: context)
        lines += [""] + Self.latencies(of: statistics.all, in: context)
        if statistics.origins.count > 1 {
            lines += [""] + Self.origins(of: statistics, in: context)
        }
        lines += [""] + Self.connections(of: statistics, in: context)
        return lines.map(context.adapted)
    }

    /// A share in whole percent: of some nothing is 0, and of not all nothing is 100.
    static func percent(_ share: Double) -> String {
        if share > 0, share < 0.01 { return "< 1 %" }
        if share > 0.99, share < 1 { return "> 99 %" }
        return "\(Int((share * 100).rounded())) %"
    }

    private static func head(
        of statistics: TrafficStatistics,
        in context: RenderingContext
    ) -> [String] {
        let all = statistics.all
        let ratio = all.reuseRatio.map { " (\(Self.percent($0)))" } ?? ""
        let first = [
            CountText.text(statistics.exchanges, "exchange"),
            CountText.text(all.requests, "request"),
            "\(all.reused) reused a connection\(ratio)",
            statistics.isCut ? "older ones are no longer kept" : "",
        ].clauses
        var lines = [context.styled(first, as: .strong)]
        let each = all.handshakes > 0 ? all.handshakeTime / all.handshakes : nil
        lines.append(
            [
                "handshakes: \(all.handshakes) made"
                    + (each.map { ", \(DurationText.text($0)) each" } ?? ""),
                "\(all.reused) avoided", "\(DurationText.text(all.saved)) saved",
            ].clauses
        )
        if all.queue.count > 0 {
            lines.append(
                "queue: \(CountText.text(all.queue.count, "wait")),"
                    + " \(DurationText.text(all.queue.p50)) at the median,"
                    + " \(DurationText.text(all.queue.max)) at most"
            )
        }
        let failed = all.failed + statistics.unserved
        let troubles = [
            failed > 0 ? "\(failed) failed" : "",
            statistics.retries > 0
                ? CountText.text(statistics.retries, "retry", plural: "retries") : "",
        ].clauses
        if !troubles.isEmpty { lines.append("requests: \(troubles)") }
        return lines
    }

    private static func latencies(
        of sums: TrafficStatistics.Sums,
        in context: RenderingContext
    ) -> [String] {
        var table = Table(columns: [
            .init("connection"), .init("n", alignment: .right), .init("p50", alignment: .right),
            .init("p90", alignment: .right), .init("p99", alignment: .right),
            .init("max", alignment: .right),
        ])
        for (name, figures) in [("new", sums.new), ("reused", sums.old)] where figures.count > 0 {
            let texts = [figures.p50, figures.p90, figures.p99, figures.max]
                .map { Table.Cell(context.adapted(DurationText.text($0))) }
            table.append([.init(name), .init("\(figures.count)")] + texts)
        }
        return table.rows.isEmpty ? [] : table.lines(width: context.width, palette: context.palette)
    }

    private static func origins(
        of statistics: TrafficStatistics,
        in context: RenderingContext
    ) -> [String] {
        var table = Table(columns: [
            .init("origin", minimumWidth: 16), .init("connections", alignment: .right),
            .init("open", alignment: .right, priority: 1),
            .init("requests", alignment: .right), .init("reused", alignment: .right),
            .init("saved", alignment: .right, priority: 4),
            .init("p50 new", alignment: .right, priority: 3),
            .init("p50 reused", alignment: .right, priority: 2),
        ])
        for origin in statistics.origins {
            let sums = origin.sums
            table.append(
                [
                    origin.origin?.description ?? DurationText.absent, "\(origin.connections)",
                    "\(origin.open)", "\(sums.requests)", "\(sums.reused)",
                    DurationText.text(sums.saved), Self.median(sums.new), Self.median(sums.old),
                ].map { Table.Cell(context.adapted($0)) }
            )
        }
        return table.lines(width: context.width, palette: context.palette)
    }

    private static func connections(
        of statistics: TrafficStatistics,
        in context: RenderingContext
    ) -> [String] {
        var table = Table(columns: [
            .init("#", alignment: .right), .init("requests", alignment: .right),
            .init("reused", alignment: .right), .init("busy", alignment: .right, priority: 3),
            .init("handshake", alignment: .right, priority: 2),
            .init("saved", alignment: .right, priority: 4),
            .init("p50 reused", alignment: .right, priority: 1),
            .init("", minimumWidth: 8, priority: 5),
        ])
        let shown = statistics.byConnection.suffix(Self.connectionLimit)
        for entry in shown {
            let state =
                entry.lane.epitaph.map { CloseSentences.words($0.reason, idle: $0.idleFor) }
                ?? "open"
            table.append(
                [
                    "\(entry.lane.connection.number)", "\(entry.sums.requests)",
                    "\(entry.sums.reused)", DurationText.text(entry.sums.busy),
                    DurationText.text(entry.lane.handshake?.total),
                    DurationText.text(entry.sums.saved), Self.median(entry.sums.old), state,
                ].map { Table.Cell(context.adapted($0)) }
            )
        }
        let hidden = statistics.byConnection.count - shown.count
        return table.lines(width: context.width, palette: context.palette)
            + (hidden > 0 ? [" and \(CountText.text(hidden, "earlier connection"))"] : [])
    }

    private static func median(_ figures: Percentiles) -> String {
        DurationText.text(figures.count > 0 ? figures.p50 : nil)
    }
}
