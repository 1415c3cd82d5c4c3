import HTTPModel

/// One of everything that can be rendered, with a given text wherever a server can put one.
struct Samples {
    /// What the server says: in reason phrases, fields, names, certificates and the rest.
    var text = "text"

    // MARK: Origins and connections

    var origin: Origin { Origin(scheme: .http, host: "127.0.0.1", port: 8080) }

    var hostileOrigin: Origin { Origin(scheme: .https, host: "h\(self.text)", port: 8443) }

    var key: ConnectionKey { ConnectionKey(origin: self.hostileOrigin) }

    var label: RequestLabel { RequestLabel(method: "GET", target: "/slow\(self.text)") }

    var tls: TLSFacts {
        TLSFacts(
            version: "TLS 1.3",
            alpn: "http/1.1\(self.text)",
            certificates: [
                CertificateFacts(
                    subject: "CN=\(self.text)",
                    issuer: "O=\(self.text)",
                    names: [self.text],
                    expiry: "2027-01-01"
                )
            ],
            isVerified: true
        )
    }

    var facts: ConnectionFacts {
        ConnectionFacts(
            localAddress: "127.0.0.1:51234",
            remoteAddress: "127.0.0.1:8080",
            applicationProtocol: "http/1.1",
            tls: self.tls,
            handshake: HandshakeTimings(connect: .microseconds(400), tls: .milliseconds(1))
        )
    }

    func connection(_ number: Int, _ state: ConnectionState) -> ConnectionSnapshot {
        let isClosed = state == .closed || state == .closing || state == .draining
        return ConnectionSnapshot(
            id: ConnectionID(number),
            key: self.key,
            state: state,
            age: .seconds(13),
            idleFor: state == .idle ? .seconds(3) : nil,
            deadline: state == .idle
                ? IdleDeadline(remaining: .seconds(57), reason: .idleTimeout) : nil,
            requestCount: 4,
            request: state == .busy ? RequestID(exchange: 7) : nil,
            label: state == .busy ? self.label : nil,
            servedExchanges: [1, 2, 3],
            keepAlive: KeepAliveHint(timeout: .seconds(5), max: 100),
            closeReason: isClosed ? .peerClosed : nil,
            closedFor: state == .closed ? .seconds(2) : nil,
            bytesIn: 9300,
            bytesOut: 812,
            facts: self.facts,
            tcp: TCPFacts(
                roundTripTime: .microseconds(40),
                roundTripVariation: .microseconds(10),
                retransmits: 0
            )
        )
    }

    var pool: PoolSnapshot {
        let states = ConnectionState.allCases.filter { $0 != .closed }
        return PoolSnapshot(
            limits: PoolLimits(perOriginOverrides: [self.hostileOrigin: 2]),
            connections: states.enumerated().map { self.connection($0 + 1, $1) },
            closed: [self.connection(9, .closed)],
            waiting: [
                WaitingSnapshot(
                    request: RequestID(exchange: 8),
                    label: self.label,
                    key: self.key,
                    waitingFor: .microseconds(40),
                    cause: .perOrigin(limit: 2)
                )
            ],
            isPaused: true
        )
    }

    // MARK: Decisions

    static let closings: [NewConnectionReason.Code] = CloseReason.allCases.flatMap { reason in
        [
            .closed(ConnectionID(1), reason, idle: nil),
            .closed(ConnectionID(1), reason, idle: .seconds(5)),
        ]
    }

    static let codes: [NewConnectionReason.Code] =
        [
            .noneYet, .allBusy(1), .allBusy(2), .keyDiffers(.tls), .keyDiffers(.version), .fresh,
            .warmed, .spare,
        ] + Self.closings

    var findings: [NewConnectionReason.Finding] {
        [
            .connecting, .busy(nil), .busy(self.label), .keyDiffers(.tls), .keyDiffers(.version),
            .freshWanted, .taken, .notNeeded,
        ] + CloseReason.allCases.flatMap { [.closing($0), .closed($0)] }
    }

    static let causes: [WaitCause] = [
        .connecting, .perOrigin(limit: 1), .total(limit: 64), .paused, .via(ConnectionID(3)),
    ]

    var holders: [WaitRecord.Holder] {
        [
            .init(connection: ConnectionID(3), request: self.label, busyFor: .seconds(31)),
            .init(connection: ConnectionID(4), request: nil, busyFor: .seconds(2)),
        ]
    }

    var decisions: [ReuseDecision] {
        let verdicts = self.findings.enumerated().map { index, finding in
            NewConnectionReason.Verdict(connection: ConnectionID(index + 1), finding: finding)
        }
        return [.reused(idle: .zero), .reused(idle: .milliseconds(3200))]
            + [.new(NewConnectionReason(.noneYet, connections: verdicts))]
            + Self.codes.map { .new(NewConnectionReason($0)) }
    }

    var uses: [ConnectionUse] {
        let waits = Self.causes.map { cause in
            WaitRecord(duration: .milliseconds(800), cause: cause, holders: self.holders)
        }
        return self.decisions.map { self.use($0) }
            + waits.map { self.use(.reused(idle: .zero), $0) }
    }

    func use(_ decision: ReuseDecision, _ wait: WaitRecord? = nil) -> ConnectionUse {
        ConnectionUse(
            connection: ConnectionID(2),
            decision: decision,
            requestNumber: 2,
            wait: wait,
            handshake: HandshakeTimings(connect: .milliseconds(1), tls: .microseconds(40)),
            remoteAddress: self.text
        )
    }

    // MARK: Failures

    var violations: [ProtocolViolation] {
        [
            .notHTTP(firstBytes: self.text), .headerSectionTooLong(limitBytes: 262_144),
            .tooManyFields(limit: 100), .contentLengthAndTransferEncoding,
            .invalidContentLength(self.text), .unknownTransferCoding(self.text),
            .invalidField(name: self.text), .tooManyInterimResponses(limit: 16),
            .notHTTP2, .unexpectedUpgrade, .other(self.text),
        ]
    }

    var certificateProblems: [CertificateProblem] {
        let reasons: [CertificateProblem.Reason] = [
            .expired(on: self.text), .notYetValid(until: self.text),
            .wrongName(host: self.text, names: []),
            .wrongName(host: self.text, names: Array(repeating: self.text, count: 6)),
            .selfSigned, .unknownIssuer(issuer: self.text), .notSignedByIssuer(issuer: self.text),
            .notAnAuthority, .wrongPurpose, .missing, .other(self.text),
        ]
        return reasons.flatMap { reason in
            [(1, 1), (2, 3), (nil, 3)].map { place, length in
                CertificateProblem(reason, subject: self.text, place: place, chainLength: length)
            }
        }
    }

    var optionErrors: [ConnectionOptionsError] {
        [
            .trustRoots(path: self.text, detail: self.text),
            .certificate(path: self.text, detail: self.text),
            .key(path: self.text, detail: self.text), .passphrase(path: self.text),
            .incomplete(certificate: self.text, key: nil),
            .incomplete(certificate: nil, key: self.text),
            .keyMismatch(certificate: self.text, key: self.text),
        ]
    }

    var proxyFailures: [ProxyFailure] {
        let reasons: [ProxyFailure.Reason] = [
            .unusable, .nameNotFound(host: self.text), .refused, .unreachable(detail: self.text),
            .timedOut(limit: .seconds(10)), .closed, .notAProxy(firstBytes: self.text),
            .answerTooLong(limitBytes: 65_536), .credentialsWanted(schemes: []),
            .credentialsWanted(schemes: [self.text]), .credentialsRefused(schemes: [self.text]),
            .status(403, reason: ""), .status(502, reason: self.text),
            .nameTooLong(limitBytes: 255),
        ]
        return (reasons + (0...9).map { .reply($0) }).map {
            ProxyFailure(proxy: self.text, reason: $0)
        }
    }

    var decodingProblems: [DecodingProblem] {
        [
            .unknownCoding, .tooManyCodings(count: 6, limit: 5), .endsEarly,
            .grewTooMuch(receivedBytes: 65_536, decodedBytes: 67_174_400, factorLimit: 256),
            .windowTooLarge(limitBytes: 8_388_608), .corrupt(detail: self.text),
        ]
    }

    var causesOfFailure: [TransportError.Cause] {
        [
            .nameNotFound(host: self.text), .resolverFailed(host: self.text, detail: self.text),
            .refused(addresses: [self.text]),
            .unreachable(addresses: [self.text], detail: self.text), .tls(detail: self.text),
            .timedOut(limit: .seconds(10), setting: "timeout.connect"),
            .timedOut(limit: .seconds(10), setting: self.text),
            .peerClosed(receivedBytes: 0, isReset: false),
            .peerClosed(receivedBytes: 100, isReset: true),
            .truncated(receivedBytes: 10, expectedBytes: 20),
            .truncated(receivedBytes: 10, expectedBytes: nil),
            .streamReset(HTTP2ErrorCode(rawValue: 2), receivedBytes: 0),
            .streamReset(HTTP2ErrorCode(rawValue: 13), receivedBytes: 10),
            .sink(detail: self.text), .noUsableAddress(host: self.text, family: .ipv6),
            .sourceAddress(self.text, detail: self.text),
            .requestContent(path: self.text, detail: self.text), .cancelled,
            .unprocessed(.refused(stream: 5)), .unprocessed(.aboveGoAway(stream: 7)),
            .connectionUnavailable(ConnectionID(3), nil),
            .connectionUnavailable(ConnectionID(3), .peerClosed), .shutDown,
        ] + self.certificateProblems.map { .certificate($0) }
            + self.optionErrors.map { .tlsOptions($0) } + self.proxyFailures.map { .proxy($0) }
            + self.decodingProblems.map { .decoding(coding: self.text, $0) }
            + self.violations.map { .protocolViolation($0) }
            + CloseReason.allCases.map { .closedByUs($0) }
            + Self.causes.map {
                .queueTimedOut(limit: .seconds(30), cause: $0, holders: self.holders)
            }
    }

    static let phases: [TransportError.Phase] = [
        .queue, .resolve, .connect, .handshake, .send, .receive, .decode,
    ]

    var transportErrors: [TransportError] {
        let byPhase: [TransportError.Cause] = [
            .timedOut(limit: .seconds(10), setting: "timeout.total"),
            .peerClosed(receivedBytes: 0, isReset: false),
        ]
        return self.causesOfFailure.map { self.error($0, in: .receive) }
            + byPhase.flatMap { cause in Self.phases.map { self.error(cause, in: $0) } }
    }

    func error(
        _ cause: TransportError.Cause,
        in phase: TransportError.Phase
    ) -> TransportError {
        TransportError(
            phase: phase,
            origin: self.hostileOrigin,
            connection: ConnectionID(3),
            cause: cause,
            elapsed: .microseconds(40),
            stale: self.evidence,
            use: self.use(.reused(idle: .zero))
        )
    }

    var evidence: StaleEvidence {
        StaleEvidence(connection: ConnectionID(1), completedExchanges: 3, reason: .peerClosed)
    }

    var refusals: [RetryRefusal] {
        [
            .notIdempotent(method: "POST\(self.text)"), .contentNotReplayable, .alreadyRetried,
            .exhausted(limit: 2), .waitTooLong(.seconds(30_000), limit: .seconds(21_600)),
            .noTimeLeft(.seconds(2)),
        ]
    }

    var failures: [ExchangeFailure] {
        let errors = self.transportErrors.map { ExchangeFailure.transport($0, retryRefusal: nil) }
        let refused = self.refusals.flatMap { refusal in
            self.transportErrors.suffix(2).map {
                ExchangeFailure.transport($0, retryRefusal: refusal)
            }
        }
        let redirects: [ExchangeFailure] = [
            .tooManyRedirects(limit: 20, chain: []),
            .tooManyRedirects(limit: 20, chain: Array(repeating: self.text, count: 9)),
            .tooManyRedirects(limit: 20, chain: ["/a\(self.text)", "/b"]),
            .badRedirect(location: self.text, why: .malformed),
            .badRedirect(location: self.text, why: .scheme(self.text)),
            .badRedirect(location: self.text, why: .controlCharacters),
            .downgradeRefused(from: self.text, to: self.text),
            .contentNotReplayable(status: 307, to: self.text, why: .changed(path: self.text)),
        ]
        return errors + refused + redirects
    }

    var uriErrors: [URIError] {
        [
            .empty, .missingScheme, .unsupportedScheme(self.text), .missingHost,
            .invalidHost(self.text), .invalidPort(self.text), .controlCharacter,
        ]
    }
}
