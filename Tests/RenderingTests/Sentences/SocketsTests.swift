import HTTPModel
import Testing

@testable import Rendering

@Suite("Sockets table")
struct SocketsTableTests {
    static let key = ConnectionKey(origin: Origin(scheme: .http, host: "127.0.0.1", port: 8080))

    @Test
    func `a row tells what the pool and the kernel know`() {
        var closed = Self.connection(1, .closed)
        closed.closeReason = .peerClosed
        closed.closedFor = .seconds(2)
        #expect(
            SocketsTable.lines(of: PoolSnapshot(closed: [closed])) == [
                " #  origin                 proto     state   age   idle  served  in      out"
                    + "    rtt    local → remote",
                " 1  http://127.0.0.1:8080  http/1.1  closed  13 s  –     4       9.3 kB  812 B"
                    + "  40 µs  :51234 → 127.0.0.1:8080  peer closed",
            ]
        )
    }

    @Test
    func `a note says what a connection carries, or that it is unused`() {
        var busy = Self.connection(2, .busy)
        busy.label = RequestLabel(method: "GET", target: "/slow")
        var idle = Self.connection(3, .idle)
        idle.idleFor = .milliseconds(3200)
        idle.isUnused = true
        var draining = Self.connection(10, .draining)
        draining.label = RequestLabel(method: "GET", target: "/slow")
        draining.closeReason = .shrunk
        let lines = SocketsTable.lines(of: PoolSnapshot(connections: [busy, idle, draining]))
        #expect(lines.map { String($0.prefix(3)) } == ["  #", "  2", "  3", " 10"])
        #expect(lines[1].hasSuffix("8080  GET /slow"))
        #expect(lines[2].hasSuffix("8080  unused"))
        #expect(lines[2].contains("  3.2 s  "))
        #expect(lines[3].hasSuffix("8080  shrunk · GET /slow"))
    }

    @Test
    func `where nothing is open, it says what opens one`() {
        let empty = PoolSnapshot()
        #expect(SocketsTable.lines(of: empty) == ["no open connections; `get /` opens one"])
        #expect(
            SocketsTable.lines(of: empty, showing: .closed)
                == ["no connection has been closed yet; `sockets` lists the open ones"]
        )
    }

    @Test(arguments: [59, 60, 61])
    func `a closed connection stays for a minute`(seconds: Int) {
        var closed = Self.connection(1, .closed)
        closed.closedFor = .seconds(seconds)
        let snapshot = PoolSnapshot(connections: [Self.connection(2, .idle)], closed: [closed])
        let current = SocketsTable.connections(of: snapshot).map(\.id.number)
        #expect(current == (seconds <= 60 ? [1, 2] : [2]))
        let kept = SocketsTable.connections(of: snapshot, showing: .closed)
        #expect(kept.map(\.id.number) == [1])
    }

    @Test
    func `what is not known is a dash`() {
        var connection = Self.connection(1, .connecting)
        connection.facts = ConnectionFacts()
        connection.tcp = nil
        let line = SocketsTable.lines(of: PoolSnapshot(connections: [connection])).last
        #expect(line?.hasSuffix("812 B  –    –") == true)
    }

    @Test(arguments: [10, 20, 40, 60, 80, 100, 120])
    func `the table fits the width`(width: Int) {
        let context = RenderingContext(width: width)
        for line in SocketsTable.lines(of: Samples().pool, in: context) {
            #expect(line.cellWidth <= width)
        }
    }

    static func connection(_ number: Int, _ state: ConnectionState) -> ConnectionSnapshot {
        ConnectionSnapshot(
            id: ConnectionID(number),
            key: Self.key,
            state: state,
            age: .seconds(13),
            requestCount: 4,
            bytesIn: 9300,
            bytesOut: 812,
            facts: ConnectionFacts(
                localAddress: "127.0.0.1:51234",
                remoteAddress: "127.0.0.1:8080"
            ),
            tcp: TCPFacts(
                roundTripTime: .microseconds(40),
                roundTripVariation: .microseconds(10),
                retransmits: 0
            )
        )
    }
}

@Suite("Socket details")
struct SocketDetailsTests {
    @Test
    func `all facts of an idle connection are told`() {
        var connection = SocketsTableTests.connection(7, .idle)
        connection.idleFor = .milliseconds(3200)
        connection.deadline = IdleDeadline(remaining: .seconds(57), reason: .idleTimeout)
        connection.servedExchanges = [1, 2, 5, 9]
        connection.keepAlive = KeepAliveHint(timeout: .seconds(5), max: 100)
        connection.facts.handshake = HandshakeTimings(connect: .microseconds(400))
        #expect(
            SocketDetails.lines(of: connection) == [
                "#7 · idle · http://127.0.0.1:8080",
                "  key          http://127.0.0.1:8080 · HTTP version 1.1",
                "  route        direct",
                "  generation   0",
                "  age          13 s",
                "  idle for     3.2 s",
                "  closes in    57 s: idle for too long",
                "  server hint  Keep-Alive: idle for 5.0 s, 100 more requests",
                "  requests     4",
                "  request now  none",
                "  exchanges    1 2 5 9",
                "  bytes        9.3 kB in, 812 B out",
                "  local        127.0.0.1:51234",
                "  remote       127.0.0.1:8080",
                "  protocol     http/1.1",
                "  opening      0.4 ms: dns –, connect 0.4 ms, tls –",
                "  tcp          rtt 40 µs ± 10 µs, 0 retransmits",
                "  tls          none (cleartext)",
            ]
        )
    }

    @Test
    func `what TLS does not tell is not available`() {
        var connection = SocketsTableTests.connection(7, .busy)
        connection.key = ConnectionKey(origin: Origin(scheme: .https, host: "a.test"))
        connection.request = RequestID(exchange: 4, attempt: 2)
        connection.label = RequestLabel(method: "GET", target: "/slow")
        connection.facts.tls = TLSFacts(version: "TLS 1.3", isVerified: false)
        connection.tcp = nil
        let lines = SocketDetails.lines(of: connection)
        #expect(lines.contains("  request now  4.2 GET /slow"))
        #expect(lines.contains("  tcp          n/a"))
        #expect(
            lines.suffix(5) == [
                "  tls          TLS 1.3, not verified",
                "  alpn         none",
                "  certificate  n/a",
                "  cipher       n/a",
                "  resumption   n/a",
            ]
        )
    }

    @Test
    func `the chain of certificates is told from the server's own on`() {
        var connection = SocketsTableTests.connection(7, .idle)
        connection.facts.tls = TLSFacts(
            version: "TLS 1.3",
            alpn: "h2",
            certificates: [
                CertificateFacts(
                    subject: "CN=a.test",
                    issuer: "CN=between\u{1B}[2J",
                    names: ["a.test", "192.0.2.1"] + (1...30).map { "n\($0)" },
                    expiry: "2027-01-01"
                ),
                CertificateFacts(subject: "CN=between", issuer: "CN=root", expiry: "2030-01-01"),
            ],
            isVerified: true
        )
        let lines = SocketDetails.lines(of: connection)
        let start = lines.firstIndex { $0.hasPrefix("  certificate") } ?? 0
        #expect(lines[start] == "  certificate  CN=a.test")
        #expect(lines[start + 1] == "    issuer     CN=between\\x1b[2J")
        #expect(lines[start + 2].hasPrefix("    names      a.test 192.0.2.1 n1 n2 "))
        #expect(lines[start + 2].hasSuffix(" n18 and 12 more"))
        #expect(lines[start + 3] == "    expires    2027-01-01")
        #expect(lines[start + 4] == "  chain 2      CN=between")
        #expect(lines[start + 5] == "    issuer     CN=root")
        #expect(lines[start + 6] == "    expires    2030-01-01")
    }

    @Test
    func `a closed connection says why, who and when`() {
        var connection = SocketsTableTests.connection(7, .closed)
        connection.closeReason = .peerClosed
        connection.closedFor = .seconds(12)
        let lines = SocketDetails.lines(of: connection)
        #expect(lines.contains("  closed       peer closed, by the peer, 12 s ago"))
        connection.state = .draining
        connection.closeReason = .shrunk
        connection.closedFor = nil
        #expect(
            SocketDetails.lines(of: connection).contains("  closes       shrunk, by linger")
        )
    }
}

@Suite("Pool report")
struct PoolReportTests {
    static let limits = [
        " setting             value  from",
        " pool.size           10     default",
        " pool.total          64     default",
        " pool.idle           32     default",
        " pool.idle-timeout   60 s   default",
        " pool.max-age        off    default",
        " pool.max-uses       off    default",
        " pool.queue-timeout  30 s   default",
        " pool.reuse          lifo   default",
    ]

    @Test
    func `an empty pool shows its limits`() {
        #expect(
            PoolReport.lines(of: PoolSnapshot())
                == ["0 open · 0 waiting", "no open connections; `get /` opens one", ""]
                + Self.limits
        )
    }

    @Test
    func `origins, waiting requests and sources of limits are told`() {
        let key = SocketsTableTests.key
        let waiting = WaitingSnapshot(
            request: RequestID(exchange: 8),
            label: RequestLabel(method: "GET", target: "/users"),
            key: key,
            waitingFor: .milliseconds(800),
            cause: .perOrigin(limit: 2)
        )
        let snapshot = PoolSnapshot(
            limits: PoolLimits(perOrigin: 5, perOriginOverrides: [key.origin: 2]),
            connections: [
                SocketsTableTests.connection(1, .busy), SocketsTableTests.connection(2, .idle),
            ],
            waiting: [waiting],
            isPaused: true
        )
        let lines = PoolReport.lines(of: snapshot, sources: ["pool.size": "session"])
        #expect(
            lines.prefix(10) == [
                "2 open: 1 idle, 1 busy · 1 waiting · paused: `pool resume` lets requests go",
                "",
                " origin                 open  size  busy  idle  waiting",
                " http://127.0.0.1:8080     2     2     1     1        1",
                "",
                " waiting  request     for     because",
                "       8  GET /users  800 ms  size 2 reached",
                "",
                " setting                              value  from",
                " pool.size                            5      session",
            ]
        )
        #expect(lines[10] == " pool.size for http://127.0.0.1:8080  2      session")
        #expect(PoolReport.summary(of: snapshot) == "2 open · 1 busy · 1 waiting · paused")
    }

    /// POOL.md rule 7: what a GOAWAY has ended does not count against pool.size.
    @Test
    func `connections that drain are marked beside the others`() {
        var leaving = SocketsTableTests.connection(1, .draining)
        leaving.closeReason = .goaway
        let idle = SocketsTableTests.connection(2, .idle)
        let rows = { (connections: [ConnectionSnapshot]) in
            PoolReport.lines(of: PoolSnapshot(connections: connections))[3]
                .split(separator: "  ").map { $0.split(separator: " ").joined(separator: " ") }
        }
        #expect(rows([leaving, idle])[1...2] == ["1 (+1 draining)", "10"])
        leaving.closeReason = .shrunk
        #expect(rows([leaving, idle])[1...2] == ["2 (1 draining)", "10"])
    }

    /// POOL.md rule 31.
    @Test
    func `a lowered limit is told for as long as it is not kept`() {
        var snapshot = PoolSnapshot()
        snapshot.resizes = [.init(limit: .perOrigin(nil), old: 8, new: 3, busy: 5, over: 2)]
        #expect(
            PoolReport.lines(of: snapshot).first
                == "0 open · 0 waiting · pool.size 8→3 (busy 5, over by 2)"
        )
    }

    @Test
    func `the summary leaves out what is zero`() {
        #expect(PoolReport.summary(of: PoolSnapshot()) == "0 open")
    }
}
