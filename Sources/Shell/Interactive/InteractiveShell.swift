import Glibc
import HTTPModel
package import LineEditing
import Rendering
import ShellLanguage
internal import Synchronization

/// The shell at a terminal: reads a line, has it evaluated, and tells what happens meanwhile.
///
/// It has the main thread, because libedit blocks; lines are evaluated by a task elsewhere.
package final class InteractiveShell {
    private let evaluator: Evaluator
    private let console: Console
    private let editor: LineEditor
    /// What wakes the main thread; for signals that end the program in good order.
    package let wakeup: Wakeup
    private let notices: NoticeQueue
    private let gauge: PoolGauge
    private let secrets: SecretPrompter
    private let watchGate: WatchGate
    /// What Tab knows: the session as it was before the prompt.
    private let knowledge = Knowledge()
    private var prompt = "› "
    /// Whether ^C came during the latest wait.
    private var wasInterrupted = false
    private var isEnding = false

    /// Sets the terminal up.
    ///
    /// - Parameters:
    ///   - evaluator: What evaluates lines.
    ///   - console: Where text goes.
    ///   - gauge: What the right prompt says.
    ///   - secrets: Who is asked for secrets.
    ///   - watchGate: Who wants to hear of keys while a command runs.
    ///   - history: Where lines are kept; nil keeps them in memory only.
    ///   - historyLimit: How many lines are kept.
    /// - Throws: `LineEditingError` where there is no terminal to edit on.
    package init(
        evaluator: Evaluator,
        console: Console,
        gauge: PoolGauge,
        secrets: SecretPrompter,
        watchGate: WatchGate,
        history: HistoryFile?,
        historyLimit: Int
    ) throws(LineEditingError) {
        self.evaluator = evaluator
        self.console = console
        self.gauge = gauge
        self.secrets = secrets
        self.watchGate = watchGate
        self.wakeup = try Wakeup()
        self.notices = NoticeQueue(wakeup: self.wakeup)
        var options = LineEditor.Options()
        options.historyLimit = historyLimit
        options.isColored = console.errorContext.palette.isColored
        let knowledge = self.knowledge
        options.isComplete = { knowledge.snapshot.parser.completeness(of: $0) == .complete }
        options.completer = { Completer(knowledge.snapshot).complete($0, cursor: $1) }
        self.editor = try LineEditor(
            program: "linger",
            wakeup: self.wakeup,
            notices: self.notices,
            history: history,
            options: options
        )
        secrets.wake = { [wakeup] in wakeup.wake() }
        watchGate.wake = { [wakeup] in wakeup.wake() }
        console.showNotices { [notices] in notices.post($0) }
    }

    /// Reads and evaluates lines until the user leaves, and gives the jobs a moment to end.
    package func run() {
        self.readLines()
        // A signal that ended the reading is no second one; the terminal may have gone with it.
        let takesKeys = !self.wakeup.isEnding
        _ = self.wakeup.takeEndRequest()
        _ = self.wait { await $0.leaveJobs(takesKeys: takesKeys) }
        // There is no prompt any more that would show them.
        self.notices.takeAll().forEach(self.console.errLine)
    }

    private func readLines() {
        while !self.isEnding {
            let before = self.wait { evaluator in
                (
                    prompt: await Self.promptText(for: evaluator),
                    snapshot: await evaluator.completionSnapshot(),
                    line: await evaluator.takeProposedLine()
                )
            }
            if let before {
                self.prompt = before.prompt
                self.knowledge.snapshot = before.snapshot
            }
            // The right prompt tells of the pool as it is, also when nobody types.
            self.gauge.watch { [wakeup] in wakeup.wake() }
            let result = self.editor.readLine(
                prompt: self.styledPrompt,
                initial: before?.line ?? ""
            )
            self.gauge.watch(nil)
            switch result {
            case .interrupted: _ = self.wait { await $0.dropProposedLines() }
            case .endOfInput: return
            case .line(let text):
                guard self.evaluate(text) else { return }
            }
        }
    }

    /// Evaluates a line; returns false if the user wants to leave.
    private func evaluate(_ text: String) -> Bool {
        let redacted = self.wait { await $0.noteEntered(text) } ?? nil
        if let redacted { self.editor.addHistory(redacted) }
        // ^C right behind Enter is for this line, which has not begun yet.
        guard !self.wasInterrupted else { return true }
        let hasQuit = self.wait { evaluator in
            // What went wrong has been shown; the shell goes on.
            _ = await evaluator.runEntered(text)
            return await evaluator.hasQuit
        }
        return hasQuit != true
    }

    /// Runs `body` elsewhere and waits for it here: ^C cancels it, notices are shown.
    private func wait<Value: Sendable>(
        for body: @escaping @Sendable (Evaluator) async -> Value
    ) -> Value? {
        self.wasInterrupted = false
        let latch = Latch(wakeup: self.wakeup)
        let box = Box<Value>()
        let evaluator = self.evaluator
        let task = Task {
            let value = await body(evaluator)
            box.set(value)
            latch.open()
        }
        // What happens while something is drawn in place is told afterwards.
        var postponed: [String] = []
        while true {
            let isWatching = self.watchGate.isOpen
            switch self.editor.wait(for: latch, keys: isWatching) {
            case .finished:
                postponed.forEach(self.console.errLine)
                return box.value
            case .interrupted:
                self.wasInterrupted = true
                if !isWatching { self.console.leaveEchoedInterrupt() }
                task.cancel()
            case .notices(let texts):
                if self.watchGate.isDrawn {
                    postponed += texts
                } else {
                    texts.forEach(self.console.errLine)
                }
            case .woken: self.answerSecrets()
            case .endRequested:
                self.isEnding = true
                task.cancel()
            case .key: self.watchGate.press()
            case .resumed, .resized: self.watchGate.disturb()
            }
        }
    }

    private func answerSecrets() {
        guard let question = self.secrets.take() else { return }
        switch self.editor.readSecret(prompt: "\(Sanitizer.line(question.name)): ") {
        case .line(let text): question.answer(text)
        case .interrupted, .endOfInput: question.answer(nil)
        }
    }

    // MARK: The prompt

    private static func promptText(for evaluator: Evaluator) async -> String {
        guard let base = await evaluator.currentBase else { return "› " }
        let scheme = base.origin.scheme == .https ? "https://" : ""
        let path = base.path == "/" ? "" : base.path
        return "\(scheme)\(Sanitizer.line(base.origin.authority + path)) › "
    }

    private var styledPrompt: Prompt {
        let context = self.console.errorContext
        let arrow = context.isASCII ? self.prompt.replacing("›", with: ">") : self.prompt
        let color = context.palette.isColored ? "36" : ""
        let dim = context.palette.isColored ? "2" : ""
        let gauge = self.gauge
        return Prompt(StyledText(arrow, sgr: color)) {
            StyledText(context.adapted(gauge.text), sgr: dim)
        }
    }
}

/// What Tab knows; only the main thread touches it, before the prompt and during it.
private final class Knowledge {
    var snapshot = CompletionSnapshot()
}

/// A value that one thread sets and another reads.
private final class Box<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)

    func set(_ value: Value) {
        self.stored.withLock { $0 = value }
    }

    var value: Value? { self.stored.withLock { $0 } }
}
