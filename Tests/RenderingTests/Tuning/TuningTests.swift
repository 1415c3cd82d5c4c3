import TestSupport
import Testing

@testable import Rendering

@Suite("Tuning")
struct TuningTests {
    /// A server with so many workers who take 50 ms, seen through a client that loses some time
    /// between two requests, and through chance.
    private static func measure(
        workers: Int,
        sizes: [Int] = [1, 2, 4, 8],
        rounds: Int = 5,
        noise: Double,
        seed: UInt64 = 0
    ) -> Tuning {
        var generator = SeededGenerator(seed: seed)
        var tuning = Tuning(sizes: sizes, requests: 32, concurrency: 16)
        for round in 0..<rounds {
            for size in tuning.sizes {
                let perRequest = 50.0 / Double(min(size, workers)) + (size < workers ? 0.5 : 0)
                for isWarm in [false, true] {
                    let chance = 1 + noise * Double(generator.next() % 1000) / 1000
                    let time = perRequest * 32 * chance + (isWarm ? 0 : 3)
                    tuning.samples.append(
                        Tuning.Sample(
                            size: size,
                            round: round,
                            isWarm: isWarm,
                            elapsed: .microseconds(Int64(time * 1000))
                        )
                    )
                }
            }
        }
        return tuning
    }

    @Test(arguments: [1, 2, 4, 8], UInt64(0)..<20)
    func `the advice is what the server can do`(workers: Int, seed: UInt64) {
        let tuning = Self.measure(workers: workers, noise: 0.15, seed: seed)
        #expect(tuning.advice == .size(workers), "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<50)
    func `where chance is greater than the difference, the smallest is taken`(seed: UInt64) {
        // One worker: all sizes are equally fast, and rounds differ by half.
        let tuning = Self.measure(workers: 1, noise: 0.5, seed: seed)
        #expect(tuning.advice == .size(1), "seed \(seed)")
    }

    @Test(arguments: [0, 1, 2, 3, 4])
    func `fewer than three rounds say nothing`(rounds: Int) {
        let advice = Self.measure(workers: 4, rounds: rounds, noise: 0).advice
        #expect(advice == (rounds < 3 ? .tooFewRounds(rounds) : .size(4)))
    }

    @Test func `failed requests leave nothing to advise`() {
        var tuning = Self.measure(workers: 4, noise: 0)
        tuning.samples[3].failed = 2
        #expect(tuning.advice == .failures(2))
        #expect(TuningReport.lines(of: tuning).last == "no advice: 2 requests failed")
    }

    @Test func `over HTTP/2 it says what it cannot compare`() throws {
        var tuning = Self.measure(workers: 4, noise: 0)
        tuning.streamConnections = 1
        #expect(tuning.advice == .streams(connections: 1))
        let text = TuningReport.lines(of: tuning).joined(separator: " ")
        #expect(text.contains("no advice: over HTTP/2 requests are streams, and 1 connection"))
        #expect(TuningJSON.line(of: tuning).contains(#""why":"http2_streams","connections":1"#))
    }

    @Test(arguments: [(1.0, 1.5, false), (1.001, 1.2, true), (1.1, 1.199, false), (0.9, 3, false)])
    func `a larger size must win each round, and by a fifth`(
        least: Double,
        median: Double,
        isClear: Bool
    ) {
        let comparison = Tuning.Comparison(
            smaller: 1,
            larger: 2,
            least: least,
            median: median,
            greatest: 9
        )
        #expect(comparison.isClear == isClear)
    }

    @Test func `the report says why, and how sure that is`() {
        let lines = TuningReport.lines(of: Self.measure(workers: 4, noise: 0.1, seed: 3))
        #expect(
            lines.joined(separator: "\n") == """
                32 requests, 16 at a time, 5 rounds, cold and warm
                 size    cold    warm  from – to        a second  p50
                    1   1.7 s   1.7 s  1.7 s – 1.8 s          19    –  ██████
                    2  868 ms  858 ms  845 ms – 888 ms        37    –  ████████████
                    4  418 ms  424 ms  405 ms – 428 ms        75    –  ████████████████████████
                    8  425 ms  417 ms  408 ms – 433 ms        77    –  ████████████████████████
                pool size 4 · 2 to 2.1 times as fast as 2; 8 was not clearly faster (−2 % to +4 %), \
                over 5 rounds
                """
        )
    }

    @Test func `the largest size tried may not be the best`() {
        let lines = TuningReport.lines(of: Self.measure(workers: 99, sizes: [1, 2], noise: 0))
        #expect(lines.joined(separator: " ").contains("`--sizes 2,4,8`"))
    }

    @Test(arguments: [
        (0.0, "0"), (0.94, "0.9"), (1, "1"), (1.96, "2"), (9.94, "9.9"), (19.4, "19"),
        (99.4, "99"), (104, "100"), (155, "160"), (12_345, "12000"),
    ])
    func `no figure has more than two digits that matter`(value: Double, text: String) {
        #expect(TuningReport.rounded(value) == text)
    }
}
