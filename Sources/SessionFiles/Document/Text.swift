extension StringProtocol {
    /// The text without blanks, tabs and carriage returns at its ends.
    package var trimmed: String {
        var text = Substring(self).utf8
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 || last == 0x0D {
            text.removeLast()
        }
        return String(Substring(text))
    }

    /// The text up to the first blank, and the trimmed rest.
    var firstWord: (word: String, rest: String) {
        let text = self.trimmed
        guard let blank = text.firstIndex(where: { $0 == " " || $0 == "\t" }) else {
            return (text, "")
        }
        return (String(text[..<blank]), text[blank...].trimmed)
    }

    /// Whether this is a name that every tool can reference: a letter or `_`, then also digits.
    var isIdentifier: Bool {
        guard let first = self.utf8.first, first.isLetterOrUnderscore else { return false }
        return self.utf8.allSatisfy { $0.isLetterOrUnderscore || (0x30...0x39).contains($0) }
    }

    /// The text on one line: line ends and controls become blanks.
    var onOneLine: String {
        guard self.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return String(self) }
        let bytes = self.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isLetterOrUnderscore: Bool {
        (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F
    }
}

extension String {
    /// The text split at commas that stand in no brackets and no quotes.
    var splitOutsideBrackets: [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        var quote: Character?
        for character in self {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "[" || character == "(" {
                depth += 1
            } else if character == "]" || character == ")" {
                depth -= 1
            } else if character == ",", depth <= 0 {
                parts.append(part)
                part = ""
                continue
            }
            part.append(character)
        }
        return parts + [part]
    }
}
