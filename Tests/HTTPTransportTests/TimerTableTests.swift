import HTTPModel
import NIOCore
import NIOEmbedded
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
        /// How often a task fired, due or not.
        var wakeUps = 0

        func arm(_ key: String, inMilliseconds delay: Int) {
            self.table.arm(
                key,
                at: self.now.advanced(by: .milliseconds(delay)),
                now: self.now,
                on: self.loop
            ) { self.taskFired($0) }
        }

        func advance(milliseconds: Int) {
            for _ in 0..<milliseconds {
                self.now = self.now.advanced(by: .milliseconds(1))
                self.loop.advanceTime(by: .milliseconds(1))
            }
        }

        private func taskFired(_ key: String) {
            self.wakeUps += 1
            let isDue = self.table.taskFired(key, now: self.now, on: self.loop) {
                self.taskFired($0)
            }
            if isDue { self.fired.append(key) }
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

    @Test func `after all are forgotten none fires`() {
        let clockwork = Clockwork()
        clockwork.arm("a", inMilliseconds: 5)
        clockwork.arm("b", inMilliseconds: 3)
        clockwork.table.removeAll()
        clockwork.advance(milliseconds: 10)
        #expect(clockwork.wakeUps == 0)
    }
}
