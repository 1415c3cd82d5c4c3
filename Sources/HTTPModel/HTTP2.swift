/// The protocol that a connection speaks, spelled as ALPN spells it (RFC 7301).
package enum ConnectionProtocol: String, Sendable, Hashable, CaseIterable {
    /// HTTP/1.1: one request at a time.
    case http1 = "http/1.1"
    /// HTTP/2: many requests at a time, each on a stream of its own.
    case http2 = "h2"
}

/// What a peer's SETTINGS frame says; nil where it says nothing (RFC 9113, section 6.5.2).
package struct HTTP2Settings: Sendable, Hashable {
    /// SETTINGS_MAX_CONCURRENT_STREAMS.
    package var maxConcurrentStreams: Int?
    /// SETTINGS_INITIAL_WINDOW_SIZE.
    package var initialWindowSize: Int?
    /// SETTINGS_MAX_FRAME_SIZE.
    package var maxFrameSize: Int?
    /// SETTINGS_MAX_HEADER_LIST_SIZE.
    package var maxHeaderListSize: Int?
    /// SETTINGS_HEADER_TABLE_SIZE.
    package var headerTableSize: Int?

    /// Creates settings.
    package init(
        maxConcurrentStreams: Int? = nil,
        initialWindowSize: Int? = nil,
        maxFrameSize: Int? = nil,
        maxHeaderListSize: Int? = nil,
        headerTableSize: Int? = nil
    ) {
        self.maxConcurrentStreams = maxConcurrentStreams
        self.initialWindowSize = initialWindowSize
        self.maxFrameSize = maxFrameSize
        self.maxHeaderListSize = maxHeaderListSize
        self.headerTableSize = headerTableSize
    }
}

/// A GOAWAY frame (RFC 9113, section 6.8).
package struct GoAway: Sendable, Hashable {
    /// The highest stream that the peer may have acted on.
    package var lastStream: Int
    /// Why.
    package var code: HTTP2ErrorCode
    /// What the peer adds, not sanitised; the driver bounds its length.
    package var debugData: String

    /// Creates a GOAWAY.
    package init(lastStream: Int, code: HTTP2ErrorCode = .noError, debugData: String = "") {
        self.lastStream = lastStream
        self.code = code
        self.debugData = debugData
    }
}

/// An error code of HTTP/2 (RFC 9113, section 7).
package struct HTTP2ErrorCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Nothing is wrong.
    package static let noError = Self(rawValue: 0)
    /// The stream was refused before any of it was acted on.
    package static let refusedStream = Self(rawValue: 7)

    private static let names = [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
        "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
        "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ]

    /// The code's name in the RFC, or its number in hexadecimal.
    package var description: String {
        Int(self.rawValue) < Self.names.count
            ? Self.names[Int(self.rawValue)] : "0x" + String(self.rawValue, radix: 16)
    }
}

/// Something that happened on a connection of HTTP/2 (POOL.md rule 49).
package enum HTTP2Event: Sendable, Hashable {
    /// A SETTINGS frame came; `streams` is how many may run at once from now on.
    case settings(HTTP2Settings, streams: Int)
    /// A GOAWAY frame came.
    case goaway(GoAway)
    /// The peer refused a stream (RFC 9113, section 8.7).
    case refused(stream: Int)
    /// A PING was answered.
    case ping(roundTrip: Duration)
    /// Fields of a request were left out, because HTTP/2 does not carry them (rule 43).
    case fieldsRemoved(names: [String])
}

/// Proof that a peer has not acted on a request, so that it may be sent again whatever its method
/// (POOL.md rule 35; RFC 9113, section 8.7).
package enum NonProcessingProof: Sendable, Hashable {
    /// The peer reset the stream with REFUSED_STREAM.
    case refused(stream: Int)
    /// The stream is above the last one that a GOAWAY admits to.
    case aboveGoAway(stream: Int)

    /// The reason by which events name it.
    package var reason: CloseReason {
        switch self {
        case .refused: .refusedStream
        case .aboveGoAway: .goaway
        }
    }
}

/// Why a connection cannot be pinged.
package enum PingRefusal: Error, Sendable, Hashable {
    /// It is not open, or not any more.
    case notOpen
    /// It speaks HTTP/1.1, which has no PING.
    case notHTTP2
}
