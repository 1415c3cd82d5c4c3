import HTTPModel
import NIOCore
import NIOHTTP2

/// Makes an open channel a connection that carries requests.
extension Dial {
    /// Adds the handlers of the version that was agreed on, and ends once requests can go out.
    func install(on channel: any Channel, tls wireCounter: WireCounter?) {
        do {
            if try self.speaksHTTP2(channel, isTLS: wireCounter != nil) {
                try self.installHTTP2(on: channel, tls: wireCounter)
            } else {
                let carrier = try self.installHTTP1(on: channel)
                self.end(.success(self.opened(channel, carrier, tls: wireCounter)))
            }
        } catch {
            channel.close(promise: nil)
            self.end(.failure(error))
        }
    }

    /// Whether the connection is to speak HTTP/2: by ALPN over TLS, by prior knowledge else.
    private func speaksHTTP2(_ channel: any Channel, isTLS: Bool) throws -> Bool {
        guard isTLS else { return self.key.versionPolicy == .http2 }
        let waiter = try channel.pipeline.syncOperations.handler(type: HandshakeWaiter.self)
        if waiter.negotiatedProtocol == "h2" { return true }
        guard self.key.versionPolicy != .http2 else { throw ProtocolFault(.notHTTP2) }
        return false
    }

    private func installHTTP1(on channel: any Channel) throws -> Carrier {
        var forwardingProxy: Proxy?
        if case .forward(let proxy) = self.key.route { forwardingProxy = proxy }
        let handler = HTTP1Handler(
            id: self.id,
            forwardingProxy: forwardingProxy,
            owner: self.owner
        )
        try channel.pipeline.syncOperations.addHandler(handler)
        return .http1(handler)
    }

    /// Requests may go out once the peer's first SETTINGS have come (POOL.md rule 40).
    private func installHTTP2(on channel: any Channel, tls wireCounter: WireCounter?) throws {
        self.phase = .handshake
        self.negotiatedHTTP2()
        guard !self.isAbandoned else { throw ChannelError.alreadyClosed }
        let meter = HTTP2Meter()
        let handler = HTTP2Handler(id: self.id, meter: meter, owner: self.owner) { result in
            switch result {
            case .success(let settings):
                let carrier = self.http2Carrier
                self.http2Carrier = nil
                guard let carrier, !self.isAbandoned else {
                    self.end(.failure(ChannelError.alreadyClosed))
                    return
                }
                var opened = self.opened(channel, carrier, tls: wireCounter)
                opened.settings = settings
                self.end(.success(opened))
            case .failure(let error):
                self.http2Carrier = nil
                channel.close(promise: nil)
                // What came instead of SETTINGS was no HTTP/2.
                self.end(.failure(error is TransferFailure ? ProtocolFault(.notHTTP2) : error))
            }
        }
        self.http2Carrier = .http2(handler, meter)
        try channel.pipeline.syncOperations.addHandlers(meter, HTTP2Handler.makeCodec(), handler)
    }

    private func opened(
        _ channel: any Channel,
        _ carrier: Carrier,
        tls wireCounter: WireCounter?
    ) -> Opened {
        var facts = self.facts(of: channel, isTLS: wireCounter != nil)
        facts.applicationProtocol = carrier.applicationProtocol
        return Opened(
            channel: channel,
            socket: TCPInfo.socket(of: channel),
            carrier: carrier,
            wireCounter: wireCounter,
            route: self.key.route,
            facts: facts
        )
    }
}
