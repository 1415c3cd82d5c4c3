package import HTTPModel

/// What a change of a limit does, in one line (POOL.md rules 28 and 31).
package enum ResizeLine {
    /// `pool.size 10 → 1 · open 3: 0 busy, 3 idle · closing #2 #3 (shrunk)`.
    ///
    /// `closing` are the connections that close at once; `over` is how many busy ones will follow.
    package static func text(
        _ limit: PoolLimitName,
        old: Int,
        new: Int,
        open: Int,
        busy: Int,
        idle: Int,
        over: Int,
        closing: [ConnectionID] = [],
        in context: RenderingContext = .plain
    ) -> String {
        let rest = open - busy - idle
        let states = "\(busy) busy, \(idle) idle" + (rest > 0 ? ", \(rest) opening or closing" : "")
        let text = [
            "\(Self.name(limit)) \(old) → \(new)", "open \(open): \(states)",
            closing.isEmpty ? "" : "closing \(Self.list(closing)) (shrunk)",
            over > 0
                ? "over by \(over): the next \(over) to finish \(over == 1 ? "closes" : "close")"
                : "",
        ].clauses
        return context.adapted(text)
    }

    /// The line for a `pool.resized` event; nil for any other event.
    package static func text(
        for event: PoolEvent,
        closing: [ConnectionID] = [],
        in context: RenderingContext = .plain
    ) -> String? {
        guard
            case .resized(let limit, let old, let new, let open, let busy, let idle, let over) =
                event.kind
        else { return nil }
        return Self.text(
            limit,
            old: old,
            new: new,
            open: open,
            busy: busy,
            idle: idle,
            over: over,
            closing: closing,
            in: context
        )
    }

    /// The short form for the prompt while a limit is being approached: `8→3 (busy 5, over by 2)`.
    package static func short(
        old: Int,
        new: Int,
        busy: Int,
        over: Int,
        in context: RenderingContext = .plain
    ) -> String {
        let state = over > 0 ? "busy \(busy), over by \(over)" : "busy \(busy)"
        return context.adapted("\(old)→\(new) (\(state))")
    }

    /// A limit that is being approached: `pool.size 8→3 (busy 5, over by 2)`.
    static func progress(_ resize: ResizeProgress) -> String {
        let short = Self.short(
            old: resize.old,
            new: resize.new,
            busy: resize.busy,
            over: resize.over
        )
        return "\(Self.name(resize.limit)) \(short)"
    }

    /// The limit as its setting is called, with the origin if it is for one.
    static func name(_ limit: PoolLimitName) -> String {
        switch limit {
        case .perOrigin(nil): "pool.size"
        case .perOrigin(let origin?): "pool.size for \(Sanitizer.line(origin.description))"
        case .total: "pool.total"
        case .idle: "pool.idle"
        }
    }

    /// Connections one after another: `#2 #3`.
    static func list(_ connections: [ConnectionID]) -> String {
        connections.map(\.description).joined(separator: " ")
    }
}
