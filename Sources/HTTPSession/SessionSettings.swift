/// The settings of the session proper (PRODUCT.md, section 4).
package struct SessionSettings: Sendable, Hashable {
    /// Whether redirects are followed: `redirect.follow`.
    package var followsRedirects = true
    /// How many redirects are followed in a row: `redirect.max`.
    package var maxRedirects = 20
    /// What becomes of a redirect from https to http: `redirect.downgrade`.
    package var downgrade = Downgrade.ask
    /// Which fields are credentials: `redirect.sensitive`.
    package var sensitiveFields = SensitiveFields.standard
    /// Whether cookies are stored and sent: `cookies`.
    package var usesCookies = true
    /// Whether loopback hosts count as secure for cookies: `cookies.secure-on-loopback`.
    package var secureOnLoopback = true
    /// How much of a response's content is kept in memory: `body.limit`.
    package var bodyLimit = 64 << 20
    /// The bound from the end of a request to the head of its response: `timeout.response`.
    package var responseTimeout: Duration? = .seconds(60)
    /// The bound on a whole exchange: `timeout.total`.
    package var totalTimeout: Duration?

    /// How often an exchange is sent again by the policy: `retry.max`.
    package var maxRetries = 2
    /// The statuses that are worth another try: `retry.status`.
    package var retryStatuses: Set<Int> = []
    /// The wait before the first retry, which doubles with each: `retry.backoff`.
    package var retryBackoff: Duration = .milliseconds(200)

    /// Creates the settings of a new session.
    package init() {}

    /// What becomes of a redirect from https to http.
    package enum Downgrade: String, Sendable, Hashable, CaseIterable {
        /// The user is asked; without somebody to ask it is refused.
        case ask
        /// It is followed.
        case allow
        /// It is refused.
        case refuse
    }
}
