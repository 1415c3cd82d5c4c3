import HTTPModel
import TestSupport
import Testing

@Suite("Program: settings for one origin")
struct ScopedSettingTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test func `2.8.1: what is said for an origin wins there, and set shows which scope it was`()
        throws
    {
        let output = try self.workspace.run(
            lines: [
                "set timeout.response 7s", "set timeout.response 2m --for https://api.test",
                "set timeout.response", "set timeout.response --for api.test",
                "set timeout.response --for other.test",
                "set pool.size 2 --for api.test", "set pool.size --for api.test",
                "set timeout.response 8s", "set timeout.response --for api.test",
                "unset timeout.response --for api.test", "set timeout.response --for api.test",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let lines = output.standardOutput.split(separator: "\n").filter {
            $0.hasPrefix("timeout.response ") || $0.hasPrefix("pool.size 2 (")
        }
        #expect(
            lines == [
                "timeout.response 7s", "timeout.response 2m --for https://api.test",
                "timeout.response 2m (for https://api.test)",
                "timeout.response 7s (for all origins)",
                "pool.size 2 (for https://api.test)",
                "timeout.response 2m (for https://api.test)",
                "timeout.response 8s (for all origins)",
            ]
        )
    }

    @Test func `a proxy for one origin is no proxy for others`() throws {
        let proxy = try FaultServer(.answerAndKeep())
        let origin = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            lines: [
                "set proxy off", "set proxy http://127.0.0.1:\(proxy.port) --for http://a.test",
                "get http://a.test/x", "get \(origin.baseURL)/y",
                "unset proxy --for http://a.test", "set connect.resolve a.test=127.0.0.1",
                "get http://a.test:\(origin.port)/z",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let forwarded: [String] = proxy.connections.flatMap(\.requestTexts)
        #expect(forwarded.map(\.requestLine) == ["GET http://a.test/x HTTP/1.1"])
        let direct: [String] = origin.connections.flatMap(\.requestTexts)
        #expect(direct.map(\.requestLine) == ["GET /y HTTP/1.1", "GET /z HTTP/1.1"])
    }

    @Test func `redirects, cookies and retries can differ by origin`() throws {
        let target = try FaultServer(.answerAndKeep())
        let redirect = FaultScript.response(
            "302 Found",
            fields: ["Location: \(target.baseURL)/there", "Set-Cookie: a=b"]
        )
        let server = try FaultServer(.answerAndKeep(redirect))
        let output = try self.workspace.run(
            lines: [
                "set redirect.follow off --for \(server.baseURL)",
                "set cookies off --for \(server.baseURL)",
                "get \(server.baseURL)/", "cookies",
                "unset redirect.follow cookies", "get \(server.baseURL)/", "cookies",
            ],
            options: ["--set", "show=none"]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(target.connections.flatMap(\.requests).count == 1)
        #expect(output.standardOutput.contains("a"))
        let answers = output.standardError.split(separator: "\n").count { $0.contains("302") }
        #expect(answers <= 2)
    }

    @Test(arguments: ["pool.total 3", "format.json raw", "redirect.sensitive x"])
    func `what is for all origins takes no scope`(_ line: String) throws {
        let output = try self.workspace.run(lines: ["set \(line) --for a.test"])
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("a setting of requests"), "\(output.standardError)")
    }

    @Test func `-s keeps what is said for an origin`() throws {
        let lines = ["set timeout.total 9s --for a.test", "set pool.size 3 --for a.test"]
        _ = try self.workspace.run(["-s", "./kept"] + lines.flatMap { ["-c", $0] })
        let again = try self.workspace.run([
            "-s", "./kept", "-c", "set timeout.total --for a.test",
            "-c", "set pool.size --for a.test",
        ])
        #expect(
            again.standardOutput == """
                timeout.total 9s (for https://a.test)
                pool.size 3 (for https://a.test)

                """,
            "\(again.standardError)"
        )
        let objects = try self.workspace.json(
            lines: ["set timeout.total 9s --for a.test", "set timeout.total"]
        )
        #expect(objects.map { $0.text("for") } == ["null", "https://a.test"])
        #expect(objects.map { $0.text("value") } == ["off", "9s"])
    }

    @Test(.requires(.openssl, .nginx))
    func `2.8.3: verification switched off for one origin stays on for others`() async throws {
        let certificates = try TestCertificates()
        let nginx = try await NginxServer.start(.init(certificate: certificates.good))
        let port = try #require(nginx.tlsPort)
        let output = try self.workspace.run(
            lines: [
                "set tls.verify off --for https://localhost:\(port)",
                "get https://localhost:\(port)/small", "get https://127.0.0.1:\(port)/small",
                "unset tls.verify", "get https://localhost:\(port)/small",
            ],
            options: ["--set", "on-error=continue"]
        )
        #expect(output.status == .exited(1))
        let results = output.errorLines.filter { $0.hasPrefix("1 ·") || $0.contains("failed") }
        #expect(results.count == 3, "\(output.standardError)")
        #expect(results.first?.contains("200 OK") == true)
    }
}

extension String {
    /// The first line of a request; CR LF is one character.
    fileprivate var requestLine: Substring { self.prefix { $0 != "\r\n" } }
}
