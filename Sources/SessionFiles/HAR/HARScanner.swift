package import HTTPModel

/// Finds the entries of a HAR in a stream of bytes, so that only one of them is in memory.
///
/// It follows brackets and strings, knows the way `log.entries`, and leaves the rest to the JSON
/// parser, which reads each entry by itself.
struct HARScanner {
    /// An entry's text and where it begins.
    struct Entry {
        let bytes: [UInt8]
        let line: Int
    }

    /// The line of the next byte, from 1.
    private(set) var line = 1
    /// Whether `log.entries` was there.
    private(set) var hasEntries = false
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isInEntries = false
    private var isStarted = false
    /// The latest string outside entries, as far as a key can be long.
    private var word: [UInt8] = []
    /// The keys on the way to the current value.
    private var keys: [Int: [UInt8]] = [:]
    private var entry: [UInt8]?
    private var entryLine = 1

    /// Whether the text is whole.
    var isComplete: Bool { self.isStarted && self.depth == 0 && !self.isInString }

    /// Takes bytes and gives the entries that end in them.
    mutating func take(_ bytes: [UInt8]) throws(HARProblem) -> [Entry] {
        var entries: [Entry] = []
        for byte in bytes {
            if byte == 0x0A { self.line += 1 }
            if let entry = try self.take(byte) { entries.append(entry) }
        }
        return entries
    }

    private mutating func take(_ byte: UInt8) throws(HARProblem) -> Entry? {
        self.entry?.append(byte)
        if self.isInString {
            self.takeInString(byte)
            return nil
        }
        switch byte {
        case UInt8(ascii: "\""):
            guard self.isStarted else { throw HARProblem(.notJSON, line: self.line) }
            self.isInString = true
            self.word = []
        case UInt8(ascii: "{"), UInt8(ascii: "["): self.open(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): return try self.close()
        case UInt8(ascii: ":") where self.depth <= 2: self.keys[self.depth] = self.word
        case 0x20, 0x09, 0x0A, 0x0D: break
        // A byte order mark.
        case 0xEF, 0xBB,
            0xBF where !self.isStarted:
            break
        default:
            guard self.isStarted, self.depth > 0 else {
                throw HARProblem(.notJSON, line: self.line)
            }
        }
        return nil
    }

    private mutating func takeInString(_ byte: UInt8) {
        if self.isEscaped {
            self.isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            self.isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            self.isInString = false
        } else if self.depth <= 2, self.word.count < 16 {
            self.word.append(byte)
        }
    }

    private mutating func open(_ byte: UInt8) {
        self.isStarted = true
        if self.isInEntries, self.depth == 3 {
            self.entry = [byte]
            self.entryLine = self.line
        }
        if self.depth == 2, byte == UInt8(ascii: "["), self.keys[1] == Array("log".utf8),
            self.keys[2] == Array("entries".utf8)
        {
            self.isInEntries = true
            self.hasEntries = true
        }
        self.depth += 1
    }

    private mutating func close() throws(HARProblem) -> Entry? {
        guard self.depth > 0 else { throw HARProblem(.notJSON, line: self.line) }
        self.depth -= 1
        guard self.isInEntries else { return nil }
        if self.depth == 2 {
            self.isInEntries = false
        } else if self.depth == 3, let bytes = self.entry {
            self.entry = nil
            return Entry(bytes: bytes, line: self.entryLine)
        }
        return nil
    }
}

/// What keeps a HAR, or an entry of it, from being read.
package struct HARProblem: Error, Sendable, Hashable {
    /// What is wrong.
    package var kind: Kind
    /// The line where it is found.
    package var line: Int

    /// Creates a problem.
    package init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
    }

    /// What can be wrong.
    package enum Kind: Sendable, Hashable {
        /// The text is no JSON.
        case notJSON
        /// The text ends too early.
        case truncated
        /// There is no `log.entries`.
        case noEntries
        /// An entry is malformed JSON.
        case malformed(JSONSyntaxError.Problem)
        /// A member of an entry is missing, or not what it must be.
        case member(String)
        /// A URL that is none of HTTP.
        case url(String)
        /// It came from a browser's cache and was never sent.
        case cached
        /// It was never answered.
        case unanswered
        /// Its content is not in the HAR.
        case noContent
    }
}
