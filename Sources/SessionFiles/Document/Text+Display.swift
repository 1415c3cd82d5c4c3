extension String {
    /// The text with every character visible that could drive a terminal or turn text around.
    ///
    /// Failure texts hold what servers sent; none of it may reach a terminal as it is.
    var escapedForDisplay: String {
        guard self.unicodeScalars.contains(where: \.isUnsafeForDisplay) else { return self }
        var text = ""
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isUnsafeForDisplay:
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

extension Unicode.Scalar {
    /// C0, DEL, C1, and the controls of bidirectional text.
    fileprivate var isUnsafeForDisplay: Bool {
        switch self.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
            true
        default: false
        }
    }
}
