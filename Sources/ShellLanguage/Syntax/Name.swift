/// The rules for names of variables, exchanges and aliases (LANGUAGE.md section 3).
package enum Name {
    /// Words that mean something already where a name could stand.
    package static let reserved: Set<String> = ["last"]

    /// Says why a text cannot be a name; `nil` if it can.
    package static func problem(in text: String) -> NameProblem? {
        if reserved.contains(text) { return .reserved }
        if text.isAllDigits { return .digits }
        if text.utf8.contains(UInt8(ascii: "$")) { return .dollar }
        return isWellFormed(text) ? nil : .characters
    }

    /// Whether a text has a name's characters: a letter or `_`, then letters, digits, `_` and `-`.
    static func isWellFormed(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first.isLetter || first == UInt8(ascii: "_") else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}
