import HTTPModel
import Testing

@testable import Shell

@Suite("What the prompt says of the pool")
struct PoolGaugeTests {
    private let gauge = PoolGauge()
    private let key = ConnectionKey(origin: Origin(scheme: .http, host: "a.test"))

    private func hear(
        _ kind: PoolEvent.Kind,
        connection: Int? = nil,
        request: Int? = nil
    ) {
        self.gauge.receive(
            PoolEvent(
                sequence: 1,
                at: .start,
                connection: connection.map { ConnectionID($0) },
                request: request.map { RequestID(exchange: $0) },
                kind: kind
            )
        )
    }

    private func opens(_ number: Int) {
        self.hear(.connecting(key: self.key, why: .noneYet), connection: number)
        let decision = ReuseDecision.reused(idle: .zero)
        self.hear(
            .requestDispatched(decision: decision, waited: .zero),
            connection: number,
            request: number
        )
    }

    private func closes(_ number: Int) {
        let epitaph = ConnectionEpitaph(
            key: self.key,
            reason: .shrunk,
            closer: .us,
            age: .zero,
            requestCount: 1
        )
        self.hear(.requestDone(status: 200, bytes: 0, total: .zero), request: number)
        self.hear(.closed(epitaph), connection: number)
    }

    private func resizes(_ old: Int, _ new: Int, over: Int) {
        self.hear(
            .resized(.perOrigin(nil), old: old, new: new, open: 5, busy: 5, idle: 0, over: over)
        )
    }

    /// POOL.md rule 31.
    @Test func `a lowered limit is told until it is kept`() {
        for number in 1...5 { self.opens(number) }
        self.resizes(8, 3, over: 2)
        #expect(self.gauge.text == "5 open · 5 busy · 8→3 (busy 5, over by 2)")
        self.closes(1)
        #expect(self.gauge.text == "4 open · 4 busy · 8→3 (busy 4, over by 1)")
        self.closes(2)
        #expect(self.gauge.text == "3 open · 3 busy")
        self.hear(.converged(.perOrigin(nil), took: .zero, closed: []))
        #expect(self.gauge.text == "3 open · 3 busy")
    }

    @Test func `a limit that is raised on the way is still approached from where it began`() {
        for number in 1...5 { self.opens(number) }
        self.resizes(8, 3, over: 2)
        self.resizes(3, 4, over: 1)
        #expect(self.gauge.text == "5 open · 5 busy · 8→4 (busy 5, over by 1)")
        self.resizes(4, 6, over: 0)
        #expect(self.gauge.text == "5 open · 5 busy")
    }
}
