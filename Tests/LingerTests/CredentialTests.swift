import HTTPModel
import TestSupport
import Testing

/// What other clients leaked (SESSION.md, section 4.3), checked at the server that must not get it.
@Suite("Program: credentials stay with their origin")
struct CredentialTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// A way to give credentials, whose secret is `t0p` or its base64.
    struct Way: Sendable, CustomTestStringConvertible {
        let name: String
        /// Lines before the request; `ORIGIN` is the first server's.
        let lines: [String]
        /// The request; likewise.
        let request: String
        /// The field that the first server gets.
        let field: String

        var testDescription: String { self.name }
    }

    private static let basic = "Authorization: Basic YW5uOnQwcA=="

    private static let ways = [
        // requests CVE-2014-1829, CVE-2018-18074; urllib3 CVE-2018-20060; curl CVE-2018-1000007,
        // CVE-2022-27774; undici CVE-2023-45143; follow-redirects CVE-2022-0155.
        Way(
            name: "a typed Authorization",
            lines: [],
            request: "get ORIGIN/ Authorization:t0p",
            field: "Authorization: t0p"
        ),
        Way(name: "--auth", lines: [], request: "get ORIGIN/ -a ann:t0p", field: Self.basic),
        Way(
            name: "--bearer",
            lines: [],
            request: "get ORIGIN/ --bearer t0p",
            field: "Authorization: Bearer t0p"
        ),
        Way(
            name: "auth for the session",
            lines: ["base ORIGIN", "auth basic ann:t0p"],
            request: "get /",
            field: Self.basic
        ),
        Way(
            name: "auth basic, in two words",
            lines: ["base ORIGIN", "auth basic ann t0p"],
            request: "get /",
            field: Self.basic
        ),
        // curl CVE-2020-8169: an @ in a password moves no host.
        Way(
            name: "user information with an @",
            lines: [],
            request: "get http://ann:t0p@@HOST/",
            field: "Authorization: Basic YW5uOnQwcEA="
        ),
        // requests CVE-2024-47081; curl CVE-2024-11053, CVE-2025-0167.
        Way(
            name: "netrc",
            lines: ["auth netrc netrc"],
            request: "get ORIGIN/",
            field: Self.basic
        ),
        // requests CVE-2015-2296; urllib3 CVE-2023-43804; curl CVE-2022-27776; HTTPie
        // CVE-2022-24737; Hurl CVE-2026-63481.
        Way(
            name: "a typed Cookie",
            lines: [],
            request: "get ORIGIN/ Cookie:sid=t0p",
            field: "Cookie: sid=t0p"
        ),
        // requests CVE-2014-1830, CVE-2023-32681; Go CVE-2025-4673.
        Way(
            name: "a typed Proxy-Authorization",
            lines: [],
            request: "get ORIGIN/ Proxy-Authorization:t0p",
            field: "Proxy-Authorization: t0p"
        ),
        // No other client strips these.
        Way(
            name: "a default X-Api-Key",
            lines: ["base ORIGIN", "X-Api-Key: t0p"],
            request: "get /",
            field: "X-Api-Key: t0p"
        ),
        Way(
            name: "a default token for all origins",
            lines: ["headers set My-Token t0p --for all"],
            request: "get ORIGIN/",
            field: "My-Token: t0p"
        ),
    ]

    @Test(arguments: Self.ways, [301, 302, 303, 307, 308])
    func `4.3: what was given for one origin does not arrive at another, nor on the way back`(
        _ way: Way,
        _ status: Int
    ) throws {
        // The first server sends us to the second, and the second back to the first.
        let home = Relay()
        let second = try FaultServer(
            FaultScript { _ in
                [.readRequest, .send(Self.redirect(status, to: "\(home.url)/back"))]
            }
        )
        let first = try FaultServer(
            FaultScript([
                .readRequest, .send(Self.redirect(status, to: "\(second.baseURL)/there")),
                .readRequest, .send(FaultScript.response()),
            ])
        )
        home.url = first.baseURL
        try self.workspace.write("netrc", "machine 127.0.0.1 login ann password t0p\n")
        let lines = (way.lines + [way.request]).map {
            $0.replacing("ORIGIN", with: first.baseURL)
                .replacing("HOST", with: "127.0.0.1:\(first.port)")
        }
        let output = try self.workspace.run(lines: lines)
        #expect(output.status == .exited(0), "\(output.standardError)")
        let own = first.connections.flatMap(\.requestTexts)
        let others = second.connections.flatMap(\.requestTexts)
        try #require(own.count == 2 && others.count == 1, "\(output.standardError)")
        #expect(own[0].hasField(way.field), "\(own[0])")
        let name = String(way.field.prefix { $0 != ":" }).lowercased()
        for text in [others[0], own[1]] {
            #expect(!text.lowercased().contains("\r\n\(name):"), "\(text)")
            #expect(!text.contains("t0p"))
        }
        // Each hop says so: the way there, and the way back.
        for reason in ["another port is another origin", "the redirects have left its origin"] {
            #expect(
                output.standardError.contains("not sent on: \(name) (\(reason))"),
                "\(output.standardError)"
            )
        }
    }

    private static func redirect(_ status: Int, to target: String) -> [UInt8] {
        FaultScript.response("\(status) Elsewhere", fields: ["Location: \(target)"], content: "")
    }

    @Test func `4.3: cookies of the store go by host, also when a Host was typed`() throws {
        // curl CVE-2026-6276; requests CVE-2015-2296
        let other = try FaultServer(.answerAndKeep())
        let first = try FaultServer(
            .answerAndKeep(
                FaultScript.response(
                    "302 Found",
                    fields: [
                        "Set-Cookie: sid=t0p",
                        "Location: http://localhost:\(other.port)/there",
                    ]
                )
            )
        )
        let output = try self.workspace.run(lines: ["get \(first.baseURL)/ Host:localhost"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let text = try #require(other.connections.flatMap(\.requestTexts).first)
        #expect(!text.contains("t0p"), "\(text)")
        #expect(text.hasField("Host: localhost:\(other.port)"))
    }

    @Test func `4.3: a 303 takes the content away, with all that describes it`() throws {
        // urllib3 CVE-2023-45803
        let second = try FaultServer(.answerAndKeep())
        let first = try FaultServer(
            .answerAndKeep(Self.redirect(303, to: "\(second.baseURL)/there"))
        )
        let output = try self.workspace.run(
            lines: ["post \(first.baseURL)/ secret=t0p", "put \(first.baseURL)/ secret=t0p"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        for text in second.connections.flatMap(\.requestTexts) {
            #expect(text.hasPrefix("GET /there "))
            #expect(!text.lowercased().contains("\r\ncontent-"))
            #expect(!text.contains("t0p"))
        }
    }

    @Test func `4.3: a session that was saved keeps cookies with their host`() throws {
        // HTTPie CVE-2022-24737
        let second = try FaultServer(.answerAndKeep())
        let first = try FaultServer(
            .answerAndKeep(FaultScript.response(fields: ["Set-Cookie: sid=t0p"]))
        )
        _ = try self.workspace.run(["-s", "./work", "-c", "get \(first.baseURL)/"])
        let output = try self.workspace.run([
            "-s", "./work", "-c", "get http://localhost:\(second.port)/",
            "-c", "get \(first.baseURL)/",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let others: [String] = second.connections.flatMap(\.requestTexts)
        let own: [String] = first.connections.flatMap(\.requestTexts)
        #expect(others.count == 1 && !others[0].contains("t0p"))
        #expect(own.last?.contains("sid=t0p") == true)
    }
}

/// Where a script finds a server that is started after it.
private final class Relay: @unchecked Sendable {
    // `@unchecked Sendable`: set once, before the first request is sent.
    var url = ""
}
