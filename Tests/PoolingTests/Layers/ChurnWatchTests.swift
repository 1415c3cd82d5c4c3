import HTTPModel
import Testing

@testable import Pooling

@Suite("Churn watch (rule 11)")
struct ChurnWatchTests {
    private func at(_ seconds: Int) -> Instant { Instant.start.advanced(by: .seconds(seconds)) }

    @Test func `connects without a close by a limit are no churn`() {
        var watch = ChurnWatch()
        for second in 0..<20 { #expect(watch.connected(now: self.at(second)) == nil) }
    }

    @Test func `the sixth connect within a minute of a close is, and only once`() {
        var watch = ChurnWatch()
        watch.closed(by: .idle(2), now: self.at(0))
        watch.demanded(7)
        for second in 1...5 { #expect(watch.connected(now: self.at(second)) == nil) }
        #expect(
            watch.connected(now: self.at(6))
                == ChurnWatch.Finding(limit: .idle(2), concurrency: 7, extraConnects: 6)
        )
        #expect(watch.connected(now: self.at(7)) == nil)
    }

    @Test(arguments: [(60, true), (61, false)])
    func `what is more than a minute ago does not count`(second: Int, isChurn: Bool) {
        var watch = ChurnWatch()
        watch.closed(by: .idle(2), now: self.at(0))
        for _ in 1...5 { _ = watch.connected(now: self.at(0)) }
        #expect((watch.connected(now: self.at(second)) != nil) == isChurn)
    }

    @Test func `connects far apart are no churn though the limit closes again and again`() {
        var watch = ChurnWatch()
        for round in 0..<20 {
            watch.closed(by: .idle(2), now: self.at(round * 20))
            #expect(watch.connected(now: self.at(round * 20)) == nil)
        }
    }
}
