extension StyledText {
    /// The text without control characters, which libedit would not measure.
    private var printable: [(text: String, sgr: String)] {
        spans.compactMap { span in
            let scalars = span.text.unicodeScalars.map { $0.cells < 0 ? "\u{FFFD}" : $0 }
            let text = String(String.UnicodeScalarView(scalars))
            return text.isEmpty ? nil : (text, span.sgr)
        }
    }

    /// What is seen of the text, for measuring.
    var visible: String {
        printable.map(\.text).joined()
    }

    /// The text as libedit wants it: escapes between two `\1`.
    ///
    /// An escape must be followed by a visible character or libedit loses it, and two in a row
    /// would lose the first. So the last reset stands before the last character.
    ///
    /// - Parameter colour: Whether the terminal knows escapes.
    /// - Returns: The text for libedit's `EL_PROMPT_ESC`.
    func encoded(colour: Bool) -> String {
        guard colour else {
            return visible
        }
        var result = ""
        var current = ""
        let parts = printable
        for (index, part) in parts.enumerated() {
            var scalars = part.text.unicodeScalars
            let last = index == parts.count - 1 ? scalars.popLast() : nil
            if !scalars.isEmpty {
                result += Self.change(from: current, to: part.sgr)
                result.unicodeScalars += scalars
                current = part.sgr
            }
            if let last {
                result += Self.change(from: current, to: "")
                result.unicodeScalars.append(last)
            }
        }
        return result
    }

    private static func change(from old: String, to new: String) -> String {
        guard old != new else {
            return ""
        }
        let reset = old.isEmpty ? "" : "\u{1B}[0m"
        return "\u{1}\(reset)\(new.isEmpty ? "" : "\u{1B}[\(new)m")\u{1}"
    }
}
