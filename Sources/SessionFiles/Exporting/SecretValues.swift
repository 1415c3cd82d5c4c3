import HTTPModel

/// What secret variables hold, or held: it is secret wherever it stands, as a token is that a
/// response gave and a later one repeats.
package struct SecretValues: Sendable, Hashable {
    /// The names of the variables by what they held, as it is and percent-encoded.
    private var names: [[UInt8]: String] = [:]
    /// The same, in the order in which they came.
    private var order: [[UInt8]] = []
    /// How long those are that begin with the same bytes, longest first.
    private var lengths: [UInt64: [Int]] = [:]

    /// Shorter values stand in text by chance.
    private static let shortest = 6

    /// How many are kept; those that came first go first.
    package static let limit = 16_384

    /// Creates an empty list.
    package init() {}

    /// Whether nothing is in the list.
    package var isEmpty: Bool { self.names.isEmpty }

    /// Adds what a variable holds, unless it is too short to be told from other text.
    package mutating func add(_ value: String, of variable: String) {
        self.insert(Array(value.utf8), variable)
        for spelling in Self.spellings(of: value) { self.insert(Array(spelling.utf8), variable) }
    }

    /// A value as URIs, forms and JSON write it, where that is not as it is.
    private static func spellings(of value: String) -> Set<String> {
        let encoded = value.percentEncodingAll
        let quoted = String(value.jsonQuoted.dropFirst().dropLast())
        var spellings: Set = [encoded, quoted, quoted.replacing("/", with: "\\/")]
        if encoded != value {
            // Some write the digits small; a value with capitals of its own is not mistaken.
            let parts = encoded.split(separator: "%", omittingEmptySubsequences: false)
            let small = parts.dropFirst().map { "%\($0.prefix(2).lowercased())\($0.dropFirst(2))" }
            spellings.insert(String(parts.first ?? "") + small.joined())
        }
        for spelling in spellings where spelling.contains("%20") {
            spellings.insert(spelling.replacing("%20", with: "+"))
        }
        spellings.remove(value)
        return spellings
    }

    /// Adds what another list holds.
    package mutating func formUnion(_ other: SecretValues) {
        for value in other.order { self.insert(value, other.names[value] ?? "") }
    }

    private mutating func insert(_ value: [UInt8], _ name: String) {
        guard value.count >= Self.shortest, self.names[value] == nil else { return }
        if self.order.count >= Self.limit { self.forgetOldest(Self.limit / 8) }
        self.names[value] = name
        self.order.append(value)
        self.noteLength(of: value)
    }

    private mutating func noteLength(of value: [UInt8]) {
        let start = Self.key(value[..<Self.shortest])
        var lengths = self.lengths[start] ?? []
        guard !lengths.contains(value.count) else { return }
        lengths.append(value.count)
        self.lengths[start] = lengths.sorted(by: >)
    }

    private mutating func forgetOldest(_ count: Int) {
        for value in self.order.prefix(count) { self.names[value] = nil }
        self.order.removeFirst(count)
        self.lengths.removeAll()
        for value in self.order { self.noteLength(of: value) }
    }

    /// The first bytes as one number.
    private static func key(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Text with each of the values as a piece of its own, the longest where several begin.
    func pieces(of bytes: [UInt8]) -> [ExportPiece] {
        guard !self.names.isEmpty, bytes.count >= Self.shortest else { return [.literal(bytes)] }
        let mask: UInt64 = (1 << (8 * UInt64(Self.shortest))) - 1
        var pieces: [ExportPiece] = []
        var done = 0
        var offset = 0
        var key = Self.key(bytes[..<Self.shortest])
        while offset + Self.shortest <= bytes.count {
            if let found = self.value(at: offset, in: bytes, key) {
                if done < offset { pieces.append(.literal(Array(bytes[done..<offset]))) }
                pieces.append(.secret(name: found.name, isBare: false))
                offset += found.length
                done = offset
                guard offset + Self.shortest <= bytes.count else { break }
                key = Self.key(bytes[offset..<offset + Self.shortest])
                continue
            }
            guard offset + Self.shortest < bytes.count else { break }
            key = (key << 8 | UInt64(bytes[offset + Self.shortest])) & mask
            offset += 1
        }
        if done < bytes.count { pieces.append(.literal(Array(bytes[done...]))) }
        return pieces
    }

    private func value(
        at offset: Int,
        in bytes: [UInt8],
        _ key: UInt64
    ) -> (name: String, length: Int)? {
        guard let lengths = self.lengths[key] else { return nil }
        for length in lengths where offset + length <= bytes.count {
            if let name = self.names[Array(bytes[offset..<offset + length])] {
                return (name, length)
            }
        }
        return nil
    }
}
