internal import HTTPModel

/// Lanes in a terminal: time from left to right, one line a connection, more where streams ran
/// side by side.
///
///               0 ms      20        40
///      #1       ░1▒▒▒▒██··2▒▒▒▒▒▒██····›  2 requests · open
///      waiting         3──────            size 1 reached
package struct LaneChart {
    /// How many connections are shown unless all are wanted: the latest ones.
    package static let laneLimit = 40
    /// How many lines the streams of one connection take at most; the rest share the last one.
    static let rowLimit = 8
    /// The width where there is none, as in a file or pipe.
    static let defaultWidth = 100

    private let lanes: Lanes
    private let context: RenderingContext
    private let showsAll: Bool
    private let width: Int

    private init(_ lanes: Lanes, showsAll: Bool, context: RenderingContext) {
        self.lanes = lanes
        self.showsAll = showsAll
        self.context = context
        self.width = max(40, context.width ?? Self.defaultWidth)
    }

    /// The lines of the chart; a hint where there is nothing to show.
    package static func lines(
        of lanes: Lanes,
        showsAll: Bool = false,
        in context: RenderingContext = .plain
    ) -> [String] {
        guard !lanes.lanes.isEmpty || !lanes.unserved.isEmpty else {
            return [context.adapted("no connections yet; `get /` opens one")]
        }
        return Self(lanes, showsAll: showsAll, context: context).lines
    }

    private var lines: [String] {
        let shown = self.showsAll ? self.lanes.lanes[...] : self.lanes.lanes.suffix(Self.laneLimit)
        let notes = shown.map { self.note(on: $0) }
        let labelWidth = max(9, (shown.last?.connection.description.utf8.count ?? 0) + 3)
        let waits = LaneWaits(of: self.lanes)
        let allNotes = notes + [waits.note]
        let noteWidth = min(self.width / 3, allNotes.map(\.cellWidth).max() ?? 0)
        // Two blanks before the note, and one cell behind the last for the sign of what is open.
        let cells = max(10, self.width - labelWidth - noteWidth - 3)
        let scale = TimeScale(span: self.lanes.span, zero: self.lanes.zero, cells: cells)
        var lines = self.headline + [self.indented(scale.axis, by: labelWidth)]
        var phases: Set<LanePhase> = []
        if shown.count < self.lanes.lanes.count { lines.append(self.omission(shown.count)) }
        let origins = Set(shown.compactMap(\.key?.origin))
        var origin: Origin?
        for (lane, note) in zip(shown, notes) {
            if origins.count > 1, lane.key?.origin != origin, let next = lane.key?.origin {
                origin = next
                lines.append(
                    " " + self.context.styled(Sanitizer.line(next.description), as: .strong)
                )
            }
            let drawn = LaneDrawing(lane, scale: scale, isASCII: self.context.isASCII)
            phases.formUnion(drawn.phases)
            lines += self.lines(of: drawn, lane, note, labelWidth, noteWidth)
        }
        if !waits.isEmpty {
            let row = waits.row(scale, isASCII: self.context.isASCII)
            let note = waits.note.truncated(toCells: noteWidth)
            let plot = row.text(self.context.palette) + " "
            lines.append(self.line(" waiting", plot, note, labelWidth))
            phases.insert(.queue)
        }
        lines += self.resizeLine
        return lines + self.legend(phases)
    }

    // MARK: Above and below

    private var headline: [String] {
        let lanes = self.lanes
        let opened = lanes.lanes.count
        let saved = lanes.saved
        let text = [
            CountText.text(lanes.exchangeCount, "exchange"),
            CountText.text(opened, "connection"), "\(lanes.reusedCount) reused",
            saved > .zero ? "saved \(DurationText.text(saved))" : "",
            lanes.isCut ? "older ones are no longer kept" : "",
        ].clauses
        return [self.context.styled(self.fitted(text), as: .strong)]
    }

    private func omission(_ shown: Int) -> String {
        let hidden = self.lanes.lanes.count - shown
        let text = " \(CountText.text(hidden, "earlier connection")) not shown; --all shows all"
        return self.context.styled(self.fitted(text), as: .dim)
    }

    private var resizeLine: [String] {
        guard !self.lanes.resizes.isEmpty else { return [] }
        let recent = self.lanes.resizes.suffix(3).map { resize in
            let at = DurationText.text(self.lanes.zero.duration(to: resize.at))
            return "\(ResizeLine.name(resize.limit)) \(resize.old) → \(resize.new) at \(at)"
        }
        let more = self.lanes.resizes.count - recent.count
        let text = " " + ((more > 0 ? ["\(more) earlier changes"] : []) + recent).clauses
        return [self.context.styled(self.fitted(text), as: .dim)]
    }

    private func legend(_ phases: Set<LanePhase>) -> [String] {
        var lines: [String] = []
        var line = ""
        for phase in LanePhase.allCases where phases.contains(phase) {
            let entry = "\(phase.glyph(isASCII: self.context.isASCII)) \(phase.name)"
            if line.cellWidth + entry.cellWidth + 3 > self.width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? " " : "  ") + entry
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { self.context.styled($0, as: .dim) }
    }

    // MARK: Lanes

    private func lines(
        of drawing: LaneDrawing,
        _ lane: Lane,
        _ note: String,
        _ labelWidth: Int,
        _ noteWidth: Int
    ) -> [String] {
        drawing.rows.enumerated().map { index, row in
            let label = index == 0 ? " \(lane.connection)" : ""
            let end =
                index == 0 && drawing.endsOpen
                ? self.context.styled(
                    String(LanePhase.open.glyph(isASCII: self.context.isASCII)),
                    as: LanePhase.open.role
                ) : " "
            let text = index == 0 ? note.truncated(toCells: noteWidth) : ""
            return self.line(label, row.text(self.context.palette) + end, text, labelWidth)
        }
    }

    private func line(_ label: String, _ plot: String, _ note: String, _ width: Int) -> String {
        let text = "\(label.padded(toCells: width))\(plot) \(self.context.adapted(note))"
        return String(text.reversed().drop { $0 == " " }.reversed())
    }

    private func note(on lane: Lane) -> String {
        let isNarrow = self.width < 80
        let count =
            isNarrow
            ? "\(lane.bars.count)×" : CountText.text(lane.bars.count, "request")
        let streams = lane.rowCount > 1 ? "\(lane.rowCount) at once" : ""
        let state =
            if let epitaph = lane.epitaph, lane.isClosed(by: self.lanes.span.upperBound) {
                CloseSentences.words(epitaph.reason, idle: epitaph.idleFor)
            } else if lane.readyAt == nil, lane.openedAt != nil {
                "opening"
            } else {
                "open"
            }
        let text = [count, streams, state].clauses
        return self.context.isASCII ? text.replacing("×", with: "x") : text
    }

    private func indented(_ text: String, by width: Int) -> String {
        let indent = String(repeating: " ", count: width)
        return self.context.styled(indent + self.context.adapted(text), as: .dim)
    }

    private func fitted(_ text: String) -> String {
        self.context.adapted(text).truncated(toCells: self.width)
    }
}

/// The rows of one lane.
private struct LaneDrawing {
    private(set) var rows: [LaneRow]
    /// Whether the connection is open at the end of the time shown.
    let endsOpen: Bool
    let phases: Set<LanePhase>

    init(_ lane: Lane, scale: TimeScale, isASCII: Bool) {
        let end = scale.span.upperBound
        let rowCount = min(lane.rowCount, LaneChart.rowLimit)
        var rows = Array(
            repeating: LaneRow(scale: scale, isASCII: isASCII),
            count: rowCount
        )
        Self.drawConnection(lane, until: end, in: &rows[0])
        for bar in lane.bars {
            let row = min(bar.row, rowCount - 1)
            let finish = bar.endedAt ?? end
            let firstByte = min(bar.firstByteAt ?? finish, finish)
            rows[row].fill(.wait, from: bar.startedAt, to: firstByte)
            if bar.firstByteAt != nil { rows[row].fill(.receive, from: firstByte, to: finish) }
        }
        Self.label(lane, scale: scale, in: &rows)
        self.endsOpen = !lane.isClosed(by: end)
        var phases = rows.reduce(into: Set<LanePhase>()) { $0.formUnion($1.phases) }
        if let closedAt = lane.closedAt, closedAt <= end {
            rows[0].mark(.closed, at: closedAt)
            phases.insert(.closed)
        } else {
            phases.insert(.open)
        }
        self.rows = rows
        self.phases = phases
    }

    private static func drawConnection(_ lane: Lane, until end: Instant, in row: inout LaneRow) {
        let closed = lane.closedAt ?? end
        guard let first = lane.openedAt else {
            // Its opening is no longer kept: it has been open from before the beginning.
            row.fill(.idle, from: .start, to: closed)
            return
        }
        let connected = lane.connectedAt ?? lane.readyAt ?? closed
        row.fill(.connect, from: first, to: connected)
        if lane.handshake?.tls != nil, let ready = lane.readyAt {
            row.fill(.tls, from: connected, to: ready)
        }
        if let ready = lane.readyAt { row.fill(.idle, from: ready, to: closed) }
    }

    /// Numbers the bars; a number may reach into idle time behind its bar, never into the next.
    private static func label(_ lane: Lane, scale: TimeScale, in rows: inout [LaneRow]) {
        let closed = lane.closedAt.map { scale.cell($0) } ?? scale.cells
        var limits = Array(repeating: closed, count: rows.count)
        var places: [(row: Int, bar: LaneBar, limit: Int)] = []
        for bar in lane.bars.reversed() where scale.span.contains(bar.startedAt) {
            let row = min(bar.row, rows.count - 1)
            places.append((row, bar, limits[row]))
            limits[row] = min(limits[row], scale.cell(bar.startedAt))
        }
        for place in places.reversed() {
            rows[place.row].label(
                "\(place.bar.request.exchange)",
                at: place.bar.startedAt,
                before: place.limit
            )
        }
    }
}
