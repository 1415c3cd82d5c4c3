import HTTPModel
import HTTPSession

/// Tells which exchanges of a file get a connection in its replay as they did when they were
/// recorded, so that an expectation of it holds (FILES.md 9.3, rule 11).
///
/// A replay makes the same choice where nothing played a part but what stands in the file. What ran
/// at the same time, what was asked for on the command line of one request (`--fresh`, `--via`,
/// `--http 1.1`), a connection that was closed by its number, and one that a clock or the server
/// closed while it was idle are not in it.
struct RepeatableConnections {
    /// The entries of the log that ran at the same time as another one, by their first number.
    private let overlapping: Set<Int>
    /// The connection of the latest exchange with an origin.
    private var latest: [Origin: ConnectionID] = [:]
    /// The origins whose connections are others in a replay from here on.
    private var diverged: Set<Origin> = []
    private var hasOldVersion = false
    private var seen: Set<ConnectionID> = []
    /// How often a line of the file has closed connections so far.
    private var closings = 0
    /// The same at the latest exchange with an origin.
    private var closingsBefore: [Origin: Int] = [:]

    /// Looks at the whole log: what is not saved may have overlapped with what is.
    init(_ log: [LogEntry]) {
        let spans = log.map { (number: $0.numbers.lowerBound, span: $0.span) }
            .sorted { $0.span.start < $1.span.start }
        var overlapping: Set<Int> = []
        var latestEnd: Instant?
        for (index, (number, span)) in spans.enumerated() {
            let isBeside = latestEnd.map { span.start < $0 } ?? false
            // The next to begin is the first that can begin before this one's end.
            let hasBeside = index + 1 < spans.count && spans[index + 1].span.start < span.end
            if isBeside || hasBeside { overlapping.insert(number) }
            latestEnd = max(latestEnd ?? span.end, span.end)
        }
        self.overlapping = overlapping
    }

    /// Whether an entry ran at the same time as another one.
    func overlapped(_ entry: LogEntry) -> Bool {
        self.overlapping.contains(entry.numbers.lowerBound)
    }

    /// Takes the next exchange that is saved, and the lines before it; whether its connection will
    /// be one of the same kind.
    mutating func isRepeatable(_ logged: LoggedExchange, after lines: [String]) -> Bool {
        self.closings += lines.count { $0.hasPrefix("pool close") }
        var isRepeatable = true
        for attempt in logged.exchange.attempts {
            guard let use = attempt.use else { continue }
            isRepeatable = self.isRepeatable(use, attempt.target.origin, logged.request)
        }
        return isRepeatable
    }

    private mutating func isRepeatable(
        _ use: ConnectionUse,
        _ origin: Origin,
        _ request: SessionRequest
    ) -> Bool {
        if request.version == .http1 { self.hasOldVersion = true }
        let isFirstUse = self.seen.insert(use.connection).inserted
        let closingsBefore = self.closingsBefore.updateValue(self.closings, forKey: origin) ?? 0
        guard let before = self.latest.updateValue(use.connection, forKey: origin) else {
            return true
        }
        guard !request.wantsFreshConnection, request.via == nil, request.version != .http1 else {
            self.diverged.insert(origin)
            return false
        }
        switch use.decision {
        case .reused, .stream:
            // One that was opened by what is not saved is not open in a replay.
            if isFirstUse { self.diverged.insert(origin) }
            return before == use.connection || !self.diverged.contains(origin)
        case .new(let reason):
            let wasClosed = self.closings > closingsBefore
            if self.happensAgain(reason.code, wasClosed: wasClosed), !self.diverged.contains(origin)
            {
                return true
            }
            self.diverged.insert(origin)
            return false
        }
    }

    private func happensAgain(_ reason: NewConnectionReason.Code, wasClosed: Bool) -> Bool {
        switch reason {
        // One that was closed by its number has no line in the file.
        case .closed(_, .user, idle: _): wasClosed
        case .closed(_, let reason, idle: _): reason.happensAgain
        case .keyDiffers: !self.hasOldVersion
        // None was there though one had been: what became of it is not known any more.
        case .noneYet, .allBusy, .fresh, .warmed, .spare: false
        }
    }
}

extension CloseReason {
    /// Whether requests and the settings of a file lead to it again.
    fileprivate var happensAgain: Bool {
        switch self {
        case .maxUses, .peerKeepAliveMax, .serverKeepAliveShort, .serverClose, .clientClose,
            .http10, .untilEOF, .bodyUnread, .earlyResponse, .trailingData,
            .evictedForOtherOrigin, .configChanged:
            true
        case .idleTimeout, .serverKeepAlive, .maxAge, .peerClosed, .peerReset, .peer408,
            .unsolicitedData, .protocolError, .shrunk, .idleLimit, .h2Surplus, .goaway,
            .pingTimeout, .refusedStream, .cancelled, .connectFailed, .tlsFailed, .timeout,
            .user, .shutdown:
            false
        }
    }
}

extension LogEntry {
    /// From when to when it ran; one that runs still has no end.
    fileprivate var span: (start: Instant, end: Instant) {
        let open = Duration.seconds(1 << 40)
        switch self {
        case .exchange(let logged):
            let start = logged.exchange.issuedAt
            guard !logged.isRunning else { return (start, start.advanced(by: open)) }
            let end = logged.exchange.attempts.last?.endedAt ?? start
            return (start, end)
        case .repetition(let record):
            let length = record.isRunning ? open : record.elapsed
            return (record.issuedAt, record.issuedAt.advanced(by: length))
        }
    }
}

extension Attempt {
    /// When it was answered or failed.
    fileprivate var endedAt: Instant {
        switch self.result {
        case .response(let response): self.startedAt.advanced(by: response.timings.total)
        case .failed(.transport(let error, _)): self.startedAt.advanced(by: error.elapsed)
        case .failed: self.startedAt
        }
    }
}
