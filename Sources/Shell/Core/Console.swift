import Glibc
import HTTPModel
package import Rendering
internal import Synchronization

/// Where text goes: data to standard output, everything else to standard error.
///
/// Each write is whole, from whatever thread. Data is in the order of its writes, behind what has
/// arrived on the event loop and waits for its reader; what is not data waits for nobody either,
/// until much of it does.
package final class Console: Sendable {
    /// What a console writes to, and what is known of it.
    package struct Streams: Sendable {
        /// Takes data.
        package var writeOutput: @Sendable ([UInt8]) -> Bool
        /// Takes everything else.
        package var writeError: @Sendable ([UInt8]) -> Bool
        /// Whether it takes some of that without waiting for its reader.
        package var errorIsReady: @Sendable () -> Bool
        /// Whether data goes to a terminal.
        package var outputIsTerminal: Bool
        /// Whether everything else does.
        package var errorIsTerminal: Bool
        /// The cells of a line; asked anew, because windows change.
        package var width: @Sendable () -> Int?

        /// The lines of a screen, asked anew too.
        package var height: @Sendable () -> Int?

        /// Describes streams.
        package init(
            writeOutput: @escaping @Sendable ([UInt8]) -> Bool,
            writeError: @escaping @Sendable ([UInt8]) -> Bool,
            errorIsReady: @escaping @Sendable () -> Bool = { true },
            outputIsTerminal: Bool = false,
            errorIsTerminal: Bool = false,
            width: @escaping @Sendable () -> Int? = { nil },
            height: @escaping @Sendable () -> Int? = { nil }
        ) {
            self.writeOutput = writeOutput
            self.writeError = writeError
            self.errorIsReady = errorIsReady
            self.outputIsTerminal = outputIsTerminal
            self.errorIsTerminal = errorIsTerminal
            self.width = width
            self.height = height
        }
    }

    private struct State {
        var color = ColorChoice.auto
        var tellsNotices = true
        var showNotice: (@Sendable (String) -> Void)?
        /// Notices that wait while a child has the screen; nil while none has.
        var heldNotices: [String]?
        var outputIsGone = false
        var progress: String?
    }

    /// What it writes to.
    package let streams: Streams
    private let environment: [String: String]
    private let isASCII: Bool
    private let state = Mutex(State())
    /// What waits for the reader of standard output.
    private let arriving = ArrivingOutput()
    /// What waits for the reader of standard error.
    private let errors = ArrivingOutput()

    /// Creates a console.
    package init(streams: Streams, environment: [String: String]) {
        self.streams = streams
        self.environment = environment
        self.isASCII = RenderingContext.isASCII(environment: environment)
    }

    /// Whether data goes to a terminal.
    package var outputIsTerminal: Bool { self.streams.outputIsTerminal }

    /// Whether standard error is a terminal.
    var errorIsTerminal: Bool { self.streams.errorIsTerminal }

    /// Whether the reader of standard output has gone away.
    package var outputIsGone: Bool { self.state.withLock { $0.outputIsGone } }

    /// How data is rendered.
    package var outputContext: RenderingContext {
        self.context(isTerminal: self.streams.outputIsTerminal)
    }

    /// How everything else is rendered.
    package var errorContext: RenderingContext {
        self.context(isTerminal: self.streams.errorIsTerminal)
    }

    /// The size of the terminal that data goes to; nil where it is none.
    package var size: (columns: Int, rows: Int)? {
        guard self.streams.outputIsTerminal, let columns = self.streams.width(),
            let rows = self.streams.height()
        else { return nil }
        return (columns, rows)
    }

    private func context(isTerminal: Bool) -> RenderingContext {
        let mode: ColorMode =
            switch self.state.withLock({ $0.color }) {
            case .auto: .auto
            case .always: .always
            case .never: .never
            }
        let isColored = mode.isColored(isTerminal: isTerminal, environment: self.environment)
        return RenderingContext(
            palette: Palette(isColored: isColored),
            width: isTerminal ? self.streams.width() : nil,
            isTerminal: isTerminal,
            isASCII: self.isASCII
        )
    }

    /// Chooses whether colour is used.
    package func setColor(_ color: ColorChoice) {
        self.state.withLock { $0.color = color }
    }

    /// Whether notices are told: `notify`.
    package var tellsNotices: Bool { self.state.withLock { $0.tellsNotices } }

    /// Chooses whether notices are told.
    package func setTellsNotices(_ tells: Bool) {
        self.state.withLock { $0.tellsNotices = tells }
    }

    /// Shows a line that the next one replaces, at the bottom of a terminal; nil takes it away.
    ///
    /// Without a terminal nothing is shown.
    package func showProgress(_ text: String?) {
        guard self.streams.errorIsTerminal, self.environment["TERM"] != "dumb" else { return }
        let width = self.streams.width() ?? 80
        let text = text.map(self.adapted)
        self.state.withLock { state in
            guard text != state.progress else { return }
            // A terminal that is stopped, as by ^S, misses no more than the next one will say.
            guard text == nil || self.errors.isIdle && self.streams.errorIsReady() else { return }
            state.progress = text
            let shown = text?.truncated(toCells: max(width - 1, 1)) ?? ""
            _ = self.writeError("\r\u{1B}[2K\(shown)")
        }
    }

    /// Takes the line of progress away before something else is written.
    private func clearProgress() {
        self.state.withLock { state in
            guard state.progress != nil else { return }
            state.progress = nil
            _ = self.writeError("\r\u{1B}[2K")
        }
    }

    /// Writes what is not data at once, or behind what waits for its reader where that does not
    /// read; says whether more may come.
    ///
    /// This may be the event loop, which waits for no reader.
    private func writeError(_ text: String) -> BodyFlow {
        let bytes = Array(text.utf8)
        if self.errors.isIdle, self.streams.errorIsReady() {
            _ = self.streams.writeError(bytes)
            return .continue
        }
        return self.errors.write(bytes.count) { _ = self.streams.writeError(bytes) }
    }

    /// The same, and waits for the reader once too much waits for it.
    private func writeErrorOrWait(_ text: String) {
        if self.writeError(text) == .pause { self.errors.writeBehind {} }
    }

    /// Writes data.
    package func out(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        self.arriving.writeBehind { self.write(bytes) }
    }

    private func write(_ bytes: [UInt8]) {
        self.clearProgress()
        guard !self.outputIsGone, !self.streams.writeOutput(bytes) else { return }
        self.state.withLock { $0.outputIsGone = true }
    }

    // MARK: What arrives

    /// Writes data that arrives on the event loop, which waits for no reader; says whether more may
    /// come before the reader has taken some of it.
    func outArriving(_ bytes: [UInt8]) -> BodyFlow {
        guard !bytes.isEmpty, !self.outputIsGone else { return .continue }
        return self.arriving.write(bytes.count) { self.write(bytes) }
    }

    /// Writes a line that is not data behind the data that has arrived.
    func errLineArriving(_ text: String) {
        _ = self.arriving.write(0) { self.errLine(text) }
    }

    /// Says at a terminal that what goes to a named pipe waits for somebody who reads it.
    func tellWait(forReaderOf path: String) {
        guard self.errorIsTerminal else { return }
        let text = "nobody reads \(Sanitizer.line(path)) yet, so this waits; ^C ends it"
        self.errLineArriving(self.errorContext.palette.styled(text, as: .dim))
    }

    /// Remembers what to call once the reader has taken enough for more to come.
    func onOutputTaken(_ resume: @escaping @Sendable () -> Void) {
        self.arriving.onResume(resume)
    }

    /// Waits until the reader has taken what has arrived; cancelling ends the wait.
    func arrivingOutputTaken() async {
        await self.arriving.drained()
    }

    /// Waits until the reader of standard error has what was written; cancelling ends the wait.
    package func errorsTaken() async {
        await self.errors.drained()
    }

    /// Writes a line of data for a task that may run on the event loop: it waits for the reader
    /// where a thread must not.
    func outLineWaiting(_ text: String) async {
        await self.outWaiting(Array("\(text)\n".utf8))
    }

    /// Writes data in the same way.
    func outWaiting(_ bytes: [UInt8]) async {
        if self.outArriving(bytes) == .pause { await self.arriving.drained() }
    }

    /// Writes a line of data.
    package func outLine(_ text: String) {
        self.out(Array("\(text)\n".utf8))
    }

    /// Writes a line that is not data.
    package func errLine(_ text: String) {
        self.clearProgress()
        let text = self.rows(of: text, in: self.errorContext).joined(separator: "\n")
        self.writeErrorOrWait("\(text)\n")
    }

    /// Writes a line that is not data where data goes as well, which is a terminal.
    package func outTalk(_ text: String) {
        self.rows(of: text, in: self.outputContext).forEach(self.outLine)
    }

    /// Text in characters that can be shown; for a terminal broken between words.
    private func rows(of text: String, in context: RenderingContext) -> [String] {
        self.adapted(text).split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { context.folded(String($0)) }
    }

    /// The text with linger's own marks in ASCII where the locale has nothing else.
    ///
    /// Whoever makes a sentence of several parts need not think of it: all talk passes here.
    func adapted(_ text: String) -> String {
        self.isASCII ? self.errorContext.adapted(text) : text
    }

    /// Goes on below the `^C` that the terminal has echoed, so that what comes of it begins on a
    /// row of its own.
    func leaveEchoedInterrupt() {
        let drawsProgress = self.state.withLock { $0.progress != nil }
        // A line of progress takes the echo away with it.
        if drawsProgress { self.clearProgress() } else { self.err("\n") }
    }

    /// Writes what is not data, as it is.
    package func err(_ text: String) {
        self.clearProgress()
        self.writeErrorOrWait(text)
    }

    /// Has notices shown by `show`, above a prompt; nil writes them like any other line.
    package func showNotices(with show: (@Sendable (String) -> Void)?) {
        self.state.withLock { $0.showNotice = show }
    }

    /// How many notices wait for the end of a child at most; more are dropped.
    private static let heldNoticeLimit = 1_000

    /// Lets a child have the screen: notices wait for its end.
    package func holdingNotices<Value, Failure: Error>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        self.state.withLock { $0.heldNotices = $0.heldNotices ?? [] }
        defer {
            let held = self.state.withLock { $0.heldNotices.take() ?? [] }
            for text in held { self.notice(text) }
        }
        return try await body()
    }

    /// Shows a line about something that happened by itself.
    package func notice(_ text: String) {
        let isHeld = self.state.withLock { state in
            guard let count = state.heldNotices?.count else { return false }
            if count < Self.heldNoticeLimit { state.heldNotices?.append(text) }
            return true
        }
        if isHeld { return }
        if let show = self.state.withLock({ $0.showNotice }) {
            self.rows(of: text, in: self.errorContext).forEach(show)
        } else if !self.errors.isFull {
            // Where nobody reads for so long, what happens meanwhile is told to nobody.
            self.errLine(text)
        }
    }
}

extension Console.Streams {
    /// The standard streams of this process.
    package static func standard() -> Self {
        Self(
            writeOutput: { bytes in
                guard let failure = Self.write(bytes, to: STDOUT_FILENO) else { return true }
                // A reader such as `head` that has seen enough is no news; a full disk is.
                if failure != EPIPE {
                    let detail = String(cString: strerror(failure))
                    Self.write("error: cannot write standard output: \(detail)\n", toError: true)
                }
                return false
            },
            writeError: { Self.write($0, to: STDERR_FILENO) == nil },
            errorIsReady: {
                var file = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
                return poll(&file, 1, 0) != 0
            },
            outputIsTerminal: isatty(STDOUT_FILENO) == 1,
            errorIsTerminal: isatty(STDERR_FILENO) == 1,
            width: { Self.windowSize().map { Int($0.ws_col) } },
            height: { Self.windowSize().map { Int($0.ws_row) } }
        )
    }

    private static func windowSize() -> winsize? {
        var size = winsize()
        for descriptor in [STDOUT_FILENO, STDERR_FILENO]
        where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
            return size
        }
        return nil
    }

    /// Writes to a standard stream where there is no console yet.
    package static func write(_ text: String, toError: Bool) {
        _ = Self.write(Array(text.utf8), to: toError ? STDERR_FILENO : STDOUT_FILENO)
    }

    /// Writes all of `bytes`; the error number if not all could be written.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // The terminal or pipe does not block for us: wait until it takes more.
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}
