import HTTPModel

/// What is said to a proxy before it goes on to the origin: bytes in, bytes out.
protocol ProxyNegotiation {
    /// What is sent first.
    mutating func begin() throws(ProxyFailure) -> [UInt8]

    /// Takes what the proxy said; nothing is left over between calls.
    mutating func received(_ bytes: [UInt8]) throws(ProxyFailure) -> ProxyStep
}

/// What comes next in a negotiation.
enum ProxyStep: Equatable {
    /// The proxy has more to say.
    case wait
    /// These bytes are sent.
    case send([UInt8])
    /// The way is open.
    case done
}

/// Asks an HTTP proxy for a tunnel with CONNECT (RFC 9110, section 9.3.6).
///
/// `Proxy-Authorization` is in this request alone: what goes through the tunnel is the origin's.
struct ConnectNegotiation: ProxyNegotiation {
    /// The longest head of an answer, in bytes.
    static let headLimitBytes = 64 * 1024

    private let proxy: Proxy
    private let target: String
    private var head: [UInt8] = []

    /// Prepares to ask `proxy` for a tunnel to `origin`.
    init(_ proxy: Proxy, to origin: Origin) {
        self.proxy = proxy
        // The port is never left out (RFC 9112, section 3.2.3).
        let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
        self.target = "\(host):\(origin.port)"
    }

    mutating func begin() -> [UInt8] {
        var lines = ["CONNECT \(self.target) HTTP/1.1", "Host: \(self.target)"]
        if let credentials = self.proxy.credentials {
            lines.append("Proxy-Authorization: \(credentials.basicFieldValue)")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    mutating func received(_ bytes: [UInt8]) throws(ProxyFailure) -> ProxyStep {
        self.head += bytes
        while let end = self.headEnd {
            let response: ResponseHead
            do {
                response = try self.head[..<end].withUnsafeBytes { bytes throws(ProtocolFault) in
                    try ResponseHeadParser.parse(bytes)
                }
            } catch {
                throw self.failure(.notAProxy(firstBytes: self.firstBytes))
            }
            self.head.removeFirst(end)
            // Interim responses come before the one that counts (RFC 9110, section 15.2).
            if response.status / 100 == 1 { continue }
            try self.judge(response)
            // Nobody speaks through a tunnel before we do.
            guard self.head.isEmpty else {
                throw self.failure(.notAProxy(firstBytes: self.firstBytes))
            }
            return .done
        }
        guard self.head.count <= Self.headLimitBytes else {
            throw self.failure(.answerTooLong(limitBytes: Self.headLimitBytes))
        }
        guard self.couldBeHTTP else {
            throw self.failure(.notAProxy(firstBytes: self.firstBytes))
        }
        return .wait
    }

    private func judge(_ response: ResponseHead) throws(ProxyFailure) {
        switch response.status {
        case 200..<300: return
        // Some say 401 where they mean 407.
        case 401, 407:
            let schemes = response.values("proxy-authenticate").compactMap { value in
                value.split { $0 == " " || $0 == "," }.first.map(String.init)
            }
            throw self.failure(
                self.proxy.credentials == nil
                    ? .credentialsWanted(schemes: schemes) : .credentialsRefused(schemes: schemes)
            )
        default: throw self.failure(.status(response.status, reason: response.reason))
        }
    }

    /// Where the first head ends, after its empty line.
    private var headEnd: Int? {
        var index = self.head.startIndex
        while let feed = self.head[index...].firstIndex(of: 0x0A) {
            let rest = self.head[(feed + 1)...]
            if rest.first == 0x0A { return feed + 2 }
            if rest.starts(with: [0x0D, 0x0A]) { return feed + 3 }
            index = feed + 1
        }
        return nil
    }

    private var couldBeHTTP: Bool {
        let start = Array("HTTP/1.".utf8)
        return self.head.prefix(start.count).elementsEqual(start.prefix(self.head.count))
    }

    private var firstBytes: String { String(decoding: self.head.prefix(64), as: UTF8.self) }

    private func failure(_ reason: ProxyFailure.Reason) -> ProxyFailure {
        ProxyFailure(proxy: self.proxy.description, reason: reason)
    }
}
