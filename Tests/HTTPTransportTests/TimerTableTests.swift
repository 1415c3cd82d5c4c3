import HTTPModel
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Timer table")
struct TimerTableTests {
    /// A table on a loop whose time passes as the test says.
    ///
    /// `@unchecked Sendable` because an embedded loop runs on the test's own thread.
    private final class Clockwork: @unchecked Sendable {
        let loop = EmbeddedEventLoop()
        var table = TimerTable<String>()
        var now = Instant.start
        var fired: [String] = []
        /// Who is removed when a timer fires.
        var victims: [String: String] = [:]
        /// How often a task fired, due or not.
        var wakeUps = 0

        func arm(_ key: String, inMilliseconds delay: Int) {
            self.table.arm(
                key,
                at: self.now.advanced(by: .milliseconds(delay)),
                now: self.now,
                on: self.loop
            ) { self.taskFired() }
        }

        func advance(milliseconds: Int) {
            for _ in 0..<milliseconds {
                self.now = self.now.advanced(by: .milliseconds(1))
                self.loop.advanceTime(by: .milliseconds(1))
            }
        }

        private func taskFired() {
            self.wakeUps += 1
            while let key = self.table.takeDue(
                now: self.now,
                on: self.loop,
                fire: { self.taskFired() }
            ) {
                self.fired.append(key)
                self.table.remove(self.victims[key] ?? "")
            }
        }
    }

    @Test func `a timer fires once, and no earlier than its deadline`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: 10)
        clockwork.advance(milliseconds: 9)
        #expect(clockwork.fired.isEmpty)
        clockwork.advance(milliseconds: 100)
        #expect(clockwork.fired == ["a"])
    }

    @Test func `a deadline in the past fires soon`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: -5)
        #expect(clockwork.fired.isEmpty)
        clockwork.advance(milliseconds: 1)
        #expect(clockwork.fired == ["a"])
    }

    @Test func `a timer that is disarmed does not fire`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: 10)
        clockwork.table.disarm("a")
        clockwork.advance(milliseconds: 50)
        #expect(clockwork.fired.isEmpty)
        #expect(clockwork.wakeUps == 1)
    }

    @Test func `a timer that is moved later sleeps on without a new task`() {
        let clockwork = Clockwork()
        for _ in 0..<100 {
            clockwork.table.disarm("a")
            clockwork.arm("a", inMilliseconds: 20)
            clockwork.advance(milliseconds: 1)
        }
        #expect(clockwork.fired.isEmpty)
        #expect(clockwork.wakeUps < 10)
        clockwork.advance(milliseconds: 20)
        #expect(clockwork.fired == ["a"])
    }

    @Test func `a timer that is moved earlier fires earlier`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: 100)
        clockwork.arm("a", inMilliseconds: 5)
        clockwork.advance(milliseconds: 6)
        #expect(clockwork.fired == ["a"])
        clockwork.advance(milliseconds: 200)
        #expect(clockwork.fired == ["a"])
    }

    @Test func `a timer that is removed leaves no task`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: 5)
        clockwork.table.remove("a")
        clockwork.advance(milliseconds: 10)
        #expect(clockwork.wakeUps == 0)
    }

    @Test func `timers do not disturb each other`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: 5)
        clockwork.arm("b", inMilliseconds: 3)
        clockwork.arm("c", inMilliseconds: 4)
        clockwork.table.disarm("c")
        clockwork.advance(milliseconds: 10)
        #expect(clockwork.fired == ["b", "a"])
    }

    @Test func `a timer that another removes in the same moment does not fire`() {
        let clockwork = Clockwork()
        clockwork.victims = ["a": "b"]
        clockwork.arm("a", inMilliseconds: 5)
        clockwork.arm("b", inMilliseconds: 6)
        clockwork.now = clockwork.now.advanced(by: .milliseconds(10))
        clockwork.loop.advanceTime(by: .milliseconds(10))
        #expect(clockwork.fired == ["a"])
    }

    @Test func `timers that are armed once and removed leave nothing behind`() {
        let clockwork = Clockwork()
        clockwork.arm("last", inMilliseconds: 40_000)
        for number in 0..<10_000 {
            clockwork.arm("\(number)", inMilliseconds: 30_000)
            clockwork.table.remove("\(number)")
        }
        #expect(clockwork.table.alarmCount < 32)
        clockwork.advance(milliseconds: 40_001)
        #expect(clockwork.fired == ["last"])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `random timers fire when the last arming says`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let clockwork = Clockwork()
        var deadlines: [String: Instant] = [:]
        for _ in 0..<2_000 {
            let key = "\(Int.random(in: 0..<20, using: &random))"
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                clockwork.table.disarm(key)
                deadlines[key] = nil
            case 1:
                clockwork.table.remove(key)
                deadlines[key] = nil
            default:
                let delay = Int.random(in: 1...50, using: &random)
                clockwork.arm(key, inMilliseconds: delay)
                deadlines[key] = clockwork.now.advanced(by: .milliseconds(delay))
            }
            clockwork.fired = []
            clockwork.advance(milliseconds: 1)
            // The loop's task comes a microsecond after the deadline, and so perhaps a step later.
            let now = clockwork.now
            let late = now.advanced(by: .milliseconds(-1))
            let fired = Set(clockwork.fired)
            #expect(fired.count == clockwork.fired.count, "seed \(seed)")
            #expect(fired.isSuperset(of: deadlines.filter { $0.value <= late }.keys), "\(seed)")
            #expect(fired.isSubset(of: deadlines.filter { $0.value <= now }.keys), "\(seed)")
            for key in fired { deadlines[key] = nil }
        }
    }

    @Test func `after all are forgotten none fires`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: 5)
        clockwork.arm("b", inMilliseconds: 3)
        clockwork.table.removeAll()
        clockwork.advance(milliseconds: 10)
        #expect(clockwork.wakeUps == 0)
    }
}
