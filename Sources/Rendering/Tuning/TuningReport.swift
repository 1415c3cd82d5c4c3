/// What `tune` prints: a table, bars, and advice with its reason and its uncertainty.
package enum TuningReport {
    /// The cells of the longest bar.
    private static let barWidth = 24

    /// The lines of the report.
    package static func lines(
        of tuning: Tuning,
        in context: RenderingContext = .plain
    ) -> [String] {
        let work =
            "\(CountText.text(tuning.requests, "request")), \(tuning.concurrency) at a time,"
            + " \(CountText.text(tuning.rounds, "round")), cold and warm"
        return [context.adapted(context.styled(work, as: .strong))]
            + Self.table(of: tuning, in: context)
            + Self.advice(of: tuning, in: context).flatMap {
                context.adapted($0).wrapped(toCells: context.width ?? 100)
            }
    }

    private static func table(of tuning: Tuning, in context: RenderingContext) -> [String] {
        var table = Table(columns: [
            .init("size", alignment: .right), .init("cold", alignment: .right, priority: 2),
            .init("warm", alignment: .right), .init("from – to", priority: 3),
            .init("a second", alignment: .right), .init("p50", alignment: .right, priority: 1),
            .init("", minimumWidth: 6, priority: 4),
        ])
        table.columns[3].title = context.adapted(table.columns[3].title)
        let rates = tuning.sizes.map { Self.rate(of: tuning, at: $0) }
        let most = max(rates.max() ?? 0, 1e-9)
        for (size, rate) in zip(tuning.sizes, rates) {
            let warm = Self.times(tuning, size, isWarm: true)
            let cold = Self.times(tuning, size, isWarm: false)
            guard !warm.isEmpty else { continue }
            let bar = String(repeating: "█", count: Int((rate / most * 24).rounded()))
            let latencies = tuning.samples(size: size, isWarm: true).flatMap(\.latencies)
            let texts = [
                "\(size)", Self.text(cold.isEmpty ? nil : cold.median), Self.text(warm.median),
                "\(Self.text(warm.first)) – \(Self.text(warm.last))", Self.rounded(rate),
                latencies.isEmpty
                    ? DurationText.absent
                    : DurationText.text(Percentiles(microseconds: latencies).p50), bar,
            ]
            table.append(texts.map { Table.Cell(context.adapted($0)) })
        }
        return table.lines(width: context.width, palette: context.palette)
    }

    // MARK: Advice

    private static func advice(of tuning: Tuning, in context: RenderingContext) -> [String] {
        switch tuning.advice {
        case .failures(let count):
            ["no advice: \(CountText.text(count, "request")) failed"]
        case .tooFewRounds(let count):
            [
                "no advice: \(CountText.text(count, "round")) cannot tell a difference from chance;"
                    + " `--rounds 5` can"
            ]
        case .streams(let connections):
            [
                "no advice: over HTTP/2 requests are streams, and"
                    + " \(CountText.text(connections, "connection")) carried them all at every"
                    + " size; only waits for a stream, and chance, differ between sizes."
                    + " `--http 1.1` on the request compares connections"
            ]
        case .size(let size): Self.reasons(for: size, tuning, in: context)
        }
    }

    private static func reasons(
        for size: Int,
        _ tuning: Tuning,
        in context: RenderingContext
    ) -> [String] {
        let (below, above) = tuning.evidence(for: size)
        var parts: [String] = []
        if let below {
            parts.append("\(Self.range(below)) times as fast as \(below.smaller)")
        }
        if let nearest = above.first {
            parts.append(Self.refusal(of: nearest))
        } else if tuning.sizes.count > 1 {
            parts.append(
                "the largest tried, so a larger one may be faster still:"
                    + " `--sizes \(size),\(size * 2),\(size * 4)`"
            )
        }
        let rounds = "over \(CountText.text(tuning.rounds, "round"))"
        return [
            context.styled("pool size \(size)", as: .success) + " · "
                + (parts.isEmpty ? "nothing to compare it with" : parts.joined(separator: "; "))
                + ", \(rounds)"
        ]
    }

    /// Why a larger size is not worth it.
    private static func refusal(of comparison: Tuning.Comparison) -> String {
        let gain = "\(Self.percent(comparison.least)) to \(Self.percent(comparison.greatest))"
        let what =
            comparison.greatest < 1
            ? "slower" : comparison.least > 1 ? "hardly faster" : "not clearly faster"
        return "\(comparison.larger) was \(what) (\(gain))"
    }

    /// A ratio as its rounds have it: `1.8 to 2.1`, or `2` where they agree.
    private static func range(_ comparison: Tuning.Comparison) -> String {
        let least = Self.rounded(comparison.least)
        let greatest = Self.rounded(comparison.greatest)
        return least == greatest ? least : "\(least) to \(greatest)"
    }

    private static func percent(_ ratio: Double) -> String {
        let value = Int(((ratio - 1) * 100).rounded())
        return value > 0 ? "+\(value) %" : value < 0 ? "−\(-value) %" : "0 %"
    }

    // MARK: Figures

    /// The times of a size in seconds, sorted.
    static func times(_ tuning: Tuning, _ size: Int, isWarm: Bool) -> [Double] {
        tuning.samples(size: size, isWarm: isWarm).map(\.elapsed.seconds).sorted()
    }

    /// Requests a second over warm connections, by the median of the rounds.
    static func rate(of tuning: Tuning, at size: Int) -> Double {
        let times = Self.times(tuning, size, isWarm: true)
        guard !times.isEmpty, times.median > 0 else { return 0 }
        return Double(tuning.requests) / times.median
    }

    private static func text(_ seconds: Double?) -> String {
        DurationText.text(seconds.map { Duration.nanoseconds(Int64($0 * 1e9)) })
    }

    /// Two digits that matter: what a few rounds can know.
    static func rounded(_ value: Double) -> String {
        guard value > 0, value < 1e15 else { return "0" }
        var scale = 1.0
        while value / scale >= 100 { scale *= 10 }
        if scale > 1 || value >= 10 { return "\(Int((value / scale).rounded() * scale))" }
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

/// The `tune` object of `--json`.
package enum TuningJSON {
    /// The object on one line.
    package static func line(of tuning: Tuning) -> String {
        JSONLine.text("tune") { object in
            object.member("requests", tuning.requests)
            object.member("concurrency", tuning.concurrency)
            object.member("rounds", tuning.rounds)
            object.array("sizes") { array in
                for size in tuning.sizes {
                    array.object { entry in
                        entry.member("size", size)
                        entry.array("coldMs") { times in
                            for sample in tuning.samples(size: size, isWarm: false) {
                                times.element(Milliseconds(sample.elapsed))
                            }
                        }
                        entry.array("warmMs") { times in
                            for sample in tuning.samples(size: size, isWarm: true) {
                                times.element(Milliseconds(sample.elapsed))
                            }
                        }
                    }
                }
            }
            switch tuning.advice {
            case .size(let size):
                object.member("advice", size)
                object.null("why")
            case .failures:
                object.null("advice")
                object.member("why", "failures")
            case .tooFewRounds:
                object.null("advice")
                object.member("why", "too_few_rounds")
            case .streams(let connections):
                object.null("advice")
                object.member("why", "http2_streams")
                object.member("connections", connections)
            }
        }
    }
}
