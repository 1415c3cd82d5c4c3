import HTTPModel
import NIOCore

/// Has a proxy go on to the origin.
extension Dial {
    /// Negotiates with `proxy`, and goes on when the way is open.
    func pass(_ proxy: Proxy, _ negotiation: any ProxyNegotiation, on channel: any Channel) {
        self.phase = .connect
        let startedAt = MonotonicClock.now()
        let opened = self.loop.makePromise(of: Void.self)
        let handler = ProxyHandler(negotiation, proxy: proxy, opened: opened)
        opened.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success where self.isAbandoned:
                self.end(.failure(ChannelError.alreadyClosed))
            case .success:
                let took = startedAt.duration(to: MonotonicClock.now())
                self.proxyTime = took
                let target = "\(self.key.origin.host):\(self.key.origin.port)"
                self.emit(.proxied(self.key.route, target: target, took: took))
                channel.pipeline.syncOperations.removeHandler(handler, promise: nil)
                self.secure(channel)
            case .failure(let error):
                channel.close(promise: nil)
                self.end(.failure(error))
            }
        }
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            opened.fail(error)
        }
    }

    /// Asks a SOCKS proxy for the origin, by name or by an address that was looked up here.
    func passSOCKS(_ proxy: Proxy, on channel: any Channel) {
        let origin = self.key.origin
        func pass(_ target: SOCKSNegotiation.Target) {
            self.pass(
                proxy,
                SOCKSNegotiation(proxy, to: target, port: origin.port),
                on: channel
            )
        }
        let named = self.key.addressing.constraints?.targets.first ?? origin.host
        if let address = IPAddress(named) {
            pass(.address(address))
            return
        }
        switch proxy.kind {
        case .http, .socks5h: pass(.name(origin.host))
        case .socks5:
            self.phase = .resolve
            self.resolveUnpinned(origin.host) { addresses in
                let texts = addresses.compactMap(\.ipAddress)
                guard let address = texts.compactMap(IPAddress.init).first else {
                    pass(.name(origin.host))
                    return
                }
                pass(.address(address))
            }
        }
    }
}
