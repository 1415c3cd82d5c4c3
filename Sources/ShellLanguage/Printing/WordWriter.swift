/// Writes words that read back as the same templates.
///
/// Two styles: keys, targets and unquoted words escape single characters with `\`; values are bare
/// if they can be and quoted as a whole if not. Control characters, which only double quotes can
/// hold, get quotes of their own.
struct WordWriter {
    /// What `\` stands before in an escaped word.
    struct Escapes: OptionSet {
        let rawValue: Int

        /// `: = @ ;`: what separates keys from values.
        static let separators = Escapes(rawValue: 1)
        /// `[` and `]`.
        static let brackets = Escapes(rawValue: 2)
        /// `=` and `@` before the first `/` and `?`: a target that must not be an item.
        static let itemInTarget = Escapes(rawValue: 4)
        /// `:` before the first `/`, `?` and `#`: a target that must not be a host.
        static let colonInTarget = Escapes(rawValue: 8)
        /// `|` and `>` anywhere, not only at the start.
        static let operators = Escapes(rawValue: 16)
        /// `;`, in the name of a file to upload.
        static let semicolons = Escapes(rawValue: 32)
        /// Control characters and a first `-` stay bare, because quotes would be seen.
        static let withoutQuotes = Escapes(rawValue: 64)
    }

    private(set) var text = ""

    // MARK: Escaped words

    /// Writes a template without quotes around it.
    ///
    /// Blanks, quotes and backslashes are escaped, and what `escapes` names; at the start of a word
    /// also `#`, `-` and operators.
    static func escaped(_ template: Template, _ escapes: Escapes, isWordStart: Bool) -> String {
        var writer = WordWriter()
        var state = EscapeState(escapes: escapes, isStart: isWordStart)
        for part in template.parts {
            switch part {
            case .placeholder(let placeholder):
                writer.text += placeholder.text
                state.isStart = false
            case .literal(let literal):
                writer.writeEscaped(literal, &state)
            }
        }
        return writer.text
    }

    private struct EscapeState {
        let escapes: Escapes
        /// Whether nothing of the word has been written.
        var isStart: Bool
        /// Whether no `/` or `?` has been written; `#` counts for colons.
        var isBeforePath = true
        var isBeforeFragment = true

        /// Whether only quotes of its own can hold a character here.
        func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
            guard !escapes.contains(.withoutQuotes) else { return false }
            return scalar.isASCIIControl && scalar != "\t" || isStart && scalar == "-"
        }

        mutating func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case " ", "\t", "\r", "'", "\"", "\\": return true
            case "|", ">": return isStart || escapes.contains(.operators)
            case "<", "&", "#": break
            case "/", "?": isBeforePath = false
            case ";": return !escapes.isDisjoint(with: [.separators, .semicolons])
            case ":":
                let isHost = escapes.contains(.colonInTarget) && isBeforePath && isBeforeFragment
                return isHost || escapes.contains(.separators)
            case "=", "@":
                let isItem = escapes.contains(.itemInTarget) && isBeforePath
                return isItem || escapes.contains(.separators)
            case "[", "]": return escapes.contains(.brackets)
            default: break
            }
            let isSymbol = scalar == "<" || scalar == "&" || scalar == "#"
            if scalar == "#", !isStart { isBeforeFragment = false }
            return isSymbol && isStart
        }
    }

    private mutating func writeEscaped(_ literal: String, _ state: inout EscapeState) {
        let scalars = Array(literal.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "{", index + 1 < scalars.count, scalars[index + 1] == "{" {
                text += "\\{{"
                index += 2
                state.isStart = false
                continue
            }
            if state.needsQuotes(scalar) {
                text += "\"\(Self.inDoubleQuotes(scalar))\""
            } else {
                if state.mustEscape(scalar) { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
            state.isStart = false
            index += 1
        }
    }

    // MARK: Values

    /// Writes a template bare if that reads back the same, and in quotes if not.
    ///
    /// Bare text at the start of a word has no operator there.
    static func value(_ template: Template, isWordStart: Bool = false) -> String {
        guard !template.isEmpty else { return isWordStart ? "\"\"" : "" }
        return isBare(template, isWordStart: isWordStart)
            ? template.rawText : quoted(template)
    }

    /// Writes a template in quotes: single ones if the text has what double ones would escape.
    static func quoted(_ template: Template) -> String {
        let literals = template.parts.compactMap { part in
            if case .literal(let text) = part { text } else { nil }
        }
        let wantsSingle = literals.contains { $0.contains { $0 == "\"" || $0 == "\\" } }
        let allowsSingle = literals.allSatisfy { text in
            text.unicodeScalars.allSatisfy { $0 != "'" && !$0.isASCIIControl }
        }
        if wantsSingle, allowsSingle { return "'\(template.rawText)'" }
        var text = "\""
        for part in template.parts {
            switch part {
            case .placeholder(let placeholder): text += placeholder.text
            case .literal(let literal): text += inDoubleQuotes(literal)
            }
        }
        return text + "\""
    }

    private static func isBare(_ template: Template, isWordStart: Bool) -> Bool {
        var isStart = isWordStart
        for part in template.parts {
            if case .literal(let text) = part {
                for scalar in text.unicodeScalars {
                    if scalar.isASCIIControl || " '\"\\".unicodeScalars.contains(scalar) {
                        return false
                    }
                    if isStart, "|><&#-".unicodeScalars.contains(scalar) { return false }
                    isStart = false
                }
            }
            isStart = false
        }
        return true
    }

    private static func inDoubleQuotes(_ literal: String) -> String {
        var text = ""
        let scalars = Array(literal.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if scalars[index] == "{", index + 1 < scalars.count, scalars[index + 1] == "{" {
                text += "\\{{"
                index += 2
            } else {
                text += inDoubleQuotes(scalars[index])
                index += 1
            }
        }
        return text
    }

    private static func inDoubleQuotes(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        default:
            guard scalar.isASCIIControl else { return String(Character(scalar)) }
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}

extension Unicode.Scalar {
    /// A control character of ASCII.
    fileprivate var isASCIIControl: Bool { value < 0x20 || value == 0x7F }
}
