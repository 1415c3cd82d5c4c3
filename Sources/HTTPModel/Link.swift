/// A link of a `Link` field: where it leads, and what is there (RFC 8288, section 3).
package struct Link: Sendable, Hashable {
    /// Where it leads, as it was written: a reference relative to the response's target.
    package var target: String
    /// What is there, such as `next`; in lower case, and empty if it does not say.
    package var relations: [String]
    /// What else it says, with names in lower case; `rel` is not among it.
    package var parameters: [FieldLine]

    /// Creates a link.
    package init(target: String, relations: [String], parameters: [FieldLine] = []) {
        self.target = target
        self.relations = relations
        self.parameters = parameters
    }

    /// The links that field values list, in order; what is no link ends the list it stands in.
    package static func links(in values: [String]) -> [Self] {
        values.flatMap { value in
            var reader = Reader(text: Array(value.utf8)[...])
            var links: [Self] = []
            while let link = reader.next() { links.append(link) }
            return links
        }
    }

    /// Reads links one after the other.
    private struct Reader {
        var text: ArraySlice<UInt8>

        mutating func next() -> Link? {
            self.skip { $0.isBlank || $0 == UInt8(ascii: ",") }
            guard self.take("<") else { return nil }
            let target = self.takeWhile { $0 != UInt8(ascii: ">") }
            guard self.take(">") else { return nil }
            var link = Link(target: target, relations: [])
            var isRelated = false
            while self.takeSeparator() {
                let name = self.takeWhile { !$0.endsParameterName }.lowercased()
                self.skip(\.isBlank)
                let value = self.take("=") ? self.takeValue() : ""
                guard name == "rel" else {
                    if !name.isEmpty { link.parameters.append(FieldLine(name, value)) }
                    continue
                }
                // Further ones must be ignored (RFC 8288, section 3.3).
                guard !isRelated else { continue }
                isRelated = true
                link.relations = value.split(separator: " ").map { $0.lowercased() }
            }
            return link
        }

        private mutating func takeSeparator() -> Bool {
            self.skip(\.isBlank)
            guard self.take(";") else { return false }
            self.skip(\.isBlank)
            return true
        }

        private mutating func takeValue() -> String {
            self.skip(\.isBlank)
            guard self.take("\"") else { return self.takeWhile { !$0.endsParameterValue } }
            var value: [UInt8] = []
            while let byte = self.text.popFirst(), byte != UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\\"), let escaped = self.text.popFirst() {
                    value.append(escaped)
                } else {
                    value.append(byte)
                }
            }
            return String(decoding: value, as: UTF8.self)
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard self.text.first == UInt8(ascii: character) else { return false }
            self.text.removeFirst()
            return true
        }

        private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
            self.text = self.text.drop(while: isSkipped)
        }

        private mutating func takeWhile(_ isTaken: (UInt8) -> Bool) -> String {
            let taken = self.text.prefix(while: isTaken)
            self.text = self.text.dropFirst(taken.count)
            return String(decoding: taken, as: UTF8.self)
        }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }

    fileprivate var endsParameterValue: Bool {
        self.isBlank || self == UInt8(ascii: ";") || self == UInt8(ascii: ",")
    }

    fileprivate var endsParameterName: Bool {
        self.endsParameterValue || self == UInt8(ascii: "=")
    }
}
