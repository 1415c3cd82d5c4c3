import Rendering
import Testing

@Suite("Durations, bytes and counts as text")
struct UnitTests {
    @Test(arguments: [
        (Duration.zero, "0 ms"), (.nanoseconds(1), "<1 µs"), (.nanoseconds(499), "<1 µs"),
        (.nanoseconds(500), "1 µs"), (.microseconds(40), "40 µs"), (.microseconds(99), "99 µs"),
        (.nanoseconds(99_499), "99 µs"), (.nanoseconds(99_500), "0.1 ms"),
        (.microseconds(100), "0.1 ms"), (.microseconds(900), "0.9 ms"),
        (.microseconds(1400), "1.4 ms"),
        (.microseconds(9949), "9.9 ms"), (.microseconds(9950), "10 ms"),
        (.milliseconds(801), "801 ms"),
        (.microseconds(999_499), "999 ms"), (.microseconds(999_500), "1.0 s"),
        (.milliseconds(3200), "3.2 s"),
        (.seconds(5), "5.0 s"), (.milliseconds(9949), "9.9 s"), (.milliseconds(9950), "10 s"),
        (.seconds(13), "13 s"), (.seconds(60), "60 s"), (.milliseconds(119_499), "119 s"),
        (.milliseconds(119_500), "2 min"), (.seconds(125), "2 min 5 s"),
        (.seconds(3599), "59 min 59 s"),
        (.seconds(3600), "1 h"), (.seconds(3900), "1 h 5 min"), (.seconds(86_399), "23 h 59 min"),
        (.seconds(86_400), "1 d"), (.seconds(97_200), "1 d 3 h"), (.milliseconds(-5), "0 ms"),
        (.seconds(Int64.max), "106751 d 23 h"),
    ])
    func `a duration has two digits that matter`(_ duration: Duration, _ expected: String) {
        #expect(DurationText.text(duration) == expected)
    }

    @Test
    func `a phase that did not happen is a dash`() {
        #expect(DurationText.text(nil) == "–")
    }

    @Test(arguments: [
        (-1, "0 B"), (0, "0 B"), (1, "1 B"), (61, "61 B"), (999, "999 B"), (1000, "1.0 kB"),
        (1049, "1.0 kB"), (1050, "1.1 kB"), (4100, "4.1 kB"), (9300, "9.3 kB"), (99_949, "99.9 kB"),
        (99_950, "100 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (52_400_000, "52.4 MB"),
        (100_000_000, "100 MB"), (1_000_000_000, "1.0 GB"), (999_499_999_999, "999 GB"),
        (1_000_000_000_000, "1.0 TB"), (Int.max, "9.2 EB"),
    ])
    func `a byte count is decimal`(_ count: Int, _ expected: String) {
        #expect(ByteText.text(count) == expected)
    }

    @Test
    func `a rate is a byte count for each second`() {
        #expect(ByteText.rate(12_300_000, over: .seconds(1)) == "12.3 MB/s")
        #expect(ByteText.rate(500, over: .milliseconds(500)) == "1.0 kB/s")
        #expect(ByteText.rate(0, over: .seconds(1)) == "0 B/s")
        #expect(ByteText.rate(1, over: .zero) == "–")
        #expect(ByteText.rate(.max, over: .nanoseconds(1)) == "9.2 EB/s")
    }

    @Test(arguments: [
        (0, "0th"), (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"),
        (12, "12th"),
        (13, "13th"), (14, "14th"), (21, "21st"), (22, "22nd"), (23, "23rd"), (101, "101st"),
        (111, "111th"),
        (112, "112th"), (113, "113th"), (121, "121st"), (1011, "1011th"), (-1, "-1st"),
    ])
    func `ordinals end as they are spoken`(_ number: Int, _ expected: String) {
        #expect(CountText.ordinal(number) == expected)
        #expect(CountText.ordinal(number, "request") == "\(expected) request")
    }

    @Test
    func `one is singular, all else plural`() {
        #expect(CountText.text(0, "request") == "0 requests")
        #expect(CountText.text(1, "request") == "1 request")
        #expect(CountText.text(2, "request") == "2 requests")
        #expect(CountText.text(1, "entry", plural: "entries") == "1 entry")
        #expect(CountText.text(3, "entry", plural: "entries") == "3 entries")
    }
}
