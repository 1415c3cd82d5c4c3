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

    /// Sees content that has been taken, decoded if the sink wanted that.
    func received(_ bytes: RawSpan)

    /// Learns that no more will come; whether that was all.
    func ended(isComplete: Bool)
}

extension BodyObserver {
    package func began(sending _: Int?) {}
    package func sent(_: Int) {}
}

/// Lets an observer see what a sink takes.
final class ObservedSink: ContentSink {
    private let sink: any ContentSink
    private let observer: any BodyObserver

    init(_ sink: any ContentSink, observer: any BodyObserver) {
        self.sink = sink
        self.observer = observer
    }

    var canPause: Bool { self.sink.canPause }

    func begin(_ head: ResponseHead) -> BodyDisposition {
        self.observer.began(head)
        return self.sink.begin(head)
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        let flow = try self.sink.write(bytes)
        self.observer.received(bytes)
        return flow
    }

    func onResume(_ resume: @escaping @Sendable () -> Void) { self.sink.onResume(resume) }

    func end() throws(BodySinkError) {
        try self.sink.end()
        self.observer.ended(isComplete: true)
    }

    func fail() {
        self.sink.fail()
        self.observer.ended(isComplete: false)
    }

    func content() -> Exchange.Content { self.sink.content() }
}
