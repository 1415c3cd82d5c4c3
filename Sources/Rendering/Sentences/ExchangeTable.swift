package import HTTPModel

/// The table of numbered exchanges that `log` prints.
package enum ExchangeTable {
    /// The lines of the table; a hint where there is nothing to show.
    package static func lines(
        of exchanges: [Exchange],
        in context: RenderingContext = .plain
    ) -> [String] {
        guard !exchanges.isEmpty else { return ["no exchanges yet; `get /` makes one"] }
        let hasNames = exchanges.contains { $0.name != nil }
        var table = Table(columns: Self.columns(hasNames: hasNames))
        for exchange in exchanges {
            var row = Self.row(exchange, in: context)
            if !hasNames { row.remove(at: 1) }
            table.append(row)
        }
        return table.lines(width: context.width, palette: context.palette).map(context.adapted)
    }

    private static func columns(hasNames: Bool) -> [Table.Column] {
        var columns: [Table.Column] = [
            .init("#", alignment: .right),
            .init("name", minimumWidth: 6, priority: 3),
            .init("method"),
            .init("target", minimumWidth: 12, priority: 5),
            .init("status", minimumWidth: 6, priority: 6),
            .init("size", alignment: .right, priority: 4),
            .init("time", alignment: .right, priority: 4),
            .init("connection", priority: 2),
            .init("", minimumWidth: 8, priority: 1),
        ]
        if !hasNames { columns.remove(at: 1) }
        return columns
    }

    private static func row(_ exchange: Exchange, in context: RenderingContext) -> [Table.Cell] {
        let attempt = exchange.attempts.last
        let (status, role) = Self.outcome(of: exchange)
        let size = exchange.response.map { max($0.bytes.body, exchange.content.count) }
        let connection = attempt?.use.map {
            "\($0.connection) \($0.decision.isReused ? "reused" : "new")"
        }
        let texts: [(String, Role?)] = [
            ("\(exchange.number)", nil), (exchange.name ?? "", nil),
            (exchange.label?.method ?? DurationText.absent, nil),
            (Self.target(of: exchange), nil), (status, role),
            (size.map { ByteText.text($0) } ?? DurationText.absent, nil),
            (DurationText.text(exchange.elapsed), nil), (connection ?? DurationText.absent, nil),
            (Self.notes(on: exchange), .dim),
        ]
        return texts.map { Table.Cell(context.adapted($0.0), role: $0.1) }
    }

    private static func target(of exchange: Exchange) -> String {
        exchange.attempts.first?.target.description ?? DurationText.absent
    }

    private static func outcome(of exchange: Exchange) -> (String, Role?) {
        if let head = exchange.response?.head { return (head.statusText, .status(head.status)) }
        return exchange.failure == nil ? (DurationText.absent, nil) : ("failed", .error)
    }

    /// What else is worth knowing: the failure, redirects and retries, the wait.
    private static func notes(on exchange: Exchange) -> String {
        var redirects = 0
        var retries = 0
        for attempt in exchange.attempts.dropFirst() {
            switch attempt.cause {
            case .redirect: redirects += 1
            case .staleRetry, .retry, .misdirected, .expectationRefused: retries += 1
            case .initial, .challenge: break
            }
        }
        let wait = exchange.attempts.last?.use?.wait
        return [
            exchange.failure.map { ErrorSentences.render($0).words } ?? "",
            redirects > 0 ? CountText.text(redirects, "redirect") : "",
            retries > 0 ? CountText.text(retries, "retry", plural: "retries") : "",
            wait.map { "waited \(DurationText.text($0.duration))" } ?? "",
            exchange.isBackground ? "background" : "",
        ].clauses
    }
}
