/// Which requests go through which proxy: the setting `proxy`.
package enum ProxyChoice: Sendable, Hashable {
    /// None.
    case off
    /// All, whatever `no_proxy` says.
    case always(Proxy)
    /// As the environment says.
    case environment(ProxyEnvironment)

    /// Whether no request goes through any proxy.
    package var isNothing: Bool {
        switch self {
        case .off: true
        case .always: false
        case .environment(let environment): environment.isEmpty
        }
    }

    /// What this means for an origin.
    package func decision(for origin: Origin) -> Decision {
        switch self {
        case .off: .direct
        case .always(let proxy): .proxy(proxy)
        case .environment(let environment): environment.decision(for: origin)
        }
    }

    /// What is decided for one origin.
    package enum Decision: Sendable, Hashable {
        /// No proxy.
        case direct
        /// This proxy.
        case proxy(Proxy)
        /// A variable names something that is no proxy, or none that linger can use: going around
        /// it would send traffic where it was not to go.
        case unusable(variable: String)
    }
}

/// The proxies that the environment names (SESSION.md 2.6).
package struct ProxyEnvironment: Sendable, Hashable {
    /// A variable, and what it names; nil if that cannot be used.
    package struct Variable: Sendable, Hashable {
        /// Its name, as it was spelled.
        package var name: String
        /// The proxy.
        package var proxy: Proxy?
    }

    /// For http.
    package var http: Variable?
    /// For https.
    package var https: Variable?
    /// For what the others do not cover.
    package var all: Variable?
    /// What goes around them.
    package var exceptions: ProxyExceptions

    /// Reads `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in lower case first.
    ///
    /// `HTTP_PROXY` in upper case is ignored where `REQUEST_METHOD` is set: a CGI program gets it
    /// from a client's `Proxy` field. An empty variable counts as not set.
    package init(_ environment: [String: String]) {
        func value(_ name: String, _ names: String...) -> (name: String, text: String)? {
            for name in [name] + names {
                if let text = environment[name], !text.isEmpty { return (name, text) }
            }
            return nil
        }
        func variable(_ found: (name: String, text: String)?) -> Variable? {
            found.map { Variable(name: $0.name, proxy: try? Proxy($0.text)) }
        }
        self.http = variable(
            environment["REQUEST_METHOD"] == nil
                ? value("http_proxy", "HTTP_PROXY") : value("http_proxy")
        )
        self.https = variable(value("https_proxy", "HTTPS_PROXY"))
        self.all = variable(value("all_proxy", "ALL_PROXY"))
        self.exceptions = ProxyExceptions(value("no_proxy", "NO_PROXY")?.text ?? "")
    }

    /// Whether it names no proxy at all.
    package var isEmpty: Bool { self.http == nil && self.https == nil && self.all == nil }

    /// What this means for an origin.
    func decision(for origin: Origin) -> ProxyChoice.Decision {
        let own =
            switch origin.scheme {
            case .http: self.http
            case .https: self.https
            }
        guard let variable = own ?? self.all, !self.exceptions.contain(origin) else {
            return .direct
        }
        return variable.proxy.map { .proxy($0) } ?? .unusable(variable: variable.name)
    }
}

/// The origins that need no proxy: `no_proxy`.
///
/// A list separated by commas or blanks. A name stands for itself and for what ends in it after a
/// dot, with or without a leading dot; `name:port` for that port alone; an address for itself;
/// `10.0.0.0/8` and `fd00::/8` for the addresses under that prefix; `*` for everything.
package struct ProxyExceptions: Sendable, Hashable {
    private enum Rule: Hashable {
        case everything
        case name(String, port: Int?)
        case prefix([UInt8], bits: Int)
    }

    private let rules: [Rule]

    /// Reads a list; what cannot be understood matches nothing.
    package init(_ text: String) {
        self.rules = text.split { $0 == "," || $0 == " " || $0 == "\t" }
            .compactMap { Self.rule(String($0).lowercased()) }
    }

    private static func rule(_ text: String) -> Rule? {
        if text == "*" { return .everything }
        if let slash = text.lastIndex(of: "/") {
            guard let address = IPAddress(String(text[..<slash]).withoutBrackets),
                let bits = Int(text[text.index(after: slash)...]),
                (0...address.bytes.count * 8).contains(bits)
            else { return nil }
            return .prefix(address.bytes, bits: bits)
        }
        var name = text
        var port: Int?
        let isBareIPv6 = IPAddress(text) != nil
        if !isBareIPv6, let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            port = number
            name = String(text[..<colon])
        }
        name = name.withoutBrackets
        // `*.example.com` is not said anywhere to be right, but widely written.
        if name.hasPrefix("*.") { name.removeFirst() }
        if name.hasPrefix(".") { name.removeFirst() }
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty else { return nil }
        return .name(IPAddress(name)?.text ?? name, port: port)
    }

    /// Whether `origin` needs no proxy.
    package func contain(_ origin: Origin) -> Bool {
        guard !self.rules.isEmpty else { return false }
        let host = origin.host.hasSuffix(".") ? String(origin.host.dropLast()) : origin.host
        let address = IPAddress(host)
        return self.rules.contains { rule in
            switch rule {
            case .everything: true
            case .name(let name, let port):
                (port == nil || port == origin.port)
                    && (host == name || (address == nil && host.hasSuffix(".\(name)")))
            case .prefix(let prefix, let bits):
                address.map { $0.bytes.hasPrefix(prefix, bits: bits) } ?? false
            }
        }
    }
}

extension String {
    fileprivate var withoutBrackets: String {
        self.hasPrefix("[") && self.hasSuffix("]") ? String(self.dropFirst().dropLast()) : self
    }
}

extension [UInt8] {
    /// Whether the first `bits` bits are those of `prefix`, an address of the same family.
    fileprivate func hasPrefix(_ prefix: [UInt8], bits: Int) -> Bool {
        guard self.count == prefix.count else { return false }
        let whole = bits / 8
        guard self.prefix(whole).elementsEqual(prefix.prefix(whole)) else { return false }
        guard bits % 8 > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
        return self[whole] & mask == prefix[whole] & mask
    }
}
