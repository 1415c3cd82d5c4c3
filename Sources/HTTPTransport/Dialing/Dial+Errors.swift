import Glibc
import HTTPModel
import NIOCore
import NIOPosix

/// Says why opening failed.
extension Dial {
    /// The error that the pool is told when opening failed.
    func transportError(for error: any Error) -> TransportError {
        let (phase, cause) = self.diagnosis(of: error)
        return TransportError(
            phase: phase,
            origin: self.key.origin,
            connection: self.id,
            cause: cause,
            elapsed: self.startedAt.duration(to: MonotonicClock.now())
        )
    }

    /// The error that the pool is told when `timeout.connect` passed.
    func timeoutError() -> TransportError {
        TransportError(
            phase: self.phase,
            origin: self.key.origin,
            connection: self.id,
            cause: self.timeoutCause,
            elapsed: self.startedAt.duration(to: MonotonicClock.now())
        )
    }

    private func diagnosis(
        of error: any Error
    ) -> (TransportError.Phase, TransportError.Cause) {
        if let problem = self.certificateProblem {
            return (.handshake, .certificate(problem))
        }
        if let failure = error as? ProxyFailure { return (.connect, .proxy(failure)) }
        if let failure = error as? NoUsableAddress {
            return (.resolve, .noUsableAddress(host: failure.host, family: failure.family))
        }
        if let failure = error as? NameResolution.Failure {
            return (.resolve, self.asProxyFailure(failure.cause))
        }
        if let fault = error as? ProtocolFault {
            return (.handshake, .protocolViolation(fault.violation))
        }
        if error is HTTP2EndedEarly {
            return (.handshake, .peerClosed(receivedBytes: 0, isReset: false))
        }
        switch self.phase {
        case .connect:
            return (.connect, self.asProxyFailure(self.connectCause(of: error)))
        case .handshake:
            return (.handshake, .tls(detail: Self.tlsDetail(of: error)))
        case .queue, .resolve, .send, .receive, .decode:
            return (self.phase, .resolverFailed(host: self.key.origin.host, detail: "\(error)"))
        }
    }

    private var timeoutCause: TransportError.Cause {
        let limit = self.connectTimeout
        let cause = TransportError.Cause.timedOut(limit: limit, setting: "timeout.connect")
        switch self.phase {
        case .resolve, .connect: return self.asProxyFailure(cause)
        case .queue, .handshake, .send, .receive, .decode: return cause
        }
    }

    /// A cause that lies on the way to a proxy, as the proxy's failure; others as they are.
    private func asProxyFailure(_ cause: TransportError.Cause) -> TransportError.Cause {
        guard let proxy = self.key.route.proxy else { return cause }
        let reason: ProxyFailure.Reason
        switch cause {
        case .nameNotFound(let host) where host == proxy.host: reason = .nameNotFound(host: host)
        case .resolverFailed(let host, let detail) where host == proxy.host:
            reason = .unreachable(detail: detail)
        case .refused: reason = .refused
        case .unreachable(_, let detail): reason = .unreachable(detail: detail)
        case .timedOut(let limit, _): reason = .timedOut(limit: limit)
        // The origin's own name, or nothing that the proxy has to do with.
        default: return cause
        }
        return .proxy(ProxyFailure(proxy: proxy.description, reason: reason))
    }

    private func connectCause(of error: any Error) -> TransportError.Cause {
        var tried = self.addresses.compactMap(\.text)
        if case .unix(let path) = self.key.route { tried = [path] }
        if case ChannelError.connectTimeout? = error as? ChannelError {
            return .timedOut(limit: self.connectTimeout, setting: "timeout.connect")
        }
        var cause = error
        if let many = error as? NIOConnectionError, let last = many.connectionErrors.last {
            cause = last.error
        }
        guard let system = cause as? IOError else {
            return .unreachable(addresses: tried, detail: "\(cause)")
        }
        if system.errnoCode == ECONNREFUSED { return .refused(addresses: tried) }
        let words = String(cString: strerror(system.errnoCode))
        // Only a local address can be unavailable.
        if system.errnoCode == EADDRNOTAVAIL,
            let source = self.key.addressing.constraints?.source
        {
            return .sourceAddress(source, detail: words)
        }
        return .unreachable(addresses: tried, detail: words)
    }

    private static func tlsDetail(of error: any Error) -> String {
        if error is HandshakeWaiter.EndedEarly { return "the peer closed the connection" }
        return TLSErrorDetail.text(of: error)
    }
}
