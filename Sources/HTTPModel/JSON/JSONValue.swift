/// A JSON value as it was written: members in order with duplicate keys, numbers as text.
package enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number in the spelling of the source, so that nothing is rounded.
    case number(String)
    /// A string with its escapes decoded.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object: its members in order, duplicate keys included.
    case object([Member])

    /// A member of an object.
    package struct Member: Sendable, Hashable {
        /// The key with its escapes decoded.
        package var key: String
        /// The value.
        package var value: JSONValue

        /// Creates a member.
        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Parses a text that holds exactly one value.
    package init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes)
        guard let value = try parser.next() else {
            throw JSONSyntaxError(offset: bytes.count, problem: .empty)
        }
        try parser.expectEnd()
        self = value
    }

    /// Parses a text that holds exactly one value.
    package init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The first member with this key; nil if there is none, or this is no object.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first(where: { $0.key == key })?.value
    }

    /// The element at this index, from the end if negative; nil if there is none, or this is no
    /// array.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self else { return nil }
        // Adding to a negative index cannot overflow.
        let position = index < 0 ? elements.count + index : index
        return elements.indices.contains(position) ? elements[position] : nil
    }

    /// The value for people and for substitution: a string bare, anything else as compact JSON.
    package var text: String {
        if case .string(let string) = self { return string }
        return self.compactText
    }

    /// The value as JSON on one line, without blanks outside strings.
    package var compactText: String {
        var bytes: [UInt8] = []
        self.append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value as JSON on one line, without blanks outside strings.
    package func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let spelling): bytes.append(contentsOf: spelling.utf8)
        case .string(let string): string.appendJSON(to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                member.key.appendJSON(to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
