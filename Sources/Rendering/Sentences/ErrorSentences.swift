package import HTTPModel

/// The one place where facts about failures become sentences.
package enum ErrorSentences {
    /// Why an exchange failed; nil if it was answered, or is still running.
    package static func render(_ exchange: Exchange) -> RenderedError? {
        guard let attempt = exchange.attempts.last, let failure = exchange.failure else {
            return nil
        }
        let target = attempt.target.requestTarget
        return Self.render(failure, request: RequestLabel(method: attempt.method, target: target))
    }

    /// Why an exchange has no final response.
    ///
    /// With the request, a hint can tell how to repeat it.
    package static func render(
        _ failure: ExchangeFailure,
        request: RequestLabel? = nil
    ) -> RenderedError {
        switch failure {
        case .transport(let error, let refusal):
            let rendered = Self.render(error)
            guard let refusal else { return rendered }
            return Self.adding(refusal, to: rendered, request: request)
        case .tooManyRedirects(let limit, let chain):
            return Self.tooManyRedirects(limit: limit, chain: chain)
        case .badRedirect(let location, let why):
            return Self.badRedirect(location: location, why: why)
        case .downgradeRefused(let from, let to):
            return RenderedError(
                kind: "redirect_downgrade",
                words: "redirect from https to http refused",
                message: "not followed: a redirect from \(Self.safe(from)) to \(Self.safe(to))"
                    + " would leave TLS",
                hint: "`set redirect.downgrade allow` allows it"
            )
        case .contentNotReplayable(let status, let to, let why):
            return RenderedError(
                kind: "content_not_replayable",
                words: "content cannot be sent again",
                message: "not followed: the \(status) redirect to \(Self.safe(to)) wants the"
                    + " content again, and \(Self.words(why))",
                hint: "send the request to \(Self.safe(to)) yourself"
            )
        }
    }

    /// Why an attempt failed.
    package static func render(_ error: TransportError) -> RenderedError {
        switch error.cause {
        case .nameNotFound(let host): Self.nameNotFound(host)
        case .resolverFailed(let host, let detail): Self.resolverFailed(host, detail: detail)
        case .refused(let addresses): Self.refused(addresses, origin: error.origin)
        case .unreachable(let addresses, let detail):
            Self.unreachable(addresses, detail: detail, origin: error.origin)
        case .noUsableAddress(let host, let family): Self.noUsableAddress(host, family: family)
        case .sourceAddress(let source, let detail): Self.sourceAddress(source, detail: detail)
        case .proxy(let failure): Self.render(failure, origin: error.origin)
        case .certificate(let problem): Self.render(problem, origin: error.origin)
        case .tlsOptions(let error): Self.render(error)
        case .tls(let detail): Self.tls(detail, origin: error.origin)
        case .timedOut(let limit, let setting):
            Self.timedOut(error, limit: limit, setting: setting)
        case .queueTimedOut(let limit, let cause, let holders):
            Self.queueTimedOut(limit: limit, cause: cause, holders: holders)
        case .peerClosed(let received, let isReset):
            Self.peerClosed(error, receivedBytes: received, isReset: isReset)
        case .truncated(let received, let expected):
            Self.truncated(receivedBytes: received, expectedBytes: expected)
        case .streamReset(let code, let received):
            Self.streamReset(code, receivedBytes: received)
        case .protocolViolation(let violation): Self.render(violation, origin: error.origin)
        case .decoding(let coding, let problem): Self.render(problem, coding: coding)
        case .sink(let detail): Self.render(BodySinkError(detail: detail))
        case .requestContent(let path, let detail): Self.unreadable(path: path, detail: detail)
        case .cancelled: Self.cancelled(error)
        case .closedByUs(let reason): Self.closedByUs(reason, connection: error.connection)
        case .unprocessed(let proof): Self.unprocessed(proof)
        case .connectionUnavailable(let connection, let reason):
            Self.unavailable(connection, reason: reason)
        case .shutDown:
            RenderedError(kind: "shut_down", message: "the session ended before the response came")
        }
    }

    /// What is wrong with a URI.
    package static func render(_ error: URIError) -> RenderedError {
        let (message, hint): (String, String?) =
            switch error {
            case .empty: ("there is no URL", "such as http://127.0.0.1:8080/users")
            case .missingScheme: ("the URL has no scheme", "put http:// or https:// in front")
            case .unsupportedScheme(let scheme):
                ("the scheme \(Self.safe(scheme)) is not supported", "http and https are")
            case .missingHost: ("the URL has no host", "such as http://127.0.0.1:8080/users")
            case .invalidHost(let host): ("\(Self.quoted(host)) is not a host", nil)
            case .invalidPort(let port):
                ("\(Self.quoted(port)) is not a port", "ports are 1 to 65535")
            case .controlCharacter:
                ("the URL contains a control character", "write it percent-encoded, such as %0A")
            }
        return RenderedError(kind: "invalid_url", message: message, hint: hint)
    }

    /// Why content would not go where it was to go.
    package static func render(_ error: BodySinkError) -> RenderedError {
        RenderedError(
            kind: "sink_failed",
            words: "content cannot be written",
            message: "cannot write the content: \(Self.safe(error.detail))"
        )
    }

    /// Why a request was not sent again, in a few words.
    static func words(_ refusal: RetryRefusal) -> String {
        switch refusal {
        case .notIdempotent(let method): "\(Self.safe(method)) is not idempotent"
        case .contentNotReplayable: "its content cannot be read twice"
        case .alreadyRetried: "it had been sent twice already"
        case .exhausted(let limit): "it had been sent \(CountText.text(limit + 1, "time")) already"
        case .waitTooLong(let wait, let limit):
            "the server wants a wait of \(DurationText.text(wait)),"
                + " over \(DurationText.text(limit))"
        case .noTimeLeft(let wait):
            "a wait of \(DurationText.text(wait)) would outlast its time bound"
        }
    }

    // MARK: Shared

    /// Text from elsewhere, on one line and harmless.
    static func safe(_ text: String) -> String { Sanitizer.line(text) }

    /// Text from elsewhere in quotation marks.
    static func quoted(_ text: String) -> String { "\"\(Sanitizer.line(text))\"" }

    private static func adding(
        _ refusal: RetryRefusal,
        to rendered: RenderedError,
        request: RequestLabel?
    ) -> RenderedError {
        var result = rendered
        switch refusal {
        case .notIdempotent(let method):
            let method = Self.safe(method)
            result.message +=
                "; \(method) was not sent again: it is not idempotent, and the server may have"
                + " acted on it"
            let target = request.map { " \(Self.safe($0.target))" } ?? ""
            // Only these are commands; any other method stands behind `send`.
            let isCommand = ["POST", "PATCH"].contains(method)
            let verb = isCommand ? method.lowercased() : "send \(method)"
            result.hint =
                "to send it all the same, type it again: `\(verb)\(target) … --fresh`"
        case .contentNotReplayable:
            result.message += "; not sent again: its content cannot be read twice"
            result.hint = "type it again with the content at hand, in a file for example"
        case .alreadyRetried:
            result.message += "; it had been sent twice already, and is not sent a third time"
            result.hint = "is the server restarting? `events` shows what happened"
        case .exhausted(let limit):
            result.message += "; tried \(CountText.text(limit + 1, "time")) (retry.max \(limit))"
        case .waitTooLong, .noTimeLeft:
            result.message += "; not sent again: \(Self.words(refusal))"
        }
        return result
    }

    /// Why content cannot be sent again.
    static func words(_ obstacle: ReplayObstacle) -> String {
        switch obstacle {
        case .readOnce: "it came from where it cannot be read twice"
        case .changed(let path): "\(Self.safe(path)) has changed since it was read"
        case .gone(let path): "\(Self.safe(path)) is not there any more"
        }
    }

    /// A circle is named in full, behind what leads to it (SESSION.md, RD7).
    private static func tooManyRedirects(limit: Int, chain: [String]) -> RenderedError {
        let circle = RedirectCircle(chain)
        var targets = Self.shown(chain.prefix(circle?.start ?? chain.count), limit: 4)
        if let circle {
            targets += Self.shown(circle.targets[...], limit: 20)
            targets += [Self.safe(circle.targets[0]), "…"]
        }
        let path = targets.isEmpty ? "" : ": \(targets.joined(separator: " → "))"
        return RenderedError(
            kind: "too_many_redirects",
            words: "more than \(CountText.text(limit, "redirect"))",
            message: "more than \(CountText.text(limit, "redirect"))\(path)",
            hint: circle != nil
                ? "they go in a circle; a cookie that was not kept is a usual cause, see `cookies`"
                : "`set redirect.max N` follows more"
        )
    }

    private static func shown(_ targets: ArraySlice<String>, limit: Int) -> [String] {
        let first = targets.prefix(limit).map(Self.safe)
        return targets.count > limit ? first + ["… \(targets.count - limit) more"] : first
    }

    private static func badRedirect(location: String, why: BadRedirect) -> RenderedError {
        let reason =
            switch why {
            case .malformed: "it is not a URI reference"
            case .scheme(let scheme): "its scheme is \(Self.safe(scheme)), not http or https"
            case .controlCharacters: "it contains control characters"
            }
        return RenderedError(
            kind: "bad_redirect",
            words: "redirect cannot be followed",
            message: "the redirect to \(Self.quoted(location)) cannot be followed: \(reason)",
            hint: "`set redirect.follow off` shows the response that redirects"
        )
    }
}
