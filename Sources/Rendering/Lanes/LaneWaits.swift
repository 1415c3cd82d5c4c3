internal import HTTPModel

/// The waits for a place under a limit, all of them in one line of a chart.
struct LaneWaits {
    private struct Wait {
        var exchange: Int
        var start: Instant
        var end: Instant
    }

    private var waits: [Wait]
    /// What is said of them.
    let note: String

    init(of lanes: Lanes) {
        var waits = lanes.bars.filter { $0.queueTime != nil }.map {
            Wait(exchange: $0.request.exchange, start: $0.arrivedAt, end: $0.queueEndedAt)
        }
        waits += lanes.unserved.map {
            Wait(
                exchange: $0.request.exchange,
                start: $0.queuedAt,
                end: $0.endedAt ?? lanes.span.upperBound
            )
        }
        waits.sort { $0.start < $1.start }
        self.waits = waits
        let most = Self.mostAtOnce(waits.map { ($0.start, $0.end) })
        self.note =
            waits.isEmpty ? "" : "\(CountText.text(waits.count, "wait")), \(most) at once"
    }

    /// Whether nothing waited.
    var isEmpty: Bool { self.waits.isEmpty }

    /// The line of the chart.
    func row(_ scale: TimeScale, isASCII: Bool) -> LaneRow {
        var row = LaneRow(scale: scale, isASCII: isASCII)
        for (index, wait) in self.waits.enumerated() {
            row.fill(.queue, from: wait.start, to: wait.end)
            let isLast = index + 1 == self.waits.count
            let next = isLast ? scale.cells : scale.cell(self.waits[index + 1].start)
            row.label("\(wait.exchange)", at: wait.start, before: next)
        }
        return row
    }

    /// How many of these intervals overlap at most; one that ends where another begins does not.
    static func mostAtOnce(_ intervals: [(Instant, Instant)]) -> Int {
        let changes = intervals.flatMap { [($0.0, 1), ($0.1, -1)] }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var count = 0
        var most = 0
        for change in changes {
            count += change.1
            most = max(most, count)
        }
        return most
    }
}
