import HTTPModel
import Testing

@testable import HTTPTransport

@Suite("Proxy negotiations, byte by byte")
struct ProxyNegotiationTests {
    private static let origin = Origin(scheme: .https, host: "a.test", port: 443)
    private static let plain = Proxy(kind: .http, host: "proxy", port: 1)
    private static let socks = Proxy(kind: .socks5h, host: "proxy", port: 1)

    /// What a negotiation sends after each piece, until it is done.
    private func run(
        _ start: some ProxyNegotiation,
        _ pieces: [[UInt8]]
    ) throws -> (sent: [[UInt8]], isDone: Bool) {
        var negotiation = start
        var sent = [try negotiation.begin()]
        for (index, piece) in pieces.enumerated() {
            switch try negotiation.received(piece) {
            case .wait: continue
            case .send(let bytes): sent.append(bytes)
            case .done: return (sent, index == pieces.count - 1)
            }
        }
        return (sent, false)
    }

    private func reason(
        _ start: some ProxyNegotiation,
        _ pieces: [[UInt8]]
    ) -> ProxyFailure.Reason? {
        do {
            _ = try self.run(start, pieces)
            return nil
        } catch {
            return (error as? ProxyFailure)?.reason
        }
    }

    // MARK: CONNECT

    @Test func `CONNECT names host and port, and only it has the credentials`() throws {
        let proxy = try Proxy("http://ann:secret@proxy:1")
        var negotiation = ConnectNegotiation(proxy, to: Self.origin)
        #expect(
            String(decoding: negotiation.begin(), as: UTF8.self) == """
                CONNECT a.test:443 HTTP/1.1\r
                Host: a.test:443\r
                Proxy-Authorization: Basic YW5uOnNlY3JldA==\r
                \r

                """
        )
        let address = Origin(scheme: .https, host: "::1", port: 8443)
        var other = ConnectNegotiation(Self.plain, to: address)
        #expect(String(decoding: other.begin(), as: UTF8.self).hasPrefix("CONNECT [::1]:8443 "))
    }

    @Test(arguments: [
        "HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 204 x\n\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
    ])
    func `a 2xx opens the tunnel however the bytes are split`(answer: String) throws {
        let bytes = Array(answer.utf8)
        let negotiation = ConnectNegotiation(Self.plain, to: Self.origin)
        #expect(try self.run(negotiation, [bytes]).isDone)
        #expect(try self.run(negotiation, bytes.map { [$0] }).isDone)
    }

    @Test func `other statuses are told`() throws {
        let forbidden = Array("HTTP/1.1 403 Filtered\r\nContent-Length: 9\r\n\r\nforbidden".utf8)
        let negotiation = ConnectNegotiation(Self.plain, to: Self.origin)
        #expect(self.reason(negotiation, [forbidden]) == .status(403, reason: "Filtered"))
        let wanted = Array(
            """
            HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm="a"\r\nProxy-Authenticate: NTLM\r\n\r\n
            """.utf8
        )
        #expect(
            self.reason(negotiation, [wanted]) == .credentialsWanted(schemes: ["Basic", "NTLM"])
        )
        let known = ConnectNegotiation(try Proxy("ann:x@proxy:1"), to: Self.origin)
        #expect(self.reason(known, [wanted]) == .credentialsRefused(schemes: ["Basic", "NTLM"]))
    }

    @Test func `what is no answer of a proxy is refused with its first bytes`() {
        let negotiation = ConnectNegotiation(Self.plain, to: Self.origin)
        #expect(
            self.reason(negotiation, [Array("SSH-2.0".utf8)]) == .notAProxy(firstBytes: "SSH-2.0")
        )
        // Bytes behind the head would be taken for the server's.
        let early = Array("HTTP/1.1 200 OK\r\n\r\nhello".utf8)
        #expect(self.reason(negotiation, [early]) == .notAProxy(firstBytes: "hello"))
    }

    @Test func `a head without end is refused at the limit`() {
        let limit = ConnectNegotiation.headLimitBytes
        let line = Array("HTTP/1.1 200 OK\r\nX: ".utf8)
        let filler = [UInt8](repeating: 0x61, count: limit - line.count)
        let negotiation = ConnectNegotiation(Self.plain, to: Self.origin)
        #expect(self.reason(negotiation, [line, filler]) == nil)
        #expect(
            self.reason(negotiation, [line, filler, [0x61]]) == .answerTooLong(limitBytes: limit)
        )
    }

    // MARK: SOCKS

    @Test func `SOCKS asks for a name, with name and password if it must`() throws {
        let proxy = try Proxy("socks5h://ann:pw@proxy:1")
        let negotiation = SOCKSNegotiation(proxy, to: .name("a.test"), port: 443)
        let reply: [UInt8] = [5, 0, 0, 1, 127, 0, 0, 1, 0x1F, 0x90]
        let request: [UInt8] = [5, 1, 0, 3, 6] + Array("a.test".utf8) + [1, 0xBB]
        let outcome = try self.run(negotiation, [[5, 2], [1, 0], reply])
        #expect(outcome.isDone)
        let password: [UInt8] = [1, 3] + Array("ann".utf8) + [2] + Array("pw".utf8)
        #expect(outcome.sent == [[5, 2, 0, 2], password, request])
        let split = ([5, 2] + [1, 0] + reply).map { [$0] }
        #expect(try self.run(negotiation, split).isDone)
        // The proxy may do without.
        let open = try self.run(negotiation, [[5, 0], reply])
        #expect(open.sent == [[5, 2, 0, 2], request])
    }

    @Test(arguments: [
        ("127.0.0.1", [5, 1, 0, 1, 127, 0, 0, 1, 0, 80]),
        ("::1", [5, 1, 0, 4] + [UInt8](repeating: 0, count: 15) + [1, 0, 80]),
    ])
    func `SOCKS asks for an address`(text: String, request: [UInt8]) throws {
        let address = try #require(IPAddress(text))
        let negotiation = SOCKSNegotiation(Self.socks, to: .address(address), port: 80)
        let reply: [UInt8] = [5, 0, 0, 3, 1, 0x61, 0, 80]
        let outcome = try self.run(negotiation, [[5, 0], reply])
        #expect(outcome.isDone)
        #expect(outcome.sent == [[5, 1, 0], request])
    }

    @Test(arguments: 1...9 as ClosedRange<UInt8>)
    func `a refusal counts by its code, even cut short`(code: UInt8) {
        let negotiation = SOCKSNegotiation(Self.socks, to: .name("a.test"), port: 80)
        #expect(self.reason(negotiation, [[5, 0], [5, code]]) == .reply(code))
        let whole: [UInt8] = [5, code, 0, 1, 0, 0, 0, 0, 0, 0]
        #expect(self.reason(negotiation, [[5, 0], whole]) == .reply(code))
    }

    @Test func `credentials that are wanted or refused are told`() throws {
        let anonymous = SOCKSNegotiation(Self.socks, to: .name("a.test"), port: 80)
        #expect(self.reason(anonymous, [[5, 0xFF]]) == .credentialsWanted(schemes: []))
        let ann = try Proxy("socks5://ann:pw@proxy")
        let known = SOCKSNegotiation(ann, to: .name("a.test"), port: 80)
        #expect(self.reason(known, [[5, 0xFF]]) == .credentialsRefused(schemes: []))
        #expect(self.reason(known, [[5, 2], [1, 1]]) == .credentialsRefused(schemes: []))
    }

    @Test(arguments: [
        [Array("HTTP/1.1 400".utf8)], [[4, 0]], [[5, 2]], [[5, 1]], [[5, 0, 0]],
        [[5, 0], [4, 0]], [[5, 0], [5, 0, 0, 9, 0]],
        [[5, 0], [5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x48]],
    ])
    func `what is no SOCKS is refused`(pieces: [[UInt8]]) {
        let negotiation = SOCKSNegotiation(Self.socks, to: .name("a.test"), port: 80)
        guard case .notAProxy? = self.reason(negotiation, pieces) else {
            Issue.record("\(String(describing: self.reason(negotiation, pieces)))")
            return
        }
    }

    @Test(arguments: [254, 255, 256])
    func `a name has at most 255 bytes`(count: Int) {
        let name = String(repeating: "a", count: count)
        let negotiation = SOCKSNegotiation(Self.socks, to: .name(name), port: 80)
        let reason = self.reason(negotiation, [])
        #expect(reason == (count <= 255 ? nil : .nameTooLong(limitBytes: 255)))
    }
}
