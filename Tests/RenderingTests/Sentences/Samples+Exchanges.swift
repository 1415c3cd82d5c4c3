import HTTPModel

extension Samples {
    // MARK: Exchanges

    var head: ResponseHead {
        ResponseHead(
            status: 200,
            reason: "OK\(self.text)",
            version: "HTTP/1.1\(self.text)",
            fields: [
                FieldLine("content-type", "text/plain\(self.text)"),
                FieldLine("x-\(self.text)", self.text), FieldLine("empty", ""),
            ]
        )
    }

    func response(_ use: ConnectionUse) -> TransportResponse {
        TransportResponse(
            head: self.head,
            use: use,
            timings: Timings(
                queue: .zero,
                connect: .microseconds(400),
                send: .microseconds(40),
                wait: .milliseconds(1),
                receive: .microseconds(100),
                total: .microseconds(1540)
            ),
            bytes: ByteCounts(sent: 100, received: 200, body: 61)
        )
    }

    func target(_ path: String) -> URI {
        URI(origin: self.hostileOrigin, path: path + self.text, query: self.text)
    }

    func attempt(_ cause: Attempt.Cause = .initial, result: Attempt.Outcome) -> Attempt {
        Attempt(
            cause: cause,
            method: "GET\(self.text)",
            target: self.target("/users"),
            sentFields: [FieldLine("Host", self.text), FieldLine("X-\(self.text)", self.text)],
            contentLength: 12,
            startedAt: .start,
            result: result
        )
    }

    var redirect: RedirectRecord {
        RedirectRecord(
            status: 302,
            from: URI(origin: self.origin, path: "/old\(self.text)"),
            to: self.target("/new"),
            methodBefore: "POST\(self.text)",
            droppedContent: true,
            stripped: ["authorization", self.text],
            ignoredUserInfo: true
        )
    }

    var challenge: ChallengeRecord {
        ChallengeRecord(
            scheme: "Digest",
            algorithm: self.text,
            realm: self.text,
            isStale: true
        )
    }

    var retries: [RetryRecord] {
        [.notConnected, .noResponse, .status(503)].map { evidence in
            RetryRecord(
                number: 1,
                limit: 2,
                evidence: evidence,
                wait: .seconds(1),
                isServersWait: evidence == .status(503)
            )
        }
    }

    var exchanges: [Exchange] {
        var exchanges = self.uses.map { use in
            self.exchange([self.attempt(result: .response(self.response(use)))])
        }
        exchanges += self.failures.map { self.exchange([self.attempt(result: .failed($0))]) }
        let use = self.uses[0]
        let causes: [Attempt.Cause] =
            [
                .redirect(self.redirect), .staleRetry(self.evidence), .challenge(self.challenge),
            ] + self.retries.map { .retry($0) }
        for cause in causes {
            exchanges.append(
                self.exchange([
                    self.attempt(result: .response(self.response(use))),
                    self.attempt(cause, result: .response(self.response(use))),
                ])
            )
        }
        exchanges.append(self.exchange([]))
        let contents: [Exchange.Content] = [
            .none, .memory([0xFF, 0x1B]), .spilled(path: self.text, size: 1),
            .file(SavedContent(path: self.text, size: 1)), .delivered(size: 1),
        ]
        for content in contents {
            var exchange = self.exchange([self.attempt(result: .response(self.response(use)))])
            exchange.content = content
            exchanges.append(exchange)
        }
        return exchanges
    }

    private func exchange(_ attempts: [Attempt]) -> Exchange {
        Exchange(
            number: 3,
            name: self.text,
            issuedAt: .start,
            attempts: attempts,
            content: .memory(Array("{}".utf8)),
            isBackground: true
        )
    }

    // MARK: Events

    func epitaph(_ reason: CloseReason, idle: Duration?) -> ConnectionEpitaph {
        ConnectionEpitaph(
            key: self.key,
            reason: reason,
            closer: reason.closer,
            age: .seconds(13),
            idleFor: idle,
            requestCount: 4,
            bytesIn: 9300,
            bytesOut: 812
        )
    }

    static let limits: [PoolLimitName] = [.perOrigin(nil), .total, .idle]

    var kinds: [PoolEvent.Kind] {
        self.requestKinds + self.connectionKinds + self.poolKinds
    }

    var requestKinds: [PoolEvent.Kind] {
        var kinds: [PoolEvent.Kind] = [
            .requestSent(bytes: 812), .requestFirstByte(after: .microseconds(40)),
            .requestDone(status: 200, bytes: 61, total: .microseconds(900)),
            .requestRedispatched(from: ConnectionID(1), why: .peerClosed),
            .requestRetry(rule: 34, evidence: self.evidence),
            .requestChallenged(self.challenge),
            .requestRemark(.foldedFields([self.text])),
            .requestRemark(.cookiesBypassed(2, .ownField)), .requestRemark(.cookiesLeftOut(1)),
            .requestRemark(.challengeUnanswered(.otherSchemes([self.text]))),
            .requestRemark(.challengeUnanswered(.algorithm(self.text))),
            .requestRemark(.challengeUnanswered(.quality(self.text))),
            .requestRedirect(
                status: 302,
                from: self.text,
                to: self.text,
                methodBefore: self.text,
                stripped: [self.text]
            ),
            .requestCancelled(whileQueued: true), .requestCancelled(whileQueued: false),
        ]
        kinds += self.retries.map { .requestPolicyRetry($0) }
        kinds += Self.causes.map { .requestQueued(key: self.key, position: 3, cause: $0) }
        kinds += self.decisions.map { .requestDispatched(decision: $0, waited: .milliseconds(1)) }
        kinds += self.transportErrors.map { .requestFailed($0) }
        kinds += self.refusals.map { .requestRetryRefused(rule: 34, why: $0) }
        return kinds
    }

    var connectionKinds: [PoolEvent.Kind] {
        var kinds: [PoolEvent.Kind] = [
            .resolved(addresses: [self.text, "::1"], took: .milliseconds(1), cached: false),
            .resolved(addresses: ["::1"], took: .zero, cached: true),
            .connectAttempt(address: self.text, error: self.text, took: .milliseconds(1)),
            .connectAttempt(address: "::1", error: nil, took: .milliseconds(1)),
            .tcpConnected(local: nil, remote: self.text, took: .milliseconds(1)),
            .proxied(.unix(path: self.text), target: self.text, took: .milliseconds(1)),
            .tlsEstablished(self.tls, took: .milliseconds(1)),
            .ready(applicationProtocol: self.text, total: .milliseconds(1)),
            .reused(idle: .milliseconds(3200), requestCount: 2),
            .parked(deadline: .seconds(60), why: .idleTimeout), .retiring(why: .maxAge),
            .draining(why: .shrunk, streams: 2),
        ]
        kinds += Self.codes.map { .connecting(key: self.key, why: $0) }
        for reason in CloseReason.allCases {
            kinds.append(.closed(self.epitaph(reason, idle: nil)))
            kinds.append(.closed(self.epitaph(reason, idle: .seconds(5))))
        }
        return kinds
    }

    var poolKinds: [PoolEvent.Kind] {
        var kinds: [PoolEvent.Kind] = [
            .paused(nil), .resumed(nil), .paused(self.key.origin), .generation(2, why: [.tls]),
        ]
        for limit in Self.limits + [.perOrigin(self.hostileOrigin)] {
            kinds.append(
                .resized(limit, old: 8, new: 3, open: 9, busy: 5, idle: 3, over: 2)
            )
            kinds.append(.converged(limit, took: .seconds(2), closed: [ConnectionID(4)]))
        }
        kinds += Self.causes.map { .limitHit($0, holders: [ConnectionID(1)]) }
        kinds += Self.causes.map {
            .warning(
                .churn(origin: self.hostileOrigin, limit: $0, concurrency: 6, extraConnects: 14)
            )
        }
        kinds.append(
            .warning(
                .idleChurn(origin: self.hostileOrigin, limit: 2, concurrency: 6, extraConnects: 14)
            )
        )
        return kinds
    }

    func event(_ kind: PoolEvent.Kind) -> PoolEvent {
        PoolEvent(
            sequence: 1,
            at: Instant(nanoseconds: 12_345_678_900),
            connection: ConnectionID(1),
            request: RequestID(exchange: 3),
            kind: kind
        )
    }
}
