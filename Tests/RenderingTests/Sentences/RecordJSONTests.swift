import HTTPModel
import Testing

@testable import Rendering

@Suite("JSON of connections and the pool")
struct PoolJSONTests {
    @Test
    func `a connection has the fields of a row of sockets`() {
        var connection = SocketsTableTests.connection(7, .idle)
        connection.idleFor = .milliseconds(3200)
        #expect(
            ConnectionJSON.line(for: connection)
                == #"{"type":"connection","id":7,"origin":"http://127.0.0.1:8080","#
                + #""protocol":"http/1.1","state":"idle","ageMs":13000,"idleMs":3200,"#
                + #""streams":null,"maxStreams":null,"requests":4,"bytesIn":9300,"bytesOut":812,"rttUs":40,"#
                + #""local":"127.0.0.1:51234","remote":"127.0.0.1:8080","closeReason":null,"#
                + #""closedBy":null,"route":"direct","proxy":null,"tls":null}"#
        )
    }

    @Test
    func `a closed connection says why and by whom, and what is unknown is null`() throws {
        var connection = SocketsTableTests.connection(7, .closed)
        connection.closeReason = .peerReset
        connection.facts = ConnectionFacts()
        connection.tcp = nil
        let value = try JSONValue(parsing: ConnectionJSON.line(for: connection))
        #expect(value["closeReason"] == .string("peer_reset"))
        #expect(value["closedBy"] == .string("peer"))
        for name in ["idleMs", "rttUs", "local", "remote"] { #expect(value[name] == .null) }
    }

    @Test
    func `a proxy is named, and its credentials are not`() throws {
        var connection = SocketsTableTests.connection(7, .idle)
        connection.key.route = .tunnel(try Proxy("http://ann:secret@proxy:3128"))
        let line = ConnectionJSON.line(for: connection)
        let value = try JSONValue(parsing: line)
        #expect(value["route"] == .string("tunnel"))
        #expect(value["proxy"] == .string("http://proxy:3128"))
        let shown = [line, "\(connection.key)"] + SocketDetails.lines(of: connection)
        #expect(shown.allSatisfy { !$0.contains("secret") && !$0.contains("ann") })
    }

    @Test(arguments: ConnectionState.allCases)
    func `states are spelled as in the specification`(state: ConnectionState) throws {
        let line = ConnectionJSON.line(for: SocketsTableTests.connection(1, state))
        #expect(try JSONValue(parsing: line)["state"] == .string(state.rawValue))
    }

    @Test
    func `the pool has its state, its limits, its origins and its queue`() {
        let key = SocketsTableTests.key
        var snapshot = PoolSnapshot(
            limits: PoolLimits(perOriginOverrides: [key.origin: 2], maxAge: .seconds(90)),
            connections: [SocketsTableTests.connection(1, .busy)],
            waiting: [
                WaitingSnapshot(
                    request: RequestID(exchange: 8),
                    label: RequestLabel(method: "GET", target: "/users"),
                    key: key,
                    waitingFor: .milliseconds(800),
                    cause: .perOrigin(limit: 2)
                )
            ]
        )
        snapshot.resizes = [.init(limit: .total, old: 8, new: 3, busy: 5, over: 2)]
        #expect(
            PoolJSON.line(for: snapshot)
                == #"{"type":"pool","open":1,"connecting":0,"idle":0,"busy":1,"draining":0,"#
                + #""closing":0,"paused":false,"pausedOrigins":[],"resizes":[{"#
                + #""limit":"pool.total","old":8,"new":3,"busy":5,"over":2}],"#
                + #""limits":{"size":10,"total":64,"idle":32,"#
                + #""idleTimeoutMs":60000,"maxAgeMs":90000,"maxUses":null,"#
                + #""queueTimeoutMs":30000,"reuse":"lifo"},"#
                + #""origins":[{"origin":"http://127.0.0.1:8080","size":2,"open":1,"idle":0,"#
                + #""busy":1,"draining":0,"waiting":1}],"#
                + #""waiting":[{"req":8,"attempt":1,"method":"GET","#
                + #""target":"/users","key":"http://127.0.0.1:8080","waitMs":800,"#
                + #""reason":"per_origin"}]}"#
        )
    }

    @Test
    func `an override is told even where nothing is open`() throws {
        let origin = SocketsTableTests.key.origin
        let snapshot = PoolSnapshot(limits: PoolLimits(perOriginOverrides: [origin: 2]))
        let value = try JSONValue(parsing: PoolJSON.line(for: snapshot))
        #expect(value["origins"]?[0]?["size"] == .number("2"))
        #expect(value["origins"]?[0]?["open"] == .number("0"))
    }
}

@Suite("JSON of other records")
struct RecordJSONTests {
    @Test
    func `an error has its place in the script, if it has one`() {
        let error = RenderedError(kind: "refused", message: "cannot connect", hint: "try")
        #expect(
            ErrorJSON.line(for: error)
                == #"{"type":"error","kind":"refused","message":"cannot connect","#
                + #""line":null,"column":null}"#
        )
        #expect(
            ErrorJSON.line(kind: "syntax", message: "unknown option", line: 3, column: 17)
                == #"{"type":"error","kind":"syntax","message":"unknown option","line":3,"#
                + #""column":17}"#
        )
    }

    @Test
    func `output is told line by line`() {
        #expect(
            OutputJSON.line(2, text: "\"Ann\"\u{1B}")
                == #"{"type":"output","line":2,"text":"\"Ann\"\u001b"}"#
        )
    }

    @Test
    func `a setting has its default and its source`() {
        #expect(
            SettingJSON.line(
                name: "pool.size",
                value: "3",
                default: "10",
                source: "session",
                scope: "http://127.0.0.1:8080"
            )
                == #"{"type":"setting","name":"pool.size","value":"3","default":"10","#
                + #""source":"session","for":"http://127.0.0.1:8080"}"#
        )
        #expect(
            SettingJSON.line(name: "proxy", value: "none", default: nil, source: "default")
                == #"{"type":"setting","name":"proxy","value":"none","default":null,"#
                + #""source":"default","for":null}"#
        )
    }

    @Test
    func `a cookie has its attributes`() {
        let cookie = CookieJSON.Facts(
            name: "sid",
            value: nil,
            domain: "a.test",
            path: "/",
            isHostOnly: false,
            isSecure: true,
            isHTTPOnly: true,
            sameSite: "Lax",
            expires: "2027-01-01T00:00:00Z"
        )
        #expect(
            CookieJSON.line(for: cookie)
                == #"{"type":"cookie","name":"sid","value":null,"domain":"a.test","path":"/","#
                + #""hostOnly":false,"secure":true,"httpOnly":true,"sameSite":"Lax","#
                + #""expires":"2027-01-01T00:00:00Z"}"#
        )
    }

    @Test
    func `an expectation has its outcome and its place`() {
        #expect(
            ExpectationJSON.line(
                text: "connection reused",
                passed: false,
                actual: "new",
                exchange: 4,
                name: "order",
                file: "shop.http",
                line: 61
            )
                == #"{"type":"expectation","n":4,"name":"order","text":"connection reused","#
                + #""passed":false,"actual":"new","file":"shop.http","line":61}"#
        )
        #expect(
            ExpectationJSON.line(text: "status 200", passed: true)
                == #"{"type":"expectation","n":null,"name":null,"text":"status 200","#
                + #""passed":true,"actual":null,"file":null,"line":null}"#
        )
    }

    @Test
    func `a replay has its counts, and the same in words`() {
        let summary = ReplayJSON.Summary(
            file: "shop.http",
            requests: 5,
            passedExpectations: 11,
            failedExpectations: 1,
            opened: 2,
            reused: 3,
            elapsed: .milliseconds(12),
            exitStatus: 4
        )
        #expect(
            ReplayJSON.line(for: summary)
                == #"{"type":"replay","file":"shop.http","requests":5,"failed":0,"skipped":0,"#
                + #""expectations":{"passed":11,"failed":1},"connectionsOpened":2,"reused":3,"#
                + #""elapsedMs":12,"exitStatus":4}"#
        )
        #expect(
            ReplayJSON.text(for: summary)
                == "5 requests, 12 expectations: 11 passed, 1 failed;"
                + " 2 connections opened, 3 requests reused one"
        )
        var other = summary
        other.requests = 1
        other.failed = 1
        other.skipped = 4
        #expect(ReplayJSON.text(for: other).hasPrefix("1 request (1 failed) (4 skipped), "))
    }
}
