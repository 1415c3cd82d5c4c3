package import HTTPModel

/// All facts of one connection, as `sockets #ID` prints them (POOL.md rule 51).
package enum SocketDetails {
    /// What stands for a fact that cannot be known.
    static let unknown = "n/a"

    /// The lines; facts that are not known are `n/a`, those that do not apply are left out.
    package static func lines(
        of connection: ConnectionSnapshot,
        in context: RenderingContext = .plain
    ) -> [String] {
        let origin = Sanitizer.line(connection.key.origin.description)
        let heading = "\(connection.id) · \(connection.state.rawValue) · \(origin)"
        let facts =
            Self.life(of: connection) + Self.traffic(of: connection) + Self.network(of: connection)
            + Self.security(of: connection)
        var table = Table(columns: [.init(""), .init("")], indent: 2, hasHeader: false)
        for (name, value) in facts {
            table.append([.init(name, role: .dim), .init(context.adapted(value))])
        }
        // Facts are for reading in full: nothing is cut here.
        let lines = table.lines(width: nil, palette: context.palette)
        return ([context.styled(heading, as: .strong)] + lines).map(context.adapted)
    }

    private typealias Fact = (name: String, value: String)

    private static func life(of connection: ConnectionSnapshot) -> [Fact] {
        var facts: [Fact] = [
            ("key", "\(connection.key) · HTTP version \(connection.key.versionPolicy.rawValue)"),
            ("route", Self.route(connection.key)),
            ("generation", "\(connection.generation)"),
            ("age", DurationText.text(connection.age)),
        ]
        if let idle = connection.idleFor {
            let unused = connection.isUnused ? ", unused" : ""
            facts.append(("idle for", DurationText.text(idle) + unused))
        }
        if let deadline = connection.deadline {
            let rule = CloseSentences.words(deadline.reason)
            facts.append(("closes in", "\(DurationText.text(deadline.remaining)): \(rule)"))
        }
        facts.append(("server hint", connection.keepAlive.map(Self.hint) ?? "none"))
        if let reason = connection.closeReason {
            let sentence = "\(CloseSentences.words(reason)), by \(Self.name(of: reason.closer))"
            let ago = connection.closedFor.map { ", \(DurationText.text($0)) ago" } ?? ""
            facts.append((connection.state == .closed ? "closed" : "closes", sentence + ago))
        }
        if !connection.facts.unsolicited.isEmpty {
            facts.append(("unasked bytes", Sanitizer.line(connection.facts.unsolicited)))
        }
        return facts
    }

    private static func traffic(of connection: ConnectionSnapshot) -> [Fact] {
        let label = connection.label.map { " \($0)" } ?? ""
        let now = connection.request.map { "\($0)\(label)" }
        let served = connection.servedExchanges.map(String.init).joined(separator: " ")
        return [
            ("requests", "\(connection.requestCount)")
        ] + Self.streams(of: connection, else: ("request now", now ?? "none")) + [
            ("exchanges", served.isEmpty ? "none" : served),
            (
                "bytes",
                "\(ByteText.text(connection.bytesIn)) in, \(ByteText.text(connection.bytesOut)) out"
            ),
        ]
    }

    /// Streams in use with their requests; what stands for them where there are none.
    private static func streams(
        of connection: ConnectionSnapshot,
        else request: Fact
    ) -> [Fact] {
        guard let streams = connection.streams else { return [request] }
        let requests = streams.requests.map { carried in
            "\(carried.request) \(carried.label), \(DurationText.text(carried.busyFor))"
        }
        return [("streams", "\(streams.active) of \(streams.limit)")]
            + (requests.isEmpty ? ["none"] : requests).enumerated().map { index, text in
                (index == 0 ? "requests now" : "", text)
            }
    }

    private static func network(of connection: ConnectionSnapshot) -> [Fact] {
        [
            ("local", connection.facts.localAddress ?? Self.unknown),
            ("remote", connection.facts.remoteAddress ?? Self.unknown),
            ("protocol", connection.facts.applicationProtocol),
            ("opening", connection.facts.handshake.map(Self.handshake) ?? Self.unknown),
            ("tcp", connection.tcp.map(Self.tcp) ?? Self.unknown),
        ]
    }

    private static func security(of connection: ConnectionSnapshot) -> [Fact] {
        guard let tls = connection.facts.tls else {
            let isTLS = connection.key.origin.scheme == .https
            return [("tls", isTLS ? Self.unknown : "none (cleartext)")]
        }
        return [
            ("tls", "\(tls.version), \(tls.isVerified ? "verified" : "not verified")"),
            ("alpn", tls.alpn ?? "none"),
        ] + Self.certificates(of: tls) + [
            ("cipher", Self.unknown),
            ("resumption", Self.unknown),
        ]
    }

    /// The certificates as they were presented, the server's own first.
    private static func certificates(of tls: TLSFacts) -> [Fact] {
        guard !tls.certificates.isEmpty else { return [("certificate", Self.unknown)] }
        return tls.certificates.enumerated().flatMap { index, certificate -> [Fact] in
            let names = certificate.names.prefix(Self.nameLimit).map { Sanitizer.line($0) }
            let rest = certificate.names.count - names.count
            return [
                (index == 0 ? "certificate" : "chain \(index + 1)", certificate.subject),
                ("  issuer", certificate.issuer),
                (
                    "  names",
                    names.joined(separator: " ") + (rest > 0 ? " and \(rest) more" : "")
                ),
                ("  expires", certificate.expiry),
            ].filter { !$0.1.isEmpty }.map { ($0.0, Sanitizer.line($0.1)) }
        }
    }

    /// How many names of a certificate are shown.
    private static let nameLimit = 20

    /// The way to the origin, and what is out of the ordinary about addresses.
    private static func route(_ key: ConnectionKey) -> String {
        let way =
            switch key.route {
            case .direct: "direct"
            case .unix(let path): "Unix-domain socket \(Sanitizer.line(path))"
            case .forward(let proxy): "requests forwarded by \(proxy)"
            case .tunnel(let proxy): "tunnel through \(proxy)"
            case .socks(let proxy): "through \(proxy)"
            case .unusableProxy(let variable): "none: the proxy in \(variable) is unusable"
            }
        guard let constraints = key.addressing.constraints else { return way }
        let family =
            switch constraints.family {
            case .auto: ""
            case .ipv4: "IPv4 only"
            case .ipv6: "IPv6 only"
            }
        let addresses = constraints.targets + constraints.pinned
        return [
            way,
            addresses.isEmpty ? "" : "by connect.resolve: \(addresses.joined(separator: ", "))",
            family, constraints.source.map { "from \(Sanitizer.line($0))" } ?? "",
        ].filter { !$0.isEmpty }.joined(separator: " · ")
    }

    private static func hint(_ hint: KeepAliveHint) -> String {
        let parts = [
            hint.timeout.map { "idle for \(DurationText.text($0))" },
            hint.max.map { "\(CountText.text($0, "more request"))" },
        ].compactMap { $0 }
        return parts.isEmpty ? "none" : "Keep-Alive: \(parts.joined(separator: ", "))"
    }

    private static func handshake(_ handshake: HandshakeTimings) -> String {
        "\(DurationText.text(handshake.total)): dns \(DurationText.text(handshake.dns)),"
            + " connect \(DurationText.text(handshake.connect)),"
            + (handshake.proxy.map { " proxy \(DurationText.text($0))," } ?? "")
            + " tls \(DurationText.text(handshake.tls))"
    }

    private static func tcp(_ facts: TCPFacts) -> String {
        "rtt \(DurationText.text(facts.roundTripTime))"
            + " ± \(DurationText.text(facts.roundTripVariation)),"
            + " \(CountText.text(facts.retransmits, "retransmit"))"
    }

    private static func name(of closer: Closer) -> String {
        switch closer {
        case .us: "linger"
        case .peer: "the peer"
        }
    }
}
