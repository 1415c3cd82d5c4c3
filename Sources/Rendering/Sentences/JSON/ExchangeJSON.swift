package import HTTPModel

/// The `exchange` object of `--json`.
///
/// Method, target, status, connection, timings and bytes are those of the last attempt; `redirects`
/// and `retries` tell of those before it.
package enum ExchangeJSON {
    /// The object on one line.
    ///
    /// `content` is that of the response where the exchange does not hold it in memory; content
    /// that is in a file of the user's, or went elsewhere, is not repeated.
    package static func line(for exchange: Exchange, content: [UInt8]? = nil) -> String {
        let attempt = exchange.attempts.last
        let response = exchange.response
        let use = attempt?.use
        return JSONLine.text("exchange") { object in
            object.member("n", exchange.number)
            object.member("method", attempt?.method)
            object.member("url", attempt?.target.description)
            object.member("status", response?.head.status)
            object.member("reason", response?.head.reason)
            object.member("version", response?.head.version)
            object.member("connection", use?.connection.number)
            object.member("reused", use?.decision.isReused)
            object.member("requestOnConnection", use?.requestNumber)
            object.milliseconds("idleMs", Self.idle(of: use))
            Self.writeWhy(use, isRetry: attempt?.isRetry ?? false, to: &object)
            Self.writeTimings(attempt?.timings, to: &object)
            Self.writeBytes(response?.bytes, to: &object)
            Self.writeFields(response?.head.fields ?? [], to: &object)
            Self.writeRedirects(of: exchange, to: &object)
            Self.writeRetries(of: exchange, to: &object)
            object.member("credentials", ifPresent: attempt?.credentials?.rawValue)
            Self.writeBody(of: exchange, content: content, to: &object)
            Self.writeRemarks(on: exchange, to: &object)
            if let error = ErrorSentences.render(exchange) { object.error("error", error) }
        }
    }

    /// What was not to be expected; nothing where everything was.
    private static func writeRemarks(
        on exchange: Exchange,
        to object: inout JSONWriter.Object
    ) {
        guard exchange.attempts.contains(where: { !$0.remarks.isEmpty }) else { return }
        object.array("remarks") { array in
            for (index, attempt) in exchange.attempts.enumerated() {
                for remark in attempt.remarks {
                    array.object { element in
                        element.member("attempt", index + 1)
                        element.member("code", RemarkSentences.code(remark))
                        element.member("text", RemarkSentences.sentence(remark))
                    }
                }
            }
        }
    }

    private static func idle(of use: ConnectionUse?) -> Duration? {
        switch use?.decision {
        case .reused(let idle): idle
        case .stream, .new, nil: nil
        }
    }

    /// Why no connection was reused (POOL.md rule 52); null when one was, the others beside it.
    private static func writeWhy(
        _ use: ConnectionUse?,
        isRetry: Bool,
        to object: inout JSONWriter.Object
    ) {
        guard case .new(let reason)? = use?.decision else {
            object.null("why")
            if let others = use?.others, !others.isEmpty {
                Self.write(others, as: "others", to: &object)
            }
            return
        }
        object.object("why") { why in
            why.member("code", ReuseSentences.code(reason.code))
            why.member("text", ReuseSentences.sentence(reason.code, isRetry: isRetry))
            Self.write(reason.connections, as: "connections", to: &why)
        }
    }

    private static func write(
        _ verdicts: [NewConnectionReason.Verdict],
        as name: String,
        to object: inout JSONWriter.Object
    ) {
        object.array(name) { array in
            for verdict in verdicts {
                array.object { element in
                    element.member("id", verdict.connection.number)
                    element.member("code", ReuseSentences.code(verdict.finding))
                    element.member("text", ReuseSentences.sentence(verdict.finding))
                }
            }
        }
    }

    private static func writeTimings(_ timings: Timings?, to object: inout JSONWriter.Object) {
        guard let timings else {
            object.null("timingsMs")
            return
        }
        object.object("timingsMs") { phases in
            for phase in timings.phases { phases.milliseconds(phase.name, phase.duration) }
            phases.milliseconds("total", timings.total)
        }
    }

    private static func writeBytes(_ bytes: ByteCounts?, to object: inout JSONWriter.Object) {
        guard let bytes else {
            object.null("bytes")
            return
        }
        object.object("bytes") { counts in
            counts.member("sent", bytes.sent)
            counts.member("received", bytes.received)
            counts.member("body", bytes.body)
        }
    }

    private static func writeFields(_ fields: [FieldLine], to object: inout JSONWriter.Object) {
        object.array("fields") { array in
            for field in fields {
                array.array { pair in
                    pair.element(field.name)
                    pair.element(field.value)
                }
            }
        }
    }

    // MARK: Attempts before the last

    private static func writeRedirects(
        of exchange: Exchange,
        to object: inout JSONWriter.Object
    ) {
        object.array("redirects") { array in
            for (attempt, next) in zip(exchange.attempts, exchange.attempts.dropFirst()) {
                guard case .redirect(let record) = next.cause else { continue }
                array.object { redirect in
                    redirect.member("status", record.status)
                    redirect.member("from", record.from.description)
                    redirect.member("to", next.refusedLocation ?? record.to.description)
                    redirect.member("method", next.method)
                    redirect.member("methodBefore", record.methodBefore)
                    redirect.member("droppedContent", record.droppedContent)
                    redirect.strings("stripped", record.stripped)
                    redirect.member("connection", attempt.use?.connection.number)
                    redirect.member("reused", attempt.use?.decision.isReused)
                    redirect.milliseconds("totalMs", attempt.elapsed)
                }
            }
        }
    }

    /// Rule and evidence of each retry (POOL.md rules 5 and 34 to 37); a 417 goes by none of them.
    private static func writeRetries(
        of exchange: Exchange,
        to object: inout JSONWriter.Object
    ) {
        object.array("retries") { array in
            for (index, attempt) in exchange.attempts.enumerated() {
                Self.writeRedispatches(of: attempt, to: &array)
                guard index + 1 < exchange.attempts.count else { break }
                let facts: (rule: Int?, reason: String, completed: Int?)
                switch exchange.attempts[index + 1].cause {
                case .redirect: continue
                case .staleRetry(let evidence):
                    let reason = attempt.staleRule == 36 ? "status_408" : evidence.reason.rawValue
                    facts = (attempt.staleRule, reason, evidence.completedExchanges)
                case .retry(let record):
                    facts = (37, RetrySentences.code(record.evidence), nil)
                case .misdirected: facts = (5, "status_421", nil)
                case .expectationRefused: facts = (nil, "status_417", nil)
                // The first attempt follows none, and a challenge is no failure.
                case .initial, .challenge: continue
                }
                array.object { retry in
                    retry.member("rule", facts.rule)
                    retry.member("connection", attempt.use?.connection.number)
                    retry.member("reason", facts.reason)
                    retry.member("completedExchanges", facts.completed)
                    retry.milliseconds("totalMs", attempt.elapsed)
                }
            }
        }
    }

    /// Each time that a peer had proved not to have acted on a request (POOL.md rule 35).
    private static func writeRedispatches(
        of attempt: Attempt,
        to array: inout JSONWriter.Elements
    ) {
        for record in attempt.redispatches {
            array.object { retry in
                retry.member("rule", 35)
                retry.member("connection", record.connection.number)
                retry.member("reason", record.proof.reason.rawValue)
                retry.null("completedExchanges")
                retry.null("totalMs")
            }
        }
    }

    // MARK: Content

    private static func writeBody(
        of exchange: Exchange,
        content: [UInt8]?,
        to object: inout JSONWriter.Object
    ) {
        var bytes = content
        var file: String?
        switch exchange.content {
        case .memory(let held): bytes = content ?? held
        case .file(let saved):
            bytes = nil
            file = saved.path
        case .none, .spilled, .delivered: break
        }
        if let bytes {
            let text = String(validating: bytes, as: UTF8.self)
            object.member("body", text ?? bytes.base64)
            object.member("bodyEncoding", text == nil ? "base64" : "utf8")
        } else {
            object.null("body")
            object.null("bodyEncoding")
        }
        object.member("bodyFile", ifPresent: file)
    }
}
