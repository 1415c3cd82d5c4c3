import Glibc
import HTTPModel
import NIOCore
import NIOSSL

/// Ends requests and the connection.
extension HTTP1Handler {
    /// Ends the current request, if there is one, and the connection.
    func abort(_ failure: TransferFailure) {
        if self.current == nil {
            self.close()
        } else {
            self.fail(failure)
        }
    }

    /// Closes the connection.
    func close() {
        self.isClosing = true
        self.context?.close(promise: nil)
    }

    /// Fails the current request, and ends the connection.
    func fail(_ failure: TransferFailure) {
        guard let current = self.current else { return }
        self.current = nil
        self.removeTimers()
        current.writer.cancel()
        self.count(current)
        // A sink that has not begun hears nothing.
        if current.head != nil { current.transfer.sink.fail() }
        self.owner.failed(current.transfer, failure, on: self.id)
        self.close()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError {
            self.isReset = error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
            self.hasFailed = true
            // The channel closes itself, and `channelInactive` reports it with its bytes counted.
            return
        }
        if case NIOSSLError.uncleanShutdown = error {
            // Only content that the end of the connection delimits is in doubt (RFC 9112, section
            // 9.8); the rest shows by itself whether it is complete.
            if self.reader.delimiter == .endOfConnection { self.endOfInput() }
            return
        }
        if self.current != nil {
            self.fail(TransferFailure(error))
        } else {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connectionEnded()
        context.fireChannelInactive()
    }

    /// Hears, once or twice, that the connection is closed.
    func connectionEnded() {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        if !self.hasFailed { self.orderlyEnd() }
        self.endOfInput()
        self.owner.becameInactive(self.id, isReset: self.isReset)
    }

    /// Ends content that the end of the connection delimits.
    private func orderlyEnd() {
        guard let current = self.current, self.reader.endOfConnection() != nil else { return }
        do {
            try current.delivery?.receivedEnd()
            if current.delivery?.isComplete == true { self.complete() }
        } catch {
            self.fail(TransferFailure(error))
        }
    }

    private func endOfInput() {
        guard let current = self.current else { return }
        let closing = self.isReset ? CloseReason.peerReset : .peerClosed
        let cause: TransportError.Cause
        if let delivery = current.delivery {
            // All content has come, but the sink has not taken it yet: it can still do so.
            if delivery.sawEnd { return }
            var expected: Int?
            if case .length(let length) = self.reader.delimiter { expected = length }
            cause = .truncated(receivedBytes: delivery.receivedBytes, expectedBytes: expected)
        } else {
            cause = .peerClosed(
                receivedBytes: self.bytesIn - current.bytesInBefore,
                isReset: self.isReset
            )
        }
        self.fail(TransferFailure(phase: .receive, cause: cause, closing: closing))
    }
}
