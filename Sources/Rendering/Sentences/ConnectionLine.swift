package import HTTPModel

/// The line after each response: what came, how fast, over which connection, and why that one.
///
///     1 · 200 OK · 61 B · 0.9 ms · #1 reused (2nd request, idle 3.2 s) · saved 1.4 ms
///
/// Redirects and retries are told on lines of their own before it (POOL.md rules 37 and 52).
package enum ConnectionLine {
    /// The lines that tell of a finished exchange: one for each attempt, the last one numbered.
    ///
    /// An exchange of the background names its request, because other lines have come between.
    package static func lines(
        for exchange: Exchange,
        in context: RenderingContext = .plain
    ) -> [String] {
        var before: [String] = []
        for (index, attempt) in exchange.attempts.enumerated() {
            before += attempt.redispatches.map(Self.redispatch)
            guard index + 1 < exchange.attempts.count else { break }
            before.append(Self.followUp(attempt, next: exchange.attempts[index + 1]))
        }
        before = before.map { context.styled("  \($0)", as: .dim) }
        let lines = before + [Self.last(exchange, in: context)]
        return (lines + Self.remarks(on: exchange, in: context)).map { context.adapted($0) }
    }

    /// What was not to be expected, once each; that the user has passed by the cookies on purpose
    /// is none of that.
    private static func remarks(
        on exchange: Exchange,
        in context: RenderingContext
    ) -> [String] {
        var told: [AttemptRemark] = []
        for remark in exchange.attempts.lazy.flatMap(\.remarks) where !told.contains(remark) {
            if case .cookiesBypassed = remark { continue }
            told.append(remark)
        }
        return told.map { context.styled("  \(RemarkSentences.sentence($0))", as: .warning) }
    }

    /// The line that tells of an exchange that goes on in the background.
    package static func started(
        _ numbers: ClosedRange<Int>,
        _ request: RequestLabel,
        in context: RenderingContext = .plain
    ) -> String {
        let label = Self.background(numbers, request)
        let text = [label, "in the background"].clauses
        return context.adapted(context.styled(text, as: .dim))
    }

    /// What runs in the background: `3 · GET /slow`, or `3–14 · 12 × GET /slow`.
    package static func background(_ numbers: ClosedRange<Int>, _ request: RequestLabel) -> String {
        let label = Sanitizer.line(request.description)
        guard numbers.count > 1 else { return ["\(numbers.lowerBound)", label].clauses }
        return ["\(numbers.lowerBound)–\(numbers.upperBound)", "\(numbers.count) × \(label)"]
            .clauses
    }

    // MARK: The last attempt

    private static func last(_ exchange: Exchange, in context: RenderingContext) -> String {
        var opening = "\(exchange.number) · "
        if exchange.isBackground, let label = exchange.label {
            opening += "\(Sanitizer.line(label.description)) · "
        }
        guard let attempt = exchange.attempts.last else {
            return context.styled("\(opening)not sent", as: .dim)
        }
        let outcome: (text: String, role: Role)
        var rest: [String] = []
        switch attempt.result {
        case .response(let response):
            outcome = (response.head.statusText, .status(response.head.status))
            rest.append(Self.content(exchange.content, bytes: response.bytes))
        case .failed(let failure):
            outcome = ("failed", .error)
            rest.append(ErrorSentences.render(failure).words)
        }
        rest.append(Self.time(of: exchange))
        if let use = attempt.use {
            let isAnswered = exchange.response != nil
            rest += Self.connection(use, isRetry: attempt.isRetry, isAnswered: isAnswered)
        }
        if let refusal = attempt.retryRefusal {
            rest.append("not sent again: \(ErrorSentences.words(refusal))")
        }
        let tail = rest.clauses
        return context.styled(opening, as: .dim) + context.styled(outcome.text, as: outcome.role)
            + (tail.isEmpty ? "" : context.styled(" · \(tail)", as: .dim))
    }

    private static func content(_ content: Exchange.Content, bytes: ByteCounts) -> String {
        switch content {
        case .none: ByteText.text(bytes.body)
        case .file(let saved): "\(ByteText.text(saved.size)) → \(Sanitizer.line(saved.path))"
        case .memory, .spilled, .delivered: ByteText.text(content.count)
        }
    }

    private static func time(of exchange: Exchange) -> String {
        guard let elapsed = exchange.elapsed else { return "" }
        let isSum = exchange.attempts.count > 1
        return isSum ? "\(DurationText.text(elapsed)) in all" : DurationText.text(elapsed)
    }

    /// Which connection, why, at what price, and after which wait.
    ///
    /// Without an answer nothing was saved, so the price is left out.
    private static func connection(
        _ use: ConnectionUse,
        isRetry: Bool,
        isAnswered: Bool
    ) -> [String] {
        [
            ReuseSentences.use(use, isRetry: isRetry),
            Self.way(use.route),
            isAnswered ? ReuseSentences.handshake(use) : "",
            use.wait.map(WaitSentences.sentence) ?? "",
        ]
    }

    /// The way, where it is not the plain one.
    private static func way(_ route: ConnectionRoute) -> String {
        switch route {
        case .direct: ""
        case .unix, .forward, .tunnel, .socks, .unusableProxy:
            "via \(Sanitizer.line(route.description))"
        }
    }

    // MARK: Attempts before the last

    /// What came of an attempt that was followed by another one.
    private static func followUp(_ attempt: Attempt, next: Attempt) -> String {
        switch next.cause {
        case .redirect(let record): Self.redirect(record, by: attempt, next: next)
        case .staleRetry(let evidence): Self.retry(evidence, after: attempt, by: next)
        case .retry(let record): Self.retry(record, after: attempt, by: next)
        case .challenge(let record): Self.challenge(record, by: attempt)
        case .misdirected(let connection): Self.misdirected(connection, by: attempt, next: next)
        case .expectationRefused: Self.expectationRefused(by: attempt)
        case .initial: preconditionFailure("the first attempt follows another one")
        }
    }

    private static func redirect(
        _ record: RedirectRecord,
        by attempt: Attempt,
        next: Attempt
    ) -> String {
        let isSameOrigin = record.to.origin == record.from.origin
        let target =
            next.refusedLocation
            ?? (isSameOrigin ? record.to.requestTarget : record.to.description)
        var clauses = [
            "\(record.status) → \(Sanitizer.line(target))",
            record.methodBefore.map {
                "\(Sanitizer.line(next.method)) (was \(Sanitizer.line($0)))"
            } ?? "",
            record.droppedContent ? "without content" : "",
            Self.stripped(record),
            record.ignoredUserInfo ? "user information in the Location ignored" : "",
        ]
        if let use = attempt.use {
            clauses += Self.connection(use, isRetry: attempt.isRetry, isAnswered: true)
        }
        return clauses.clauses
    }

    /// What was not sent on, and why (SESSION.md, RD1 and RD2).
    private static func stripped(_ record: RedirectRecord) -> String {
        guard !record.stripped.isEmpty else { return "" }
        let names = record.stripped.map { Sanitizer.line($0.lowercased()) }
        let reason =
            if record.isReturn || record.from.origin == record.to.origin {
                "the redirects have left its origin"
            } else if record.from.origin.host == record.to.origin.host {
                record.from.origin.scheme == record.to.origin.scheme
                    ? "another port is another origin" : "another scheme is another origin"
            } else {
                "another host is another origin"
            }
        return "not sent on: \(names.joined(separator: ", ")) (\(reason))"
    }

    /// Rule and evidence of a retry (POOL.md rules 34, 36 and 37).
    private static func retry(
        _ evidence: StaleEvidence,
        after attempt: Attempt,
        by next: Attempt
    ) -> String {
        let method = Sanitizer.line(next.method)
        let licence =
            if evidence.isConfirmed {
                "as you said"
            } else {
                next.isIdempotent ? "\(method) is idempotent" : "\(method) has an Idempotency-Key"
            }
        let served = CountText.text(evidence.completedExchanges, "exchange")
        let found =
            if attempt.staleRule == 36, let response = attempt.response {
                "\(response.head.statusText) on \(evidence.connection), after \(served)"
            } else {
                "\(evidence.connection) \(CloseSentences.sentence(evidence.reason))"
                    + " before a byte of the response, after \(served)"
            }
        return [
            found, "sent again once, on a fresh connection: \(licence)",
            "rule \(attempt.staleRule)",
        ].clauses
    }

    /// A request that a peer has proved not to have acted on (POOL.md rule 35).
    private static func redispatch(_ record: Redispatch) -> String {
        let found =
            switch record.proof {
            case .refused(let stream): "\(record.connection) refused stream \(stream)"
            case .aboveGoAway(let stream):
                "\(record.connection) said GOAWAY and left stream \(stream) out"
            }
        return [found, "sent again: it had not been acted on", "rule 35"].clauses
    }

    /// What the retry policy went by (SESSION.md, section 5).
    private static func retry(
        _ record: RetryRecord,
        after attempt: Attempt,
        by next: Attempt
    ) -> String {
        let outcome =
            switch attempt.result {
            case .response(let response): response.head.statusText
            case .failed(let failure): ErrorSentences.render(failure).words
            }
        let method = Sanitizer.line(next.method)
        let licence =
            switch record.evidence {
            case .notConnected: "nothing had been sent"
            case .noResponse, .status:
                next.isIdempotent
                    ? "\(method) is idempotent" : "\(method) has an Idempotency-Key"
            }
        let plan = "\(RetrySentences.plan(record, wasSent: !Self.wasGivenUp(next))): \(licence)"
        return [
            outcome, attempt.elapsed.map { DurationText.text($0) } ?? "", plan, "rule 37",
        ].clauses
    }

    /// Whether ^C ended the wait before an attempt, which so never went out.
    private static func wasGivenUp(_ attempt: Attempt) -> Bool {
        guard case .failed(.transport(let error, _)) = attempt.result else { return false }
        return error.phase == .queue && error.cause == .cancelled
    }

    /// A 421, which another connection may be spared (POOL.md rule 5).
    private static func misdirected(
        _ connection: ConnectionID,
        by attempt: Attempt,
        next: Attempt
    ) -> String {
        [
            attempt.response?.head.statusText ?? "",
            "\(connection) does not lead to who answers for \(next.target.origin)",
            "sent again once, on a fresh connection", "rule 5",
        ].clauses
    }

    /// A 417 to a question that was not the user's (RFC 9110, section 10.1.1).
    private static func expectationRefused(by attempt: Attempt) -> String {
        [
            attempt.response?.head.statusText ?? "",
            "sent again once, without `Expect: 100-continue`, which linger had added",
        ].clauses
    }

    /// A challenge that was answered.
    private static func challenge(_ record: ChallengeRecord, by attempt: Attempt) -> String {
        let status = attempt.response?.head.statusText ?? ""
        var clauses = [status, "answered: \(RetrySentences.challenge(record))"]
        if let use = attempt.use {
            clauses += Self.connection(use, isRetry: attempt.isRetry, isAnswered: true)
        }
        return clauses.clauses
    }
}
