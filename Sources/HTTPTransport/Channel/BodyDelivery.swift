import HTTPModel
import NIOCore

/// Hands the content of one response to its sink, decoded or not, and holds it back while the sink
/// pauses.
///
/// What it can hold is one read's worth: the connection is not read while the sink pauses.
struct BodyDelivery {
    /// What to do after a step.
    enum Step: Equatable {
        /// Go on reading.
        case proceed
        /// Stop reading until the sink calls.
        case pause
        /// More than anyone wants to drain: end the connection.
        case tooMuchToDrain
    }

    /// How much of an unwanted response is drained (POOL.md rule 23), in bytes.
    static let drainLimitBytes = 64 * 1024

    private let sink: any BodySink
    private let disposition: BodyDisposition
    private let chain: DecodingChain?
    private var held: CircularBuffer<ByteBuffer> = []
    private var isPaused = false
    private var rawBytes = 0
    /// Bytes of content that have come, delivered or held.
    private(set) var receivedBytes = 0
    /// Whether the end of the content has come, perhaps behind held bytes.
    private(set) var sawEnd = false

    /// Asks the sink what becomes of the content of `head`.
    ///
    /// Where no content follows, as after HEAD, Content-Encoding speaks of content that is
    /// elsewhere (RFC 9110, section 8.4), and nothing is decoded.
    init(
        head: ResponseHead,
        hasContent: Bool,
        sink: any BodySink
    ) throws(ContentDecodingError) {
        self.sink = sink
        self.disposition = sink.begin(head)
        switch self.disposition {
        case .deliverRaw, .drain: self.chain = nil
        case .deliverDecoded where !hasContent: self.chain = nil
        case .deliverDecoded:
            let codings = head.values("content-encoding").flatMap(\.listElements)
            self.chain = try DecodingChain(codings: codings, sink: sink)
        }
    }

    /// Whether nobody wants the content.
    var isDraining: Bool { self.disposition == .drain }

    /// Bytes that wait for the sink.
    var heldBytes: Int { self.receivedBytes - self.rawBytes }

    /// Bytes that the sink has taken.
    var deliveredBytes: Int {
        if let chain { return chain.outputBytes }
        return self.isDraining ? 0 : self.rawBytes
    }

    /// Whether everything that came has been handed over, and nothing more will come.
    var isComplete: Bool { self.sawEnd && !self.isPaused && self.held.isEmpty }

    /// Takes a piece of content.
    mutating func received(_ buffer: ByteBuffer) throws -> Step {
        self.receivedBytes += buffer.readableBytes
        if self.isPaused {
            self.held.append(buffer)
            return .pause
        }
        return try self.deliver(buffer)
    }

    /// Hears that the content has ended.
    mutating func receivedEnd() throws {
        self.sawEnd = true
        if self.isComplete { try self.end() }
    }

    /// Goes on after a pause.
    mutating func resume() throws -> Step {
        self.isPaused = false
        if let chain, try chain.pump() == .pause {
            self.isPaused = true
            return .pause
        }
        while let buffer = self.held.popFirst() {
            let step = try self.deliver(buffer)
            guard step == .proceed else { return step }
        }
        if self.sawEnd { try self.end() }
        return .proceed
    }

    private mutating func deliver(_ buffer: ByteBuffer) throws -> Step {
        self.rawBytes += buffer.readableBytes
        let flow: BodyFlow
        switch self.disposition {
        case .drain:
            return self.rawBytes > Self.drainLimitBytes ? .tooMuchToDrain : .proceed
        case .deliverDecoded where self.chain != nil:
            flow = try self.chain?.write(Array(buffer.readableBytesView)) ?? .continue
        case .deliverDecoded, .deliverRaw:
            flow = try buffer.withUnsafeReadableBytes { bytes in
                try self.sink.write(RawSpan(_unsafeBytes: bytes))
            }
        }
        self.isPaused = flow == .pause
        return self.isPaused ? .pause : .proceed
    }

    private func end() throws {
        try self.chain?.finish()
        try self.sink.end()
    }
}
