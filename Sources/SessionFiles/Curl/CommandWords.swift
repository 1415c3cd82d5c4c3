/// A word of a command line, with its quotes and escapes taken away.
package struct CommandWord: Sendable, Hashable {
    /// What the program would get, byte for byte.
    package var bytes: [UInt8]
    /// Where it stands, in bytes of the text that was read.
    package var range: Range<Int>

    /// Creates a word.
    package init(_ bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        self.range = range
    }

    /// The word as text; nil if it is no UTF-8.
    package var text: String? { String(validating: self.bytes, as: UTF8.self) }
}

/// A command of a command line, as far as it can be known without running anything.
package struct SimpleCommand: Sendable, Hashable {
    /// The name of the program and its arguments.
    package var words: [CommandWord] = []
    /// What it would read from standard input.
    package var input: Input = .inherited
    /// Where its output would go: `> FILE`.
    package var output: CommandWord?
    /// What stands behind it and was left out, such as `| jq .`.
    package var leftOut: [String] = []

    /// What a command reads from standard input.
    package enum Input: Sendable, Hashable {
        /// What the shell itself reads.
        case inherited
        /// A file: `< FILE`.
        case file(CommandWord)
        /// Text: `<<< WORD`, `<< END`.
        case bytes([UInt8])
    }

    /// Whether there is nothing in it.
    var isEmpty: Bool { self.words.isEmpty && self.output == nil && self.input == .inherited }
}

/// Whose rules a command line follows.
package enum CommandDialect: Sendable, Hashable {
    /// Those of Bash and other shells: `'…'`, `$'…'`, `\`.
    case bash
    /// Those of Windows' cmd.exe, with `^`.
    case cmd

    /// Tells by its first quote, and by what ends its lines, whose rules a text follows.
    package init(of text: String) {
        let bytes = Array(text.utf8)
        let caret = UInt8(ascii: "^")
        let isContinued = bytes.indices.contains { index in
            guard bytes[index] == caret, index + 1 < bytes.count else { return false }
            return bytes[index + 1] == 0x0A
                || bytes[index + 1] == 0x0D && index + 2 < bytes.count && bytes[index + 2] == 0x0A
        }
        let quote = bytes.firstIndex { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") }
        guard let quote else {
            self = isContinued ? .cmd : .bash
            return
        }
        let isDouble = bytes[quote] == UInt8(ascii: "\"")
        let hasCaret = quote > 0 && bytes[quote - 1] == caret
        self = isDouble && (hasCaret || isContinued) ? .cmd : .bash
    }
}
