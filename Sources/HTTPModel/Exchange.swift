/// A numbered exchange: one request as the user issued it, with its redirects and retries.
///
/// Everything that linger shows, saves or exports about requests is made from this and from
/// `PoolEvent`.
package struct Exchange: Sendable {
    /// The number, given when it was issued.
    package var number: Int
    /// The name given by `--name`, `# @name` or `name`.
    package var name: String?
    /// When it was issued.
    package var issuedAt: Instant
    /// The attempts in order: the first, then redirects and retries; empty while it runs or if
    /// nothing was sent.
    package var attempts: [Attempt]
    /// The content of the final response.
    package var content: Content
    /// The file that holds what had arrived when the response broke off; nil if nothing was kept.
    package var keptPart: String?
    /// Whether it was issued in the background.
    package var isBackground: Bool

    /// Creates an exchange.
    package init(
        number: Int,
        name: String? = nil,
        issuedAt: Instant,
        attempts: [Attempt] = [],
        content: Content = .none,
        isBackground: Bool = false
    ) {
        self.number = number
        self.name = name
        self.issuedAt = issuedAt
        self.attempts = attempts
        self.content = content
        self.isBackground = isBackground
    }

    /// The final response; nil if the last attempt failed.
    package var response: TransportResponse? {
        guard case .response(let response)? = self.attempts.last?.result else { return nil }
        return response
    }

    /// Why it failed; nil if it was answered, unless by a redirect that was to be followed and
    /// could not be.
    package var failure: ExchangeFailure? {
        switch self.attempts.last?.result {
        case .failed(let failure): failure
        case .response: self.attempts.last?.redirectRefusal
        case nil: nil
        }
    }

    /// Where the content of a response is.
    package enum Content: Sendable, Hashable {
        /// There is none.
        case none
        /// In memory, decoded.
        case memory([UInt8])
        /// In a temporary file, decoded; it goes when the session ends.
        case spilled(path: String, size: Int)
        /// In a file that the user named, and in memory besides if it is short.
        indirect case file(SavedContent)
        /// Delivered elsewhere, to a pipe or a filter, and not kept.
        case delivered(size: Int)

        /// The length in bytes after decoding.
        package var count: Int {
            switch self {
            case .none: 0
            case .memory(let bytes): bytes.count
            case .file(let saved): saved.size
            case .spilled(_, let size), .delivered(let size): size
            }
        }

        /// How many bytes of it are in memory.
        package var bytesInMemory: Int {
            switch self {
            case .memory(let bytes): bytes.count
            case .file(let saved): saved.bytes?.count ?? 0
            case .none, .spilled, .delivered: 0
            }
        }

        /// What went to a file that the user named; nil for any other.
        package var saved: SavedContent? {
            if case .file(let saved) = self { saved } else { nil }
        }

        /// Gives up what of it is in memory.
        package mutating func dropBytes() {
            switch self {
            case .memory(let bytes): self = .delivered(size: bytes.count)
            case .file(var saved):
                saved.bytes = nil
                self = .file(saved)
            case .none, .spilled, .delivered: break
            }
        }
    }
}

/// One request on the wire, and what came of it.
package struct Attempt: Sendable {
    /// What led to it.
    package var cause: Cause
    /// The method.
    package var method: String
    /// The target URI.
    package var target: URI
    /// The fields as sent, in order.
    package var sentFields: [FieldLine]
    /// The length of the content sent; nil without content.
    package var contentLength: Int?
    /// Where its credentials came from; nil if it had none.
    package var credentials: CredentialsSource?
    /// When it began.
    package var startedAt: Instant
    /// What came of it.
    package var result: Outcome
    /// Why its response is the final one, though its status would be worth another try.
    ///
    /// Nil for others; why a failure was not retried is in the failure.
    package var retryRefusal: RetryRefusal?
    /// Why its response, a redirect, is the result, though it was to be followed (SESSION.md, RD6).
    package var redirectRefusal: ExchangeFailure? {
        get { self.redirectRefusals.first }
        set { self.redirectRefusals = newValue.map { [$0] } ?? [] }
    }
    /// One or none: an array is as small as a pointer, and next to no attempt has one.
    private var redirectRefusals: [ExchangeFailure] = []
    /// What whoever made the request may not expect.
    package var remarks: [AttemptRemark] = []

    /// Creates an attempt.
    package init(
        cause: Cause = .initial,
        method: String,
        target: URI,
        sentFields: [FieldLine],
        contentLength: Int? = nil,
        credentials: CredentialsSource? = nil,
        startedAt: Instant,
        result: Outcome
    ) {
        self.cause = cause
        self.method = method
        self.target = target
        self.sentFields = sentFields
        self.contentLength = contentLength
        self.credentials = credentials
        self.startedAt = startedAt
        self.result = result
    }

    /// What leads to an attempt.
    package enum Cause: Sendable, Hashable {
        /// The user.
        case initial
        /// A redirect; what it changed.
        case redirect(RedirectRecord)
        /// A reused connection that died before a byte of the response (POOL.md rule 34).
        case staleRetry(StaleEvidence)
        /// The retry policy; what it went by (POOL.md rule 37).
        case retry(RetryRecord)
        /// A challenge that the session could answer.
        case challenge(ChallengeRecord)
        /// A 421: the server does not answer for the origin on this connection (POOL.md rule 5).
        case misdirected(ConnectionID)
        /// A 417: the server does not take the question whether it wants the content, which was
        /// ours, so that it is not asked again (RFC 9110, section 10.1.1).
        case expectationRefused(ConnectionID)
    }

    /// What comes of an attempt.
    package enum Outcome: Sendable {
        /// A response.
        case response(TransportResponse)
        /// None.
        case failed(ExchangeFailure)
    }

    /// The connection that carried it, if one did.
    package var use: ConnectionUse? {
        switch self.result {
        case .response(let response): response.use
        case .failed(.transport(let error, _)): error.use
        case .failed: nil
        }
    }
}

/// Where the value of an `Authorization` field came from, from the strongest to the weakest.
package enum CredentialsSource: String, Sendable, Hashable, CaseIterable {
    /// A field of the request.
    case requestField = "request_field"
    /// Credentials given with the request: `--auth`, `--bearer`, `--digest`.
    case request
    /// Credentials of the session for this origin: `auth basic`, `auth bearer`, `auth digest`.
    case session
    /// The user information of the target.
    case userInformation = "user_information"
    /// A default field.
    case defaultField = "default_field"
    /// The netrc file, which `auth netrc` asks for.
    case netrc
}

/// What following a redirect changed.
package struct RedirectRecord: Sendable, Hashable {
    /// The status that redirected.
    package var status: Int
    /// From where.
    package var from: URI
    /// To where.
    package var to: URI
    /// The old method, if it changed.
    package var methodBefore: String?
    /// Whether content was dropped.
    package var droppedContent: Bool
    /// Fields that were not sent on because the origin changed, and `tls.cert` for our certificate.
    package var stripped: [String]
    /// Whether user information in the Location was ignored.
    package var ignoredUserInfo: Bool
    /// Whether it leads to an origin that redirects had left: what was given for it stays behind
    /// all the same.
    package var isReturn: Bool

    /// Whether scheme, host or port changed.
    package var crossesOrigin: Bool { self.from.origin != self.to.origin }

    /// Creates a record of a redirect.
    package init(
        status: Int,
        from: URI,
        to: URI,
        methodBefore: String? = nil,
        droppedContent: Bool = false,
        stripped: [String] = [],
        ignoredUserInfo: Bool = false,
        isReturn: Bool = false
    ) {
        self.status = status
        self.from = from
        self.to = to
        self.methodBefore = methodBefore
        self.droppedContent = droppedContent
        self.stripped = stripped
        self.ignoredUserInfo = ignoredUserInfo
        self.isReturn = isReturn
    }
}

/// Why an exchange has no final response.
package enum ExchangeFailure: Error, Sendable, Hashable {
    /// The transport failed; and why it was not retried, where a retry was thinkable.
    case transport(TransportError, retryRefusal: RetryRefusal?)
    /// More redirects than `redirect.max`; the targets of the chain.
    case tooManyRedirects(limit: Int, chain: [String])
    /// A redirect to somewhere that cannot be followed.
    case badRedirect(location: String, why: BadRedirect)
    /// A redirect from https to http that was not allowed.
    case downgradeRefused(from: String, to: String)
    /// A redirect that needs content which cannot be sent again; the redirect is the result.
    case contentNotReplayable(status: Int, to: String, why: ReplayObstacle)
}

/// Why content cannot be sent a second time.
package enum ReplayObstacle: Sendable, Hashable {
    /// It came from where it cannot be read twice, such as a pipe.
    case readOnce
    /// A file that it is in has changed since it was taken.
    case changed(path: String)
    /// A file that it is in is not there any more.
    case gone(path: String)
}

/// Why a Location cannot be followed.
package enum BadRedirect: Sendable, Hashable {
    /// Not a URI reference.
    case malformed
    /// A scheme other than http and https.
    case scheme(String)
    /// Control characters.
    case controlCharacters
}
