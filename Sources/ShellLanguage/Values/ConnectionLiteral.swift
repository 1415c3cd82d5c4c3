/// The number of a connection: `#3`, or `3` where only a connection can stand
/// (LANGUAGE.md section 9).
package enum ConnectionLiteral {
    /// Reads `#3` or `3`.
    package static func parse(_ text: String) -> Int? {
        let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
        return digits.isAllDigits ? Int(digits) : nil
    }

    /// The text with the `#`.
    package static func text(_ number: Int) -> String { "#\(number)" }
}
