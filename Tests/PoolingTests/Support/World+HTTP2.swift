import HTTPModel

@testable import Pooling

/// What peers of HTTP/2 do.
extension World {
    mutating func actOnHTTP2() {
        switch self.roll(0..<20) {
        case 0..<7:
            guard let id = self.conn(where: \.awaitsSettings) else { return }
            self.settings(on: id, streams: self.roll(0..<3) == 0 ? nil : self.roll(0..<5))
        case 7..<9:
            guard let id = self.conn(where: { $0.isHTTP2 && !$0.isClosing }) else { return }
            self.settings(on: id, streams: self.roll(0..<2) == 0 ? nil : self.roll(0..<4))
        case 9..<13:
            guard let conn = self.multiplexer() else { return }
            self.endStream(on: conn)
        case 13..<15: self.refuse()
        case 15..<17: self.goAway()
        case 17: self.ping()
        case 18:
            guard let conn = self.multiplexer() else { return }
            let actions = self.machine.streamIDsExhausted(on: conn.id, now: self.now)
            self.hear("\(conn.id) runs out of streams", actions)
        default:
            let jump = Duration.seconds(self.roll(0..<60))
            self.hear("\(jump) of sleep", self.machine.clockJumped(by: jump, now: self.now))
        }
    }

    mutating func settings(on id: ConnectionID, streams: Int?) {
        self.ledger.settingsCame(id, streams: streams, now: self.now)
        let settings = HTTP2Settings(maxConcurrentStreams: streams)
        let actions = self.machine.settingsReceived(on: id, settings, now: self.now)
        self.hear("\(id) settings, \(streams ?? -1) streams", actions)
    }

    /// The stream of some request ends.
    mutating func endStream(on conn: Ledger.Conn) {
        let index = self.roll(0..<max(1, conn.requests.count))
        guard conn.requests.indices.contains(index) else { return }
        let request = conn.requests[index]
        let outcome: StreamOutcome = self.roll(0..<8) == 0 ? .timedOut : .ended
        self.ledger.finished(request, on: conn.id, now: self.now)
        let actions = self.machine.streamFinished(request, on: conn.id, outcome, now: self.now)
        self.hear("\(request) on \(conn.id) \(outcome)", actions)
    }

    /// A connection of HTTP/2 with streams.
    private mutating func multiplexer() -> Ledger.Conn? {
        self.conn { $0.isHTTP2 && $0.request != nil }.flatMap { self.ledger.conn($0) }
    }

    private mutating func refuse() {
        guard let conn = self.multiplexer(), let id = conn.requests.last else { return }
        self.unprocess(id, on: conn.id, .refused(stream: 3))
    }

    private mutating func unprocess(
        _ id: RequestID,
        on connection: ConnectionID,
        _ proof: NonProcessingProof
    ) {
        guard let request = self.ledger.requests[id] else { return }
        self.ledger.returned(id, from: connection, wasSent: true, now: self.now)
        let actions = self.machine.streamUnprocessed(
            request,
            on: connection,
            proof,
            now: self.now
        )
        self.hear("\(id) on \(connection) is unprocessed, \(proof)", actions)
    }

    /// A GOAWAY that admits to some of the streams, and not to the youngest.
    private mutating func goAway() {
        let open = self.conn { $0.isHTTP2 && !$0.isConnecting && !$0.isClosing }
        guard let id = open, let conn = self.ledger.conn(id) else { return }
        self.ledger.wentAway(id)
        let goaway = GoAway(lastStream: 1)
        self.hear("\(id) goes away", self.machine.goawayReceived(on: id, goaway, now: self.now))
        for request in conn.requests.suffix(self.roll(0..<3)) {
            self.unprocess(request, on: id, .aboveGoAway(stream: 3))
        }
    }

    private mutating func ping() {
        guard let id = self.conn(where: { $0.isHTTP2 && !$0.isClosing && !$0.isConnecting })
        else { return }
        if self.roll(0..<2) == 0 {
            let (_, actions) = self.machine.pingRequested(on: id, now: self.now)
            self.hear("\(id) is pinged", actions)
        } else {
            let (_, actions) = self.machine.pingAnswered(on: id, now: self.now)
            self.hear("\(id) answers", actions)
        }
    }
}
