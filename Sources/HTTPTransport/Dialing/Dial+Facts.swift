import HTTPModel
import NIOCore
import NIOSSL

/// Says what is known of a connection that has been opened.
extension Dial {
    /// The facts, as they are known at the end.
    func facts(of channel: any Channel, isTLS: Bool) -> ConnectionFacts {
        let now = MonotonicClock.now()
        var facts = ConnectionFacts(
            localAddress: channel.localAddress?.text,
            remoteAddress: self.remoteText(of: channel)
        )
        facts.handshake = HandshakeTimings(
            dns: self.resolveTime,
            connect: self.connectTime,
            proxy: self.proxyTime
        )
        guard isTLS,
            let handler = try? channel.pipeline.syncOperations.handler(
                type: NIOSSLClientHandler.self
            )
        else { return facts }
        let took = self.handshakeStartedAt.duration(to: now)
        facts.handshake?.tls = took
        let pipeline = channel.pipeline.syncOperations
        let version = try? pipeline.nioSSL_tlsVersion()
        let alpn = try? pipeline.handler(type: HandshakeWaiter.self).negotiatedProtocol
        var tls = TLSFacts(
            version: version.flatMap(\.self)?.text ?? "unknown",
            alpn: alpn.flatMap(\.self),
            isVerified: self.tls?.verifier != nil
        )
        let presented = self.presentedChain ?? handler.peerCertificate.map { [$0] } ?? []
        tls.certificates = presented.compactMap { CertificateFacts($0) }
        self.presentedChain = nil
        facts.tls = tls
        self.emit(.tlsEstablished(tls, took: took))
        return facts
    }
}

extension TLSVersion {
    /// The version's usual name.
    fileprivate var text: String {
        switch self {
        case .tlsv1: "TLS 1.0"
        case .tlsv11: "TLS 1.1"
        case .tlsv12: "TLS 1.2"
        case .tlsv13: "TLS 1.3"
        }
    }
}
