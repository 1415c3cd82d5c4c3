extension SettingsTable {
    /// The settings that are meant by the name of another tool's, in any spelling of its words and
    /// behind any prefix: `session.max_connections`.
    static func namesElsewhere(of name: String) -> [String]? {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        return self.elsewhere[last.lowercased().replacing("_", with: "-")]
    }

    /// What Requests, urllib3, httpx and what is written about them call our settings.
    private static let elsewhere: [String: [String]] = [
        "max-connections": ["pool.size", "pool.total"],
        "max-connections-per-host": ["pool.size"],
        "max-keepalive-connections": ["pool.idle"],
        "pool-maxsize": ["pool.size"],
        "pool-connections": ["pool.total", "pool.idle"],
        "keepalive-expiry": ["pool.idle-timeout"],
        "max-redirects": ["redirect.max"],
        "max-retries": ["retry.max"],
        "backoff-factor": ["retry.backoff"],
        "status-forcelist": ["retry.status"],
        "allow-redirects": ["redirect.follow"],
        "follow-redirects": ["redirect.follow"],
        "verify": ["tls.verify"],
        "cert": ["tls.cert"],
        "proxies": ["proxy"],
    ]
}
