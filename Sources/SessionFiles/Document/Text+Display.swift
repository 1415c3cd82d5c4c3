import HTTPModel

extension String {
    /// The text with every character visible that could drive a terminal or turn text around.
    ///
    /// Failure texts hold what servers sent; none of it may reach a terminal as it is.
    var escapedForDisplay: String {
        guard self.unicodeScalars.contains(where: \.isUnsafeToShow) else { return self }
        var text = ""
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isUnsafeToShow:
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The text shortened, escaped and in quotes.
    var quotedForDisplay: String {
        "\"\(self.shortened.escapedForDisplay)\""
    }

    /// The first 120 characters, with `…` if there are more.
    var shortened: String {
        let start = self.prefix(120)
        return start.endIndex == self.endIndex ? self : start + "…"
    }
}
