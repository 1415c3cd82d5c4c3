/// The value of a setting that is for one origin: `VALUE --for ORIGIN`, as shell lines say it.
package struct ScopedValue: Sendable, Hashable {
    /// The value.
    package var value: String
    /// The origin as written; it may be made of variables.
    package var origin: String

    /// Creates a value for one origin.
    package init(value: String, origin: String) {
        self.value = value
        self.origin = origin
    }

    /// Reads a value; nil if it is for all origins.
    package init?(_ text: String) {
        guard let option = text.range(ofLast: " --for ") else { return nil }
        let origin = String(text[option.upperBound...]).trimmed
        let value = String(text[..<option.lowerBound]).trimmed
        guard !value.isEmpty, !origin.isEmpty, !origin.contains(where: \.isWhitespace) else {
            return nil
        }
        self.init(value: value, origin: origin)
    }

    /// As it is written.
    package var text: String { "\(self.value) --for \(self.origin)" }
}

extension String {
    /// Where `part`, which is not empty, stands last.
    fileprivate func range(ofLast part: String) -> Range<Index>? {
        var end = self.endIndex
        while end > self.startIndex {
            end = self.index(before: end)
            if self[end...].hasPrefix(part) {
                return end..<self.index(end, offsetBy: part.count)
            }
        }
        return nil
    }
}
