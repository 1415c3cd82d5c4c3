import HTTPModel
import NIOCore
import NIOHPACK
import NIOHTTP2

/// What an HTTP/2 connection tells its owner; called on the event loop.
protocol HTTP2HandlerOwner: AnyObject {
    /// The first byte of a response came, or the request was written.
    func progressed(
        _ transfer: Transfer,
        _ event: PoolEvent.Kind,
        on id: ConnectionID,
        now: Instant
    )
    /// A response was delivered, and its stream is free.
    func streamCompleted(
        _ transfer: Transfer,
        head: ResponseHead,
        trailers: [FieldLine],
        on id: ConnectionID
    )
    /// A request failed; its stream is free, unless the connection ends with it.
    func streamFailed(
        _ transfer: Transfer,
        _ failure: TransferFailure,
        on id: ConnectionID,
        connectionEnds: Bool
    )
    /// The peer has provably not processed a request (POOL.md rule 35), and its stream is free.
    func streamRefused(_ transfer: Transfer, _ proof: NonProcessingProof, on id: ConnectionID)
    /// The peer's settings have changed.
    func settingsChanged(_ settings: HTTPModel.HTTP2Settings, on id: ConnectionID)
    /// The peer said GOAWAY.
    func goingAway(_ goAway: GoAway, on id: ConnectionID)
    /// No number is left for a further stream.
    func streamsExhausted(on id: ConnectionID)
    /// The peer has answered a PING.
    func pingAnswered(on id: ConnectionID)
    /// The connection must end.
    func condemned(_ id: ConnectionID, _ failure: TransferFailure)
    /// The connection is closed.
    func becameInactive(_ id: ConnectionID, isReset: Bool)
}

/// Carries requests over the streams of one HTTP/2 connection, behind NIO's codec.
///
/// The codec is used frame by frame, without a channel for each stream: the handler sees every
/// frame of SETTINGS, GOAWAY and RST_STREAM itself (POOL.md rules 35, 40 and 41), and a window
/// moves only as the sink takes content.
final class HTTP2Handler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// The window of content that a server may send on all streams together, in bytes.
    ///
    /// It opens as content arrives, taken or not: else one sink that pauses would hold up the
    /// streams of all others. Their own windows bound what can wait for sinks.
    static let windowBytes = 8 << 20
    enum TimerKey: Hashable { case response(Int), drain(Int) }

    let id: ConnectionID
    let meter: HTTP2Meter
    /// Held: a transport that nobody has shut down lives until its connections have ended.
    let owner: any HTTP2HandlerOwner
    var context: ChannelHandlerContext?
    var streams: [HTTP2StreamID: HTTP2Stream] = [:]
    /// The streams of requests, by their numbers.
    var streamIDs: [RequestID: HTTP2StreamID] = [:]
    /// Whether the peer's first SETTINGS have come.
    var isReady = false
    /// What the peer's last GOAWAY said.
    var goAway: GoAway?
    var isReset = false
    var isClosing = false
    var timers = TimerTable<TimerKey>()
    /// The number of the PING that was sent last.
    var lastPing: UInt64 = 0
    /// Streams that the codec has reset, and whose reason comes with its error.
    var doomed: [HTTP2StreamID] = []
    private var ready: ((Result<HTTPModel.HTTP2Settings, any Error>) -> Void)?
    private var nextStreamID: HTTP2StreamID = 1
    private var slots = SlotNumbers()
    private var hasClosed = false
    private var hasEnded = false
    private var isFlushScheduled = false

    /// Creates the handler of connection `id`.
    ///
    /// - Parameters:
    ///   - id: The connection.
    ///   - meter: Counts its bytes.
    ///   - owner: Is told what happens.
    ///   - ready: Is told once, when the peer's first SETTINGS have come or cannot come any more
    ///     (POOL.md rule 40).
    init(
        id: ConnectionID,
        meter: HTTP2Meter,
        owner: any HTTP2HandlerOwner,
        ready: @escaping (Result<HTTPModel.HTTP2Settings, any Error>) -> Void
    ) {
        self.id = id
        self.meter = meter
        self.owner = owner
        self.ready = ready
    }

    /// The codec for a client that wants no pushes.
    static func makeCodec() -> NIOHTTP2Handler {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .initialWindowSize, value: HTTP2Stream.windowBytes),
            HTTP2Setting(parameter: .maxHeaderListSize, value: ResponseReader.headLimitBytes),
        ]
        // We know which request the length is of, and say more about it.
        configuration.contentLengthValidation = .disabled
        configuration.maximumSequentialEmptyDataFrames = 16
        // Late frames of streams that were cancelled are no error.
        configuration.maximumRecentlyResetStreams = 256
        configuration.maximumSequentialContinuationFrames = 64
        return NIOHTTP2Handler(mode: .client, connectionConfiguration: configuration)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.write(.windowUpdate(windowSizeIncrement: Self.windowBytes - 65_535), on: .rootStream)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A channel that closes in the very turn in which it connected never becomes inactive.
        self.connectionEnded()
        self.context = nil
        self.timers.removeAll()
        // It holds the handler.
        self.fire = nil
    }

    // MARK: Sending

    /// Sends a request; returns false if the connection takes none and nothing was handed to it.
    func begin(_ transfer: Transfer) -> Bool {
        guard let context = self.context, context.channel.isActive, !self.isClosing,
            self.goAway == nil, self.nextStreamID < HTTP2StreamID.maxID
        else { return false }
        let stream = HTTP2Stream(
            id: self.nextStreamID,
            slot: self.slots.take(),
            transfer: transfer
        )
        self.nextStreamID = self.nextStreamID.advanced(by: 2)
        self.streams[stream.id] = stream
        self.streamIDs[transfer.request.id] = stream.id
        self.meter.follow(Int(stream.id))
        let head = HTTP2RequestHead(transfer.request)
        if !head.removed.isEmpty {
            self.owner.progressed(
                transfer,
                .http2(.fieldsRemoved(names: head.removed)),
                on: self.id,
                now: MonotonicClock.now()
            )
        }
        self.write(
            .headers(.init(headers: head.fields, endStream: stream.isWithoutContent)),
            on: stream.id
        )
        if stream.isWithoutContent {
            stream.hasWrittenEnd = true
            self.requestWritten(stream)
        } else {
            self.writeContent(of: stream)
        }
        // The numbers of streams are used up (POOL.md rule 41).
        if self.nextStreamID >= HTTP2StreamID.maxID { self.owner.streamsExhausted(on: self.id) }
        return true
    }

    private func writeContent(of stream: HTTP2Stream) {
        guard let context = self.context else { return }
        // A peer that takes nothing for as long as it may take to answer is as good as silent.
        self.awaitResponse(on: stream, now: MonotonicClock.now())
        do {
            while stream.unwrittenBytes < HTTP2Stream.writeAheadBytes, !stream.hasWrittenEnd,
                let (piece, isLast) = try stream.takePiece(allocator: context.channel.allocator)
            {
                let count = piece.readableBytes
                stream.unwrittenBytes += count
                stream.hasWrittenEnd = isLast
                let written = context.eventLoop.makePromise(of: Void.self)
                let bound = NIOLoopBound((self, stream), eventLoop: context.eventLoop)
                written.futureResult.whenSuccess {
                    let (handler, stream) = bound.value
                    handler.contentWritten(count, of: stream)
                }
                self.write(
                    .data(.init(data: .byteBuffer(piece), endStream: isLast)),
                    on: stream.id,
                    promise: written
                )
            }
        } catch {
            self.fail(
                stream,
                TransferFailure(
                    phase: .send,
                    cause: .requestContent(path: error.path, detail: error.detail),
                    closing: .cancelled
                ),
                resetting: .cancel
            )
        }
    }

    /// Hears that the kernel has taken content.
    private func contentWritten(_ count: Int, of stream: HTTP2Stream) {
        stream.unwrittenBytes -= count
        stream.transfer.tookContent(count)
        guard self.streams[stream.id] === stream else { return }
        if !stream.hasWrittenEnd {
            self.writeContent(of: stream)
        } else if stream.unwrittenBytes == 0 {
            self.requestWritten(stream)
        }
    }

    private func requestWritten(_ stream: HTTP2Stream) {
        stream.isWritten = true
        let now = MonotonicClock.now()
        let transfer = stream.transfer
        transfer.sentAt = now
        transfer.bytes.sent = self.meter.tally(of: Int(stream.id)).sent
        self.owner.progressed(
            transfer,
            .requestSent(bytes: transfer.bytes.sent),
            on: self.id,
            now: now
        )
        self.awaitResponse(on: stream, now: now)
    }

    /// Gives the peer its time to answer, from now.
    private func awaitResponse(on stream: HTTP2Stream, now: Instant) {
        guard let limit = stream.transfer.request.responseTimeout, stream.head == nil else {
            return
        }
        self.arm(.response(stream.slot), at: now.advanced(by: limit), now: now)
    }

    /// Writes a frame, and flushes once all that is due in this turn of the loop has been written.
    func write(
        _ payload: HTTP2Frame.FramePayload,
        on stream: HTTP2StreamID,
        promise: EventLoopPromise<Void>? = nil
    ) {
        guard let context = self.context else { return }
        context.write(
            Self.wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)),
            promise: promise
        )
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            bound.value.isFlushScheduled = false
            bound.value.context?.flush()
        }
    }

    // MARK: Ending streams

    /// Takes a stream off the books; returns false if it is off already.
    func remove(_ stream: HTTP2Stream) -> Bool {
        guard self.streams.removeValue(forKey: stream.id) != nil else { return false }
        let transfer = stream.transfer
        self.streamIDs[transfer.request.id] = nil
        // Disarmed, not removed: the next stream in its slot arms them again.
        self.timers.disarm(.response(stream.slot))
        self.timers.disarm(.drain(stream.slot))
        self.slots.giveBack(stream.slot)
        stream.cancelWriting()
        let tally = self.meter.tally(of: Int(stream.id))
        self.meter.forget(Int(stream.id))
        transfer.bytes.sent = tally.sent
        transfer.bytes.received = tally.received
        transfer.bytes.body = stream.delivery?.deliveredBytes ?? 0
        return true
    }

    /// Ends a request with a failure; the connection stays.
    ///
    /// - Parameters:
    ///   - stream: Its stream.
    ///   - failure: Why.
    ///   - code: What the peer is told; nil if it knows.
    func fail(
        _ stream: HTTP2Stream,
        _ failure: TransferFailure,
        resetting code: NIOHTTP2.HTTP2ErrorCode?
    ) {
        guard self.remove(stream) else { return }
        if let code, self.context?.channel.isActive == true {
            self.write(.rstStream(code), on: stream.id)
        }
        // A sink that has not begun hears nothing.
        if stream.head != nil { stream.transfer.sink.fail() }
        self.owner.streamFailed(
            stream.transfer,
            failure,
            on: self.id,
            connectionEnds: self.isClosing
        )
    }

    // MARK: Ending the connection

    /// Hears that the peer's first SETTINGS have come, or that they cannot come any more.
    func becomeReady(_ result: Result<HTTPModel.HTTP2Settings, any Error>) {
        let ready = self.ready
        self.ready = nil
        ready?(result)
    }

    /// Ends everything on the connection, and the connection.
    func abort(_ failure: TransferFailure) {
        // From here on it takes no more, whatever those who fail bring about.
        self.isClosing = true
        for stream in self.streamsInOrder() { self.fail(stream, failure, resetting: .cancel) }
        self.close()
    }

    /// Closes the connection, after the last frames.
    func close() {
        self.isClosing = true
        guard !self.hasClosed, let context = self.context else { return }
        self.hasClosed = true
        if context.channel.isActive {
            // Nothing of the peer's was processed: it has opened no streams.
            self.write(
                .goAway(lastStreamID: .rootStream, errorCode: .noError, opaqueData: nil),
                on: .rootStream
            )
            context.flush()
        }
        context.close(promise: nil)
    }

    /// The streams in the order in which they were opened.
    func streamsInOrder() -> [HTTP2Stream] {
        self.streams.values.sorted { $0.id < $1.id }
    }

    /// Hears that nothing more will come.
    func connectionEnded() {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        self.isClosing = true
        let closing = self.isReset ? CloseReason.peerReset : .peerClosed
        for stream in self.streamsInOrder() where stream.delivery?.sawEnd != true {
            // All content of the others has come; their sinks can still take it.
            let received = self.meter.tally(of: Int(stream.id)).received
            let failure = stream.failure(
                ofEnd: closing,
                isReset: self.isReset,
                receivedBytes: received
            )
            self.fail(stream, failure, resetting: nil)
        }
        self.becomeReady(.failure(HTTP2EndedEarly()))
        self.owner.becameInactive(self.id, isReset: self.isReset)
    }

    // MARK: Timers

    /// What timers call; made once, because they are armed with every request.
    private lazy var fire: (@Sendable () -> Void)? = self.context.map { context in
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        return { bound.value.timersFired() }
    }

    func arm(_ key: TimerKey, at deadline: Instant, now: Instant) {
        guard let loop = self.context?.eventLoop, let fire = self.fire else { return }
        self.timers.arm(key, at: deadline, now: now, on: loop, fire: fire)
    }

    private func timersFired() {
        guard let loop = self.context?.eventLoop, let fire = self.fire else { return }
        let now = MonotonicClock.now()
        while let key = self.timers.takeDue(now: now, on: loop, fire: fire) {
            switch key {
            case .response(let slot): self.stream(in: slot).map(self.responseTimedOut)
            case .drain(let slot): self.stream(in: slot).map(self.endDraining)
            }
        }
    }

    private func stream(in slot: Int) -> HTTP2Stream? {
        self.streams.values.first { $0.slot == slot }
    }
}

/// Says that an HTTP/2 connection ended before its peer's SETTINGS came.
struct HTTP2EndedEarly: Error {}

/// Small numbers that are given out and come back.
struct SlotNumbers {
    private var free: [Int] = []
    private var count = 0

    /// The number that came back last, or a new one.
    mutating func take() -> Int {
        if let number = self.free.popLast() { return number }
        self.count += 1
        return self.count - 1
    }

    /// Takes a number back.
    mutating func giveBack(_ number: Int) {
        self.free.append(number)
    }
}
