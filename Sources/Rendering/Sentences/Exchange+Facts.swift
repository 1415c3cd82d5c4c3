internal import HTTPModel

extension Exchange {
    /// Method and target of the request as it was issued; nil if nothing was sent.
    var label: RequestLabel? { self.attempts.first?.label }

    /// From issuing it to the end of its last attempt, redirects and retries included.
    var elapsed: Duration? {
        guard let last = self.attempts.last, let total = last.elapsed else { return nil }
        return self.issuedAt.duration(to: last.startedAt) + total
    }
}

extension Attempt {
    /// Method and target.
    var label: RequestLabel {
        RequestLabel(method: self.method, target: self.target.requestTarget)
    }

    /// How long the phases took; nil if it failed outside the transport.
    var timings: Timings? {
        switch self.result {
        case .response(let response): response.timings
        case .failed(.transport(let error, _)): error.timings
        case .failed(.tooManyRedirects), .failed(.badRedirect), .failed(.downgradeRefused),
            .failed(.contentNotReplayable):
            nil
        }
    }

    /// From issuing it to its end; nil if it failed outside the transport.
    var elapsed: Duration? {
        switch self.result {
        case .response(let response): response.timings.total
        case .failed(.transport(let error, _)): error.elapsed
        case .failed(.tooManyRedirects), .failed(.badRedirect), .failed(.downgradeRefused),
            .failed(.contentNotReplayable):
            nil
        }
    }

    /// The `Location` that led to it and was no place to go, as the server wrote it; nil for any
    /// other attempt.
    var refusedLocation: String? {
        guard case .failed(.badRedirect(let location, _)) = self.result else { return nil }
        return location
    }

    /// Its response; nil if it failed.
    var response: TransportResponse? {
        guard case .response(let response) = self.result else { return nil }
        return response
    }

    /// Whether it was sent again at once, on a fresh connection.
    var isRetry: Bool {
        switch self.cause {
        case .staleRetry, .misdirected: true
        case .initial, .redirect, .retry, .challenge, .expectationRefused: false
        }
    }

    /// Connections whose peers had proved not to have acted on it before (POOL.md rule 35).
    var redispatches: [Redispatch] {
        switch self.result {
        case .response(let response): response.use.redispatches
        case .failed(.transport(let error, _)): error.redispatches
        case .failed(.tooManyRedirects), .failed(.badRedirect), .failed(.downgradeRefused),
            .failed(.contentNotReplayable):
            []
        }
    }

    /// The rule of POOL.md by which it may be sent again on a fresh connection: a response that
    /// calls for it is a 408.
    var staleRule: Int { self.response?.head.status == 408 ? 36 : 34 }

    /// Whether its method may be repeated without harm (RFC 9110, section 9.2.2).
    var isIdempotent: Bool {
        ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].contains(self.method)
    }
}

extension ResponseHead {
    /// Status code and reason phrase, safe for a terminal.
    var statusText: String {
        let reason = Sanitizer.line(self.reason)
        return reason.isEmpty ? "\(self.status)" : "\(self.status) \(reason)"
    }
}
