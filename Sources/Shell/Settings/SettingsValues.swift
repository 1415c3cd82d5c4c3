package import HTTPModel
package import HTTPSession

/// All settings, typed (PRODUCT.md, section 4).
package struct SettingsValues: Sendable, Hashable {
    /// `pool.*`.
    package var limits = PoolLimits()
    /// `timeout.connect`, `tls.*`, `proxy` and `connect.*`.
    package var connections = ConnectionOptions()
    /// The proxies that the environment names, for `set proxy environment`.
    package var environmentProxies = ProxyEnvironment([:])
    /// `redirect.*`, `cookies*`, `timeout.*`, `body.limit`.
    package var session = SessionSettings()
    /// What is shown of an answer.
    package var show: Set<ShownPart> = [.status, .headers, .body, .connection]
    /// How JSON is laid out: `format.json`.
    package var jsonFormat = JSONFormat.pretty
    /// Whether `format.json` was set, so that it holds without a terminal too.
    package var isJSONFormatExplicit = false
    /// What results look like: `format`.
    package var format = OutputFormat.text
    /// Whether colour is used: `color`.
    package var color = ColorChoice.auto
    /// Whether notices are shown: `notify`.
    package var notify = true
    /// What long output is shown with: `auto`, `off` or a command.
    package var pager = "auto"
    /// How many lines of history are kept: `history.size`.
    package var historySize = 10_000
    /// What a failing line of a script does: `on-error`.
    package var onError = OnError.stop
    /// Whether each answer shows its phases: `timing`.
    package var timing = false

    /// Creates the settings of a new session.
    package init(environment: [String: String] = [:]) {
        self.environmentProxies = ProxyEnvironment(environment)
        self.connections.proxy = .environment(self.environmentProxies)
        self.connections.tls.trustRoots = Self.trustRoots(environment)
    }

    /// The roots that the environment names, for Requests, for curl or for OpenSSL; nil is the
    /// system's.
    ///
    /// A file that cannot be read is kept as an empty one: it is no reason to trust others instead.
    private static func trustRoots(_ environment: [String: String]) -> PEMFile? {
        let variables = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]
        guard let path = variables.compactMap({ environment[$0] }).first(where: { !$0.isEmpty })
        else { return nil }
        return PEMFile(path: path, contents: (try? Files.read(path)) ?? [])
    }
}

/// A part of an answer.
package enum ShownPart: String, Sendable, Hashable, CaseIterable {
    case status
    case headers
    case body
    case connection
}

/// How JSON is laid out.
package enum JSONFormat: String, Sendable, Hashable, CaseIterable {
    /// With line breaks and indentation.
    case pretty
    /// As it came.
    case raw
}

/// What results look like.
package enum OutputFormat: String, Sendable, Hashable, CaseIterable {
    /// For people.
    case text
    /// JSON Lines.
    case jsonl
}

/// Whether colour is used.
package enum ColorChoice: String, Sendable, Hashable, CaseIterable {
    case auto
    case always
    case never
}

/// What a failing line of a script does.
package enum OnError: String, Sendable, Hashable, CaseIterable {
    /// It ends the script.
    case stop
    /// The script goes on; its status is that of the first failure.
    case `continue`
}
