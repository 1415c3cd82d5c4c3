import HTTPModel
import Testing

@testable import Rendering

@Suite("Reuse sentences")
struct ReuseSentencesTests {
    struct CodeCase {
        let code: NewConnectionReason.Code
        let machine: String
        let words: String
    }

    static let codes = [
        CodeCase(code: .noneYet, machine: "none_yet", words: "first to this origin"),
        CodeCase(code: .allBusy(2), machine: "all_busy", words: "all 2 busy"),
        CodeCase(
            code: .closed(ConnectionID(1), .peerClosed, idle: nil),
            machine: "closed:peer_closed",
            words: "#1 closed by peer"
        ),
        CodeCase(
            code: .closed(ConnectionID(1), .peerReset, idle: .seconds(5)),
            machine: "closed:peer_reset",
            words: "#1 reset by peer after 5.0 s idle"
        ),
        CodeCase(
            code: .closed(ConnectionID(1), .idleTimeout, idle: .seconds(60)),
            machine: "closed:idle_timeout",
            words: "#1 closed: 60 s idle"
        ),
        CodeCase(
            code: .keyDiffers(.tls),
            machine: "key_differs:tls",
            words: "other TLS settings"
        ),
        CodeCase(
            code: .keyDiffers(.version),
            machine: "key_differs:version",
            words: "another HTTP version"
        ),
        CodeCase(code: .fresh, machine: "fresh", words: "--fresh"),
        CodeCase(code: .warmed, machine: "warmed", words: "opened ahead of need"),
        CodeCase(code: .spare, machine: "spare", words: "opened for another request"),
    ]

    @Test(arguments: Self.codes)
    func `every code has its machine spelling and its words`(row: CodeCase) {
        #expect(ReuseSentences.code(row.code) == row.machine)
        #expect(ReuseSentences.sentence(row.code) == row.words)
    }

    @Test(arguments: CloseReason.allCases)
    func `a closed connection is told with the reason's code`(reason: CloseReason) {
        let code = NewConnectionReason.Code.closed(ConnectionID(4), reason, idle: nil)
        #expect(ReuseSentences.code(code) == "closed:\(reason.rawValue)")
        #expect(ReuseSentences.sentence(code).hasPrefix("#4 "))
    }

    @Test(arguments: Samples.codes)
    func `every code is explained in a whole sentence`(code: NewConnectionReason.Code) {
        let text = ReuseSentences.explanation(code)
        #expect(text.hasSuffix("."))
        #expect(text.first?.isLowercase == false)
    }

    static let label = RequestLabel(method: "GET", target: "/slow")

    static let findings: [(NewConnectionReason.Finding, String, String)] = [
        (.connecting, "connecting", "still being opened"),
        (.busy(Self.label), "busy", "busy with GET /slow"),
        (.busy(nil), "busy", "busy"),
        (.closing(.shrunk), "closing:shrunk", "closing: shrunk"),
        (.closed(.peerClosed), "closed:peer_closed", "closed by peer"),
        (.keyDiffers(.tls), "key_differs:tls", "open, but with other TLS settings"),
        (.freshWanted, "fresh_wanted", "usable, but a new connection was asked for"),
        (.taken, "taken", "usable, and taken"),
        (.notNeeded, "not_needed", "usable too, and not needed"),
    ]

    @Test
    func `every finding has its machine spelling and its words`() {
        for (finding, machine, words) in Self.findings {
            #expect(ReuseSentences.code(finding) == machine)
            #expect(ReuseSentences.sentence(finding) == words)
        }
    }
}

@Suite("Close sentences")
struct CloseSentencesTests {
    @Test(arguments: CloseReason.allCases)
    func `every reason has short words and a whole sentence`(reason: CloseReason) {
        for idle in [nil, Duration.seconds(5)] {
            let words = CloseSentences.words(reason, idle: idle)
            #expect(!words.isEmpty)
            #expect(!words.hasSuffix("."))
            let sentence = CloseSentences.explanation(reason, idle: idle, limits: PoolLimits())
            #expect(sentence.hasSuffix("."))
        }
    }

    @Test
    func `no two reasons read the same`() {
        let words = Set(CloseReason.allCases.map { CloseSentences.words($0) })
        #expect(words.count == CloseReason.allCases.count)
        let sentences = Set(CloseReason.allCases.map { CloseSentences.explanation($0) })
        #expect(sentences.count == CloseReason.allCases.count)
    }

    @Test
    func `a limit is named with its value and what raises it`() {
        let limits = PoolLimits(total: 8, idleTimeout: .seconds(30), maxUses: 5)
        #expect(
            CloseSentences.explanation(.idleTimeout, limits: limits)
                == "It was idle for as long as pool.idle-timeout (30 s) allows;"
                + " `set pool.idle-timeout 5m` keeps idle connections longer."
        )
        #expect(
            CloseSentences.explanation(.evictedForOtherOrigin, limits: limits)
                == "pool.size (10) or pool.total (8) was reached, and a request needed its place:"
                + " to another origin, under other terms or for a new connection (--fresh). A higher"
                + " limit makes room for both."
        )
        #expect(
            CloseSentences.explanation(.maxUses, limits: limits)
                == "It had served as many requests as pool.max-uses (5) allows;"
                + " `set pool.max-uses off` lifts that."
        )
    }

    @Test
    func `the server's close is told with the idling before it`() {
        #expect(CloseSentences.sentence(.peerClosed) == "closed by peer")
        #expect(
            CloseSentences.sentence(.peerClosed, idle: .seconds(5))
                == "closed by peer after 5.0 s idle"
        )
        #expect(CloseSentences.sentence(.shrunk, idle: .seconds(5)) == "closed: shrunk")
    }
}

@Suite("Wait sentences")
struct WaitSentencesTests {
    @Test
    func `every cause has its code and its words`() {
        #expect(
            Samples.causes.map(WaitSentences.cause) == [
                "the connection was being opened", "size 1 reached", "total 64 reached",
                "paused by `pool pause`", "only #3 may carry it",
            ]
        )
        #expect(
            Samples.causes.map(WaitSentences.code)
                == ["connecting", "per_origin", "total", "paused", "via"]
        )
    }

    @Test func `a holder that closes is not one that connects`() {
        var holder = WaitRecord.Holder(connection: ConnectionID(1), request: nil, busyFor: .zero)
        #expect(WaitSentences.holder(holder) == "#1 connecting")
        holder.isClosing = true
        #expect(WaitSentences.holder(holder) == "#1 closing")
        #expect(WaitSentences.holders([holder]).hasPrefix("#1 (closing, "))
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5])
    func `no more than three holders are named`(count: Int) {
        let holders = (1...6).prefix(count).map {
            WaitRecord.Holder(connection: ConnectionID($0), request: nil, busyFor: .zero)
        }
        let wait = WaitRecord(
            duration: .milliseconds(800),
            cause: .total(limit: 5),
            holders: Array(holders)
        )
        let named = (1...6).prefix(min(count, 3)).map { ", #\($0) connecting" }.joined()
        let rest = count > 3 ? ", and \(count - 3) more" : ""
        #expect(WaitSentences.sentence(wait) == "waited 800 ms: total 5 reached\(named)\(rest)")
    }
}
