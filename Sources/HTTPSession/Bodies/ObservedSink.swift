package import HTTPModel

/// Watches the content of an exchange go out, and its final response arrive, on the transport's
/// event loop.
package protocol BodyObserver: AnyObject, Sendable {
    /// Learns that an attempt is about to be made, with so much content; nil is none.
    func began(sending length: Int?)

    /// Learns how many bytes of the request's content have gone out.
    func sent(_ count: Int)

    /// Learns of the head.
    func began(_ head: ResponseHead)

    /// Sees content that has been taken, decoded if the sink wanted that; says whether more may
    /// come. What it throws ends the exchange: nobody is there any more whom it was for.
    func received(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow

    /// Whether `received` ever answers `.pause`; one that never does is not given `onResume`.
    ///
    /// Only what watches a sink that never pauses may.
    var canPause: Bool { get }

    /// Remembers what to call once a pause is over; it may be called from any thread.
    func onResume(_ resume: @escaping @Sendable () -> Void)

    /// Learns that a named pipe has no reader yet, for which the content waits; from any thread.
    func waitsForReader(of path: String)

    /// Learns that no more will come; whether that was all.
    func ended(isComplete: Bool)
}

extension BodyObserver {
    package func began(sending _: Int?) {}
    package func sent(_: Int) {}
    package func waitsForReader(of _: String) {}
    package var canPause: Bool { false }
    package func onResume(_: @escaping @Sendable () -> Void) {}
}

/// Lets an observer see what a sink takes.
final class ObservedSink: ContentSink {
    private let sink: any ContentSink
    private let observer: any BodyObserver

    init(_ sink: any ContentSink, observer: any BodyObserver) {
        precondition(
            !sink.canPause || !observer.canPause,
            "two that pause would resume each other"
        )
        self.sink = sink
        self.observer = observer
    }

    var canPause: Bool { self.sink.canPause || self.observer.canPause }

    func begin(_ head: ResponseHead) -> BodyDisposition {
        self.observer.began(head)
        return self.sink.begin(head)
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        let flow = try self.sink.write(bytes)
        let seen = try self.observer.received(bytes)
        return flow == .pause ? .pause : seen
    }

    func onResume(_ resume: @escaping @Sendable () -> Void) {
        self.sink.canPause ? self.sink.onResume(resume) : self.observer.onResume(resume)
    }

    func end() throws(BodySinkError) {
        try self.sink.end()
        self.observer.ended(isComplete: true)
    }

    func fail() {
        self.sink.fail()
        self.observer.ended(isComplete: false)
    }

    func content() -> Exchange.Content { self.sink.content() }

    var keptPart: String? { self.sink.keptPart }
}
