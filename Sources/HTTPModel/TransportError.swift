/// Why an attempt failed: facts, from which one renderer makes the sentence.
package struct TransportError: Error, Sendable, Hashable {
    /// The phase in which it failed.
    package var phase: Phase
    /// The origin that was being talked to.
    package var origin: Origin
    /// The connection, if there was one.
    package var connection: ConnectionID?
    /// What happened.
    package var cause: Cause
    /// Since the attempt was issued.
    package var elapsed: Duration
    /// Set when a reused connection died before a byte of the response came.
    package var stale: StaleEvidence?
    /// The request's place in the queue, which a retry keeps.
    package var arrival: ArrivalNumber?
    /// What happened before it failed; phases that did not happen are nil.
    package var timings: Timings
    /// How the connection had been chosen, if the request got one.
    package var use: ConnectionUse?
    /// Connections whose peers had proved not to have acted on the request, in order.
    package var redispatches: [Redispatch] = []

    /// Creates an error.
    package init(
        phase: Phase,
        origin: Origin,
        connection: ConnectionID? = nil,
        cause: Cause,
        elapsed: Duration = .zero,
        stale: StaleEvidence? = nil,
        arrival: ArrivalNumber? = nil,
        timings: Timings = Timings(),
        use: ConnectionUse? = nil
    ) {
        self.phase = phase
        self.origin = origin
        self.connection = connection
        self.cause = cause
        self.elapsed = elapsed
        self.stale = stale
        self.arrival = arrival
        self.timings = timings
        self.use = use
    }

    /// The phases of an attempt, in order.
    package enum Phase: String, Sendable, Hashable {
        /// Waiting for a connection.
        case queue
        /// Resolving the host name.
        case resolve
        /// Opening the TCP connection.
        case connect
        /// Agreeing on TLS.
        case handshake
        /// Writing the request.
        case send
        /// Reading the response.
        case receive
        /// Decoding the content.
        case decode
    }

    /// What happened.
    package enum Cause: Sendable, Hashable {
        /// The name does not exist, or has no address.
        case nameNotFound(host: String)
        /// The resolver failed for another reason; its words.
        case resolverFailed(host: String, detail: String)
        /// The peer refused the connection; the addresses tried.
        case refused(addresses: [String])
        /// The network or host cannot be reached.
        case unreachable(addresses: [String], detail: String)
        /// The host has no address of the wanted kind.
        case noUsableAddress(host: String, family: AddressFamily)
        /// The local address cannot be used; the operating system's words.
        case sourceAddress(String, detail: String)
        /// The proxy did not lead to the origin.
        case proxy(ProxyFailure)
        /// The certificate was not accepted.
        case certificate(CertificateProblem)
        /// Our certificates or keys cannot be used.
        case tlsOptions(ConnectionOptionsError)
        /// TLS failed for another reason; its words.
        case tls(detail: String)
        /// A time bound passed.
        case timedOut(limit: Duration, setting: String)
        /// The queue's time bound passed; what held the limit.
        case queueTimedOut(limit: Duration, cause: WaitCause, holders: [WaitRecord.Holder])
        /// The peer closed the connection; how many bytes of the response had come.
        case peerClosed(receivedBytes: Int, isReset: Bool)
        /// The response's content was shorter than announced.
        case truncated(receivedBytes: Int, expectedBytes: Int?)
        /// The peer reset the request's stream (RFC 9113, section 6.4); how much content had come.
        case streamReset(HTTP2ErrorCode, receivedBytes: Int)
        /// The peer broke the protocol.
        case protocolViolation(ProtocolViolation)
        /// The content could not be decoded.
        case decoding(coding: String, DecodingProblem)
        /// The content would not go where it was to go: a file, a pipe.
        case sink(detail: String)
        /// The request's own content could not be read.
        case requestContent(path: String, detail: String)
        /// The user cancelled.
        case cancelled
        /// The connection was closed by us under the request.
        case closedByUs(CloseReason)
        /// The peer has proved not to have acted on the request, too often for another try.
        case unprocessed(NonProcessingProof)
        /// The connection that `--via` named cannot carry it; why it closed, if it did.
        case connectionUnavailable(ConnectionID, CloseReason?)
        /// The session has ended.
        case shutDown
    }
}

/// Why content could not be decoded.
package enum DecodingProblem: Sendable, Hashable {
    /// Nothing here removes that coding.
    case unknownCoding
    /// There are more codings in a row than the limit.
    case tooManyCodings(count: Int, limit: Int)
    /// The content ended before the coding did.
    case endsEarly
    /// It became more than the limit times as large as what had come.
    case grewTooMuch(receivedBytes: Int, decodedBytes: Int, factorLimit: Int)
    /// It asks for more memory than the limit (RFC 9659).
    case windowTooLarge(limitBytes: Int)
    /// It is not in that coding; the decoder's words.
    case corrupt(detail: String)
}

/// How a peer broke the protocol.
package enum ProtocolViolation: Sendable, Hashable {
    /// What came is not HTTP; the first bytes, as they came.
    case notHTTP(firstBytes: String)
    /// The header section is longer than the limit.
    case headerSectionTooLong(limitBytes: Int)
    /// There are more fields than the limit.
    case tooManyFields(limit: Int)
    /// Both Content-Length and Transfer-Encoding (RFC 9112, section 6.3).
    case contentLengthAndTransferEncoding
    /// Content-Length fields that differ or are no numbers.
    case invalidContentLength(String)
    /// A transfer coding that we do not know.
    case unknownTransferCoding(String)
    /// A field whose name is no token, or whose value has a control character.
    case invalidField(name: String)
    /// A version that is not HTTP/1.x.
    case unsupportedVersion(String)
    /// The chunked coding is broken (RFC 9112, section 7.1).
    case invalidChunkedCoding
    /// An extension of a chunk is longer than the limit (RFC 9112, section 7.1.1).
    case chunkExtensionTooLong(limitBytes: Int)
    /// More interim responses than the limit.
    case tooManyInterimResponses(limit: Int)
    /// HTTP/2 was demanded, and the peer does not speak it.
    case notHTTP2
    /// The peer switched protocols unasked.
    case unexpectedUpgrade
    /// Anything else; the codec's word for it.
    case other(String)
}

/// Why a certificate was not accepted.
package struct CertificateProblem: Sendable, Hashable {
    /// What is wrong.
    package var reason: Reason
    /// The subject of the certificate that it is wrong with.
    package var subject: String
    /// Its place in the chain that the server sent, from 1, the server's own; nil if it is none of
    /// them.
    package var place: Int?
    /// How many certificates the server sent.
    package var chainLength: Int

    /// Creates a problem.
    package init(_ reason: Reason, subject: String, place: Int?, chainLength: Int) {
        self.reason = reason
        self.subject = subject
        self.place = place
        self.chainLength = chainLength
    }

    /// What can be wrong with a certificate.
    package enum Reason: Sendable, Hashable {
        /// It has expired; when.
        case expired(on: String)
        /// It is not valid yet.
        case notYetValid(until: String)
        /// It is for other names.
        case wrongName(host: String, names: [String])
        /// It is self-signed and not trusted.
        case selfSigned
        /// Its issuer is not trusted, and was not sent either.
        case unknownIssuer(issuer: String)
        /// The next one in the chain has the issuer's name, but did not sign it.
        case notSignedByIssuer(issuer: String)
        /// It issued another one, but is no authority.
        case notAnAuthority
        /// It may not identify a server.
        case wrongPurpose
        /// The server sent none.
        case missing
        /// Any other refusal; the verifier's words.
        case other(String)
    }
}

/// Why a proxy did not lead to the origin.
package struct ProxyFailure: Error, Sendable, Hashable {
    /// The proxy's URL without credentials, or the variable that names it.
    package var proxy: String
    /// What happened.
    package var reason: Reason

    /// Creates a failure.
    package init(proxy: String, reason: Reason) {
        self.proxy = proxy
        self.reason = reason
    }

    /// What can go wrong with a proxy.
    package enum Reason: Sendable, Hashable {
        /// It is none that linger can use.
        case unusable
        /// Its name does not exist.
        case nameNotFound(host: String)
        /// It refused the connection.
        case refused
        /// It cannot be reached, or not be looked up; the operating system's words.
        case unreachable(detail: String)
        /// It did not answer in time.
        case timedOut(limit: Duration)
        /// It closed the connection before it answered.
        case closed
        /// What it answered is not its protocol; the first bytes, escaped for display.
        case notAProxy(firstBytes: String)
        /// Its answer is longer than the limit.
        case answerTooLong(limitBytes: Int)
        /// It wants credentials, and we have none; the schemes that it takes.
        case credentialsWanted(schemes: [String])
        /// It did not take the credentials.
        case credentialsRefused(schemes: [String])
        /// It answered CONNECT with this status.
        case status(Int, reason: String)
        /// It answered with this code (RFC 1928, section 6).
        case reply(UInt8)
        /// The origin's name is longer than the protocol can carry.
        case nameTooLong(limitBytes: Int)
    }
}
