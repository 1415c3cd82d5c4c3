package import HTTPModel

extension Session {
    /// Sends a request and sees it through its redirects and its single stale retry.
    ///
    /// Default fields, query parameters, cookies and credentials are added here, anew for each
    /// hop. Cancelling the task cancels the exchange. The exchange is in the log when this returns.
    ///
    /// - Parameters:
    ///   - request: What the user wants.
    ///   - number: Its number, if it was reserved.
    ///   - destination: Where the content of the final response goes.
    /// - Returns: The exchange; what went wrong is in it.
    package func perform(
        _ request: SessionRequest,
        number: Int? = nil,
        to destination: BodyDestination = .memory
    ) async -> Exchange {
        fatalError("\(request) \(number ?? 0) \(destination)")
    }

    /// What `perform` would send first, for `--dry-run`: target and fields; nothing is changed.
    package func preview(_ request: SessionRequest) -> Attempt {
        fatalError("\(request)")
    }
}
