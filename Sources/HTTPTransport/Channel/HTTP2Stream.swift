import HTTPModel
import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One request on its stream of an HTTP/2 connection, and what has come of it so far.
///
/// It knows neither the connection nor other streams; `HTTP2Handler` moves it on.
final class HTTP2Stream {
    /// The window of content that a server may send on a stream before the sink has taken it, in
    /// bytes.
    static let windowBytes = 1 << 20
    /// How much content of a request is with the channel at most, in bytes.
    static let writeAheadBytes = 2 * RequestWriter.pieceBytes

    let id: HTTP2StreamID
    /// The place of its timers, which a later stream of the connection takes over.
    let slot: Int
    let transfer: Transfer
    /// The head of the final response.
    private(set) var head: ResponseHead?
    /// Trailer fields.
    private(set) var trailers: [FieldLine] = []
    /// Hands the content to the sink; nil before the head.
    var delivery: BodyDelivery?
    /// Whether the end was handed to the channel, which may not have written it yet.
    var hasWrittenEnd = false
    /// Whether the channel has taken all of the request.
    var isWritten = false
    /// Bytes of content that the channel has not written yet.
    var unwrittenBytes = 0
    /// What is left of the window, as the codec counts it; nil before the first content.
    var window: Int?
    private var writer: RequestWriter
    private var nextPiece: ByteBuffer?
    private var hasLookedAhead = false
    private var interimCount = 0
    private var interimSetCookies: [FieldLine] = []
    private var announcedLength: Int?

    /// Creates the stream of a request that has not been sent.
    init(id: HTTP2StreamID, slot: Int, transfer: Transfer) {
        self.id = id
        self.slot = slot
        self.transfer = transfer
        self.writer = RequestWriter(
            transfer.request.body,
            coding: transfer.request.coding
        )
    }

    /// Whether the request ends with its head.
    var isWithoutContent: Bool { (self.transfer.request.body.length ?? 0) == 0 }

    // MARK: Sending

    /// The next piece of content, and whether it is the last; nil when all has been given.
    func takePiece(
        allocator: ByteBufferAllocator
    ) throws(RequestContentError) -> (piece: ByteBuffer, isLast: Bool)? {
        if !self.hasLookedAhead {
            self.hasLookedAhead = true
            self.nextPiece = try self.writer.next(allocator: allocator)
        }
        guard let piece = self.nextPiece else { return nil }
        self.nextPiece = try self.writer.next(allocator: allocator)
        return (piece, self.nextPiece == nil)
    }

    /// Gives up sending; closes what is open.
    func cancelWriting() {
        self.writer.cancel()
        self.nextPiece = nil
    }

    // MARK: Receiving

    /// What a header section was.
    enum Section {
        case interim, final, trailers
    }

    /// Takes a header section (RFC 9113, section 8.1).
    func received(_ fields: HPACKHeaders, isEnd: Bool) throws -> Section {
        guard self.head == nil else {
            guard isEnd else { throw ProtocolFault(.other("a second head of a response")) }
            self.trailers = [FieldLine](fields)
            return .trailers
        }
        var head = try ResponseHead(fields)
        if head.status / 100 == 1 {
            guard !isEnd else { throw ProtocolFault(.other("an interim response as the end")) }
            self.interimCount += 1
            let limit = ResponseReader.interimResponseLimit
            guard self.interimCount <= limit else {
                throw ProtocolFault(.tooManyInterimResponses(limit: limit))
            }
            head.collectSetCookies(in: &self.interimSetCookies)
            return .interim
        }
        head.interimSetCookies = self.interimSetCookies
        let isHEAD = self.transfer.request.method == .head
        self.announcedLength = try head.contentLength(toHEAD: isHEAD)
        self.head = head
        self.delivery = try BodyDelivery(
            head: head,
            hasContent: !isEnd && self.announcedLength != 0,
            sink: self.transfer.sink
        )
        return .final
    }

    /// Takes the end of the response.
    func receivedEnd() throws {
        let received = self.delivery?.receivedBytes ?? 0
        if let expected = self.announcedLength, expected != received {
            throw TransferFailure(
                phase: .receive,
                cause: .truncated(receivedBytes: received, expectedBytes: expected),
                closing: .protocolError
            )
        }
        try self.delivery?.receivedEnd()
    }

    /// How far the window has to be opened so that as much can come as the sink has room for;
    /// nil while there is enough of it, or while the sink holds things up.
    func takeWindowIncrement() -> Int? {
        guard let window = self.window, let delivery = self.delivery, !delivery.sawEnd
        else { return nil }
        let wanted = Self.windowBytes - delivery.heldBytes
        let increment = wanted - window
        guard increment >= Self.windowBytes / 2 else { return nil }
        self.window = window + increment
        return increment
    }

    /// What it means for the request that the stream ended before its response did.
    func failure(ofEnd closing: CloseReason, isReset: Bool, receivedBytes: Int) -> TransferFailure {
        guard let delivery = self.delivery else {
            return TransferFailure(
                phase: .receive,
                cause: .peerClosed(receivedBytes: receivedBytes, isReset: isReset),
                closing: closing
            )
        }
        return TransferFailure(
            phase: .receive,
            cause: .truncated(
                receivedBytes: delivery.receivedBytes,
                expectedBytes: self.announcedLength
            ),
            closing: closing
        )
    }
}
