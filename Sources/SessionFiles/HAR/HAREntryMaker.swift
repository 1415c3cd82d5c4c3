import HTTPModel

/// Makes the entry of one attempt (FILES.md 10, rules 2 to 7).
struct HAREntryMaker {
    let source: HARExchange
    let context: HARContext
    /// The content of the first request; nil for none.
    let requestContent: [UInt8]?
    /// What is kept out.
    let secrets: ExportSecrets

    init(_ source: HARExchange, _ context: HARContext) {
        self.source = source
        self.context = context
        self.requestContent = source.requestContent()
        var secrets = context.secrets
        if let content = self.requestContent {
            let type = source.exchange.attempts.first?.sentFields.value("content-type")
            secrets.hide(sent: content, mediaType: type ?? "")
        }
        self.secrets = secrets
    }

    func entry(ofAttempt index: Int) -> JSONValue {
        let attempt = self.source.exchange.attempts[index]
        let isLast = index == self.source.exchange.attempts.count - 1
        let timings = self.timings(of: attempt)
        let use = attempt.use
        let peer = use?.remoteAddress.flatMap(Self.address)
        let own = use.flatMap { self.context.localAddress($0.connection) }.flatMap(Self.address)
        let number = use.map { JSONValue.string(String($0.connection.number)) }
        var members: [(String, JSONValue?)] = [
            ("pageref", .string(HARWriter.pageID)),
            ("startedDateTime", .string(self.context.text(of: attempt.startedAt))),
            ("time", .milliseconds(timings.sum)),
            ("request", self.request(attempt, index: index)),
            ("response", self.response(attempt, isLast: isLast)),
            ("cache", .object([])),
            ("timings", timings.value),
            ("serverIPAddress", peer.map { .string($0.host) }),
            ("connection", self.name(port: own?.port) ?? number),
            ("comment", self.comment(attempt, use).map { .string($0) }),
            ("_connectionId", number),
            ("_connectionReused", use.map { .bool($0.decision.isReused) }),
        ]
        if let use {
            if case .reused(let idle) = use.decision {
                members.append(("_connectionIdleMs", .milliseconds(idle)))
            }
            members.append(("_connectionRequestNumber", .integer(use.requestNumber)))
        }
        members.append(("_clientPort", own.map { .integer($0.port) }))
        members.append(("_serverPort", peer.map { .integer($0.port) }))
        members.append(("_requestName", self.source.exchange.name.map { .string($0) }))
        members.append(("_exchange", .integer(self.source.exchange.number)))
        switch attempt.cause {
        case .initial: break
        case .redirect: members.append(("_redirectOf", .integer(self.source.exchange.number)))
        case .staleRetry, .retry, .challenge, .misdirected, .expectationRefused:
            members.append(("_retryOf", .integer(self.source.exchange.number)))
        }
        if case .failed(let failure) = attempt.result {
            members.append(("_error", .string(self.context.sentence(failure))))
        }
        return .members(members)
    }

    /// The name of a connection, if it is not our number of it.
    private func name(port: Int?) -> JSONValue? {
        switch self.context.connection {
        case .number: nil
        case .clientPort: port.map { .string(String($0)) }
        }
    }

    private func comment(_ attempt: Attempt, _ use: ConnectionUse?) -> String? {
        guard let use else { return nil }
        switch use.decision {
        case .reused(let idle):
            let text = JSONValue.milliseconds(idle).text
            return "reused connection \(use.connection.number) (idle \(text) ms)"
        case .stream(let beside):
            return "reused connection \(use.connection.number) (beside \(beside) on its streams)"
        case .new(let reason):
            let why = attempt.isMadeAgain ? "made again" : self.context.reason(reason)
            return "new connection \(use.connection.number)\(why.isEmpty ? "" : ": \(why)")"
        }
    }

    /// Splits `127.0.0.1:80` and `[::1]:80`; an address in brackets loses them (rule 6).
    private static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        return (String(isBracketed ? host.dropFirst().dropLast() : host), port)
    }

    // MARK: Timings

    /// The timings object with the sum that `time` must be.
    private struct Phases {
        var value: JSONValue
        var sum: Duration
    }

    /// The phases: a reused connection has no `dns`, `connect` and `ssl` (rule 3).
    private func timings(of attempt: Attempt) -> Phases {
        let timings: Timings
        switch attempt.result {
        case .response(let response): timings = response.timings
        case .failed(.transport(let error, _)): timings = Timings(failed: error)
        case .failed: timings = Timings()
        }
        let isReused = attempt.use?.decision.isReused ?? true
        var connect: Duration?
        var secure: Duration?
        var dns: Duration?
        if !isReused {
            dns = timings.dns
            secure = timings.tls
            connect = timings.connect.map { $0 + (timings.tls ?? .zero) }
        }
        // A request that failed was waited for until it did.
        let opening = (dns ?? .zero) + (connect ?? .zero)
        let wait = timings.wait ?? attempt.failureElapsed.map { max(.zero, $0 - opening) }
        let queue = timings.queue ?? .zero
        let send = timings.send ?? .zero
        let receive = timings.receive ?? .zero
        let counted: [Duration?] = [queue, dns, connect, send, wait, receive]
        var sum = Duration.zero
        // Rounded before they are added, so that the sum is that of what is written.
        for phase in counted { sum += (phase ?? .zero).roundedToMicroseconds }
        return Phases(
            value: .members([
                ("blocked", .milliseconds(queue)),
                ("dns", Self.optional(dns)),
                ("connect", Self.optional(connect)),
                ("send", .milliseconds(send)),
                ("wait", .milliseconds(wait ?? .zero)),
                ("receive", .milliseconds(receive)),
                ("ssl", Self.optional(secure)),
            ]),
            sum: sum
        )
    }

    /// A phase that did not happen is -1, never 0.
    private static func optional(_ duration: Duration?) -> JSONValue {
        duration.map { .milliseconds($0) } ?? .integer(-1)
    }
}

extension Timings {
    /// Those of an attempt that failed: what opening its connection took is known if it came to be.
    fileprivate init(failed error: TransportError) {
        let handshake = error.use?.handshake
        self.init(
            dns: handshake?.dns,
            connect: handshake?.connect,
            tls: handshake?.tls,
            total: error.elapsed
        )
    }
}

extension Attempt {
    /// Whether it is another try, which asks for a new connection by itself.
    fileprivate var isMadeAgain: Bool {
        switch self.cause {
        case .staleRetry, .retry, .misdirected, .expectationRefused: true
        case .initial, .redirect, .challenge: false
        }
    }

    /// For how long it went on before it failed.
    fileprivate var failureElapsed: Duration? {
        guard case .failed(.transport(let error, _)) = self.result else { return nil }
        return error.elapsed
    }
}

extension Duration {
    fileprivate var roundedToMicroseconds: Duration {
        .microseconds(max(0, (self.wholeNanoseconds + 500) / 1000))
    }
}
