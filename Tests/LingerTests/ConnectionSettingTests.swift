import HTTPModel
import TestSupport
import Testing

@Suite("Program: proxy, connect.* and tls.* settings")
struct ConnectionSettingTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test func `a proxy from the environment is used, told, and passed by for no_proxy`() throws {
        let proxy = try FaultServer(FaultScript(FaultScript.answering()))
        let origin = try FaultServer(FaultScript(FaultScript.answering()))
        let lines = ["get http://a.test/x", "get \(origin.baseURL)/y", "sockets"]
        let output = try self.workspace.run(
            lines.flatMap { ["-c", $0] },
            environment: [
                "http_proxy": "http://ann:secret@127.0.0.1:\(proxy.port)",
                "no_proxy": "127.0.0.0/8",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("via http://127.0.0.1:\(proxy.port)"))
        #expect(output.standardOutput.contains("127.0.0.1:\(proxy.port) (proxy)"))
        let everything = output.standardOutput + output.standardError
        #expect(!everything.contains("secret"))
        let forwarded = try #require(proxy.connections.first?.requestTexts.first)
        #expect(forwarded.hasPrefix("GET http://a.test/x HTTP/1.1\r\n"))
        #expect(forwarded.contains("Proxy-Authorization: Basic YW5uOnNlY3JldA=="))
        let direct = try #require(origin.connections.first?.requestTexts.first)
        #expect(direct.hasPrefix("GET /y HTTP/1.1\r\n"))
        #expect(!direct.contains("Proxy-"))
    }

    @Test func `a redirect from a proxied origin takes no proxy credentials along`() throws {
        let origin = try FaultServer(FaultScript(FaultScript.answering()))
        let redirect = FaultScript.response(
            "302 Found",
            fields: ["Location: \(origin.baseURL)/there"]
        )
        let proxy = try FaultServer(FaultScript(FaultScript.answering(with: redirect)))
        let output = try self.workspace.run(
            ["-c", "get http://a.test/"],
            environment: [
                "http_proxy": "http://ann:secret@127.0.0.1:\(proxy.port)",
                "no_proxy": "127.0.0.1",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let direct = try #require(origin.connections.first?.requestTexts.first)
        #expect(direct.hasPrefix("GET /there HTTP/1.1\r\n"))
        #expect(!direct.lowercased().contains("proxy-authorization"))
        #expect(!direct.contains("YW5uOnNlY3JldA=="))
    }

    @Test func `settings show themselves without secrets, and a wrong one changes nothing`() throws
    {
        let output = try self.workspace.run(
            lines: [
                "set proxy socks5h://ann:secret@127.0.0.1:1080", "set proxy",
                "set connect.resolve a.test=127.0.0.1,a.test=::1", "set connect.resolve",
                "set connect.family 4", "set tls.min 1.3", "set tls.sni other.example",
                "set tls.sni",
                "unset proxy", "set proxy",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(
            output.standardOutput == """
                proxy socks5h://127.0.0.1:1080
                connect.resolve a.test=127.0.0.1,a.test=::1
                tls.sni other.example
                proxy environment

                """
        )
    }

    @Test(arguments: [
        "proxy https://a", "proxy socks4://a", "connect.resolve a.test", "connect.source a.test",
        "connect.family 5", "tls.min 1.4", "tls.ca /nonexistent", "tls.sni a/b",
    ])
    func `a value that means nothing is refused`(line: String) throws {
        let output = try self.workspace.run(lines: ["set \(line)"])
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("cannot be"))
    }

    @Test func `what -s keeps has the proxy with its credentials, for its owner alone`() throws {
        let arguments = ["-s", "./kept", "-c", "set proxy http://ann:s%40@127.0.0.1:1"]
        #expect(try self.workspace.run(arguments).status == .exited(0))
        #expect(try self.workspace.text("kept.state").contains("http://ann:s%40@127.0.0.1:1"))
        #expect(Workspace.permissions("\(self.workspace.path)/kept.state") == 0o600)
        let again = try self.workspace.run(["-s", "./kept", "-c", "set proxy"])
        #expect(again.standardOutput == "proxy http://127.0.0.1:1\n")
    }

    @Test func `a path may begin at home`() throws {
        let home = try #require(self.workspace.environment["HOME"])
        try self.workspace.write("\(home)/ca.pem", "-----BEGIN CERTIFICATE-----")
        let output = try self.workspace.run(lines: ["set tls.ca ~/ca.pem"])
        // It was read: what is in it is what is wrong.
        #expect(output.standardError.contains("cannot take roots from \(home)/ca.pem"))
        #expect(output.status == .exited(2))
    }

    @Test(.requires(.openssl, .nginx))
    func `an encrypted key asks for its passphrase, and the server learns who we are`() async throws
    {
        let certificates = try TestCertificates()
        let nginx = try await NginxServer.start(
            .init(certificate: certificates.good, clientAuthority: certificates.authority)
        )
        let client = try certificates.makeClient()
        let key = try certificates.encryptedKey(of: client, passphrase: "open sesame")
        let port = try #require(nginx.tlsPort)
        let lines = [
            "set tls.ca \(certificates.authority)", "base https://localhost:\(port)",
            "set tls.cert \(client.certificate)", "set tls.key \(key)", "get /client",
        ]
        let scripted = try self.workspace.run(
            lines: lines,
            options: ["--var", "key_passphrase=open sesame"]
        )
        #expect(scripted.standardOutput == "CN=client\n", "\(scripted.standardError)")
        let wrong = try self.workspace.run(
            lines: lines,
            options: ["--var", "key_passphrase=wrong"]
        )
        #expect(wrong.standardError.contains("the passphrase is missing or wrong"))

        let terminal = try self.workspace.terminal(columns: 200)
        try terminal.expect(screenContains: "›")
        for line in lines.prefix(4) { try terminal.send("\(line)\r") }
        try terminal.expect(screenContains: "passphrase of")
        try terminal.send("open sesame\r")
        try terminal.send("\(lines[4])\r")
        try terminal.expect(screenContains: "CN=client")
        let transcript = String(decoding: terminal.transcript, as: UTF8.self)
        #expect(!transcript.contains("open sesame"))
    }
}
