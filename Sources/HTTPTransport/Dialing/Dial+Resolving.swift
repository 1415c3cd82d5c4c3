import HTTPModel
import NIOCore

/// Finds addresses.
extension Dial {
    /// Why a host has no address that may be used.
    struct NoUsableAddress: Error {
        let host: String
        let family: AddressFamily
    }

    /// Finds the addresses of `host` that the key allows; their ports are not to be relied on.
    func resolve(_ host: String, then proceed: @escaping ([SocketAddress]) -> Void) {
        let pinned = self.key.addressing.constraints?.pinned ?? []
        if pinned.isEmpty {
            self.resolveUnpinned(host, then: proceed)
        } else {
            self.proceed(with: pinned.compactMap(Self.address), of: host, proceed)
        }
    }

    /// The same for a name that only the origin's proxy will connect to.
    func resolveUnpinned(_ host: String, then proceed: @escaping ([SocketAddress]) -> Void) {
        if let address = Self.address(host) {
            self.proceed(with: [address], of: host, proceed)
        } else if let known = self.book.known(host) {
            self.emitResolved(known, took: .zero, cached: true)
            self.proceed(with: known, of: host, proceed)
        } else {
            self.lookUp(host, then: proceed)
        }
    }

    private func lookUp(_ host: String, then proceed: @escaping ([SocketAddress]) -> Void) {
        let startedAt = MonotonicClock.now()
        NameResolution.addresses(of: host, on: self.loop)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success where self.isAbandoned:
                    self.end(.failure(ChannelError.alreadyClosed))
                case .success(let addresses):
                    let took = startedAt.duration(to: MonotonicClock.now())
                    self.resolveTime = (self.resolveTime ?? .zero) + took
                    self.emitResolved(addresses, took: took, cached: false)
                    self.book.found(host, addresses)
                    self.proceed(with: addresses, of: host, proceed)
                case .failure(let error): self.end(.failure(error))
                }
            }
    }

    private func proceed(
        with addresses: [SocketAddress],
        of host: String,
        _ proceed: ([SocketAddress]) -> Void
    ) {
        let family = self.wantedFamily
        let usable = addresses.filter { address in
            switch family {
            case .auto: true
            case .ipv4: address.protocol == .inet
            case .ipv6: address.protocol == .inet6
            }
        }
        guard !usable.isEmpty else {
            self.end(.failure(NoUsableAddress(host: host, family: family)))
            return
        }
        proceed(usable)
    }

    /// The family that the settings ask for, or that the local address is of.
    private var wantedFamily: AddressFamily {
        guard let constraints = self.key.addressing.constraints else { return .auto }
        guard constraints.family == .auto, let source = constraints.source else {
            return constraints.family
        }
        return source.contains(":") ? .ipv6 : .ipv4
    }

    private static func address(_ text: String) -> SocketAddress? {
        // The port comes later.
        guard text.isIPAddress else { return nil }
        return try? SocketAddress(ipAddress: text, port: 0)
    }

    private func emitResolved(_ addresses: [SocketAddress], took: Duration, cached: Bool) {
        let texts = addresses.compactMap(\.ipAddress)
        self.emit(.resolved(addresses: texts, took: took, cached: cached))
    }
}
