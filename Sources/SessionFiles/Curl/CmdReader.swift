/// Reads the commands of a text by the rules of Windows' cmd.exe, as browsers write them.
///
/// Two readers come one after the other there, and here: cmd.exe takes `^` away and splits at `&`
/// and line ends; the program then splits what is left into words, by the rules of Microsoft's C
/// library (`\"` is a quote, backslashes count only before one).
struct CmdReader {
    /// A byte that is left, with where it came from.
    private struct Unit {
        let byte: UInt8
        let offset: Int
    }

    private let bytes: [UInt8]

    init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Reads all commands.
    func commands() throws(CurlProblem) -> [SimpleCommand] {
        var commands: [SimpleCommand] = []
        for units in self.lines() {
            let words = try Self.words(of: units)
            if !words.isEmpty { commands.append(SimpleCommand(words: words)) }
        }
        return commands
    }

    /// What cmd.exe hands on, command by command.
    private func lines() -> [[Unit]] {
        var lines: [[Unit]] = [[]]
        var isQuoted = false
        var index = 0
        func keep(_ place: Int) {
            lines[lines.count - 1].append(Unit(byte: self.bytes[place], offset: place))
        }
        while index < self.bytes.count {
            let byte = self.bytes[index]
            switch byte {
            case UInt8(ascii: "^") where !isQuoted:
                index += 1
                index = min(self.skippingLineEnd(from: index), self.bytes.count)
                if self.bytes[index...].starts(with: [0x0D, 0x0A]) { index += 1 }
                // The character behind is plain, be it a quote or a line end.
                if index < self.bytes.count { keep(index) }
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                keep(index)
            case 0x0D: break
            case 0x0A:
                isQuoted = false
                lines.append([])
            case UInt8(ascii: "&") where !isQuoted: lines.append([])
            default: keep(index)
            }
            index += 1
        }
        return lines
    }

    private func skippingLineEnd(from index: Int) -> Int {
        var index = index
        if index < self.bytes.count, self.bytes[index] == 0x0D { index += 1 }
        if index < self.bytes.count, self.bytes[index] == 0x0A { index += 1 }
        return index
    }

    /// What the program gets.
    private static func words(of units: [Unit]) throws(CurlProblem) -> [CommandWord] {
        var words: [CommandWord] = []
        var current: CommandWord?
        var quote: Int?
        var index = 0
        while index < units.count {
            let unit = units[index]
            let isBlank = unit.byte == 0x20 || unit.byte == 0x09 || unit.byte == 0x0A
            if isBlank, quote == nil {
                if let word = current { words.append(word) }
                current = nil
                index += 1
                continue
            }
            var word = current ?? CommandWord([], range: unit.offset..<unit.offset + 1)
            word.range = word.range.lowerBound..<unit.offset + 1
            switch unit.byte {
            case UInt8(ascii: "\\"):
                let run = units[index...].prefix { $0.byte == UInt8(ascii: "\\") }.count
                let next = index + run < units.count ? units[index + run].byte : nil
                let isBeforeQuote = next == UInt8(ascii: "\"")
                word.bytes += repeatElement(unit.byte, count: isBeforeQuote ? run / 2 : run)
                index += run
                if isBeforeQuote, run % 2 == 1 {
                    word.bytes.append(UInt8(ascii: "\""))
                    index += 1
                }
            case UInt8(ascii: "\""):
                if quote != nil, index + 1 < units.count, units[index + 1].byte == unit.byte {
                    word.bytes.append(unit.byte)
                    index += 2
                } else {
                    quote = quote == nil ? unit.offset : nil
                    index += 1
                }
            default:
                word.bytes.append(unit.byte)
                index += 1
            }
            current = word
        }
        if let quote { throw CurlProblem(.unclosedQuote("\""), quote..<quote + 1) }
        if let word = current { words.append(word) }
        return words
    }
}
