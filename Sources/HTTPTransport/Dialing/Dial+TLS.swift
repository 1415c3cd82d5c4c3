import FoundationEssentials
import HTTPModel
import NIOCore
import NIOSSL

/// Agrees on TLS, and has the certificates verified.
extension Dial {
    /// Agrees on TLS if the origin wants it, and ends.
    func secure(_ channel: any Channel) {
        if let tls = self.tls {
            self.shakeHands(on: channel, tls: tls)
        } else {
            self.install(on: channel, tls: nil)
        }
    }

    private func shakeHands(on channel: any Channel, tls: TLSContexts.Entry) {
        self.phase = .handshake
        self.handshakeStartedAt = MonotonicClock.now()
        let wireCounter = WireCounter()
        let done = self.loop.makePromise(of: Void.self)
        do {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(wireCounter)
            try pipeline.addHandler(try self.makeTLSHandler(tls))
            try pipeline.addHandler(HandshakeWaiter(done))
        } catch {
            done.fail(error)
        }
        done.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success where self.isAbandoned: self.end(.failure(ChannelError.alreadyClosed))
            case .success: self.install(on: channel, tls: wireCounter)
            case .failure(let error):
                // Nobody else knows of it: without a handler it would stay open.
                channel.close(promise: nil)
                self.end(.failure(error))
            }
        }
    }

    private func makeTLSHandler(_ tls: TLSContexts.Entry) throws -> NIOSSLClientHandler {
        var host = self.key.origin.host
        // SNI carries names only (RFC 6066, section 3).
        var serverName = host.isIPAddress ? nil : host
        switch tls.serverName {
        case .host: break
        case .none: serverName = nil
        case .name(let name):
            host = name
            serverName = name.isIPAddress ? nil : name
        }
        // Without the dot that ends an absolute name (RFC 6066, section 3).
        if serverName?.hasSuffix(".") == true { serverName?.removeLast() }
        guard let verifier = tls.verifier else {
            return try NIOSSLClientHandler(context: tls.context, serverHostname: serverName)
        }
        let expected = host
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        let loop = self.loop
        return try NIOSSLClientHandler(
            context: tls.context,
            serverHostname: serverName,
            customVerificationCallback: { chain, promise in
                bound.value.presentedChain = chain
                let verdict = loop.makePromise(of: CertificateProblem?.self)
                verdict.completeWithTask {
                    await verifier.problem(with: chain, host: expected, now: Date())
                }
                verdict.futureResult.whenComplete { result in
                    switch result {
                    case .success(nil): promise.succeed(.certificateVerified)
                    case .success(let problem):
                        bound.value.certificateProblem = problem
                        promise.succeed(.failed)
                    case .failure(let error): promise.fail(error)
                    }
                }
            }
        )
    }
}
