import HTTPModel
import Testing

@testable import Rendering

@Suite("JSON of events")
struct EventJSONTests {
    static let opening = #"{"type":"event","seq":1,"ms":12345.679,"name":"#

    static let requests: [(PoolEvent.Kind, String)] = [
        (
            .requestQueued(key: EventLineTests.key, position: 3, cause: .perOrigin(limit: 1)),
            #""request.queued",@"key":"http://127.0.0.1:8080","position":3,"#
                + #""reason":"per_origin","value":1"#
        ),
        (
            .requestDispatched(decision: .reused(idle: .milliseconds(3200)), waited: .zero),
            #""request.dispatched",@"waitMs":0,"how":"reused","idleMs":3200,"why":null"#
        ),
        (
            .requestDispatched(
                decision: .new(NewConnectionReason(.fresh)),
                waited: .milliseconds(1)
            ),
            #""request.dispatched",@"waitMs":1,"how":"new","idleMs":null,"why":"fresh""#
        ),
        (.requestSent(bytes: 812), #""request.sent",@"bytes":812"#),
        (
            .requestFirstByte(after: .microseconds(900)),
            #""request.first_byte",@"tookMs":0.9"#
        ),
        (
            .requestDone(status: 200, bytes: 61, total: .milliseconds(1)),
            #""request.done",@"status":200,"bytes":61,"tookMs":1"#
        ),
        (
            .requestFailed(
                TransportError(phase: .queue, origin: EventLineTests.key.origin, cause: .shutDown)
            ),
            #""request.failed",@"error":{"kind":"shut_down","#
                + #""message":"the session ended before the response came"}"#
        ),
        (
            .requestRedispatched(from: ConnectionID(2), why: .peerClosed),
            #""request.redispatched",@"from":2,"to":1,"why":"peer_closed""#
        ),
        (
            .requestRetry(rule: 34, evidence: Samples().evidence),
            #""request.retry",@"rule":34,"evidence":{"conn":1,"completedExchanges":3,"#
                + #""reason":"peer_closed"}"#
        ),
        (
            .requestRetryRefused(rule: 34, why: .notIdempotent(method: "POST")),
            #""request.retry_refused",@"rule":34,"why":"not_idempotent""#
        ),
        (
            .requestRedirect(
                status: 302,
                from: "http://a/",
                to: "http://b/",
                methodBefore: "POST",
                stripped: ["x"]
            ),
            #""request.redirect",@"status":302,"from":"http://a/","to":"http://b/","#
                + #""methodBefore":"POST","stripped":["x"]"#
        ),
        (.requestCancelled(whileQueued: true), #""request.cancelled",@"state":"queued""#),
        (.requestCancelled(whileQueued: false), #""request.cancelled",@"state":"busy""#),
    ]

    static let connections: [(PoolEvent.Kind, String)] = [
        (
            .connecting(key: EventLineTests.key, why: .allBusy(2)),
            #""conn.connecting",@"key":"http://127.0.0.1:8080","why":"all_busy""#
        ),
        (
            .resolved(addresses: ["::1"], took: .milliseconds(1), cached: true),
            #""conn.dns",@"addrs":["::1"],"tookMs":1,"cached":true"#
        ),
        (
            .connectAttempt(address: "::1", error: nil, took: .milliseconds(1)),
            #""conn.attempt",@"addr":"::1","result":"connected","tookMs":1"#
        ),
        (
            .connectAttempt(address: "::1", error: "refused", took: .milliseconds(1)),
            #""conn.attempt",@"addr":"::1","result":"refused","tookMs":1"#
        ),
        (
            .tcpConnected(local: nil, remote: "[::1]:80", took: .milliseconds(1)),
            #""conn.tcp",@"local":null,"remote":"[::1]:80","tookMs":1"#
        ),
        (
            .tlsEstablished(
                TLSFacts(
                    version: "TLS 1.3",
                    certificates: [CertificateFacts(subject: "CN=a", issuer: "b", expiry: "c")],
                    isVerified: true
                ),
                took: .milliseconds(1)
            ),
            #""conn.tls",@"version":"TLS 1.3","alpn":null,"subject":"CN=a","issuer":"b","#
                + #""expires":"c","verified":true,"tookMs":1"#
        ),
        (
            .ready(applicationProtocol: "http/1.1", total: .milliseconds(1)),
            #""conn.ready",@"protocol":"http/1.1","totalMs":1"#
        ),
        (
            .reused(idle: .milliseconds(3200), requestCount: 2),
            #""conn.reused",@"idleMs":3200,"nth":2"#
        ),
        (
            .parked(deadline: .seconds(60), why: .idleTimeout),
            #""conn.parked",@"deadlineMs":60000,"whyDeadline":"idle_timeout""#
        ),
        (.retiring(why: .maxAge), #""conn.retiring",@"why":"max_age""#),
        (.draining(why: .shrunk, streams: 2), #""conn.draining",@"why":"shrunk","streams":2"#),
        (
            .closed(Samples(text: "").epitaph(.peerClosed, idle: .seconds(5))),
            #""conn.closed",@"key":"https://h:8443","reason":"peer_closed","by":"peer","#
                + #""ageMs":13000,"idleMs":5000,"requests":4,"bytesIn":9300,"bytesOut":812"#
        ),
    ]

    static let pool: [(PoolEvent.Kind, String)] = [
        (
            .limitHit(.total(limit: 64), holders: [ConnectionID(1), ConnectionID(2)]),
            #""pool.limit_hit",@"limit":"total","value":64,"holders":[1,2]"#
        ),
        (
            .resized(.perOrigin(nil), old: 8, new: 3, open: 8, busy: 5, idle: 3, over: 2),
            #""pool.resized",@"limit":"per_origin","origin":null,"old":8,"new":3,"open":8,"#
                + #""busy":5,"idle":3,"overBy":2"#
        ),
        (
            .resized(
                .perOrigin(EventLineTests.key.origin),
                old: 1,
                new: 2,
                open: 0,
                busy: 0,
                idle: 0,
                over: 0
            ),
            #""pool.resized",@"limit":"per_origin","origin":"http://127.0.0.1:8080","old":1,"#
                + #""new":2,"open":0,"busy":0,"idle":0,"overBy":0"#
        ),
        (
            .converged(.idle, took: .seconds(2), closed: [ConnectionID(4)]),
            #""pool.converged",@"limit":"idle","origin":null,"tookMs":2000,"closed":[4]"#
        ),
        (.paused(nil), #""pool.paused",@"#), (.resumed(nil), #""pool.resumed",@"#),
        (
            .paused(EventLineTests.key.origin),
            #""pool.paused",@"origin":"http://127.0.0.1:8080""#
        ),
        (.generation(2, why: [.proxy]), #""pool.generation",@"n":2,"why":["proxy"]"#),
        (
            .warning(
                .churn(
                    origin: EventLineTests.key.origin,
                    limit: .perOrigin(limit: 2),
                    concurrency: 6,
                    extraConnects: 14
                )
            ),
            #""pool.warning",@"warning":"churn","origin":"http://127.0.0.1:8080","#
                + #""limit":"per_origin","value":2,"concurrency":6,"extraConnects":14"#
        ),
        (
            .warning(
                .idleChurn(
                    origin: EventLineTests.key.origin,
                    limit: 2,
                    concurrency: 6,
                    extraConnects: 14
                )
            ),
            #""pool.warning",@"warning":"churn","origin":"http://127.0.0.1:8080","#
                + #""limit":"idle","value":2,"concurrency":6,"extraConnects":14"#
        ),
    ]

    @Test
    func `every event has the fields of its kind`() {
        for (kind, text) in Self.requests + Self.connections + Self.pool {
            let who = #""req":3,"attempt":1,"conn":1"#
            let facts = text.replacing(",@", with: text.hasSuffix("@") ? ",\(who)" : ",\(who),")
            #expect(EventJSON.line(for: Samples().event(kind)) == "\(Self.opening)\(facts)}")
        }
    }

    @Test
    func `what an event is not about is left out`() {
        let event = PoolEvent(sequence: 7, at: Instant(nanoseconds: 500_000), kind: .paused(nil))
        #expect(
            EventJSON.line(for: event)
                == #"{"type":"event","seq":7,"ms":0.5,"name":"pool.paused"}"#
        )
        let request = PoolEvent(
            sequence: 7,
            at: .start,
            request: RequestID(exchange: 4, attempt: 2),
            kind: .requestSent(bytes: 1)
        )
        #expect(
            EventJSON.line(for: request)
                == #"{"type":"event","seq":7,"ms":0,"name":"request.sent","req":4,"attempt":2,"#
                + #""bytes":1}"#
        )
    }

    @Test
    func `every sample has the name of its kind`() throws {
        for kind in Samples().kinds {
            let event = Samples().event(kind)
            let value = try JSONValue(parsing: EventJSON.line(for: event))
            #expect(value["type"] == .string("event"))
            #expect(value["name"] == .string(event.name))
        }
    }

    @Test(arguments: CloseReason.allCases)
    func `reasons are spelled as in the specification`(reason: CloseReason) throws {
        let kind = PoolEvent.Kind.closed(Samples().epitaph(reason, idle: nil))
        let value = try JSONValue(parsing: EventJSON.line(for: Samples().event(kind)))
        #expect(value["reason"] == .string(reason.rawValue))
        #expect(value["by"] == .string(reason.closer.rawValue))
        #expect(value["idleMs"] == .null)
    }
}
