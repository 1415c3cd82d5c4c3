package import HTTPModel

/// The pool at a glance, for `watch pool`: how full it is, the connections, and who waits.
package enum PoolPicture {
    /// The cells of the bar at most.
    private static let barWidth = 40

    /// The lines of the picture.
    package static func lines(
        of snapshot: PoolSnapshot,
        in context: RenderingContext = .plain
    ) -> [String] {
        let state = PoolReport.state(of: snapshot).truncated(toCells: context.width ?? .max)
        var lines = [context.styled(state, as: .strong)]
        lines += Self.bars(of: snapshot, in: context)
        lines += [""] + SocketsTable.lines(of: snapshot, in: context)
        lines += PoolReport.waiting(of: snapshot, in: context)
        return lines.map { context.adapted($0) }
    }

    /// A bar for each origin: `█` a busy place, `▒` one that opens or closes, `░` an idle one, `·`
    /// a free one.
    private static func bars(
        of snapshot: PoolSnapshot,
        in context: RenderingContext
    ) -> [String] {
        let grouped = Dictionary(grouping: snapshot.connections, by: \.key.origin)
        return grouped.sorted { $0.key < $1.key }.map { origin, connections in
            let size = snapshot.limits.perOrigin(for: origin)
            let busy = connections.count { $0.state == .busy }
            let idle = connections.count { $0.state == .idle }
            let rest = connections.count - busy - idle
            let free = max(0, size - connections.count)
            // Beyond the width one sign stands for several places.
            let width = min(Self.barWidth, (context.width ?? 80) / 2)
            let scale = min(1, Double(width) / Double(max(1, connections.count + free)))
            func part(_ count: Int, _ glyph: Character) -> String {
                guard count > 0 else { return "" }
                return String(
                    repeating: glyph,
                    count: max(1, Int((Double(count) * scale).rounded()))
                )
            }
            let bar =
                context.isASCII
                ? part(busy, "#") + part(rest, "=") + part(idle, "-") + part(free, ".")
                : part(busy, "█") + part(rest, "▒") + part(idle, "░") + part(free, "·")
            let waiting = snapshot.waiting.count { $0.key.origin == origin }
            let text = [
                "\(PoolReport.open(connections)) of \(size)",
                waiting > 0 ? "\(waiting) waiting" : "",
                Sanitizer.line(origin.description),
            ].clauses
            let room = (context.width ?? 1000) - bar.count - 3
            return " \(bar)  \(text.truncated(toCells: max(8, room)))"
        }
    }
}
