package import HTTPModel

/// What a request waited for, in words (POOL.md rules 16 and 52).
package enum WaitSentences {
    /// At most so many holders are named.
    static let maximumHolders = 3

    /// The limit that was in the way: `size 1 reached`.
    package static func cause(_ cause: WaitCause) -> String {
        switch cause {
        case .connecting: "the connection was being opened"
        case .perOrigin(let limit): "size \(limit) reached"
        case .total(let limit): "total \(limit) reached"
        case .streams(let connection, let limit):
            "\(CountText.all(limit, "stream")) of \(connection) in use"
        case .paused: "paused by `pool pause`"
        case .via(let connection): "only \(connection) may carry it"
        }
    }

    /// What to do about a pause, for whoever is about to wait for its end.
    package static func paused(_ origin: Origin?) -> String {
        let what = origin.map { "the pool is paused for \($0)" } ?? "the pool is paused"
        let how = origin.map { "`pool resume \($0)`" } ?? "`pool resume`"
        return "\(what), so this waits: ^C ends it, then \(how); with & it waits in the background"
    }

    /// The cause's machine code, as in `--json`.
    package static func code(_ cause: WaitCause) -> String {
        switch cause {
        case .connecting: "connecting"
        case .perOrigin: "per_origin"
        case .total: "total"
        case .streams: "streams"
        case .paused: "paused"
        case .via: "via"
        }
    }

    /// The setting that the cause is about, with its value; nil if it is no limit.
    package static func setting(_ cause: WaitCause) -> (name: String, value: Int)? {
        switch cause {
        case .perOrigin(let limit): ("pool.size", limit)
        case .total(let limit): ("pool.total", limit)
        case .connecting, .streams, .paused, .via: nil
        }
    }

    /// A connection that holds a limit: `#1 busy with GET /slow`, `#2 connecting`.
    package static func holder(_ holder: WaitRecord.Holder) -> String {
        guard let request = holder.request else {
            return "\(holder.connection) \(Self.state(of: holder))"
        }
        return "\(holder.connection) busy with \(Sanitizer.line(request.description))"
    }

    /// What a connection without a request does.
    private static func state(of holder: WaitRecord.Holder) -> String {
        holder.isClosing ? "closing" : "connecting"
    }

    /// The wait: `waited 800 ms: size 1 reached, #1 busy with GET /slow`.
    package static func sentence(_ wait: WaitRecord) -> String {
        let parts = [Self.cause(wait.cause)] + Self.named(wait.holders, as: Self.holder)
        return "waited \(DurationText.text(wait.duration)): \(parts.joined(separator: ", "))"
    }

    /// Holders with their requests and times: `#3 (GET /slow, 31 s), #4 (connecting, 2.0 s)`.
    package static func holders(_ holders: [WaitRecord.Holder]) -> String {
        Self.named(holders) { holder in
            let request =
                holder.request.map { Sanitizer.line($0.description) } ?? Self.state(of: holder)
            return "\(holder.connection) (\(request), \(DurationText.text(holder.busyFor)))"
        }.joined(separator: ", ")
    }

    /// The first few elements in words, and how many more there are.
    private static func named(
        _ holders: [WaitRecord.Holder],
        as words: (WaitRecord.Holder) -> String
    ) -> [String] {
        let named = holders.prefix(Self.maximumHolders).map(words)
        let rest = holders.count - named.count
        return rest > 0 ? named + ["and \(rest) more"] : named
    }
}
