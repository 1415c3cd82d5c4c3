/// Takes the content of a response as it arrives, on the transport's event loop.
///
/// Calls come in this order: `begin` once, `write` any number of times, then `end` or `fail` once.
/// A sink that answers `.pause` gets no more bytes until it has called the closure that was given
/// to `onResume`; meanwhile the connection is not read, so the peer's window fills.
package protocol BodySink: AnyObject, Sendable {
    /// Decides, by the head of the final response, what becomes of the content.
    func begin(_ head: ResponseHead) -> BodyDisposition

    /// Takes content, decoded if `begin` asked for that.
    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow

    /// Whether `write` ever answers `.pause`; one that never does is not given `onResume`.
    var canPause: Bool { get }

    /// Remembers what to call once a pause is over; it may be called from any thread.
    func onResume(_ resume: @escaping @Sendable () -> Void)

    /// Learns that all content has been delivered.
    func end() throws(BodySinkError)

    /// Learns that no more will come.
    func fail()
}

extension BodySink {
    package var canPause: Bool { true }
    package func onResume(_: @escaping @Sendable () -> Void) {}
    package func end() throws(BodySinkError) {}
    package func fail() {}
}

/// What becomes of the content of a response.
package enum BodyDisposition: Sendable, Hashable {
    /// It is delivered, with content codings removed.
    case deliverDecoded
    /// It is delivered as it came.
    case deliverRaw
    /// Nobody wants it: it is drained within bounds, undecoded (POOL.md rule 23).
    case drain
}

/// Whether a sink can take more.
package enum BodyFlow: Sendable, Hashable {
    /// More can come.
    case `continue`
    /// No more for now.
    case pause
}

/// Why a sink could not take content; the operating system's words.
package struct BodySinkError: Error, Sendable, Hashable {
    /// What went wrong.
    package var detail: String

    /// Creates an error.
    package init(detail: String) {
        self.detail = detail
    }
}
