import HTTPModel

extension Expectation {
    /// Holds a claim about one connection against a subject.
    func evaluate(_ claim: ConnectionClaim, _ subject: ExpectationSubject) -> ExpectationResult {
        guard let use = subject.use else {
            return self.result(claim == .any, "it was sent on no connection")
        }
        switch claim {
        case .any: return self.result(true, subject.connectionText)
        case .reused: return self.result(subject.isReused, subject.connectionText, subject.lastUses)
        case .new: return self.result(!subject.isReused, subject.connectionText, subject.lastUses)
        case .sameAs(let name): return self.comparison(with: name, wantsSame: true, use, subject)
        case .notSameAs(let name):
            return self.comparison(with: name, wantsSame: false, use, subject)
        case .idle(let operation, let bound):
            guard case .reused(let idle) = use.decision else {
                return self.result(false, subject.connectionText)
            }
            return self.result(
                operation.holds(idle, bound),
                "connection \(use.connection.number) had been idle for \(idle.spokenText)",
                subject.lastUses
            )
        case .requests(let operation, let bound):
            return self.result(
                operation.holds(use.requestNumber, bound),
                "it was request \(use.requestNumber) on connection \(use.connection.number)"
            )
        }
    }

    /// Holds a claim about all connections against the session's totals.
    func evaluate(
        _ quantity: SessionQuantity,
        _ operation: Operator,
        _ number: Int,
        _ totals: SessionTotals
    ) -> ExpectationResult {
        let value = totals.value(quantity)
        let passed = operation.holds(value, number)
        let connections = value == 1 ? "1 connection" : "\(value) connections"
        let verb = value == 1 ? "was" : "were"
        let actual =
            switch quantity {
            case .max: "at most \(connections) \(verb) open at once"
            case .opened: "\(connections) \(verb) opened"
            case .open: "\(connections) \(verb) open"
            case .reused: "\(value == 1 ? "1 request" : "\(value) requests") reused a connection"
            }
        return self.result(passed, actual)
    }

    private func comparison(
        with name: String,
        wantsSame: Bool,
        _ use: ConnectionUse,
        _ subject: ExpectationSubject
    ) -> ExpectationResult {
        guard let other = subject.connectionOfRequest(name) else {
            return self.result(false, "no request named \(name) was sent before")
        }
        let isSame = other == use.connection
        let actual =
            isSame
            ? "both were sent on connection \(other.number)"
            : "\(subject.connectionText); \(name) was sent on connection \(other.number)"
        return self.result(isSame == wantsSame, actual, subject.lastUses)
    }

    private func result(
        _ passed: Bool,
        _ actual: String,
        _ notes: [String] = []
    ) -> ExpectationResult {
        ExpectationResult(
            passed: passed,
            expectedText: self.text,
            actualText: actual,
            notes: passed ? [] : notes
        )
    }
}

extension ExpectationSubject {
    /// Which connection carried the request, and why that one: `sent on connection 3 (new); …`.
    var connectionText: String {
        guard let use else { return "sent on no connection" }
        let sent = "sent on connection \(use.connection.number)"
        if self.wasRetried {
            return "\(sent) (new); it was sent again after a reused connection had died"
        }
        switch use.decision {
        case .reused(let idle):
            let place = "request \(use.requestNumber)"
            return "\(sent) (reused, \(place), idle \(idle.spokenText))"
        case .stream(let beside):
            return "\(sent) (reused, request \(use.requestNumber), beside \(beside) others)"
        case .new(let reason):
            return "\(sent) (new); \(reason.code.text)"
        }
    }

    /// Where the connections that matter were last used.
    fileprivate var lastUses: [String] {
        guard let use else { return [] }
        let connection: ConnectionID
        switch use.decision {
        case .reused, .stream: connection = use.connection
        case .new(let reason):
            guard case .closed(let closed, _, _) = reason.code else { return [] }
            connection = closed
        }
        guard let last = self.lastUse(connection) else { return [] }
        // In the shell nothing has a place.
        let place = last.file.isEmpty ? "" : " (\(last.file):\(last.line))"
        return ["last use of connection \(connection.number): \(last.label)\(place)"]
    }
}

extension NewConnectionReason.Code {
    /// The reason as a clause.
    fileprivate var text: String {
        switch self {
        case .noneYet: "it was the first to this origin"
        case .allBusy(1): "the only connection was busy"
        case .allBusy(let count): "all \(count) connections were busy"
        case .closed(let connection, let reason, let idle):
            "connection \(connection.number) was \(reason.text)"
                + (idle.map { " after \($0.spokenText) idle" } ?? "")
        case .keyDiffers(.tls): "the open connections had other TLS settings"
        case .keyDiffers(.version): "the open connections spoke another HTTP version"
        case .keyDiffers(.route): "the open connections went another way"
        case .keyDiffers(.addressing): "the open connections led to other addresses"
        case .fresh: "a new connection was asked for"
        case .warmed: "it had been opened ahead of need"
        case .spare: "it had been opened for another request"
        }
    }
}

extension CloseReason {
    /// How the connection ended: `closed by the server`.
    fileprivate var text: String {
        switch self {
        case .peerClosed: "closed by the server"
        case .peerReset: "reset by the server"
        case .peer408: "closed: the server said 408"
        case .serverClose: "closed: the server said Connection: close"
        case .serverKeepAlive: "closed: the server's Keep-Alive time was almost over"
        case .serverKeepAliveShort: "closed: the server keeps idle connections for a second or less"
        case .peerKeepAliveMax: "closed: the server's Keep-Alive maximum was reached"
        case .unsolicitedData: "closed: the server sent bytes that nobody asked for"
        case .clientClose: "closed: the request said Connection: close"
        case .idleTimeout: "closed by pool.idle-timeout"
        case .maxAge: "closed by pool.max-age"
        case .maxUses: "closed by pool.max-uses"
        case .http10: "closed: HTTP/1.0 without keep-alive"
        case .untilEOF: "closed: its end was the end of the content"
        case .bodyUnread: "closed: the rest of its content was too long to read"
        case .earlyResponse: "closed: the response came before the request was sent"
        case .trailingData: "closed: bytes followed the response"
        case .protocolError: "closed: the server broke the protocol"
        case .shrunk: "closed: the pool was made smaller"
        case .evictedForOtherOrigin: "closed to make room for another connection"
        case .idleLimit: "closed by pool.idle"
        case .configChanged: "closed: TLS settings had changed"
        case .h2Surplus: "closed: one HTTP/2 connection is enough"
        case .goaway: "closed: the server said GOAWAY"
        case .pingTimeout: "closed: a PING was not answered"
        case .refusedStream: "closed: the server refused a second stream"
        case .cancelled: "closed: its request was cancelled"
        case .connectFailed: "not opened"
        case .tlsFailed: "closed: TLS could not be agreed on"
        case .timeout: "closed by a timeout"
        case .user: "closed by pool close"
        case .shutdown: "closed: the session ended"
        }
    }
}
