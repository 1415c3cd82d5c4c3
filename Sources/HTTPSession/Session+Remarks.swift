import HTTPModel

/// What is told of an exchange because whoever made the request may not expect it.
extension Session {
    /// Tells that fields were folded over several lines.
    func remarkFolding(
        in response: TransportResponse,
        _ exchange: inout Exchange,
        _ id: RequestID
    ) {
        let names = response.head.fields.filter(\.isFolded).map(\.name)
        self.remark(.foldedFields(names), response, &exchange, id)
    }

    /// Tells why a challenge is the result, though there are credentials that answer challenges.
    func remarkChallenge(
        of response: TransportResponse,
        _ run: ExchangeRun,
        _ exchange: inout Exchange,
        _ id: RequestID
    ) {
        var why = DigestChallenge.refusal(of: response.head) ?? .credentialsRefused
        if why == .credentialsRefused, run.answered == 0, let obstacle = run.stamp.obstacle {
            why = .content(obstacle)
        }
        self.remark(.challengeUnanswered(why), response, &exchange, id)
    }

    /// Notes a remark with the last attempt, and tells of it.
    private func remark(
        _ remark: AttemptRemark,
        _ response: TransportResponse,
        _ exchange: inout Exchange,
        _ id: RequestID
    ) {
        exchange.attempts[exchange.attempts.count - 1].remarks.append(remark)
        self.emit(.requestRemark(remark), id, response.use.connection)
    }
}
