import HTTPModel

/// Asks a SOCKS proxy for a connection (RFC 1928), with name and password if we have them
/// (RFC 1929).
///
///     greeting → method → [name and password → status] → request → reply
///
/// NIO's own handler cannot authenticate.
struct SOCKSNegotiation: ProxyNegotiation {
    /// Where the proxy is to connect to.
    enum Target: Equatable {
        /// A name, which the proxy looks up.
        case name(String)
        /// An address of ours.
        case address(IPAddress)
    }

    private enum Phase {
        case method
        case authentication
        case reply
    }

    private static let version: UInt8 = 5
    private static let noAuthentication: UInt8 = 0x00
    private static let userNamePassword: UInt8 = 0x02
    private static let noneAcceptable: UInt8 = 0xFF
    private static let nameLimitBytes = 255

    private let proxy: Proxy
    private let target: Target
    private let port: Int
    private var phase = Phase.method
    private var input: [UInt8] = []

    /// Prepares to ask `proxy` for a connection to `target`.
    init(_ proxy: Proxy, to target: Target, port: Int) {
        self.proxy = proxy
        self.target = target
        self.port = port
    }

    mutating func begin() throws(ProxyFailure) -> [UInt8] {
        if case .name(let name) = self.target, name.utf8.count > Self.nameLimitBytes {
            throw self.failure(.nameTooLong(limitBytes: Self.nameLimitBytes))
        }
        return self.proxy.credentials == nil
            ? [Self.version, 1, Self.noAuthentication]
            : [Self.version, 2, Self.noAuthentication, Self.userNamePassword]
    }

    mutating func received(_ bytes: [UInt8]) throws(ProxyFailure) -> ProxyStep {
        self.input += bytes
        switch self.phase {
        case .method: return try self.receivedMethod()
        case .authentication: return try self.receivedStatus()
        case .reply: return try self.receivedReply()
        }
    }

    private mutating func receivedMethod() throws(ProxyFailure) -> ProxyStep {
        // VER METHOD
        guard try self.take(2, version: Self.version) else { return .wait }
        switch (self.input[1], self.proxy.credentials) {
        case (Self.noAuthentication, _):
            self.next(.reply)
            return .send(self.request)
        case (Self.userNamePassword, .some(let credentials)):
            self.next(.authentication)
            let user = Array(credentials.user.utf8)
            let password = Array(credentials.revealedPassword.utf8)
            // RFC 1929, section 2: VER ULEN UNAME PLEN PASSWD
            return .send([1, UInt8(user.count)] + user + [UInt8(password.count)] + password)
        case (Self.noneAcceptable, .none):
            throw self.failure(.credentialsWanted(schemes: []))
        case (Self.noneAcceptable, .some):
            throw self.failure(.credentialsRefused(schemes: []))
        default:
            // A method that was not offered.
            throw self.failure(.notAProxy(firstBytes: self.firstBytes))
        }
    }

    private mutating func receivedStatus() throws(ProxyFailure) -> ProxyStep {
        // VER STATUS; some write the version of SOCKS where the one of the negotiation belongs.
        guard self.input.count >= 2 else { return .wait }
        guard self.input[0] == 1 || self.input[0] == Self.version, self.input.count == 2 else {
            throw self.failure(.notAProxy(firstBytes: self.firstBytes))
        }
        guard self.input[1] == 0 else { throw self.failure(.credentialsRefused(schemes: [])) }
        self.next(.reply)
        return .send(self.request)
    }

    private mutating func receivedReply() throws(ProxyFailure) -> ProxyStep {
        // VER REP RSV ATYP BND.ADDR BND.PORT
        guard let first = self.input.first else { return .wait }
        guard first == Self.version else {
            throw self.failure(.notAProxy(firstBytes: self.firstBytes))
        }
        guard self.input.count >= 2 else { return .wait }
        // A refusal counts even if the rest of it never comes.
        guard self.input[1] == 0 else { throw self.failure(.reply(self.input[1])) }
        guard self.input.count >= 5 else { return .wait }
        let addressLength: Int
        switch self.input[3] {
        case 0x01: addressLength = 4
        case 0x03: addressLength = 1 + Int(self.input[4])
        case 0x04: addressLength = 16
        default: throw self.failure(.notAProxy(firstBytes: self.firstBytes))
        }
        let length = 4 + addressLength + 2
        guard self.input.count >= length else { return .wait }
        // Nobody speaks through it before we do.
        guard self.input.count == length else {
            throw self.failure(.notAProxy(firstBytes: self.firstBytes))
        }
        return .done
    }

    // VER CMD RSV ATYP DST.ADDR DST.PORT
    private var request: [UInt8] {
        let address: [UInt8] =
            switch self.target {
            case .name(let name): [0x03, UInt8(name.utf8.count)] + Array(name.utf8)
            case .address(let address): [address.isIPv6 ? 0x04 : 0x01] + address.bytes
            }
        return [Self.version, 0x01, 0x00] + address
            + [UInt8(truncatingIfNeeded: self.port >> 8), UInt8(truncatingIfNeeded: self.port)]
    }

    /// Whether an answer of `count` bytes is complete; more, or another version, is no proxy's.
    private func take(_ count: Int, version: UInt8) throws(ProxyFailure) -> Bool {
        guard let first = self.input.first else { return false }
        guard first == version, self.input.count <= count else {
            throw self.failure(.notAProxy(firstBytes: self.firstBytes))
        }
        return self.input.count == count
    }

    private mutating func next(_ phase: Phase) {
        self.phase = phase
        self.input = []
    }

    private var firstBytes: String { String(decoding: self.input.prefix(64), as: UTF8.self) }

    private func failure(_ reason: ProxyFailure.Reason) -> ProxyFailure {
        ProxyFailure(proxy: self.proxy.description, reason: reason)
    }
}
