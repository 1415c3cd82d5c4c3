/// Takes an expectation apart into words and quoted texts.
struct ExpectationScanner {
    private let characters: [Character]
    private(set) var offset = 0

    /// Starts at the beginning of `text`.
    init(_ text: String) {
        self.characters = Array(text)
    }

    /// Goes back to a place that was passed.
    mutating func goBack(to offset: Int) {
        self.offset = min(offset, self.offset)
    }

    /// Whether there is nothing left.
    mutating func isAtEnd() -> Bool {
        self.skipBlanks()
        return self.offset == self.characters.count
    }

    /// The rest, trimmed, which is taken.
    mutating func takeRest() -> String {
        self.skipBlanks()
        let rest = String(self.characters[self.offset...]).trimmed
        self.offset = self.characters.count
        return rest
    }

    /// The next word, which is not taken; empty at the end.
    mutating func peekWord() -> String {
        self.skipBlanks()
        return String(self.characters[self.offset...].prefix { !$0.isBlank })
    }

    /// Takes the next word.
    mutating func takeWord() -> String {
        let word = self.peekWord()
        self.offset += word.count
        return word
    }

    /// Takes the next word up to a comparison, which may stand directly after it: `status>=400`.
    mutating func takeQueryWord() -> String {
        self.skipBlanks()
        let word = self.characters[self.offset...].prefix { !$0.isBlank && !$0.startsComparison }
        self.offset += word.count
        return String(word)
    }

    /// Takes the next word if it is `word`.
    mutating func take(_ word: String) -> Bool {
        self.skipBlanks()
        let rest = self.characters[self.offset...]
        guard rest.starts(with: word), rest.dropFirst(word.count).first?.isBlank ?? true else {
            return false
        }
        self.offset += word.count
        return true
    }

    /// Takes a comparison, which may stand directly before its value: `<500`.
    mutating func takeOperator() -> Expectation.Operator? {
        self.skipBlanks()
        let two = String(self.characters[self.offset...].prefix(2))
        if two.count == 2, let operation = Expectation.Operator(rawValue: two) {
            self.offset += 2
            return operation
        }
        guard let operation = Expectation.Operator(rawValue: String(two.prefix(1))) else {
            return nil
        }
        self.offset += 1
        return operation
    }

    /// Takes a quoted text, or nil if the next character is no quote.
    ///
    /// Backslashes that are no escape stay, so that `"\d+"` is the expression it looks like.
    mutating func takeQuoted() throws(ExpectationError) -> String? {
        self.skipBlanks()
        guard self.offset < self.characters.count, self.characters[self.offset] == "\"" else {
            return nil
        }
        let start = self.offset
        self.offset += 1
        var text = ""
        while self.offset < self.characters.count {
            let character = self.characters[self.offset]
            self.offset += 1
            switch character {
            case "\"": return text
            case "\\": text += self.takeEscape()
            default: text.append(character)
            }
        }
        throw ExpectationError(offset: start, kind: .unclosedQuote)
    }

    /// Takes a path: what stands before a blank that is in no bracket and no quotes.
    mutating func takePath() -> String {
        self.skipBlanks()
        let start = self.offset
        var depth = 0
        var quote: Character?
        while self.offset < self.characters.count {
            let character = self.characters[self.offset]
            if let open = quote {
                if character == "\\" { self.offset += 1 }
                if character == open { quote = nil }
            } else if depth == 0, character.isBlank {
                break
            } else {
                switch character {
                case "[", "(": depth += 1
                case "]", ")": depth -= 1
                case "'", "\"": quote = character
                default: break
                }
            }
            self.offset += 1
        }
        self.offset = min(self.offset, self.characters.count)
        return String(self.characters[start..<self.offset])
    }

    /// Takes `/expression/`; nil if the next character is no slash.
    mutating func takeSlashed() -> String? {
        self.skipBlanks()
        let rest = self.characters[self.offset...]
        guard rest.first == "/", let end = rest.lastIndex(of: "/"), end > self.offset,
            self.characters[(end + 1)...].allSatisfy(\.isBlank)
        else { return nil }
        let text = String(self.characters[(self.offset + 1)..<end])
        self.offset = end + 1
        return text.replacing("\\/", with: "/")
    }

    private mutating func takeEscape() -> String {
        guard self.offset < self.characters.count else { return "\\" }
        let character = self.characters[self.offset]
        self.offset += 1
        switch character {
        case "\"", "\\": return String(character)
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "u":
            let digits = String(self.characters[self.offset...].prefix(4))
            guard digits.count == 4, let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { return "\\u" }
            self.offset += 4
            return String(Character(scalar))
        default: return "\\" + String(character)
        }
    }

    /// Goes past blanks.
    mutating func skipBlanks() {
        while self.offset < self.characters.count, self.characters[self.offset].isBlank {
            self.offset += 1
        }
    }
}

extension Character {
    fileprivate var startsComparison: Bool {
        self == "=" || self == "!" || self == "<" || self == ">"
    }

    fileprivate var isBlank: Bool { self == " " || self == "\t" }
}
