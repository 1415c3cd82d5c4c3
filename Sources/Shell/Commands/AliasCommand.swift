import Rendering
import ShellLanguage

/// `alias`: short names for the beginnings of lines.
struct AliasCommand: ShellCommand {
    let signature = CommandSignature("alias", arguments: .text)
    let group = CommandGroup.shell
    let summary = "short names for the beginnings of lines"
    let help = CommandHelp(
        usage: ["alias", "alias NAME = TEXT", "alias rm NAME"],
        text: """
            A line that begins with NAME is read as if TEXT stood there. An alias may begin with
            another, but cannot stand for a method or command. At the prompt it is kept in the rc
            file, for all sessions; in scripts it lasts as long as they run.
            """,
        examples: ["alias u = get /users", "u page==2", "alias", "alias rm u"]
    )
    let completions: [String: [CompletionSource]] = ["NAME": [.aliases]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let text = invocation.rawArguments
        guard !text.isEmpty else { return self.list(evaluator) }
        let span = invocation.rawSpan
        if text.hasPrefix("rm ") {
            let name = String(text.dropFirst(3)).trimmingWhitespace
            guard evaluator.aliases.removeValue(forKey: name) != nil else {
                throw .usage(command: "alias", .invalid(name, expected: "an alias there is"), span)
            }
            try evaluator.keepAliases()
            return .none
        }
        guard let equals = text.firstIndex(of: "=") else {
            guard let meaning = evaluator.aliases[text] else {
                throw .usage(command: "alias", .invalid(text, expected: "NAME = TEXT"), span)
            }
            return CommandOutput([Sanitizer.line("alias \(text) = \(meaning)")])
        }
        let name = String(text[..<equals]).trimmingWhitespace
        let meaning = String(text[text.index(after: equals)...]).trimmingWhitespace
        guard Self.isName(name), !meaning.isEmpty else {
            throw .usage(
                command: "alias",
                .invalid(name, expected: "a word of letters, digits, _ and -, and a text"),
                span
            )
        }
        guard !evaluator.parser.isReserved(name) else {
            throw .usage(
                command: "alias",
                .invalid(name, expected: "a name that no method or command has"),
                span
            )
        }
        evaluator.aliases[name] = meaning
        try evaluator.keepAliases()
        return .none
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.first?.isNumber == false
            && text.utf8.allSatisfy {
                $0.isASCIIWordByte || $0 == UInt8(ascii: "-")
            }
    }

    private func list(_ evaluator: isolated Evaluator) -> CommandOutput {
        guard !evaluator.aliases.isEmpty else {
            return .remark("no aliases; `alias u = get /users` makes one")
        }
        return CommandOutput(
            evaluator.aliases.sorted { $0.key < $1.key }.map {
                Sanitizer.line("alias \($0.key) = \($0.value)")
            }
        )
    }
}

extension Evaluator {
    /// The lines around the aliases that linger itself keeps in the rc file.
    private static let aliasMarks = (
        start: "# aliases, kept by `alias`:", end: "# end of the aliases"
    )

    /// Writes the aliases of the prompt into the rc file, between two marks; nothing else of the
    /// file is touched.
    func keepAliases() throws(ShellProblem) {
        guard self.configuration.isInteractive, self.sourceDepth == 0, let path = self.rcFile
        else { return }
        // In the bytes: a CR before an LF would be one character with it.
        let bytes = (try? Files.read(path)) ?? []
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        let own = self.aliases.sorted { $0.key < $1.key }.map { "alias \($0.key) = \($0.value)" }
        let section = [Self.aliasMarks.start] + own + [Self.aliasMarks.end]
        if let start = lines.firstIndex(of: Self.aliasMarks.start),
            let end = lines[start...].firstIndex(of: Self.aliasMarks.end)
        {
            lines.replaceSubrange(start...end, with: section)
        } else {
            lines += section
        }
        Files.makeFolder(Files.folder(of: path))
        do {
            try Files.write(
                Array((lines.joined(separator: "\n") + "\n").utf8),
                to: path,
                isPrivate: true
            )
        } catch {
            throw .file(path: path, .write, detail: error.detail, nil)
        }
    }
}

extension String {
    /// The text without white space at its ends.
    var trimmingWhitespace: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension UInt8 {
    /// A letter or digit of ASCII, or `_`.
    fileprivate var isASCIIWordByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }
}
