import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage
internal import Synchronization

/// Shows an answer while it arrives.
protocol AnswerObserver: BodyObserver {
    /// Whether the answer has been shown already.
    var wasShown: Bool { get }
}

/// Shows an exchange at a terminal while it lasts: what goes out as a line of progress, what
/// arrives as text if it is a stream of events or a long text, else as a line of progress too.
final class ArrivingAnswer: AnswerObserver {
    /// How long an answer takes before it is worth showing early.
    static let patience: Duration = .seconds(1)
    /// How often the line of progress is drawn.
    static let interval: Duration = .milliseconds(200)
    /// How much is held back while nobody knows whether it is long.
    private static let holdLimit = 1 << 20

    private struct State {
        /// What goes out; nil once the answer has begun, or if nothing does.
        var upload: Upload?
        var head: ResponseHead?
        var startedAt = Instant.start
        var lastDrawn = Instant.start
        var size = 0
        /// What has arrived and is not shown; nil if it is too much, or never shown early.
        var held: [UInt8]? = []
        var isLive = false
        /// How much of what is held is known to have no line's end.
        var scanned = 0
    }

    private struct Upload {
        var startedAt: Instant
        var length: Int?
    }

    private let state = Mutex(State())
    private let console: Console
    private let clock: @Sendable () -> Instant
    /// The lines of a head that are shown before the content.
    private let headLines: @Sendable (ResponseHead) -> [String]
    /// Whether the content may be printed as it arrives.
    private let mayPrint: Bool

    init(
        console: Console,
        mayPrint: Bool,
        clock: @escaping @Sendable () -> Instant,
        headLines: @escaping @Sendable (ResponseHead) -> [String]
    ) {
        self.console = console
        self.mayPrint = mayPrint
        self.clock = clock
        self.headLines = headLines
    }

    /// Whether the answer has been shown already.
    var wasShown: Bool { self.state.withLock { $0.isLive } }

    func began(sending length: Int?) {
        let now = self.clock()
        self.state.withLock { $0.upload = Upload(startedAt: now, length: length) }
    }

    func sent(_ count: Int) {
        let now = self.clock()
        self.state.withLock { state in
            guard let upload = state.upload else { return }
            let elapsed = upload.startedAt.duration(to: now)
            guard elapsed >= Self.patience else { return }
            self.draw(.upload, &state, done: count, of: upload.length, after: elapsed, now)
        }
    }

    func began(_ head: ResponseHead) {
        let now = self.clock()
        self.console.showProgress(nil)
        self.state.withLock { state in
            state = State()
            state.head = head
            state.startedAt = now
            if !self.mayPrint { state.held = nil }
            if BodyText.isStream(contentType: head.first("Content-Type")) { self.goLive(&state) }
        }
    }

    var canPause: Bool { self.mayPrint }

    func onResume(_ resume: @escaping @Sendable () -> Void) { self.console.onOutputTaken(resume) }

    func received(_ bytes: RawSpan) -> BodyFlow {
        self.state.withLock { state in
            state.size += bytes.byteCount
            if state.held != nil {
                bytes.withUnsafeBytes { state.held?.append(contentsOf: $0) }
            }
            if !state.isLive {
                let now = self.clock()
                guard state.startedAt.duration(to: now) >= Self.patience else {
                    if state.held?.count ?? 0 > Self.holdLimit { state.held = nil }
                    return .continue
                }
                guard self.isText(state) else {
                    state.held = nil
                    self.drawDownload(&state, now)
                    return .continue
                }
                self.goLive(&state)
            }
            return self.printLines(&state)
        }
    }

    func waitsForReader(of path: String) { self.console.tellWait(forReaderOf: path) }

    func ended(isComplete: Bool) {
        self.state.withLock { state in
            if state.isLive, let rest = state.held, !rest.isEmpty {
                _ = self.print(rest, state)
                state.held = []
            }
        }
        self.console.showProgress(nil)
    }

    // MARK: Text

    /// Whether what is held back is text that is printed as it comes, as opposed to laid out.
    private func isText(_ state: State) -> Bool {
        guard let held = state.held else { return false }
        let type = state.head?.first("Content-Type")
        switch BodyText.kind(of: held, contentType: type) {
        case .text, .jsonLines: return true
        case .empty, .json, .binary: return false
        }
    }

    private func goLive(_ state: inout State) {
        guard self.mayPrint, let head = state.head else { return }
        state.isLive = true
        for line in self.headLines(head) { _ = self.console.outArriving(Array("\(line)\n".utf8)) }
    }

    /// Prints whole lines; what is behind the last one waits for its end, unless it is too much.
    private func printLines(_ state: inout State) -> BodyFlow {
        guard state.isLive, let held = state.held else { return .continue }
        let end: Int
        if let newline = held[state.scanned...].lastIndex(of: UInt8(ascii: "\n")) {
            end = newline + 1
        } else if held.count > Self.holdLimit {
            end = held.count - Self.begunScalarBytes(in: held)
        } else {
            state.scanned = held.count
            return .continue
        }
        let flow = self.print(Array(held[..<end]), state)
        state.held = Array(held[end...])
        state.scanned = state.held?.count ?? 0
        return flow
    }

    /// How many bytes at the end begin a scalar of UTF-8 whose other bytes are still to come.
    private static func begunScalarBytes(in bytes: [UInt8]) -> Int {
        for (count, byte) in bytes.reversed().prefix(4).enumerated() where byte & 0xC0 != 0x80 {
            let length = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            return count + 1 < length ? count + 1 : 0
        }
        return 0
    }

    private func print(_ bytes: [UInt8], _ state: State) -> BodyFlow {
        guard self.console.outputIsTerminal else { return self.console.outArriving(bytes) }
        let text = BodyText.text(
            bytes,
            contentType: state.head?.first("Content-Type"),
            layout: nil,
            in: self.console.outputContext
        )
        return self.console.outArriving(Array(text.utf8))
    }

    // MARK: Progress

    private func drawDownload(_ state: inout State, _ now: Instant) {
        self.draw(
            .download,
            &state,
            done: state.size,
            of: state.head?.first("Content-Length").flatMap { Int($0) },
            after: state.startedAt.duration(to: now),
            now
        )
    }

    private func draw(
        _ direction: ProgressText.Direction,
        _ state: inout State,
        done: Int,
        of length: Int?,
        after elapsed: Duration,
        _ now: Instant
    ) {
        guard state.lastDrawn.duration(to: now) >= Self.interval else { return }
        state.lastDrawn = now
        self.console.showProgress(
            ProgressText.line(
                direction,
                done: done,
                of: length,
                after: elapsed,
                in: self.console.errorContext
            )
        )
    }
}

extension Evaluator {
    /// What shows an exchange while it lasts; nil where nobody would see it.
    ///
    /// - Parameters:
    ///   - tails: Where the answer goes.
    ///   - isSaved: Whether it goes to a file all the same.
    ///   - isVerbose: Whether its head is shown in any case.
    /// - Returns: What watches the exchange.
    func arrivingAnswer(
        _ tails: Tails = .none,
        isSaved: Bool = false,
        isVerbose: Bool = false
    ) -> (any AnswerObserver)? {
        guard !self.printsJSON else { return nil }
        let shown = self.shownParts(isVerbose: isVerbose)
        let mayPrint = tails.isEmpty && !isSaved && shown.contains(.body)
        let context = self.console.outputContext
        let headLines: @Sendable (ResponseHead) -> [String] = { head in
            Self.headLines(of: head, shown, in: context)
        }
        if mayPrint, !self.console.outputIsTerminal {
            let laysOut = self.settings.isJSONFormatExplicit && self.settings.jsonFormat == .pretty
            return StreamedAnswer(
                console: self.console,
                laysOut: laysOut,
                clock: self.configuration.clock,
                headLines: headLines
            )
        }
        guard mayPrint || self.console.streams.errorIsTerminal else { return nil }
        let isTerminal = self.console.outputIsTerminal
        return ArrivingAnswer(
            console: self.console,
            mayPrint: mayPrint,
            clock: self.configuration.clock
        ) { head in
            isTerminal ? headLines(head) : []
        }
    }

    /// Says that a part of a download was kept, and how to go on with it where that can be.
    func remarkPart(of built: BuiltRequest, _ exchange: Exchange) {
        guard exchange.failure != nil, let part = exchange.keptPart,
            let size = Files.size(of: part), size > 0
        else { return }
        let text = "\(ByteText.text(size)) kept in \(Sanitizer.line(part))"
        let canResume = built.download?.partPath == part && built.download?.beginning != nil
        self.remark(canResume ? "\(text); the same with --resume goes on" : text)
    }
}
