package import HTTPModel

/// All that a cookie store needs to know about a request: for whom, and when.
package struct CookieContext: Sendable, Hashable {
    /// The target.
    package var target: URI
    /// Seconds since 1970.
    package var now: Int64
    /// Whether loopback hosts count as secure: `cookies.secure-on-loopback`.
    package var secureOnLoopback: Bool

    /// Creates a context.
    package init(target: URI, now: Int64, secureOnLoopback: Bool = true) {
        self.target = target
        self.now = now
        self.secureOnLoopback = secureOnLoopback
    }

    /// The canonical host.
    var host: String { self.target.origin.host }

    /// Whether `Secure` cookies may come from and go to the origin (SESSION.md, S4).
    var isSecure: Bool {
        self.target.origin.scheme == .https
            || (self.secureOnLoopback && self.target.origin.isLoopback)
    }
}
