/// A plain path to one place in a JSON value: `$`, `$.a.b`, `$.items[0].name`, `$['key']`,
/// `$.a[-1]`.
///
/// This is the part of RFC 9535 that names at most one place; wildcards, slices, descendants and
/// filters are refused as unsupported. A name after a dot may hold any character but blanks and
/// those that mean something in a path; a key in brackets is quoted with `'` or `"` and may hold
/// JSON's escapes.
package struct JSONPathLookup: Sendable, Hashable, CustomStringConvertible {
    /// The steps from the root.
    package var steps: [Step]

    /// One step.
    package enum Step: Sendable, Hashable {
        /// To the first member with this key.
        case key(String)
        /// To the element at this index; negative ones count from the end.
        case index(Int)
    }

    /// Parses a path.
    package init(_ text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        self.steps = try parser.steps()
    }

    /// The value at the path; nil if there is none.
    package func firstMatch(in value: JSONValue) -> JSONValue? {
        var current = value
        for step in self.steps {
            let next =
                switch step {
                case .key(let key): current[key]
                case .index(let index): current[index]
                }
            guard let next else { return nil }
            current = next
        }
        return current
    }

    /// The normalized form of the path (RFC 9535, section 2.7), such as `$['items'][0]`.
    package var description: String {
        self.steps.reduce(into: "$") { path, step in
            switch step {
            case .index(let index): path += "[\(index)]"
            case .key(let key):
                let quoted = key.jsonQuoted.dropFirst().dropLast()
                    .replacing("\\\"", with: "\"").replacing("'", with: "\\'")
                path += "['\(quoted)']"
            }
        }
    }
}

/// What is wrong with a path, and where.
package struct JSONPathError: Error, Sendable, Hashable {
    /// The offset in UTF-8 bytes.
    package var offset: Int
    /// What is wrong.
    package var problem: Problem

    /// What can be wrong.
    package enum Problem: Sendable, Hashable {
        /// It does not start with `$`.
        case missingRoot
        /// A name is missing after a dot.
        case missingName
        /// A character that cannot stand here.
        case unexpectedCharacter
        /// An index with a leading zero, without digits or too large.
        case invalidIndex
        /// A backslash with something that is no escape.
        case invalidEscape
        /// A bracket or quote is not closed.
        case unclosed
        /// Part of JSONPath, but more than a plain path.
        case unsupported
    }
}

/// Reads the steps of a path.
private struct JSONPathParser {
    let bytes: [UInt8]
    var offset = 0

    init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    mutating func steps() throws(JSONPathError) -> [JSONPathLookup.Step] {
        guard self.take(UInt8(ascii: "$")) else { throw self.error(.missingRoot) }
        var steps: [JSONPathLookup.Step] = []
        while let byte = self.peek {
            switch byte {
            case UInt8(ascii: "."):
                self.offset += 1
                steps.append(.key(try self.name()))
            case UInt8(ascii: "["):
                self.offset += 1
                steps.append(try self.bracketed())
            default: throw self.error(.unexpectedCharacter)
            }
        }
        return steps
    }

    private mutating func name() throws(JSONPathError) -> String {
        let start = self.offset
        while let byte = self.peek, !Self.isMeaningful(byte) { self.offset += 1 }
        guard self.offset > start else {
            let isWildcard = self.peek == UInt8(ascii: "*") || self.peek == UInt8(ascii: ".")
            throw self.error(isWildcard ? .unsupported : .missingName)
        }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    private mutating func bracketed() throws(JSONPathError) -> JSONPathLookup.Step {
        let step: JSONPathLookup.Step
        switch self.peek {
        case UInt8(ascii: "'")?, UInt8(ascii: "\"")?: step = .key(try self.quoted())
        case UInt8(ascii: "-")?, (0x30...0x39)?: step = .index(try self.index())
        case UInt8(ascii: "*")?, UInt8(ascii: "?")?, UInt8(ascii: ":")?:
            throw self.error(.unsupported)
        case nil: throw self.error(.unclosed)
        default: throw self.error(.unexpectedCharacter)
        }
        switch self.peek {
        case UInt8(ascii: "]")?: self.offset += 1
        case UInt8(ascii: ",")?, UInt8(ascii: ":")?: throw self.error(.unsupported)
        case nil: throw self.error(.unclosed)
        default: throw self.error(.unexpectedCharacter)
        }
        return step
    }

    private mutating func index() throws(JSONPathError) -> Int {
        let start = self.offset
        _ = self.take(UInt8(ascii: "-"))
        let first = self.offset
        while let byte = self.peek, byte.isASCIIDigit { self.offset += 1 }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        let hasLeadingZero =
            self.bytes[first...].first == 0x30 && (first > start || self.offset > first + 1)
        guard !hasLeadingZero, let index = Int(text) else {
            throw JSONPathError(offset: start, problem: .invalidIndex)
        }
        return index
    }

    private mutating func quoted() throws(JSONPathError) -> String {
        let quote = self.bytes[self.offset]
        self.offset += 1
        var key: [UInt8] = []
        while let byte = self.peek {
            self.offset += 1
            if byte == quote { return String(decoding: key, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                key.append(byte)
                continue
            }
            switch JSONEscape(self.bytes[self.offset...], quote: quote) {
            case .scalar(let value, let length):
                key.append(contentsOf: String(Character(value)).utf8)
                self.offset += length
            case .incomplete: throw self.error(.unclosed)
            case .invalid(let offset):
                throw JSONPathError(offset: self.offset + offset, problem: .invalidEscape)
            }
        }
        throw self.error(.unclosed)
    }

    /// Whether a byte ends a name.
    private static func isMeaningful(_ byte: UInt8) -> Bool {
        byte <= 0x20 || ".[]*()?@,:'\"\\".utf8.contains(byte)
    }

    private var peek: UInt8? {
        self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek == byte else { return false }
        self.offset += 1
        return true
    }

    private func error(_ problem: JSONPathError.Problem) -> JSONPathError {
        JSONPathError(offset: self.offset, problem: problem)
    }
}
