/// The `cookie` object of `--json`: one for each row of `cookies`.
package enum CookieJSON {
    /// What is known of a cookie.
    package struct Facts: Sendable, Hashable {
        /// The name, which may be empty.
        package var name: String
        /// The value; nil if it is not to be shown.
        package var value: String?
        /// The domain, without a leading dot.
        package var domain: String
        /// The path.
        package var path: String
        /// Whether it goes to `domain` itself only.
        package var isHostOnly: Bool
        /// Whether it goes over secure connections only.
        package var isSecure: Bool
        /// Whether it was marked HttpOnly.
        package var isHTTPOnly: Bool
        /// `Strict`, `Lax` or `None`; nil if the server did not say.
        package var sameSite: String?
        /// When it expires, as text; nil for a session cookie.
        package var expires: String?

        /// Creates the facts of a cookie.
        package init(
            name: String,
            value: String?,
            domain: String,
            path: String,
            isHostOnly: Bool = true,
            isSecure: Bool = false,
            isHTTPOnly: Bool = false,
            sameSite: String? = nil,
            expires: String? = nil
        ) {
            self.name = name
            self.value = value
            self.domain = domain
            self.path = path
            self.isHostOnly = isHostOnly
            self.isSecure = isSecure
            self.isHTTPOnly = isHTTPOnly
            self.sameSite = sameSite
            self.expires = expires
        }
    }

    /// The object on one line.
    package static func line(for cookie: Facts) -> String {
        JSONLine.text("cookie") { object in
            object.member("name", cookie.name)
            object.member("value", cookie.value)
            object.member("domain", cookie.domain)
            object.member("path", cookie.path)
            object.member("hostOnly", cookie.isHostOnly)
            object.member("secure", cookie.isSecure)
            object.member("httpOnly", cookie.isHTTPOnly)
            object.member("sameSite", cookie.sameSite)
            object.member("expires", cookie.expires)
        }
    }
}
