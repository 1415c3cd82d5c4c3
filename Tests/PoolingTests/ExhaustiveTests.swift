import HTTPModel
import Testing

@testable import Pooling

@Suite("Pool machine: every short sequence")
struct ExhaustiveTests {
    /// Which origins the three requests are for.
    static let patterns: [[ConnectionKey]] = [
        [.a, .a, .a], [.a, .a, .b], [.a, .b, .a], [.a, .b, .b],
    ]

    /// The same, where some or all speak HTTP/2, or may.
    static let http2Patterns: [[ConnectionKey]] = [
        [.h2c, .h2c, .h2c], [.h2c, .h2c, .b], [.auto, .auto, .auto], [.auto, .h2c, .auto],
    ]

    @Test(arguments: 1...2, Self.patterns.indices)
    func `no order of seven events breaks a rule`(limit: Int, pattern: Int) {
        self.explore(Self.patterns[pattern], limit: limit, depth: 7)
    }

    @Test(arguments: 1...2, Self.http2Patterns.indices)
    func `no order of six events breaks a rule of HTTP/2`(limit: Int, pattern: Int) {
        self.explore(Self.http2Patterns[pattern], limit: limit, depth: 6)
    }

    private func explore(_ keys: [ConnectionKey], limit: Int, depth: Int) {
        for total in 1...2 {
            let limits = PoolLimits(perOrigin: limit, total: total, idle: 1)
            var seen: Set<PoolSnapshot> = []
            var futures = [Future(limits: limits)]
            for depth in 1...depth {
                futures = futures.flatMap { future in
                    future.events(keys).compactMap { event in
                        var next = future
                        next.happens(event, keys)
                        let isNew = seen.insert(next.essence).inserted
                        let wrong = isNew ? next.audit() : next.illegal
                        if !wrong.isEmpty {
                            Issue.record("\(limits), depth \(depth): \(wrong), \(next.history)")
                        }
                        return isNew ? next : nil
                    }
                }
            }
            for var future in futures {
                let wrong = future.comeToRest(keys)
                #expect(wrong.isEmpty, "\(limits), at rest: \(future.history)")
            }
        }
    }
}
