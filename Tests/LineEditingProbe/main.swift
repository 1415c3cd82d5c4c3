// A prompt to try and to test: it says what it read, and does what a few words ask for.
//
//   wait      waits as for a command, until the latch opens or ^C comes
//   keys      the same, ended by a key too
//   secret    reads a line without showing it
//   quit      ends
//
// Other threads play their part on request, by lines that come through the named pipe
// $PROBE_CONTROL: `notice TEXT`, `flood COUNT`, `open` (the latch), `wake`, `stop`, `end`.

import Glibc
import LineEditing

/// Reads requests from the named pipe and does them, on a thread of its own.
final class Control: Sendable {
    private let path: String
    private let notices: NoticeQueue
    private let wakeup: Wakeup
    private let latch: Latch

    init(path: String, notices: NoticeQueue, wakeup: Wakeup, latch: Latch) {
        self.path = path
        self.notices = notices
        self.wakeup = wakeup
        self.latch = latch
    }

    func start() {
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { argument in
                if let argument {
                    Unmanaged<Control>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
    }

    private func run() {
        guard let file = fopen(path, "r+") else {
            return
        }
        var buffer: UnsafeMutablePointer<CChar>?
        var capacity = 0
        while getline(&buffer, &capacity, file) > 0, let buffer {
            perform(String(cString: buffer).split(separator: "\n").joined())
        }
    }

    private func perform(_ request: String) {
        let words = request.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case "notice": notices.post(words.count > 1 ? words[1] : "")
        case "flood": flood(Int(words[1]) ?? 0)
        case "open": latch.open()
        case "wake": wakeup.wake()
        case "stop": kill(getpid(), SIGSTOP)
        case "end": wakeup.requestEnd()
        default: break
        }
    }

    private func flood(_ count: Int) {
        for number in 0..<count {
            notices.post("flood \(number)")
        }
        say("flooded")
    }
}

func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

func say(_ text: String, terminator: String = "\n") {
    let bytes = Array((text + terminator).utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
}

func waitForLatch(_ editor: LineEditor, _ latch: Latch, keys: Bool) {
    say("waiting")
    while true {
        let event = editor.wait(for: latch, keys: keys)
        say("event: \(event)")
        switch event {
        case .finished, .interrupted, .endRequested, .key: return
        case .notices, .resumed, .resized, .woken: continue
        }
    }
}

/// A line is continued after a last backslash and in an open quote.
func isComplete(_ line: String) -> Bool {
    line.last != "\\" && line.count(where: { $0 == "\"" }) % 2 == 0
}

func complete(_ line: String, _ cursor: Int) -> LineCompletion {
    let words = ["delete", "get", "head", "session", "sockets", "stats", "größe"]
    let before = String(decoding: line.utf8.prefix(cursor), as: UTF8.self)
    let word = before.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
    let many = (10..<70).map { number in
        LineCompletion.Candidate("many\(number)", summary: "summary of \(number)", suffix: "")
    }
    let candidates = words.map { LineCompletion.Candidate($0) } + (word.isEmpty ? [] : many)
    return LineCompletion(
        start: cursor - word.utf8.count,
        candidates: candidates.filter { $0.text.hasPrefix(word) }
    )
}

func run() throws {
    let wakeup = try Wakeup()
    let notices = NoticeQueue(wakeup: wakeup, limit: 100)
    let latch = Latch(wakeup: wakeup)
    var options = LineEditor.Options()
    options.isComplete = isComplete
    options.completer = complete
    options.readsEditrc = environment("PROBE_EDITRC") != nil
    let editor = try LineEditor(
        program: "linger",
        wakeup: wakeup,
        notices: notices,
        history: environment("PROBE_HISTORY").map { HistoryFile(path: $0) },
        options: options
    )
    if let path = environment("PROBE_CONTROL") {
        Control(path: path, notices: notices, wakeup: wakeup, latch: latch).start()
    }
    var count = 0
    let right = environment("PROBE_RIGHT").map { text in
        { StyledText([.init(text, sgr: "2"), .init(" \(count)", sgr: "2")]) }
    }
    let prompt = Prompt(
        StyledText([.init("host ", sgr: "1"), .init("› ", sgr: "32")]),
        right: right
    )
    var initial = ""
    while true {
        let result = editor.readLine(prompt: prompt, initial: initial)
        initial = ""
        count += 1
        switch result {
        case .interrupted: say("interrupted")
        case .endOfInput:
            say("end")
            return
        case .line("wait"): waitForLatch(editor, latch, keys: false)
        case .line("keys"): waitForLatch(editor, latch, keys: true)
        case .line("secret"): say("secret: \(editor.readSecret(prompt: "Token: "))")
        case .line("begin"): initial = "put /größe\nbody"
        case .line("quit"): return
        case .line("partial"): say("no line break", terminator: "")
        case .line("count"): say("entries: \(editor.historyEntries.count)")
        case .line(let line):
            let shown = line.count < 200 ? String(reflecting: line) : "\(line.utf8.count) bytes"
            say("line: \(shown)")
            editor.addHistory(line)
        }
    }
}

do {
    try run()
} catch {
    say("error: \(error)")
    exit(1)
}
