package import HTTPModel

/// What `why [N] [#ID]` says: which connection an exchange got, and why not the others.
package enum WhyReport {
    /// The report on all attempts of an exchange.
    ///
    /// With a connection, only that one's part is told. The limits in force are named where they
    /// matter.
    package static func lines(
        for exchange: Exchange,
        about connection: ConnectionID? = nil,
        limits: PoolLimits? = nil,
        in context: RenderingContext = .plain
    ) -> [String] {
        guard !exchange.attempts.isEmpty else {
            return ["\(exchange.number) · not sent: it got no connection"].map(context.adapted)
        }
        let lines = exchange.attempts.enumerated().flatMap { index, attempt in
            let id = RequestID(exchange: exchange.number, attempt: index + 1)
            let lines = Self.lines(
                attempt,
                id: id,
                about: connection,
                limits: limits,
                in: context
            )
            guard connection == nil else { return lines }
            return lines
                + attempt.remarks.flatMap {
                    Self.wrapped("\(RemarkSentences.sentence($0)).".capitalizedFirst, in: context)
                }
        }
        return lines.map(context.adapted).flatMap(context.folded)
    }

    private static func lines(
        _ attempt: Attempt,
        id: RequestID,
        about connection: ConnectionID?,
        limits: PoolLimits?,
        in context: RenderingContext
    ) -> [String] {
        let heading = "\(id) · \(Sanitizer.line(attempt.label.description))"
        guard let use = attempt.use else {
            return [context.styled("\(heading) · no connection", as: .strong)]
                + Self.wrapped(Self.failure(of: attempt), in: context)
        }
        let got = ReuseSentences.use(use, isRetry: attempt.isRetry)
        var lines = [context.styled("\(heading) · \(got)", as: .strong)]
        if let connection {
            return lines + Self.wrapped(Self.part(of: connection, in: use), in: context)
        }
        lines += Self.wrapped(Self.explanation(of: use, limits: limits), in: context)
        if let wait = use.wait { lines += Self.wrapped(Self.wait(wait), in: context) }
        if let cost = Self.cost(of: use) { lines += Self.wrapped(cost, in: context) }
        return lines + Self.verdicts(of: use, in: context)
    }

    private static func explanation(of use: ConnectionUse, limits: PoolLimits?) -> String {
        switch use.decision {
        case .reused(.zero) where use.wait != nil:
            "It was handed over when the request before had finished with it, and was made under"
                + " the same terms: origin, TLS settings, HTTP version."
        case .reused:
            "It was open and free, and made under the same terms: origin, TLS settings,"
                + " HTTP version."
        case .stream(let beside):
            "It speaks HTTP/2, which carries many requests at a time: it had a stream free beside"
                + " \(CountText.text(beside, "other request")), and was made under the same terms."
        case .new(let reason): ReuseSentences.explanation(reason.code, limits: limits)
        }
    }

    private static func wait(_ wait: WaitRecord) -> String {
        let change =
            WaitSentences.setting(wait.cause).map {
                " `\($0.name.replacing(".", with: " ")) N` above \($0.value) lets more requests go"
                    + " at once."
            } ?? ""
        let sentence = WaitSentences.sentence(wait)
        return "It \(sentence).\(change)"
    }

    /// What opening the connection cost, by phase.
    private static func cost(of use: ConnectionUse) -> String? {
        guard let handshake = use.handshake else { return nil }
        let phases = [
            handshake.dns.map { "dns \(DurationText.text($0))" },
            "connect \(DurationText.text(handshake.connect))",
            handshake.tls.map { "tls \(DurationText.text($0))" },
        ].compactMap { $0 }
        let verb = use.decision.isReused ? "had cost" : "cost"
        let total = DurationText.text(handshake.total)
        return phases.count == 1
            ? "Opening it \(verb) \(total)."
            : "Opening it \(verb) \(total): \(phases.joined(separator: ", "))."
    }

    /// Every connection of the origin with its verdict.
    private static func verdicts(
        of use: ConnectionUse,
        in context: RenderingContext
    ) -> [String] {
        let connections = use.verdicts
        guard !connections.isEmpty else { return [] }
        var table = Table(columns: [.init(""), .init("")], indent: 2, hasHeader: false)
        for verdict in connections {
            let words = ReuseSentences.sentence(verdict.finding)
            table.append([.init("\(verdict.connection)"), .init(words)])
        }
        return table.lines(width: context.width, palette: context.palette)
    }

    /// What one connection had to do with it.
    private static func part(of connection: ConnectionID, in use: ConnectionUse) -> String {
        if connection == use.connection { return "It was \(connection) that carried the request." }
        let verdict = use.verdicts.first { $0.connection == connection }
        switch verdict?.finding {
        case .notNeeded?:
            return "\(connection) was not needed: \(use.connection) was open, free and came first"
                + " (pool.reuse)."
        case let finding?: return "\(connection): \(ReuseSentences.sentence(finding))."
        case nil:
            return "\(connection) was no open connection of this origin when the request went out."
        }
    }

    private static func failure(of attempt: Attempt) -> String {
        switch attempt.result {
        case .response: "It got an answer without a connection of the pool."
        case .failed(let failure): "\(ErrorSentences.render(failure).message)."
        }
    }

    private static func wrapped(_ text: String, in context: RenderingContext) -> [String] {
        guard let width = context.width else { return ["  \(text)"] }
        return text.wrapped(toCells: max(20, width - 2)).map { "  \($0)" }
    }
}

extension String {
    /// The string as the beginning of a sentence.
    fileprivate var capitalizedFirst: String { self.prefix(1).uppercased() + self.dropFirst() }
}

extension ConnectionUse {
    /// Why each other connection of the origin did not serve.
    fileprivate var verdicts: [NewConnectionReason.Verdict] {
        switch self.decision {
        case .reused, .stream: self.others
        case .new(let reason): reason.connections
        }
    }
}
