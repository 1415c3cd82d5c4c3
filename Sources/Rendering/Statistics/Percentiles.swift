import HTTPModel
import Histogram

/// Percentiles of durations, to three significant digits.
package struct Percentiles: Sendable, Hashable {
    /// How many durations there were.
    package let count: Int
    /// Half took no longer.
    package let p50: Duration
    /// Nine in ten took no longer.
    package let p90: Duration
    /// 99 in a hundred took no longer.
    package let p99: Duration
    /// The longest.
    package let max: Duration

    private static let longestMicroseconds: UInt32 = 3_600_000_000

    /// Counts durations of so many microseconds each; those above an hour count as one.
    package init(microseconds: some Sequence<UInt32>) {
        var histogram = Histogram<UInt32>(
            highestTrackableValue: UInt64(Self.longestMicroseconds),
            numberOfSignificantValueDigits: .three
        )
        var count = 0
        for value in microseconds {
            histogram.record(UInt64(Swift.min(value, Self.longestMicroseconds)))
            count += 1
        }
        func value(_ percentile: Double) -> Duration {
            .microseconds(Int64(clamping: histogram.valueAtPercentile(percentile)))
        }
        self.count = count
        self.p50 = value(50)
        self.p90 = value(90)
        self.p99 = value(99)
        self.max = value(100)
    }

    /// Counts durations.
    package init(_ durations: some Sequence<Duration>) {
        self.init(
            microseconds: durations.lazy.map { UInt32(clamping: $0.wholeNanoseconds / 1000) }
        )
    }
}

extension JSONWriter.Object {
    /// Writes percentiles: `{"requests":3,"p50Ms":…}`; they are null where there is nothing.
    package mutating func percentiles(_ key: String, _ figures: Percentiles) {
        let isEmpty = figures.count == 0
        self.object(key) { entry in
            entry.member("requests", figures.count)
            entry.member("p50Ms", milliseconds: isEmpty ? nil : figures.p50)
            entry.member("p90Ms", milliseconds: isEmpty ? nil : figures.p90)
            entry.member("p99Ms", milliseconds: isEmpty ? nil : figures.p99)
        }
    }
}
