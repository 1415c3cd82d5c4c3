import HTTPModel

/// The requests of a text of curl command lines (FILES.md, section 5).
///
/// Nothing is run, and nothing is understood only in part: what cannot be kept is a problem where
/// the request would be another one, and a note where it would be the same.
package struct CurlImport: Sendable, Hashable {
    /// The requests in the order in which curl would send them.
    package var requests: [CurlRequest] = []
    /// What was left out or should be known, each once.
    package var notes: [CurlNote] = []

    /// Reads a text: command lines, each beginning with `curl`, by the rules of Bash or cmd.exe.
    ///
    /// - Parameters:
    ///   - text: The text as it was copied.
    ///   - surroundings: The machine.
    /// - Throws: What keeps it from being read, with its place in the text.
    package init(
        _ text: String,
        surroundings: CurlSurroundings = CurlSurroundings()
    ) throws(CurlProblem) {
        let commands: [SimpleCommand]
        switch CommandDialect(of: text) {
        case .cmd: commands = try CmdReader(text).commands()
        case .bash:
            var reader = BashReader(text, environment: surroundings.environment)
            commands = try reader.commands()
            reader.notes.forEach { self.note($0) }
        }
        for command in commands { try self.add(command, surroundings) }
        guard !self.requests.isEmpty else {
            throw CurlProblem(.empty, 0..<text.utf8.count)
        }
    }

    private mutating func add(
        _ command: SimpleCommand,
        _ surroundings: CurlSurroundings
    ) throws(CurlProblem) {
        for text in command.leftOut { self.note(CurlNote(text, .shellText)) }
        var words = command.words[...]
        if let first = words.first, first.bytes == [UInt8(ascii: "$")] { words.removeFirst() }
        guard let program = words.popFirst() else { return }
        let name = String(decoding: program.bytes, as: UTF8.self)
        let file = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        guard file == "curl" || file.lowercased() == "curl.exe" else {
            throw CurlProblem(.notCurl(name), program.range)
        }
        for arguments in try CurlArguments.groups(of: words) {
            arguments.notes.forEach { self.note($0) }
            var maker = CurlRequestMaker(
                arguments: arguments,
                command: command,
                surroundings: surroundings,
                place: program.range
            )
            self.requests += try maker.requests()
            maker.notes.forEach { self.note($0) }
        }
    }

    private mutating func note(_ note: CurlNote) {
        if !self.notes.contains(note) { self.notes.append(note) }
    }
}

extension CurlImport {
    /// The command line that a text holds as one quoted word: `'curl -d "a=b" http://h/'`.
    package static func commandLine(quotedIn text: String) -> String? {
        var reader = BashReader(text) { _ in nil }
        guard let commands = try? reader.commands(), commands.count == 1,
            let words = commands.first?.words, words.count == 1, let inner = words[0].text,
            inner.hasPrefix("curl ") || inner.hasPrefix("curl\t") || inner.hasPrefix("$ curl ")
        else { return nil }
        return inner
    }
}
