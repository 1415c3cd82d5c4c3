package import HTTPModel

extension Session {
    /// Measures how long the server of a request keeps an idle connection and how many requests it
    /// takes on one; nothing of it is in the log, and the session's pool is not touched.
    ///
    /// Cancelling the task ends it with what is known by then.
    ///
    /// - Parameters:
    ///   - request: What is asked, with the session's fields, cookies and credentials.
    ///   - plan: How far to go.
    ///   - tell: Hears of each step, on any thread.
    /// - Returns: What was found out.
    package func probe(
        _ request: SessionRequest,
        _ plan: ConnectionProbe.Plan,
        tell: @escaping @Sendable (ConnectionProbe.Progress) -> Void
    ) async -> ProbeFindings {
        let hop = self.firstHop(of: request)
        let transportRequest = TransportRequest(
            id: RequestID(exchange: 1),
            origin: hop.target.origin,
            method: hop.method,
            target: hop.target.requestTarget,
            fields: self.previewComposition(of: request, hop).fields,
            body: hop.body,
            responseTimeout: self.settings.responseTimeout
        )
        let probe = ConnectionProbe(
            over: self.transport,
            transportRequest,
            plan,
            clock: self.configuration.clock
        )
        return await probe.run(tell: tell)
    }
}
