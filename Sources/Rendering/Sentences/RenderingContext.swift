/// What the output goes to: decides colour, width and which characters can be shown.
package struct RenderingContext: Sendable, Hashable {
    /// The colours.
    package var palette: Palette
    /// The cells of a line; nil where lines have no end, as in files and pipes.
    package var width: Int?
    /// Whether the output is a terminal.
    package var isTerminal: Bool
    /// Whether only ASCII can be shown, as under `LC_ALL=C`.
    package var isASCII: Bool

    /// Creates a context.
    package init(
        palette: Palette = .plain,
        width: Int? = nil,
        isTerminal: Bool = false,
        isASCII: Bool = false
    ) {
        self.palette = palette
        self.width = width
        self.isTerminal = isTerminal
        self.isASCII = isASCII
    }

    /// No colour, no width, no terminal: what a file or a pipe gets.
    package static let plain = Self()

    /// Whether the locale in `environment` can show ASCII only.
    ///
    /// `LC_ALL`, `LC_CTYPE` and `LANG` are asked in this order, as POSIX has it; empty is unset. An
    /// environment that names no locale at all is trusted with UTF-8.
    package static func isASCII(environment: [String: String]) -> Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        guard let locale = names.lazy.compactMap({ environment[$0] }).first(where: { !$0.isEmpty })
        else { return false }
        return locale == "C" || locale == "POSIX"
    }

    /// The text with the characters that linger itself uses outside ASCII replaced, if need be.
    package func adapted(_ text: String) -> String {
        guard self.isASCII, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for character in text {
            switch character {
            case "·": result += "|"
            case "–", "─": result += "-"
            case "━": result += "#"
            case "↑": result += "^"
            case "↓": result += "v"
            case "›": result += ">"
            case "µ": result += "u"
            case "→": result += "->"
            case "…": result += "~"
            case "±": result += "+-"
            case "×": result += "x"
            case "█", "▇": result += "#"
            case "▏", "▎", "▍", "▌", "▋", "▊", "▉": result += "|"
            default: result.append(character)
            }
        }
        return result
    }

    /// A line of talk, coloured or not, broken between words where the terminal would break it
    /// within them.
    ///
    /// What goes on is indented under what it belongs to. A line that fits stays as it is, and so
    /// does one that goes to no terminal.
    package func folded(_ line: String) -> [String] {
        guard let width, width >= Self.minimumFold, line.utf8.count > width else { return [line] }
        var folder = LineFolder(width: width)
        return folder.fold(line)
    }

    /// Terminals of fewer columns break lines as they like.
    private static let minimumFold = 30

    /// The text in the look of a role.
    func styled(_ text: String, as role: Role?) -> String {
        self.palette.styled(text, as: role)
    }
}

extension Sequence<String> {
    /// The clauses of a line, joined by ` · `; empty ones are left out.
    var clauses: String {
        self.filter { !$0.isEmpty }.joined(separator: " · ")
    }
}
