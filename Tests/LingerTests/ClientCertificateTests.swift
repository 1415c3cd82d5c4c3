import TestSupport
import Testing

/// A certificate of ours is a credential (SESSION.md, RD2): one origin is shown it, and what others
/// were shown is asked of them.
@Suite("Program: our certificate stays with its origin", .requires(.openssl, .nginx))
struct ClientCertificateTests {
    private let workspace: Workspace
    private let nginx: NginxServer
    private let client: TestCertificates.Leaf
    private let certificates: TestCertificates
    private let first: String
    private let other: String

    init() async throws {
        self.workspace = try Workspace()
        self.certificates = try TestCertificates()
        self.client = try self.certificates.makeClient()
        self.nginx = try await NginxServer.start(
            .init(
                certificate: self.certificates.good,
                clientAuthority: self.certificates.authority,
                servesStrangers: true
            )
        )
        let port = try #require(self.nginx.tlsPort)
        self.first = "https://localhost:\(port)"
        self.other = "https://127.0.0.1:\(port)"
    }

    private var settings: [String] {
        ["set tls.cert \(self.client.certificate)", "set tls.key \(self.client.key)"]
    }

    private func run(
        _ lines: [String],
        options: [String] = []
    ) throws -> ProcessRunner.Output {
        try self.workspace.run(
            lines: lines,
            options: ["--set", "tls.ca=\(self.certificates.authority)"] + options
        )
    }

    @Test func `it goes to the base's origin, and no other that asks for one gets it`() throws {
        let output = try self.run(
            ["base \(self.first)"] + self.settings + [
                "get /client", "get \(self.other)/client", "base \(self.other)", "get /client",
                "get \(self.first)/client", "set tls.cert none", "set tls.key none",
                "get \(self.first)/client",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardOutput == "CN=client\n\n\nCN=client\n\n")
        #expect(output.standardError.contains("tls.cert goes to \(self.first) only"))
        #expect(output.standardError.contains("tls.key goes to \(self.first) only"))
    }

    @Test func `a redirect to another origin leaves it behind, and says so`() throws {
        let output = try self.run(
            ["base \(self.first)"] + self.settings + ["get /away?to=\(self.other)/client"]
        )
        #expect(output.standardOutput == "\n", "\(output.standardError)")
        #expect(
            output.standardError.contains("not sent on: tls.cert (another host is another origin)"),
            "\(output.standardError)"
        )
    }

    @Test func `on the way back to its origin it stays behind too`() throws {
        let back = "\(self.other)/away?to=\(self.first)/client"
        let output = try self.run(
            ["base \(self.first)"] + self.settings
                + ["get /client", "get /away?to=\(back)", "get /client"]
        )
        #expect(output.standardOutput == "CN=client\n\nCN=client\n", "\(output.standardError)")
        let told = output.errorLines.filter { $0.contains("not sent on: tls.cert") }
        #expect(told.count == 2, "\(output.standardError)")
        #expect(told.last?.contains("the redirects have left its origin") == true)
    }

    @Test func `without a base of https it is refused, unless it is said for which origin`()
        throws
    {
        for base in [[], ["base http://localhost:1"]] {
            let output = try self.run(base + self.settings)
            #expect(output.status == .exited(2))
            #expect(output.standardError.contains("tls.cert belongs to one origin"))
        }
        let scoped = self.settings.map { "\($0) --for \(self.other)" }
        let lines = ["get \(self.other)/client", "get \(self.first)/client"]
        let output = try self.run(scoped + lines)
        #expect(output.standardOutput == "CN=client\n\n", "\(output.standardError)")
    }

    @Test func `the command line gives it to the base that it names, or to an origin`() throws {
        let options = [
            "--set", "tls.cert=\(self.client.certificate)", "--set", "tls.key=\(self.client.key)",
        ]
        let authority = ["--set", "tls.ca=\(self.certificates.authority)"]
        let lines = ["-c", "get /client", "-c", "get \(self.other)/client"]
        let based = try self.workspace.run(authority + options + [self.first] + lines)
        #expect(based.standardOutput == "CN=client\n\n", "\(based.standardError)")
        let scoped = options.map { $0 == "--set" ? $0 : "\($0) --for \(self.other)" }
        let named = try self.workspace.run(authority + scoped + [self.first] + lines)
        #expect(named.standardOutput == "\nCN=client\n", "\(named.standardError)")
    }

    @Test func `a session file says for which origin it is, and so does what is saved`() throws {
        let pairs = [("tls.cert", self.client.certificate), ("tls.key", self.client.key)]
        let tags = pairs.map { "# @set \($0.0) \($0.1) --for {{base}}" }
        let text =
            "# @set tls.ca \(self.certificates.authority)\n" + tags.joined(separator: "\n") + """

                @base = \(self.first)

                ### one
                # @expect body contains CN=client
                GET {{base}}/client

                ### two
                # @set timeout.response 7s --for {{base}}
                # @expect body not contains CN=client
                GET \(self.other)/client

                """
        try self.workspace.write("one.http", text)
        let replayed = try self.workspace.run(["replay", "one.http"])
        #expect(replayed.status == .exited(0), "\(replayed.standardError)")

        let saved = try self.run(
            ["base \(self.first)"] + self.settings + ["get /client", "save two.http"]
        )
        #expect(saved.status == .exited(0), "\(saved.standardError)")
        let file = try self.workspace.text("two.http")
        #expect(file.contains("# @set tls.cert \(self.client.certificate) --for {{base}}\n"))
        let again = try self.workspace.run(["replay", "two.http"])
        #expect(again.status == .exited(0), "\(again.standardError)")
    }

    @Test func `a change for one origin closes its idle connections, and only them`() throws {
        let output = try self.run([
            "get \(self.first)/small", "get \(self.other)/small",
            "set tls.verify off --for \(self.first)",
            // By then the goodbyes of TLS have been said.
            "get \(self.other)/small", "get \(self.first)/small", "sockets --closed",
        ])
        #expect(output.status == .exited(0), "\(output.standardError)")
        let closed = output.standardOutput.split(separator: "\n").filter {
            $0.contains("connection settings changed")
        }
        #expect(closed.map { $0.prefix(3) } == [" 1 "], "\(output.standardOutput)")
        #expect(output.standardError.contains("#2 reused (2nd request"))
        #expect(output.standardError.contains("#3 new: #1 closed: connection settings changed"))
    }
}
