package import HTTPModel

/// What `pool` prints: state, limits and where they come from, origins, and who waits.
package enum PoolReport {
    /// The lines of the report.
    ///
    /// `sources` says by setting name where a value comes from, such as `session`; a setting that
    /// is not in it has its default.
    package static func lines(
        of snapshot: PoolSnapshot,
        sources: [String: String] = [:],
        in context: RenderingContext = .plain
    ) -> [String] {
        var lines = context.folded(context.styled(Self.state(of: snapshot), as: .strong))
        lines += Self.origins(of: snapshot, in: context)
        lines += Self.waiting(of: snapshot, in: context)
        lines += [""] + Self.settings(of: snapshot.limits, sources: sources, in: context)
        return lines.map(context.adapted)
    }

    /// The pool in a few words, for the right prompt: `2 open · 1 busy`.
    package static func summary(
        of snapshot: PoolSnapshot,
        in context: RenderingContext = .plain
    ) -> String {
        let busy = snapshot.count(.busy)
        let text = [
            "\(snapshot.connections.count) open", busy > 0 ? "\(busy) busy" : "",
            snapshot.waiting.isEmpty ? "" : "\(snapshot.waiting.count) waiting",
            snapshot.isPaused || !snapshot.pausedOrigins.isEmpty ? "paused" : "",
        ].clauses
        return context.adapted(text)
    }

    /// How many connections there are by state, and how many requests wait.
    static func state(of snapshot: PoolSnapshot) -> String {
        let states = ConnectionState.allCases.compactMap { state in
            let count = snapshot.count(state)
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        let open = "\(snapshot.connections.count) open"
        return [
            states.isEmpty ? open : "\(open): \(states.joined(separator: ", "))",
            "\(snapshot.waiting.count) waiting",
            snapshot.resizes.map(ResizeLine.progress).clauses,
            Self.pause(of: snapshot),
        ].clauses
    }

    /// Whose requests are held back, and what lets them go; empty if none are.
    private static func pause(of snapshot: PoolSnapshot) -> String {
        if snapshot.isPaused { return "paused: `pool resume` lets requests go" }
        guard !snapshot.pausedOrigins.isEmpty else { return "" }
        let origins = snapshot.pausedOrigins.map { Sanitizer.line($0.description) }
        return "paused for \(origins.joined(separator: ", ")): `pool resume` lets requests go"
    }

    private static func origins(
        of snapshot: PoolSnapshot,
        in context: RenderingContext
    ) -> [String] {
        guard !snapshot.connections.isEmpty else {
            return ["no open connections; `get /` opens one"]
        }
        var table = Table(columns: [
            .init("origin", minimumWidth: 16), .init("open", alignment: .right),
            .init("size", alignment: .right), .init("busy", alignment: .right),
            .init("idle", alignment: .right), .init("waiting", alignment: .right),
        ])
        let grouped = Dictionary(grouping: snapshot.connections, by: \.key.origin)
        for (origin, connections) in grouped.sorted(by: { $0.key < $1.key }) {
            let waiting = snapshot.waiting.count { $0.key.origin == origin }
            table.append([
                .init(origin.description), .init(Self.open(connections)),
                "\(snapshot.limits.perOrigin(for: origin))",
                "\(connections.count { $0.state == .busy })",
                "\(connections.count { $0.state == .idle })", "\(waiting)",
            ])
        }
        return [""] + table.lines(width: context.width, palette: context.palette)
    }

    /// How many connections of an origin are open: `2`, or `1 (+1 draining)` where one is left out
    /// of `pool.size` (POOL.md rule 7), or `2 (1 draining)` where it is not.
    static func open(_ connections: [ConnectionSnapshot]) -> String {
        let draining = connections.count { $0.state == .draining }
        guard draining > 0 else { return "\(connections.count)" }
        let extra = PoolSnapshot.goingAway(among: connections)
        guard extra > 0 else { return "\(connections.count) (\(draining) draining)" }
        return "\(connections.count - extra) (+\(extra) draining)"
    }

    /// The requests that wait; nothing where there are none.
    static func waiting(
        of snapshot: PoolSnapshot,
        in context: RenderingContext
    ) -> [String] {
        guard !snapshot.waiting.isEmpty else { return [] }
        var table = Table(columns: [
            .init("waiting", alignment: .right), .init("request", minimumWidth: 10),
            .init("for"), .init("because", minimumWidth: 10, priority: 1),
        ])
        for waiting in snapshot.waiting {
            table.append([
                .init("\(waiting.request)"), .init(waiting.label.description),
                .init(context.adapted(DurationText.text(waiting.waitingFor))),
                .init(WaitSentences.cause(waiting.cause)),
            ])
        }
        return [""] + table.lines(width: context.width, palette: context.palette)
    }

    private static func settings(
        of limits: PoolLimits,
        sources: [String: String],
        in context: RenderingContext
    ) -> [String] {
        var rows = [
            ("pool.size", "\(limits.perOrigin)"), ("pool.total", "\(limits.total)"),
            ("pool.idle", "\(limits.idle)"),
            ("pool.idle-timeout", DurationText.text(limits.idleTimeout)),
            ("pool.max-age", limits.maxAge.map { DurationText.text($0) } ?? "off"),
            ("pool.max-uses", limits.maxUses.map(String.init) ?? "off"),
            ("pool.queue-timeout", DurationText.text(limits.queueTimeout)),
            ("pool.reuse", limits.reuseOrder.rawValue),
        ].map { (name: $0.0, value: $0.1, source: sources[$0.0] ?? "default") }
        let overrides = limits.perOriginOverrides.sorted { $0.key < $1.key }.map { origin, limit in
            let name = "pool.size for \(origin)"
            return (name: name, value: "\(limit)", source: sources[name] ?? "session")
        }
        rows.insert(contentsOf: overrides, at: 1)
        var table = Table(columns: [
            .init("setting", minimumWidth: 20), .init("value"), .init("from", priority: 1),
        ])
        for row in rows { table.append([.init(row.name), .init(row.value), .init(row.source)]) }
        return table.lines(width: context.width, palette: context.palette)
    }
}
