internal import HTTPModel

/// The data of a page as JSON: rows of numbers, and the texts that they name by place.
///
/// In a script element nothing of it can end the element: `<`, `>` and `&` are written as escapes
/// (HTML, section 4.12.1.3), as are U+2028 and U+2029, which end lines in older JavaScript.
struct PageData {
    private var strings: [String] = []
    private var places: [String: Int] = [:]
    private let lanes: Lanes
    private let names: RequestNames

    init(_ lanes: Lanes, names: RequestNames) {
        self.lanes = lanes
        self.names = names
    }

    /// The bytes that may stand in a script element.
    mutating func bytes() -> [UInt8] {
        var writer = JSONWriter()
        let lanes = self.lanes
        writer.object { object in
            object.array("span") { array in
                array.element(self.time(lanes.span.lowerBound))
                array.element(self.time(lanes.span.upperBound))
            }
            object.array("connections") { array in
                for lane in lanes.lanes { array.array { self.write(lane, to: &$0) } }
            }
            object.array("requests") { array in
                for lane in lanes.lanes {
                    for bar in lane.bars { array.array { self.write(bar, lane, to: &$0) } }
                }
            }
            object.array("unserved") { array in
                for request in lanes.unserved { array.array { self.write(request, to: &$0) } }
            }
            object.array("resizes") { array in
                for resize in lanes.resizes {
                    array.array { row in
                        row.element(self.time(resize.at))
                        row.element(self.place(of: ResizeLine.name(resize.limit)))
                        row.element(resize.old)
                        row.element(resize.new)
                    }
                }
            }
            object.member("stats", RawJSON(StatisticsJSON.line(of: TrafficStatistics(lanes))))
            object.array("strings", of: self.strings)
        }
        return Self.escaped(writer.bytes)
    }

    private mutating func write(_ lane: Lane, to row: inout JSONWriter.Elements) {
        row.element(lane.connection.number)
        row.element(self.place(of: lane.key?.origin.description ?? ""))
        row.element(self.place(of: lane.applicationProtocol ?? ""))
        row.element(self.place(of: lane.cause.map { ReuseSentences.sentence($0) } ?? ""))
        row.element(self.time(lane.openedAt))
        row.element(self.time(lane.connectedAt))
        row.element(self.time(lane.readyAt))
        row.element(self.time(lane.closedAt))
        let reason = lane.epitaph.map { CloseSentences.words($0.reason, idle: $0.idleFor) }
        row.element(self.place(of: reason ?? ""))
        row.element(self.place(of: lane.epitaph?.closer.rawValue ?? ""))
        row.element(lane.handshake.map { Milliseconds($0.total) })
        row.element(Milliseconds(lane.saved))
        row.element(Milliseconds(lane.busyTime(until: self.lanes.span.upperBound)))
        row.element(lane.rowCount)
        row.element(self.place(of: lane.localAddress ?? ""))
        row.element(self.place(of: lane.remoteAddress ?? ""))
        row.element(lane.bars.count)
        row.element(lane.reusedCount)
        row.element(lane.handshake?.tls == nil ? 0 : 1)
    }

    private mutating func write(
        _ bar: LaneBar,
        _ lane: Lane,
        to row: inout JSONWriter.Elements
    ) {
        let attempt = self.names.likeness(of: bar.request)
        row.element(lane.connection.number)
        row.element(bar.request.exchange)
        row.element(bar.request.attempt)
        row.element(bar.row)
        row.element(self.time(bar.arrivedAt))
        row.element(self.time(bar.queueEndedAt))
        row.element(self.time(bar.startedAt))
        row.element(self.time(bar.firstByteAt))
        row.element(self.time(bar.endedAt))
        row.element(bar.total.map { Milliseconds($0) })
        row.element(bar.isReused ? 1 : 0)
        row.element(bar.status ?? 0)
        row.element(self.place(of: LaneJSON.code(bar.outcome)))
        row.element(self.place(of: attempt?.method ?? ""))
        row.element(self.place(of: self.names.target(of: bar.request) ?? ""))
        row.element(bar.bytesIn)
        row.element(bar.idle.map { Milliseconds($0) })
        row.element(self.place(of: bar.reason.map { ReuseSentences.sentence($0) } ?? ""))
        row.element(self.place(of: self.names.name(of: bar.request) ?? ""))
    }

    private mutating func write(
        _ request: UnservedRequest,
        to row: inout JSONWriter.Elements
    ) {
        row.element(request.request.exchange)
        row.element(request.request.attempt)
        row.element(self.time(request.queuedAt))
        row.element(self.time(request.endedAt))
        row.element(self.place(of: WaitSentences.cause(request.cause)))
        row.element(self.place(of: LaneJSON.code(request.outcome)))
    }

    /// A time in milliseconds from the first one that is shown.
    private func time(_ instant: Instant?) -> Milliseconds? {
        instant.map { Milliseconds(self.lanes.zero.duration(to: $0)) }
    }

    /// The place of a text among the texts; −1 for none.
    private mutating func place(of text: String) -> Int {
        guard !text.isEmpty else { return -1 }
        if let place = self.places[text] { return place }
        self.strings.append(text)
        self.places[text] = self.strings.count - 1
        return self.strings.count - 1
    }

    /// JSON with what could end or begin markup spelled as escapes; it stays the same JSON.
    static func escaped(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(json.count + json.count / 16)
        for byte in json {
            switch byte {
            case UInt8(ascii: "<"): result += Array("\\u003c".utf8)
            case UInt8(ascii: ">"): result += Array("\\u003e".utf8)
            case UInt8(ascii: "&"): result += Array("\\u0026".utf8)
            default: result.append(byte)
            }
        }
        return result
    }
}

/// JSON that has been written already.
private struct RawJSON: JSONWritable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    func appendJSON(to bytes: inout [UInt8]) {
        bytes += self.text.utf8
    }
}
