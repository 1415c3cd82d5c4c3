import HTTPModel

/// A sink that says in the end where the content is.
protocol ContentSink: BodySink {
    /// Where the content is, once `end` or `fail` has been called.
    func content() -> Exchange.Content
    /// The file that holds what had arrived when it broke off; nil if nothing was kept.
    var keptPart: String? { get }
}

extension ContentSink {
    var keptPart: String? { nil }
}

extension BodySinkError {
    /// The error of a file.
    init(_ error: FileError) {
        self.init(detail: "\(error.path): \(error.detail)")
    }
}

/// Passes content on to a sink of the caller, and counts it.
final class ForwardingSink: ContentSink {
    private let sink: any BodySink
    private let counter = CountingSink()

    init(_ sink: any BodySink) {
        self.sink = sink
    }

    var canPause: Bool { self.sink.canPause }

    func begin(_ head: ResponseHead) -> BodyDisposition { self.sink.begin(head) }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        self.counter.add(bytes.byteCount)
        return try self.sink.write(bytes)
    }

    func onResume(_ resume: @escaping @Sendable () -> Void) { self.sink.onResume(resume) }

    func end() throws(BodySinkError) { try self.sink.end() }

    func fail() { self.sink.fail() }

    func content() -> Exchange.Content { self.counter.content() }
}
