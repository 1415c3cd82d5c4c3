import HTTPModel

/// Says which key the requests to an origin have under the options in force: by which way they go,
/// and whom they trust (POOL.md rules 1 and 2).
struct ConnectionKeys {
    private let options: ConnectionOptions
    private let tlsDigest: UInt64
    /// Whether nothing about the way depends on the origin.
    private let isPlain: Bool
    /// Keys by origin, because rules are many and origins few.
    private var cached: [Origin: ConnectionKey] = [:]
    private static let limit = 1_000

    /// Creates keys for `options`; their TLS part is known by `tlsDigest`.
    init(options: ConnectionOptions, tlsDigest: UInt64) {
        self.options = options
        self.tlsDigest = tlsDigest
        self.isPlain = options.proxy.isNothing && options.addressing == AddressingOptions()
    }

    /// The key for `origin`.
    mutating func key(for origin: Origin) -> ConnectionKey {
        if self.isPlain { return ConnectionKey(origin: origin, tlsDigest: self.digest(origin)) }
        if let key = self.cached[origin] { return key }
        let key = self.makeKey(for: origin)
        if self.cached.count >= Self.limit { self.cached = [:] }
        self.cached[origin] = key
        return key
    }

    private func digest(_ origin: Origin) -> UInt64 {
        switch origin.scheme {
        case .http: 0
        case .https: self.tlsDigest
        }
    }

    private func makeKey(for origin: Origin) -> ConnectionKey {
        let addressing = self.options.addressing
        var key = ConnectionKey(origin: origin, tlsDigest: self.digest(origin))
        if let path = addressing.unixPath {
            key.route = .unix(path: path)
            return key
        }
        key.route = self.route(to: origin)
        var dialed = origin.host
        var targets: [String] = []
        switch key.route {
        case .direct, .unix, .unusableProxy: break
        case .forward(let proxy):
            dialed = proxy.host
            key.origin = Origin(scheme: .http, host: proxy.host, port: proxy.port)
        case .tunnel(let proxy): dialed = proxy.host
        case .socks(let proxy):
            dialed = proxy.host
            targets = addressing.addresses(for: origin.host)
        }
        key.addressing = ConnectionAddressing(
            AddressConstraints(
                pinned: addressing.addresses(for: dialed),
                targets: targets,
                family: addressing.family,
                source: addressing.source
            )
        )
        return key
    }

    private func route(to origin: Origin) -> ConnectionRoute {
        switch self.options.proxy.decision(for: origin) {
        case .direct: return .direct
        case .unusable(let variable): return .unusableProxy(variable: variable)
        case .proxy(let proxy):
            switch (proxy.kind, origin.scheme) {
            case (.http, .http): return .forward(proxy)
            case (.http, .https): return .tunnel(proxy)
            case (.socks5, _), (.socks5h, _): return .socks(proxy)
            }
        }
    }
}
