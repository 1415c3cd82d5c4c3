/// A decimal number without a sign, and what follows it.
struct DecimalNumber {
    /// The digits without the point.
    private let digits: Int64
    /// How many of the digits stand after the point.
    private let fractionDigits: Int
    /// The text after the number, without a blank before it.
    let rest: String

    /// Reads a number at the start of a text; `nil` if none stands there or it exceeds `Int64`.
    init?(prefixOf text: String) {
        let whole = text.prefix { $0.isASCII && $0.isNumber }
        var after = text[whole.endIndex...]
        var fraction: Substring = ""
        if after.first == "." {
            fraction = after.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty else { return nil }
            after = after[fraction.endIndex...]
        }
        guard !whole.isEmpty, let digits = Int64(whole + fraction) else { return nil }
        self.digits = digits
        fractionDigits = fraction.count
        let hasBlank = after.first == " " && after.count > 1
        rest = String(hasBlank ? after.dropFirst() : after)
    }

    /// The product with a unit; `nil` if it is no whole number or exceeds `Int64`.
    func multiplied(by unit: Int64) -> Int64? {
        let (product, overflows) = digits.multipliedReportingOverflow(by: unit)
        guard !overflows else { return nil }
        var result = product
        for _ in 0..<fractionDigits {
            guard result.isMultiple(of: 10) else { return nil }
            result /= 10
        }
        return result
    }
}
