import HTTPModel

@testable import Rendering

/// Everything that the sentences render of a set of samples.
struct Outputs {
    let samples: Samples
    let context: RenderingContext

    /// All lines of all functions.
    var lines: [String] {
        self.ofExchanges + self.ofErrors + self.ofEvents + self.ofConnections + self.ofWords
    }

    var ofExchanges: [String] {
        let exchanges = self.samples.exchanges
        let heads = exchanges.compactMap { $0.response?.head }.prefix(3)
        return exchanges.flatMap { ConnectionLine.lines(for: $0, in: self.context) }
            + exchanges.flatMap { WhyReport.lines(for: $0, in: self.context) }
            + exchanges.flatMap {
                WhyReport.lines(for: $0, about: ConnectionID(1), in: self.context)
            }
            + exchanges.flatMap { TimingReport.lines(for: $0, in: self.context) }
            + ExchangeTable.lines(of: exchanges, in: self.context)
            + heads.flatMap { ResponseHeadText.lines(of: $0, in: self.context) }
            + exchanges.flatMap(\.attempts).prefix(9).flatMap {
                RequestText.lines(of: $0, isSecret: { $0 == "Host" }, in: self.context)
            }
            + exchanges.map { ExchangeJSON.line(for: $0) }
            + [ConnectionLine.started(2...2, self.samples.label, in: self.context)]
    }

    var ofErrors: [String] {
        let errors =
            self.samples.failures.map { ErrorSentences.render($0, request: self.samples.label) }
            + self.samples.transportErrors.map { ErrorSentences.render($0) }
            + self.samples.uriErrors.map { ErrorSentences.render($0) }
            + [ErrorSentences.render(BodySinkError(detail: self.samples.text))]
        return errors.flatMap { $0.lines(in: self.context) }
            + errors.map { self.context.adapted($0.words) }
            + errors.map { ErrorJSON.line(for: $0) }
    }

    var ofEvents: [String] {
        let events = self.samples.kinds.map(self.samples.event)
        return events.map { EventLine.text(for: $0, in: self.context) }
            + events.compactMap { Notice.text(for: $0, in: self.context) }
            + events.compactMap {
                Notice.text(for: $0, limits: self.samples.pool.limits, in: self.context)
            }
            + events.compactMap { ResizeLine.text(for: $0, in: self.context) }
            + events.map { EventJSON.line(for: $0) }
    }

    var ofConnections: [String] {
        let pool = self.samples.pool
        let all = pool.connections + pool.closed
        return SocketsTable.lines(of: pool, in: self.context)
            + SocketsTable.lines(of: pool, showing: .closed, in: self.context)
            + SocketsTable.lines(of: PoolSnapshot(), in: self.context)
            + all.flatMap { SocketDetails.lines(of: $0, in: self.context) }
            + PoolReport.lines(of: pool, in: self.context)
            + PoolReport.lines(of: PoolSnapshot(), in: self.context)
            + [PoolReport.summary(of: pool, in: self.context), PoolJSON.line(for: pool)]
            + all.map { ConnectionJSON.line(for: $0) }
    }

    /// Sentences without a context, as the terminal gets them in the end.
    var ofWords: [String] {
        let words =
            Samples.codes.map { ReuseSentences.sentence($0) }
            + Samples.codes.map { ReuseSentences.explanation($0, limits: PoolLimits()) }
            + self.samples.findings.map { ReuseSentences.sentence($0) }
            + CloseReason.allCases.map { CloseSentences.explanation($0, idle: .seconds(5)) }
            + self.samples.holders.map { WaitSentences.holder($0) }
        return words.map(self.context.adapted)
    }
}
