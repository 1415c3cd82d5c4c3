import Glibc
import HTTPModel
import NIOCore
import NIOPosix

/// Tells what came of trying to connect to one address; happy eyeballs try several at once
/// (POOL.md rules 44 and 49).
///
/// Leaves the channel once it is connected.
final class AttemptWatch: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = Never

    private let emit: (PoolEvent.Kind) -> Void

    /// Creates a watch that tells `emit` the outcome, on the event loop.
    init(emit: @escaping (PoolEvent.Kind) -> Void) {
        self.emit = emit
    }

    func connect(
        context: ChannelHandlerContext,
        to address: SocketAddress,
        promise: EventLoopPromise<Void>?
    ) {
        let startedAt = MonotonicClock.now()
        let text = address.text ?? address.pathname ?? ""
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { result in
            var error: String?
            if case .failure(let failure) = result { error = Self.word(for: failure) }
            let took = startedAt.duration(to: MonotonicClock.now())
            self.emit(.connectAttempt(address: text, error: error, took: took))
            if error == nil {
                context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
            }
        }
        context.connect(to: address, promise: promise)
    }

    private static func word(for error: any Error) -> String {
        if case ChannelError.connectTimeout? = error as? ChannelError { return "timed out" }
        // Closed by us: another address was faster.
        guard let system = error as? IOError else { return "given up" }
        return system.errnoCode == ECONNREFUSED
            ? "refused" : String(cString: strerror(system.errnoCode))
    }
}
