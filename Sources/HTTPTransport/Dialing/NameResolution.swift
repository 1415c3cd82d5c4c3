import Glibc
import HTTPModel
import NIOCore
import NIOPosix

/// Looks host names up with the system's resolver, off the event loop.
enum NameResolution {
    /// Why a name has no address.
    struct Failure: Error {
        /// What happened, for the transport's error.
        var cause: TransportError.Cause
    }

    /// Looks `host` up; the addresses come in the order of RFC 6724, as getaddrinfo sorts them.
    ///
    /// They have no port yet.
    static func addresses(
        of host: String,
        on loop: any EventLoop
    ) -> EventLoopFuture<[SocketAddress]> {
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) { try Self.lookUp(host: host) }
    }

    private static func lookUp(host: String) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        // A URL has the percent sign of a zone encoded (RFC 6874), the system wants it plain.
        let status = getaddrinfo(host.replacing("%25", with: "%"), nil, &hints, &list)
        guard status == 0 else { throw Failure(cause: Self.cause(status, host: host)) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let raw = entry.pointee.ai_addr else { continue }
            switch entry.pointee.ai_family {
            case AF_INET:
                raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    addresses.append(SocketAddress($0.pointee, host: host))
                }
            case AF_INET6:
                raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    addresses.append(SocketAddress($0.pointee, host: host))
                }
            // Other families carry no HTTP.
            default: continue
            }
        }
        guard !addresses.isEmpty else { throw Failure(cause: .nameNotFound(host: host)) }
        return addresses
    }

    private static func cause(_ status: Int32, host: String) -> TransportError.Cause {
        switch status {
        case EAI_NONAME, -5 /* EAI_NODATA, which Glibc hides behind _GNU_SOURCE */:
            .nameNotFound(host: host)
        default:
            .resolverFailed(host: host, detail: String(cString: gai_strerror(status)))
        }
    }
}

/// Addresses found within the last minute (POOL.md rule 44); failures are not kept.
struct AddressCache {
    /// How long addresses are kept.
    static let lifetime = Duration.seconds(60)
    /// How many names are kept.
    static let limit = 1_000

    private var entries: [String: (addresses: [SocketAddress], expiresAt: Instant)] = [:]

    /// The addresses of `host`, if they were found lately; their ports are not to be relied on.
    mutating func addresses(of host: String, now: Instant) -> [SocketAddress]? {
        guard let entry = self.entries[host] else { return nil }
        guard entry.expiresAt > now else {
            self.entries[host] = nil
            return nil
        }
        return entry.addresses
    }

    /// Forgets the addresses of `host`, or of all; returns of how many names.
    mutating func removeAll(of host: String?) -> Int {
        guard let host else {
            defer { self.entries = [:] }
            return self.entries.count
        }
        return self.entries.removeValue(forKey: host) == nil ? 0 : 1
    }

    /// Keeps addresses.
    mutating func insert(_ addresses: [SocketAddress], for host: String, now: Instant) {
        if self.entries.count >= Self.limit { self.entries = [:] }
        self.entries[host] = (addresses, now.advanced(by: Self.lifetime))
    }
}

/// Gives NIO's happy eyeballs addresses that are known already.
struct KnownAddresses: Resolver {
    let addresses: [SocketAddress]
    let loop: any EventLoop

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.loop.makeSucceededFuture(self.addresses.filter { $0.protocol == .inet })
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.loop.makeSucceededFuture(self.addresses.filter { $0.protocol == .inet6 })
    }

    func cancelQueries() {}
}

extension SocketAddress {
    /// Address and port, such as `127.0.0.1:8080` or `[::1]:8080`.
    var text: String? {
        guard let address = self.ipAddress, let port = self.port else { return nil }
        return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// The address with another port.
    func with(port: Int) -> SocketAddress {
        var copy = self
        copy.port = port
        return copy
    }
}
