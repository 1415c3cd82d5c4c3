import HTTPModel
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL

/// What comes from the peer of an HTTP/2 connection.
extension HTTP2Handler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let content): self.received(content, on: frame.streamID)
        case .data(let content): self.received(content, on: frame.streamID)
        case .rstStream(let code): self.receivedReset(code, on: frame.streamID)
        case .settings(.settings(let settings)): self.received(settings)
        case .goAway(let last, let code, let data): self.receivedGoAway(last, code, data)
        case .ping(let data, ack: true): self.receivedPong(data)
        case .pushPromise:
            // We said that we want none.
            self.condemn(ProtocolFault(.other("PUSH_PROMISE")))
        // The codec sees to these.
        case .settings(.ack), .ping, .windowUpdate, .priority, .alternativeService, .origin: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.endDoomed(because: nil)
        context.fireChannelReadComplete()
    }

    // MARK: Responses

    private func received(_ content: HTTP2Frame.FramePayload.Headers, on id: HTTP2StreamID) {
        guard let stream = self.streams[id] else { return }
        self.advance(stream) {
            switch try stream.received(content.headers, isEnd: content.endStream) {
            case .interim, .trailers: break
            case .final: self.responseBegan(stream)
            }
            if content.endStream { try self.receivedEnd(of: stream) }
        }
    }

    private func received(_ content: HTTP2Frame.FramePayload.Data, on id: HTTP2StreamID) {
        guard let stream = self.streams[id] else { return }
        guard case .byteBuffer(let buffer) = content.data else {
            preconditionFailure("NIO's codec reads byte buffers")
        }
        self.advance(stream) {
            guard stream.delivery != nil else {
                throw ProtocolFault(.other("content before the head of a response"))
            }
            if buffer.readableBytes > 0, let step = try stream.delivery?.received(buffer),
                step == .tooMuchToDrain
            {
                self.endDraining(stream)
                return
            }
            if content.endStream { try self.receivedEnd(of: stream) }
        }
    }

    /// Runs a step of a response; what it throws ends the request, not the connection.
    private func advance(_ stream: HTTP2Stream, _ body: () throws -> Void) {
        do {
            try body()
        } catch let failure as TransferFailure {
            self.fail(stream, failure, resetting: .protocolError)
        } catch let fault as ProtocolFault {
            self.fail(stream, TransferFailure(fault), resetting: .protocolError)
        } catch {
            self.fail(stream, TransferFailure(error), resetting: .cancel)
        }
    }

    private func responseBegan(_ stream: HTTP2Stream) {
        let now = MonotonicClock.now()
        let transfer = stream.transfer
        transfer.firstByteAt = now
        self.timers.disarm(.response(stream.slot))
        let sent = transfer.sentAt ?? transfer.dispatchedAt ?? now
        self.owner.progressed(
            transfer,
            .requestFirstByte(after: max(.zero, sent.duration(to: now))),
            on: self.id,
            now: now
        )
        self.listenForResume(stream)
        if stream.delivery?.isDraining == true {
            self.arm(.drain(stream.slot), at: now.advanced(by: HTTP1Handler.drainLimit), now: now)
        }
    }

    private func receivedEnd(of stream: HTTP2Stream) throws {
        try stream.receivedEnd()
        if stream.delivery?.isComplete == true { self.complete(stream) }
    }

    private func complete(_ stream: HTTP2Stream) {
        guard let head = stream.head, self.remove(stream) else { return }
        // An early response: the peer does not want the rest (RFC 9113, section 8.1).
        if !stream.hasWrittenEnd || stream.unwrittenBytes > 0 {
            self.write(.rstStream(.noError), on: stream.id)
        }
        self.deliver(stream, head)
    }

    /// Ends reading a response that nobody wants (POOL.md rule 23); the connection can stay.
    func endDraining(_ stream: HTTP2Stream) {
        guard let head = stream.head, self.remove(stream) else { return }
        self.write(.rstStream(.cancel), on: stream.id)
        self.deliver(stream, head)
    }

    private func deliver(_ stream: HTTP2Stream, _ head: ResponseHead) {
        stream.transfer.completedAt = MonotonicClock.now()
        self.owner.streamCompleted(
            stream.transfer,
            head: head,
            trailers: stream.trailers,
            on: self.id
        )
    }

    private func listenForResume(_ stream: HTTP2Stream) {
        guard stream.transfer.sink.canPause, let context = self.context else { return }
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, stream), eventLoop: loop)
        stream.transfer.sink.onResume {
            loop.execute {
                let (handler, stream) = bound.value
                guard handler.streams[stream.id] === stream else { return }
                handler.resumeDelivery(of: stream)
            }
        }
    }

    private func resumeDelivery(of stream: HTTP2Stream) {
        self.advance(stream) {
            if let step = try stream.delivery?.resume(), step == .tooMuchToDrain {
                self.endDraining(stream)
                return
            }
            if stream.delivery?.isComplete == true {
                self.complete(stream)
            } else {
                self.openWindow(of: stream)
            }
        }
    }

    private func openWindow(of stream: HTTP2Stream) {
        guard let increment = stream.takeWindowIncrement() else { return }
        self.write(.windowUpdate(windowSizeIncrement: increment), on: stream.id)
    }

    // MARK: Refusals

    private func receivedReset(_ code: NIOHTTP2.HTTP2ErrorCode, on id: HTTP2StreamID) {
        guard let stream = self.streams[id] else { return }
        // The response is complete, and the peer does not want the rest of the request.
        if stream.delivery?.sawEnd == true { return }
        if code == .refusedStream, stream.head == nil {
            self.refuse(stream, .refused(stream: Int(id)))
            return
        }
        self.failReset(stream, code)
    }

    /// Fails a stream that the peer has given up.
    private func failReset(_ stream: HTTP2Stream, _ code: NIOHTTP2.HTTP2ErrorCode) {
        let failure = TransferFailure(
            phase: .receive,
            cause: .streamReset(
                HTTPModel.HTTP2ErrorCode(rawValue: UInt32(code.networkCode)),
                receivedBytes: stream.delivery?.receivedBytes ?? 0
            ),
            closing: .protocolError
        )
        self.fail(stream, failure, resetting: nil)
    }

    private func refuse(_ stream: HTTP2Stream, _ proof: NonProcessingProof) {
        guard self.remove(stream) else { return }
        self.owner.streamRefused(stream.transfer, proof, on: self.id)
    }

    private func receivedGoAway(
        _ last: HTTP2StreamID,
        _ code: NIOHTTP2.HTTP2ErrorCode,
        _ data: ByteBuffer?
    ) {
        let words = data.map { String(decoding: $0.readableBytesView.prefix(256), as: UTF8.self) }
        let goAway = GoAway(
            lastStream: Int(last),
            code: HTTPModel.HTTP2ErrorCode(rawValue: UInt32(code.networkCode)),
            debugData: words ?? ""
        )
        self.goAway = goAway
        self.owner.goingAway(goAway, on: self.id)
        // The codec drops them too, but says no more than that they are cancelled.
        for stream in self.streamsInOrder() where stream.id > last {
            if stream.head == nil {
                self.refuse(stream, .aboveGoAway(stream: Int(stream.id)))
            } else if stream.delivery?.sawEnd != true {
                // It was processed after all, whatever the server says now: sent again, it would
                // be processed twice, and its content would begin anew amid the old.
                self.failReset(stream, code)
            }
        }
    }

    // MARK: Settings and windows

    private func received(_ changes: NIOHTTP2.HTTP2Settings) {
        var settings = HTTPModel.HTTP2Settings()
        for change in changes {
            switch change.parameter {
            case .maxConcurrentStreams: settings.maxConcurrentStreams = change.value
            case .initialWindowSize: settings.initialWindowSize = change.value
            case .maxFrameSize: settings.maxFrameSize = change.value
            case .maxHeaderListSize: settings.maxHeaderListSize = change.value
            case .headerTableSize: settings.headerTableSize = change.value
            // Whatever else there is does not concern a client that neither pushes nor tunnels.
            default: break
            }
        }
        if self.isReady {
            self.owner.settingsChanged(settings, on: self.id)
        } else {
            self.isReady = true
            self.becomeReady(.success(settings))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as NIOHTTP2WindowUpdatedEvent: self.windowChanged(event)
        case let event as StreamClosedEvent:
            // Whatever ends a stream in the usual way has taken it off the books before.
            guard let stream = self.streams[event.streamID], stream.delivery?.sawEnd != true else {
                break
            }
            self.doomed.append(event.streamID)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func windowChanged(_ event: NIOHTTP2WindowUpdatedEvent) {
        guard let window = event.inboundWindowSize else { return }
        guard event.streamID != .rootStream else {
            let increment = Self.windowBytes - window
            if increment >= Self.windowBytes / 2 {
                self.write(.windowUpdate(windowSizeIncrement: increment), on: .rootStream)
            }
            return
        }
        guard let stream = self.streams[event.streamID] else { return }
        stream.window = window
        self.openWindow(of: stream)
    }

    // MARK: Errors and the end

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as IOError:
            self.isReset = error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        // The channel closes itself, and `channelInactive` reports it with its bytes counted.
        case NIOSSLError.uncleanShutdown:
            // Frames show by themselves whether a response is complete.
            break
        case let error as NIOHTTP2Errors.StreamError:
            self.doomed.append(error.streamID)
            self.endDoomed(because: error.baseError)
        default:
            if !self.isClosing { self.condemn(error) }
        }
    }

    /// Ends requests whose streams the codec has reset.
    private func endDoomed(because error: (any Error)?) {
        guard !self.doomed.isEmpty else { return }
        let doomed = self.doomed
        self.doomed = []
        for id in doomed {
            guard let stream = self.streams[id] else { continue }
            let words = error.map(Self.words) ?? "the stream was reset"
            self.fail(stream, TransferFailure(ProtocolFault(.other(words))), resetting: nil)
        }
    }

    /// Ends the connection because the peer broke the protocol.
    private func condemn(_ error: any Error) {
        let failure =
            (error as? ProtocolFault).map { TransferFailure($0) }
            ?? (error is NIOSSLError || error is BoringSSLError
                ? TransferFailure(error)
                : TransferFailure(ProtocolFault(.other(Self.words(error)))))
        self.becomeReady(.failure(failure))
        self.owner.condemned(self.id, failure)
        self.abort(failure)
    }

    /// The codec's word for an error, without the place in its source.
    private static func words(_ error: any Error) -> String {
        let text = "\(type(of: error as Any))"
        return text.split(separator: ".").last.map(String.init) ?? text
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connectionEnded()
        context.fireChannelInactive()
    }

    // MARK: Time bounds

    func responseTimedOut(_ stream: HTTP2Stream) {
        let limit = stream.transfer.request.responseTimeout ?? .zero
        self.abort(
            stream.transfer,
            TransferFailure(
                phase: stream.isWritten ? .receive : .send,
                cause: .timedOut(limit: limit, setting: "timeout.response"),
                closing: .timeout
            )
        )
    }

    /// Ends one request; the connection stays.
    func abort(_ transfer: Transfer, _ failure: TransferFailure) {
        // A benign race: it has just ended by itself.
        guard let id = self.streamIDs[transfer.request.id], let stream = self.streams[id] else {
            return
        }
        self.fail(stream, failure, resetting: .cancel)
    }

    // MARK: PING

    /// Asks the peer for a sign of life (POOL.md rule 42).
    func sendPing() {
        guard self.context?.channel.isActive == true, !self.isClosing else { return }
        self.lastPing += 1
        let data = HTTP2PingData(withInteger: self.lastPing)
        self.write(.ping(data, ack: false), on: .rootStream)
    }

    private func receivedPong(_ data: HTTP2PingData) {
        // Answers to earlier ones, or to none of ours, say nothing.
        guard data.integer == self.lastPing else { return }
        self.owner.pingAnswered(on: self.id)
    }
}
