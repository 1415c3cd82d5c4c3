import TestSupport
import Testing

@Suite("Real servers", .timeLimit(.minutes(2)))
struct RealServerTests {
    @Test(.requires(.nginx))
    func `nginx serves, counts and limits requests per connection`() async throws {
        let nginx = try await NginxServer.start(.init(keepaliveRequests: 2))
        let client = try TestClient(port: nginx.port)
        let first = client.get("/connection", upTo: " 1\n")
        #expect(first?.contains("Connection: keep-alive") == true)
        let second = client.get("/connection", upTo: " 2\n")
        #expect(second?.contains("Connection: close") == true)
        #expect(client.read()?.isEmpty == true)
    }

    @Test(.requires(.nginx))
    func `nginx closes idle connections, and can say when`() async throws {
        let options = NginxServer.Options(keepaliveTimeout: .seconds(1), announcesTimeout: true)
        let nginx = try await NginxServer.start(options)
        let client = try TestClient(port: nginx.port)
        #expect(
            client.get("/small", upTo: "hello\n")?.contains("Keep-Alive: timeout=1\r\n") == true
        )
        #expect(client.read()?.isEmpty == true)
    }

    @Test(
        .requires(.nginx),
        arguments: [
            ("/small", "200 OK", "Content-Length: 6"), ("/large", "200 OK", "Length: 52428800"),
            ("/text", "200 OK", "Content-Encoding: gzip"), ("/chunked", "200 OK", "chunked"),
            ("/trickle", "200 OK", "Length: 65536"), ("/redirect", "302", "/small\r\n"),
            ("/moved", "301", "/small\r\n"), ("/empty", "204", ""), ("/nope", "404", ""),
            ("/private/small", "401", "Basic realm=\"private\""), ("/status", "200 OK", ""),
        ]
    )
    func `nginx has`(target: String, status: String, line: String) async throws {
        let nginx = try await NginxServer.start()
        let client = try TestClient(port: nginx.port)
        let fields = "Accept-Encoding: gzip\r\n"
        let head = client.get(target, fields: fields, upTo: "\r\n\r\n") ?? ""
        #expect(head.hasPrefix("HTTP/1.1 \(status)"))
        #expect(head.contains(line))
    }

    @Test(.requires(.nginx))
    func `nginx has further files of zeros where wanted`() async throws {
        let nginx = try await NginxServer.start(.init(zeros: ["gigabyte": 1 << 30]))
        let client = try TestClient(port: nginx.port)
        let head = client.get("/gigabyte", upTo: "\r\n\r\n") ?? ""
        #expect(head.contains("Content-Length: 1073741824\r\n"))
    }

    @Test(.requires(.nginx))
    func `nginx takes credentials`() async throws {
        let nginx = try await NginxServer.start()
        let client = try TestClient(port: nginx.port)
        let fields = "Authorization: Basic YW5uOnNlY3JldA==\r\n"
        #expect(client.get("/private/small", fields: fields)?.hasSuffix("hello\n") == true)
    }

    @Test(.requires(.nginx, .openssl))
    func `certificates are what they are said to be`() async throws {
        let certificates = try TestCertificates()
        let verdicts: [(TestCertificates.Leaf, String)] = [
            (certificates.good, "Verification: OK"),
            (certificates.expired, "certificate has expired"),
            (certificates.notYetValid, "certificate is not yet valid"),
            (certificates.wrongName, "hostname mismatch"),
            (certificates.selfSigned, "self-signed certificate"),
            (certificates.unknownAuthority, "unable to get local issuer certificate"),
        ]
        let openssl = try #require(RealProgram.openssl.path)
        for (leaf, verdict) in verdicts {
            let nginx = try await NginxServer.start(.init(certificate: leaf))
            let port = try #require(nginx.tlsPort)
            let output = try ProcessRunner.run(
                openssl,
                [
                    "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", certificates.authority,
                    "-verify_hostname", "localhost", "-servername", "localhost",
                ]
            )
            let text = output.standardOutput + output.standardError
            #expect(text.contains(verdict))
        }
    }

    @Test(.requires(.python))
    func `Python speaks HTTP 1.0`() async throws {
        let python = try await PythonServer.http10()
        let client = try TestClient(port: python.port)
        let response = client.get("/small", upTo: "hello\n")
        #expect(response?.hasPrefix("HTTP/1.0 200 OK\r\n") == true)
        #expect(client.read()?.isEmpty == true)
    }

    @Test(.requires(.httpbin))
    func `httpbin keeps connections`() async throws {
        let httpbin = try await PythonServer.httpbin()
        let client = try TestClient(port: httpbin.port)
        for _ in 0..<2 {
            let response = client.get("/get", upTo: "/get\"\n}\n") ?? ""
            #expect(response.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(response.contains("Connection: keep-alive\r\n"))
        }
    }

    @Test(.requires(.nginx))
    func `a stopped server has let go of its port`() async throws {
        let nginx = try await NginxServer.start()
        nginx.stop()
        #expect(throws: SocketError.self) { _ = try TestClient(port: nginx.port) }
        nginx.stop()
    }

    @Test func `a missing program says how to get it`() {
        let text = MissingProgram(program: .nginx).description
        #expect(text == "nginx is missing: apt-get install nginx-light")
    }

    @Test func `tests without their programs are skipped, or fail where they must run`() throws {
        let needed: [RealProgram] = [.openssl, .nginx]
        let hasNoNginx = { (program: RealProgram) in program != .nginx }
        let hasAll = { (_: RealProgram) in true }
        #expect(try RealProgram.canRun(needed, areRequired: false, isAvailable: hasAll))
        #expect(try RealProgram.canRun(needed, areRequired: true, isAvailable: hasAll))
        #expect(try !RealProgram.canRun(needed, areRequired: false, isAvailable: hasNoNginx))
        #expect(throws: MissingProgram(program: .nginx)) {
            try RealProgram.canRun(needed, areRequired: true, isAvailable: hasNoNginx)
        }
    }
}
