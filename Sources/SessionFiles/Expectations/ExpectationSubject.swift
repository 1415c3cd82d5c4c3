package import HTTPModel

/// What an expectation is held against: plain facts of one exchange and of the session so far.
package struct ExpectationSubject {
    /// The status code of the final response; nil if there was none.
    package var status: Int?
    /// The reason phrase.
    package var reason: String
    /// The fields of the final response.
    package var fields: [FieldLine]
    /// The version of the final response, such as `HTTP/1.1`.
    package var version: String
    /// The target of the last attempt.
    package var url: String
    /// The decoded content; nil if it was not kept.
    package var content: () -> [UInt8]?
    /// The SHA-256 of the decoded content in hexadecimal digits; nil if it was not kept.
    package var sha256: () -> String? = { nil }
    /// What is said where the decoded content cannot be had; nil if nothing more is known.
    package var contentAbsence: () -> String? = { nil }
    /// The length of the decoded content.
    package var contentLength: Int
    /// The decoded content as JSON; nil if it is none.
    package var json: () -> JSONValue?
    /// From issuing the request to the end of its final response.
    package var duration: Duration
    /// From the end of the request to the first byte of the final response.
    package var wait: Duration?
    /// How long the request waited for a connection.
    package var queue: Duration?
    /// The connection that carried the last attempt.
    package var use: ConnectionUse?
    /// Whether the last attempt was a silent retry: then its connection counts as new.
    package var wasRetried: Bool
    /// Redirects followed.
    package var redirectCount: Int
    /// Attempts made again, after a connection died or as `retry.*` says.
    package var retryCount: Int
    /// The session so far.
    package var session: SessionTotals
    /// The connection that carried the latest request of a name; nil if none was sent.
    package var connectionOfRequest: (String) -> ConnectionID?
    /// The latest request before this one that a connection carried.
    package var lastUse: (ConnectionID) -> RequestReference?
    /// What must not be shown; asked for when an expectation says what it found.
    package var secrets: () -> ExportSecrets
    /// Whether it is said what was found where an expectation holds, which takes time.
    package var tellsWhatPassed = true

    /// Creates a subject.
    package init(
        status: Int? = nil,
        reason: String = "",
        fields: [FieldLine] = [],
        version: String = "HTTP/1.1",
        url: String = "",
        content: @escaping () -> [UInt8]? = { nil },
        contentLength: Int = 0,
        json: @escaping () -> JSONValue? = { nil },
        duration: Duration = .zero,
        wait: Duration? = nil,
        queue: Duration? = nil,
        use: ConnectionUse? = nil,
        wasRetried: Bool = false,
        redirectCount: Int = 0,
        retryCount: Int = 0,
        session: SessionTotals = SessionTotals(),
        connectionOfRequest: @escaping (String) -> ConnectionID? = { _ in nil },
        lastUse: @escaping (ConnectionID) -> RequestReference? = { _ in nil },
        secrets: @escaping () -> ExportSecrets = { .shown }
    ) {
        self.status = status
        self.reason = reason
        self.fields = fields
        self.version = version
        self.url = url
        self.content = content
        self.contentLength = contentLength
        self.json = json
        self.duration = duration
        self.wait = wait
        self.queue = queue
        self.use = use
        self.wasRetried = wasRetried
        self.redirectCount = redirectCount
        self.retryCount = retryCount
        self.session = session
        self.connectionOfRequest = connectionOfRequest
        self.lastUse = lastUse
        self.secrets = secrets
    }

    /// Whether the request went out on a connection that had carried at least one complete
    /// exchange, with no byte of it sent on another one before (FILES.md 9.4).
    package var isReused: Bool {
        guard let use, use.decision.isReused else { return false }
        return use.requestNumber > 1 && !self.wasRetried
    }

    /// All values of the field `name`.
    func values(_ name: String) -> [String] {
        let wanted = name.lowercased()
        return self.fields.compactMap { $0.name.lowercased() == wanted ? $0.value : nil }
    }
}

extension ExpectationSubject {
    /// The last cookie of this name that the response sets: its value, and its attributes by their
    /// names in lower case.
    func setCookie(_ name: String) -> (value: String, attributes: [String: String])? {
        for field in self.values("set-cookie").reversed() {
            let parts = field.split(separator: ";", omittingEmptySubsequences: false)
            let pair = Self.pair(parts[0])
            guard pair.name == name else { continue }
            var attributes: [String: String] = [:]
            for part in parts.dropFirst() {
                let (name, value) = Self.pair(part)
                attributes[name.lowercased()] = value
            }
            return (pair.value, attributes)
        }
        return nil
    }

    private static func pair(_ text: Substring) -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "=") else { return (text.trimmed, "") }
        return (text[..<equals].trimmed, text[text.index(after: equals)...].trimmed)
    }
}

/// Counts over the connections of a session.
package struct SessionTotals: Sendable, Hashable {
    /// Connections opened so far.
    package var opened: Int
    /// Requests that reused one.
    package var reused: Int
    /// The greatest number open at once.
    package var maxOpen: Int
    /// Open now.
    package var open: Int

    /// Creates totals.
    package init(opened: Int = 0, reused: Int = 0, maxOpen: Int = 0, open: Int = 0) {
        self.opened = opened
        self.reused = reused
        self.maxOpen = maxOpen
        self.open = open
    }

    /// The number that `quantity` names.
    func value(_ quantity: Expectation.SessionQuantity) -> Int {
        switch quantity {
        case .max: self.maxOpen
        case .opened: self.opened
        case .open: self.open
        case .reused: self.reused
        }
    }
}

/// A request of the file, as failure texts name it.
package struct RequestReference: Sendable, Hashable {
    /// Its name, or what stands for one.
    package var label: String
    /// The file.
    package var file: String
    /// The line of the request.
    package var line: Int

    /// Creates a reference.
    package init(label: String, file: String, line: Int) {
        self.label = label
        self.file = file
        self.line = line
    }
}

extension ExpectationSubject {
    /// Creates the subject that an exchange is; the session's facts can be set afterwards.
    package init(_ exchange: Exchange) {
        self.init()
        self.retryCount = exchange.attempts.count { $0.isRetry }
        self.redirectCount = exchange.attempts.count { $0.isRedirect }
        self.contentLength = exchange.content.count
        switch exchange.content {
        case .none: self.setContent([])
        case .memory(let bytes): self.setContent(bytes)
        case .spilled, .file, .delivered: break
        }
        guard let last = exchange.attempts.last else { return }
        self.url = last.target.description
        self.use = last.use
        self.wasRetried = last.isStaleRetry
        self.duration = exchange.attempts.reduce(.zero) { $0 + $1.duration }
        guard let response = exchange.response else { return }
        self.status = response.head.status
        self.reason = response.head.reason
        self.fields = response.head.fields
        self.version = response.head.version
        self.wait = response.timings.wait
        self.queue = response.timings.queue
    }
}

extension ExpectationSubject {
    /// Sets the content, with its length, its hash and its JSON.
    package mutating func setContent(_ bytes: [UInt8]) {
        self.contentLength = bytes.count
        self.setContent(reading: { bytes }, sha256: { ContentDigest.sha256(of: bytes) })
    }

    /// Sets how the content and its hash are found, which is done when an expectation asks for
    /// them, and at most once.
    package mutating func setContent(
        reading read: @escaping () -> [UInt8]?,
        sha256 hash: @escaping () -> String?
    ) {
        self.content = Self.once(read)
        self.sha256 = Self.once(hash)
        let content = self.content
        self.json = Self.once { content().flatMap { try? JSONValue(parsing: $0) } }
    }

    /// The function, but for calls after the first, which have its result.
    private static func once<Value>(_ make: @escaping () -> Value?) -> () -> Value? {
        var kept: Value??
        return {
            if let kept { return kept }
            let value = make()
            kept = .some(value)
            return value
        }
    }
}

extension Attempt {
    fileprivate var isStaleRetry: Bool {
        if case .staleRetry = self.cause { true } else { false }
    }

    fileprivate var isRetry: Bool {
        if case .retry = self.cause { return true }
        return self.isStaleRetry
    }

    fileprivate var isRedirect: Bool {
        if case .redirect = self.cause { true } else { false }
    }

    fileprivate var duration: Duration {
        switch self.result {
        case .response(let response): response.timings.total
        case .failed(.transport(let error, _)): error.elapsed
        case .failed: .zero
        }
    }
}
