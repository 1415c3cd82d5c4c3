package import HTTPModel

/// The table of connections that `sockets` prints, one row each.
package enum SocketsTable {
    /// Which connections are shown.
    package enum Selection: Sendable, Hashable {
        /// Those that are open, and those that closed within the last minute.
        case current
        /// Those that closed, as far back as they are kept.
        case closed
    }

    /// How long a closed connection stays in the table of current ones.
    static let keepsClosed = Duration.seconds(60)

    /// The connections of a selection, by number.
    package static func connections(
        of snapshot: PoolSnapshot,
        showing selection: Selection = .current
    ) -> [ConnectionSnapshot] {
        let shown =
            switch selection {
            case .current:
                snapshot.connections
                    + snapshot.closed.filter { ($0.closedFor ?? .zero) <= Self.keepsClosed }
            case .closed: snapshot.closed
            }
        return shown.sorted { $0.id < $1.id }
    }

    /// The lines of the table; a hint where there is nothing to show.
    package static func lines(
        of snapshot: PoolSnapshot,
        showing selection: Selection = .current,
        in context: RenderingContext = .plain
    ) -> [String] {
        let connections = Self.connections(of: snapshot, showing: selection)
        guard !connections.isEmpty else {
            let hint =
                switch selection {
                case .current: "no open connections; `get /` opens one"
                case .closed: "no connection has been closed yet; `sockets` lists the open ones"
                }
            return [hint]
        }
        // HTTP/1.1 has no streams: only where there is HTTP/2 the column tells anything.
        let hasStreams = connections.contains { $0.streams != nil }
        var table = Table(columns: Self.columns(withStreams: hasStreams, in: context))
        for connection in connections {
            table.append(Self.row(connection, withStreams: hasStreams, in: context))
        }
        return table.lines(width: context.width, palette: context.palette).map(context.adapted)
    }

    private static func columns(
        withStreams hasStreams: Bool,
        in context: RenderingContext
    ) -> [Table.Column] {
        let streams = Table.Column("streams", priority: 8)
        return [
            .init("#", alignment: .right),
            .init("origin", minimumWidth: 16, priority: 9),
            .init("proto", priority: 2),
            .init("state"),
            .init("age", priority: 6),
            .init("idle", priority: 7),
        ] + (hasStreams ? [streams] : []) + [
            .init("served", priority: 8),
            .init("in", priority: 3),
            .init("out", priority: 3),
            .init("rtt", priority: 4),
            .init(context.adapted("local → remote"), minimumWidth: 12, priority: 1),
            .init("", minimumWidth: 8, priority: 5),
        ]
    }

    private static func row(
        _ connection: ConnectionSnapshot,
        withStreams hasStreams: Bool,
        in context: RenderingContext
    ) -> [Table.Cell] {
        let role = Self.role(of: connection.state)
        let texts =
            [
                "\(connection.id.number)", connection.key.origin.description,
                connection.facts.applicationProtocol, connection.state.rawValue,
                DurationText.text(connection.age), DurationText.text(connection.idleFor),
            ] + (hasStreams ? [Self.streams(of: connection)] : []) + [
                "\(connection.requestCount)", ByteText.text(connection.bytesIn),
                ByteText.text(connection.bytesOut),
                DurationText.text(connection.tcp?.roundTripTime), Self.addresses(of: connection),
                Self.note(on: connection),
            ]
        return texts.enumerated().map { index, text in
            Table.Cell(context.adapted(text), role: index == 3 || role == .dim ? role : nil)
        }
    }

    private static func role(of state: ConnectionState) -> Role? {
        switch state {
        case .busy: .strong
        case .closing, .closed: .dim
        case .draining: .notice
        case .connecting, .idle: nil
        }
    }

    /// Streams in use and how many there are: `3/100`; HTTP/1.1 has none.
    private static func streams(of connection: ConnectionSnapshot) -> String {
        connection.streams.map { "\($0.active)/\($0.limit)" } ?? DurationText.absent
    }

    /// Our port and the peer's address: `:51234 → 127.0.0.1:8080`.
    private static func addresses(of connection: ConnectionSnapshot) -> String {
        let local = connection.facts.localAddress.map { address in
            address.lastIndex(of: ":").map { String(address[$0...]) } ?? address
        }
        guard local != nil || connection.facts.remoteAddress != nil else {
            return DurationText.absent
        }
        let remote = connection.facts.remoteAddress.map { address in
            connection.key.route.proxy == nil ? address : "\(address) (proxy)"
        }
        return "\(local ?? DurationText.absent) → \(remote ?? DurationText.absent)"
    }

    /// What else there is to say: the request it carries, or why it closes or closed.
    private static func note(on connection: ConnectionSnapshot) -> String {
        let others = (connection.streams?.active ?? 0) - 1
        let more = others > 0 ? " and \(CountText.text(others, "other"))" : ""
        let carries = connection.label.map { "\($0)\(more)" } ?? ""
        return switch connection.state {
        case .busy: carries
        case .draining, .closing, .closed:
            [connection.closeReason.map { CloseSentences.words($0) } ?? "", carries].clauses
        case .idle: connection.isUnused ? "unused" : ""
        case .connecting: ""
        }
    }
}
