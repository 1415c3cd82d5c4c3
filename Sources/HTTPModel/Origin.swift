/// The scheme of a target URI that linger can reach.
package enum Scheme: String, Sendable, Hashable, CaseIterable {
    /// Cleartext HTTP.
    case http
    /// HTTP over TLS.
    case https

    /// The port that is left out of URIs of this scheme (RFC 9110, section 4.2).
    package var defaultPort: Int {
        switch self {
        case .http: 80
        case .https: 443
        }
    }
}

/// Scheme, host and port: who a request is for (RFC 9110, section 4.3.1).
package struct Origin: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The scheme.
    package var scheme: Scheme
    /// The canonical host: lower case, IPv6 by RFC 5952 without brackets, a trailing dot kept as
    /// distinct.
    package var host: String
    /// The port, 1 to 65535.
    package var port: Int

    /// Creates an origin; `host` is lower-cased, brackets around an IPv6 address are removed, and
    /// the address gets its canonical spelling (RFC 5952).
    package init(scheme: Scheme, host: String, port: Int? = nil) {
        self.scheme = scheme
        var canonical = host.lowercased()
        if canonical.hasPrefix("["), canonical.hasSuffix("]") {
            canonical = String(canonical.dropFirst().dropLast())
        }
        if canonical.utf8.contains(UInt8(ascii: ":")) {
            // A zone stays as it is (RFC 6874).
            let zone = canonical.firstIndex(of: "%") ?? canonical.endIndex
            if let address = IPAddress(String(canonical[..<zone])) {
                canonical = address.text + canonical[zone...]
            }
        }
        self.host = canonical
        self.port = port ?? scheme.defaultPort
    }

    /// Host, and port unless it is the scheme's default: the value of the `Host` field.
    package var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == self.scheme.defaultPort ? host : "\(host):\(self.port)"
    }

    /// Whether the host names this machine: `localhost`, `*.localhost`, 127.0.0.0/8 or `::1`.
    package var isLoopback: Bool {
        self.host == "localhost" || self.host.hasSuffix(".localhost") || self.host == "::1"
            || (self.host.hasPrefix("127.") && self.host.isIPv4Address)
    }

    /// The serialised origin, such as `https://example.com:8443`.
    package var description: String { "\(self.scheme.rawValue)://\(self.authority)" }

    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.host, lhs.port, lhs.scheme.rawValue) < (rhs.host, rhs.port, rhs.scheme.rawValue)
    }
}

extension String {
    /// Whether this is a dotted-quad IPv4 address.
    package var isIPv4Address: Bool {
        let octets = self.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4
            && octets.allSatisfy { octet in
                !octet.isEmpty && octet.utf8.count <= 3
                    && octet.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && (Int(octet) ?? 256) <= 255
            }
    }

    /// Whether this is an IPv6 address without brackets and zone (RFC 4291, section 2.2).
    package var isIPv6Address: Bool {
        let parts = self.split(separator: "::", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return false }
        var groups = 0
        for (index, part) in parts.enumerated() where !part.isEmpty {
            let fields = part.split(separator: ":", omittingEmptySubsequences: false)
            for (position, field) in fields.enumerated() {
                let isLast = index == parts.count - 1 && position == fields.count - 1
                if isLast, String(field).isIPv4Address {
                    groups += 2
                } else if (1...4).contains(field.utf8.count),
                    field.utf8.allSatisfy({ $0.hexDigitValue != nil })
                {
                    groups += 1
                } else {
                    return false
                }
            }
        }
        // "::" stands for at least one group of zeros.
        return parts.count == 2 ? groups <= 7 : groups == 8
    }

    /// Whether this is an IP address, as opposed to a name; IPv6 with or without brackets.
    package var isIPAddress: Bool {
        self.isIPv4Address || self.contains(":")
    }
}
