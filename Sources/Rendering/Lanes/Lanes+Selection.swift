package import HTTPModel

extension Lanes {
    /// What of the lanes is to be seen.
    package struct Selection: Sendable, Hashable {
        /// The most recent exchanges; nil is all.
        package var last: Int?
        /// The connections of this origin; nil is all.
        package var origin: Origin?
        /// From this long after the beginning; nil is from there.
        package var from: Duration?
        /// Until this long after the beginning; nil is to the end.
        package var to: Duration?

        /// Selects everything.
        package init(
            last: Int? = nil,
            origin: Origin? = nil,
            from: Duration? = nil,
            to: Duration? = nil
        ) {
            self.last = last
            self.origin = origin
            self.from = from
            self.to = to
        }
    }

    /// The part of the lanes that a selection wants.
    ///
    /// With `last`, time begins where the first of these exchanges was issued, or where the first
    /// connection that carried one of them was opened for it. `from` and `to` count from there.
    package func selecting(_ selection: Selection) -> Lanes {
        var result = self
        if let origin = selection.origin {
            result.lanes = result.lanes.filter { $0.key?.origin == origin }
            result.unserved = []
        }
        if let last = selection.last { result.keep(last: last) }
        guard selection.from != nil || selection.to != nil else { return result }
        let begin = result.span.lowerBound
        let from = min(begin.advanced(by: selection.from ?? .zero), result.span.upperBound)
        let to = selection.to.map { begin.advanced(by: $0) } ?? result.span.upperBound
        result.span = from...max(from, to)
        result.crop()
        return result
    }

    private mutating func keep(last: Int) {
        var numbers = Set(self.bars.map(\.request.exchange))
        numbers.formUnion(self.unserved.map(\.request.exchange))
        guard numbers.count > last, let first = numbers.sorted().suffix(last).first else { return }
        var begin = self.span.upperBound
        for index in self.lanes.indices {
            self.lanes[index].bars.removeAll { $0.request.exchange < first }
            guard let bar = self.lanes[index].bars.first else { continue }
            begin = min(begin, bar.arrivedAt)
            if let opened = self.lanes[index].openedAt, !bar.isReused {
                begin = min(begin, opened)
            }
            self.lanes[index].stackBars()
        }
        self.unserved.removeAll { $0.request.exchange < first }
        for request in self.unserved { begin = min(begin, request.queuedAt) }
        self.span = begin...self.span.upperBound
        self.zero = begin
        self.crop()
    }

    /// Drops what lies outside the span; connections that were merely open within it stay only if
    /// they carried something there.
    private mutating func crop() {
        let span = self.span
        for index in self.lanes.indices {
            self.lanes[index].bars.removeAll {
                $0.startedAt > span.upperBound || ($0.endedAt ?? .end) < span.lowerBound
            }
        }
        self.lanes.removeAll { lane in
            lane.bars.isEmpty && !(lane.openedAt.map(span.contains) ?? false)
        }
        self.unserved.removeAll {
            $0.queuedAt > span.upperBound || ($0.endedAt ?? .end) < span.lowerBound
        }
        self.resizes.removeAll { !span.contains($0.at) }
    }
}

extension Instant {
    /// Later than anything that happens.
    static let end = Instant(nanoseconds: .max)
}
