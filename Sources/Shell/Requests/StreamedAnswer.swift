import HTTPModel
import HTTPSession
import Rendering
internal import Synchronization

/// Writes content to standard output as it arrives, where that is no terminal.
///
/// It goes out as it came, or laid out where the setting asks for it. However long it is, and
/// however slowly it is read, memory stays flat and nothing else waits.
final class StreamedAnswer: AnswerObserver {
    private struct State {
        var json: ArrivingJSON?
        var isShown = false
        var contentType: String?
        /// Whether it is nothing to read, so that a line of progress is in nobody's way; nil before
        /// there is content.
        var isBinary: Bool?
    }

    private let state = Mutex(State())
    private let console: Console
    /// Whether JSON is laid out.
    private let laysOut: Bool
    /// Draws the line of progress.
    private let progress: ArrivingAnswer
    /// The lines of a head that are shown before the content.
    private let headLines: @Sendable (ResponseHead) -> [String]

    init(
        console: Console,
        laysOut: Bool,
        clock: @escaping @Sendable () -> Instant,
        headLines: @escaping @Sendable (ResponseHead) -> [String]
    ) {
        self.console = console
        self.laysOut = laysOut
        self.headLines = headLines
        self.progress = ArrivingAnswer(console: console, mayPrint: false, clock: clock) { _ in [] }
    }

    var wasShown: Bool { self.state.withLock { $0.isShown } }

    func began(sending length: Int?) { self.progress.began(sending: length) }

    func sent(_ count: Int) { self.progress.sent(count) }

    func began(_ head: ResponseHead) {
        let type = head.first("Content-Type")
        let json =
            self.laysOut ? ArrivingJSON(contentType: type, in: self.console.outputContext) : nil
        // With no word on what it is, only all of it can tell whether it is to be laid out.
        let isShown = json != nil || !self.laysOut
        self.state.withLock { $0 = State(json: json, isShown: isShown, contentType: type) }
        if isShown {
            let lines = self.headLines(head).map { "\($0)\n" }.joined()
            _ = self.console.outArriving(Array(lines.utf8))
        }
        self.progress.began(head)
    }

    let canPause = true

    func onResume(_ resume: @escaping @Sendable () -> Void) { self.console.onOutputTaken(resume) }

    func received(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        // `get /events | head -3` ends with the answer's third line, not with the answer.
        guard !self.console.outputIsGone else {
            throw BodySinkError(detail: "nobody reads standard output any more")
        }
        let (output, isBinary) = self.state.withLock { state -> ([UInt8], Bool) in
            guard state.isShown else { return ([], false) }
            let output = state.json?.append(bytes) ?? bytes.withUnsafeBytes { Array($0) }
            let isBinary =
                state.isBinary
                ?? (BodyText.kind(of: output, contentType: state.contentType) == .binary)
            state.isBinary = isBinary
            return (output, isBinary)
        }
        if isBinary { _ = self.progress.received(bytes) }
        return self.console.outArriving(output)
    }

    func ended(isComplete: Bool) {
        let (rest, failure) = self.state.withLock { state in
            (state.json?.finish() ?? [], state.json?.failureOffset)
        }
        _ = self.console.outArriving(rest)
        self.progress.ended(isComplete: isComplete)
        if let failure {
            self.console.errLineArriving(
                "not valid JSON from byte \(failure) on, so shown as it came"
            )
        }
    }
}
