extension Template {
    /// The template as raw text: fields, variables, session files.
    ///
    /// `Template.parse` reads it back as the same parts.
    package var rawText: String {
        var text = ""
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let literal):
                let next = parts.indices.contains(index + 1)
                text += Self.raw(literal, standsBeforeBraces: next)
            case .placeholder(let placeholder):
                text += placeholder.text
            }
        }
        return text
    }

    /// The template as a word in quotes, which the parser reads back as the same parts.
    package var quotedText: String { WordWriter.quoted(self) }

    /// The template as a word: bare if that reads back as the same parts, and in quotes if not.
    package var wordText: String { WordWriter.value(self, isWordStart: true) }

    /// The template as a word of a request, in which all that has a meaning inside words keeps it:
    /// what separates names from values, and a first `-`.
    package var requestWordText: String {
        WordWriter.escaped(self, .withoutQuotes, isWordStart: true)
    }

    /// Whether raw text on a line of its own can hold this text as it is.
    ///
    /// Raw text ends where its line ends, and blanks at its ends are dropped.
    package static func fitsRawText(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        return !first.isBlank && !last.isBlank
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }

    /// Writes literal text so that no braces in it are read as a unit.
    ///
    /// Backslashes directly before `{{` are doubled, and the literal `{{` gets one more.
    static func raw(_ literal: String, standsBeforeBraces: Bool) -> String {
        var result: [UInt8] = []
        let bytes = Array(literal.utf8)
        let backslash = UInt8(ascii: "\\")
        let brace = UInt8(ascii: "{")
        var index = 0
        while index < bytes.count {
            if bytes[index] == brace, index + 1 < bytes.count, bytes[index + 1] == brace {
                result += [backslash, brace, brace]
                index += 2
                continue
            }
            let run = bytes[index...].prefix { $0 == backslash }.count
            guard run > 0 else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index += run
            let isLast = index == bytes.count
            let bracesFollow =
                isLast
                ? standsBeforeBraces
                : bytes[index] == brace && index + 1 < bytes.count && bytes[index + 1] == brace
            result += Array(repeating: backslash, count: bracesFollow ? run * 2 : run)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension Placeholder {
    /// The reference in its braces.
    package var text: String { "{{\(source)}}" }

    /// A question for a secret, as the history file has it.
    init(secret name: String, span: SourceSpan) {
        self.init(
            reference: .secret(name: name),
            isEncoded: false,
            source: "$secret \(name)",
            span: span
        )
    }
}
