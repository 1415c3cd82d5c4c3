/// The way to an origin: part of the key of a connection (POOL.md rule 1).
///
/// Indirect because keys are compared with every request, and are nearly always direct.
package indirect enum ConnectionRoute: Sendable, Hashable, CustomStringConvertible {
    /// Straight to the origin.
    case direct
    /// To a Unix-domain socket.
    case unix(path: String)
    /// Through a proxy that forwards requests: the key's origin is the proxy (rule 2).
    case forward(Proxy)
    /// Through a tunnel that a proxy was asked for with CONNECT.
    case tunnel(Proxy)
    /// Through a SOCKS proxy.
    case socks(Proxy)
    /// Nowhere: the variable names a proxy that cannot be used.
    case unusableProxy(variable: String)

    /// The proxy, if there is one.
    package var proxy: Proxy? {
        switch self {
        case .direct, .unix, .unusableProxy: nil
        case .forward(let proxy), .tunnel(let proxy), .socks(let proxy): proxy
        }
    }

    /// The machine word for it: `direct`, `unix`, `forward`, `tunnel`, `socks`; an interface.
    package var code: String {
        switch self {
        case .direct: "direct"
        case .unix: "unix"
        case .forward: "forward"
        case .tunnel: "tunnel"
        case .socks: "socks"
        case .unusableProxy: "unusable_proxy"
        }
    }

    /// `direct`, a path, or the proxy's URL without credentials.
    package var description: String {
        switch self {
        case .direct: "direct"
        case .unix(let path): "unix:\(path)"
        case .forward(let proxy), .tunnel(let proxy), .socks(let proxy): proxy.description
        case .unusableProxy(let variable): "the proxy in \(variable)"
        }
    }
}

/// What is out of the ordinary about the addresses of a connection: part of its key.
package struct AddressConstraints: Sendable, Hashable {
    /// The only addresses it may lead to; empty is what the look-up finds.
    package var pinned: [String]
    /// What a SOCKS proxy is asked for instead of the origin's host.
    package var targets: [String]
    /// Which families of addresses are used.
    package var family: AddressFamily
    /// The local address.
    package var source: String?

    /// Creates constraints; nil if nothing is out of the ordinary.
    package init?(
        pinned: [String] = [],
        targets: [String] = [],
        family: AddressFamily = .auto,
        source: String? = nil
    ) {
        guard !pinned.isEmpty || !targets.isEmpty || family != .auto || source != nil else {
            return nil
        }
        self.pinned = pinned
        self.targets = targets
        self.family = family
        self.source = source
    }
}

/// The constraints of a key, which nearly always has none.
package indirect enum ConnectionAddressing: Sendable, Hashable {
    /// None.
    case automatic
    /// These.
    case constrained(AddressConstraints)

    /// Creates the value for constraints, if there are any.
    package init(_ constraints: AddressConstraints?) {
        self = constraints.map { .constrained($0) } ?? .automatic
    }

    /// The constraints, if there are any.
    package var constraints: AddressConstraints? {
        switch self {
        case .automatic: nil
        case .constrained(let constraints): constraints
        }
    }
}
