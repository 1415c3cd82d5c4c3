internal import HTTPModel

/// The `lane` object of `--json`: one a connection, with the requests that it carried.
///
/// Times are in milliseconds from the first one that is shown, as above the lanes in the terminal.
package enum LaneJSON {
    /// One object a lane, then one of type `waiting` for each request without a connection.
    package static func lines(of lanes: Lanes) -> [String] {
        lanes.lanes.map { Self.line(of: $0, in: lanes) }
            + lanes.unserved.map { Self.line(of: $0, in: lanes) }
    }

    private static func line(of lane: Lane, in lanes: Lanes) -> String {
        let time = { (instant: Instant?) in instant.map { lanes.zero.duration(to: $0) } }
        return JSONLine.text("lane") { object in
            object.member("connection", lane.connection.number)
            object.member("origin", lane.key?.origin.description)
            object.member("protocol", lane.applicationProtocol)
            object.member("why", lane.cause.map { ReuseSentences.code($0) })
            object.milliseconds("openedMs", time(lane.openedAt))
            object.milliseconds("readyMs", time(lane.readyAt))
            object.milliseconds("closedMs", time(lane.closedAt))
            object.member("closeReason", lane.epitaph?.reason.rawValue)
            object.member("closedBy", lane.epitaph?.closer.rawValue)
            object.milliseconds("handshakeMs", lane.handshake?.total)
            object.milliseconds("savedMs", lane.saved)
            object.milliseconds("busyMs", lane.busyTime(until: lanes.span.upperBound))
            object.member("requests", lane.bars.count)
            object.member("reused", lane.reusedCount)
            object.member("rows", lane.rowCount)
            object.array("bars") { array in
                for bar in lane.bars {
                    array.object { Self.write(bar, from: lanes.zero, to: &$0) }
                }
            }
        }
    }

    private static func write(
        _ bar: LaneBar,
        from zero: Instant,
        to object: inout JSONWriter.Object
    ) {
        let time = { (instant: Instant?) in instant.map { zero.duration(to: $0) } }
        object.member("n", bar.request.exchange)
        object.member("attempt", bar.request.attempt)
        object.member("row", bar.row)
        object.member("reused", bar.isReused)
        object.milliseconds("issuedMs", time(bar.arrivedAt))
        object.milliseconds("queueMs", bar.queueTime)
        object.milliseconds("startedMs", time(bar.startedAt))
        object.milliseconds("firstByteMs", time(bar.firstByteAt))
        object.milliseconds("endedMs", time(bar.endedAt))
        object.milliseconds("totalMs", bar.total)
        object.member("outcome", Self.code(bar.outcome))
        object.member("status", bar.status)
    }

    private static func line(of request: UnservedRequest, in lanes: Lanes) -> String {
        JSONLine.text("waiting") { object in
            object.member("n", request.request.exchange)
            object.member("attempt", request.request.attempt)
            object.milliseconds("queuedMs", lanes.zero.duration(to: request.queuedAt))
            object.milliseconds("endedMs", request.endedAt.map { lanes.zero.duration(to: $0) })
            object.member("outcome", Self.code(request.outcome))
            EventJSON.write(request.cause, as: "reason", to: &object)
        }
    }

    /// The machine code of an outcome: `running`, `answered`, `cancelled`, or the kind of error.
    static func code(_ outcome: LaneBar.Outcome) -> String {
        switch outcome {
        case .running: "running"
        case .answered: "answered"
        case .failed(let kind): kind
        case .cancelled: "cancelled"
        }
    }
}

extension LaneBar {
    /// The status of its response; nil without one.
    package var status: Int? {
        guard case .answered(let status) = self.outcome else { return nil }
        return status
    }
}
