import HTTPModel
import Testing

@Suite("Instant and Duration")
struct InstantTests {
    @Test
    func `advancing and measuring undo each other`() {
        let start = Instant(nanoseconds: 5)
        let end = start.advanced(by: .milliseconds(1500))
        #expect(end.nanoseconds == 1_500_000_005)
        #expect(start.duration(to: end) == .milliseconds(1500))
        #expect(end.duration(to: start) == .milliseconds(-1500))
        #expect(start < end)
    }

    @Test
    func `a duration without end saturates instead of trapping`() {
        let endless = Duration.seconds(Int64.max)
        #expect(endless.wholeNanoseconds == .max)
        #expect((Duration.zero - endless).wholeNanoseconds == .min)
        #expect(Instant(nanoseconds: 1).advanced(by: endless).nanoseconds == .max)
        #expect(Instant(nanoseconds: -2).advanced(by: .zero - endless).nanoseconds == .min)
        let first = Instant(nanoseconds: .min)
        let last = Instant(nanoseconds: .max)
        #expect(first.duration(to: last) > .seconds(18_000_000_000))
    }

    @Test(arguments: [
        (Duration.zero, 0.0), (.nanoseconds(1), 0.000001), (.microseconds(1500), 1.5),
        (.seconds(2), 2000), (.milliseconds(-3), -3),
    ])
    func `milliseconds keep their fraction`(_ duration: Duration, _ expected: Double) {
        #expect(duration.milliseconds == expected)
    }
}
