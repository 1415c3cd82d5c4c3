/// The value of `@recorded`: what came of a request when the session was saved.
///
/// `200 conn=1 reused body=61`; with several runs each part is a list: `conn=1,2 reused,new`.
package struct RecordedSummary: Sendable, Hashable, CustomStringConvertible {
    /// The status codes that occurred, in order of first occurrence.
    package var statuses: [Int]
    /// The connections by their ordinal within the session, in order of first use.
    package var connections: [Int]
    /// Whether the connections were new or reused, in order of first occurrence.
    package var uses: [Use]
    /// How long the connection had been idle; only with `--timings`.
    package var idle: Duration?
    /// The lengths of the decoded contents in bytes, in order of first occurrence.
    package var bodySizes: [Int]
    /// The protocol, if it is not HTTP/1.1.
    package var protocolName: String?

    /// Creates a summary.
    package init(
        statuses: [Int],
        connections: [Int] = [],
        uses: [Use] = [],
        idle: Duration? = nil,
        bodySizes: [Int] = [],
        protocolName: String? = nil
    ) {
        self.statuses = statuses
        self.connections = connections
        self.uses = uses
        self.idle = idle
        self.bodySizes = bodySizes
        self.protocolName = protocolName
    }

    /// How a connection was come by.
    package enum Use: String, Sendable, Hashable {
        /// Opened for this request.
        case new
        /// It had carried a complete exchange before.
        case reused
    }

    package var description: String {
        var parts = [Self.list(self.statuses)]
        if !self.connections.isEmpty { parts.append("conn=" + Self.list(self.connections)) }
        if !self.uses.isEmpty { parts.append(self.uses.map(\.rawValue).joined(separator: ",")) }
        if let idle { parts.append("idle=" + idle.fileText.filter { $0 != " " }) }
        if !self.bodySizes.isEmpty { parts.append("body=" + Self.list(self.bodySizes)) }
        if let protocolName { parts.append("proto=" + protocolName) }
        return parts.joined(separator: " ")
    }

    /// Reads the value of the tag; nil if it is not one.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard let first = words.first, let statuses = Self.numbers(first), !statuses.isEmpty else {
            return nil
        }
        self.init(statuses: statuses)
        for word in words.dropFirst() {
            guard self.read(word) else { return nil }
        }
    }

    private mutating func read(_ word: Substring) -> Bool {
        guard let equals = word.firstIndex(of: "=") else {
            let uses = word.split(separator: ",").map { Use(rawValue: String($0)) }
            self.uses = uses.compactMap(\.self)
            return self.uses.count == uses.count
        }
        let value = word[word.index(after: equals)...]
        switch word[..<equals] {
        case "conn":
            guard let numbers = Self.numbers(value) else { return false }
            self.connections = numbers
        case "body":
            guard let numbers = Self.numbers(value) else { return false }
            self.bodySizes = numbers
        case "idle":
            guard let idle = Duration(fileText: String(value)) else { return false }
            self.idle = idle
        case "proto":
            self.protocolName = String(value)
        default:
            return false
        }
        return true
    }

    private static func list(_ numbers: [Int]) -> String {
        numbers.map(String.init).joined(separator: ",")
    }

    private static func numbers(_ text: Substring) -> [Int]? {
        let words = text.split(separator: ",")
        let numbers = words.compactMap { Int($0) }
        return numbers.count == words.count && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
    }
}
