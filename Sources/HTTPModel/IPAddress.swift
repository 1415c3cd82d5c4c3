/// An IPv4 or IPv6 address, as bytes and in its one canonical spelling.
package struct IPAddress: Sendable, Hashable {
    /// Four or sixteen bytes.
    package let bytes: [UInt8]

    /// Reads a dotted quad, or IPv6 without brackets and zone (RFC 4291, section 2.2).
    package init?(_ text: String) {
        if text.isIPv4Address {
            self.bytes = text.split(separator: ".").compactMap { UInt8($0) }
        } else if text.isIPv6Address {
            self.bytes = Self.groups(of: text).flatMap {
                [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)]
            }
        } else {
            return nil
        }
    }

    /// Creates an address of four or sixteen bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Whether it is an IPv6 address.
    package var isIPv6: Bool { self.bytes.count == 16 }

    /// The canonical spelling: for IPv6 that of RFC 5952.
    package var text: String {
        guard self.isIPv6 else { return self.bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(self.bytes[$0]) << 8 | UInt16(self.bytes[$0 + 1])
        }
        // IPv4-mapped addresses end in a dotted quad (section 5).
        if groups.prefix(5).allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            return "::ffff:" + self.bytes.suffix(4).map(String.init).joined(separator: ".")
        }
        func spell(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let gap = Self.longestGap(in: groups) else { return spell(groups[...]) }
        return "\(spell(groups[..<gap.lowerBound]))::\(spell(groups[gap.upperBound...]))"
    }

    /// The longest run of at least two zeros, the first of several (section 4.2).
    private static func longestGap(in groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > longest?.count ?? 0 { longest = start..<end }
            start = max(end, start) + 1
        }
        return longest
    }

    private static func groups(of text: String) -> [UInt16] {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false).map(Self.fields)
        guard halves.count == 2 else { return halves.first ?? [] }
        let gap = 8 - halves[0].count - halves[1].count
        return halves[0] + [UInt16](repeating: 0, count: max(0, gap)) + halves[1]
    }

    private static func fields(of part: Substring) -> [UInt16] {
        part.split(separator: ":").flatMap { field -> [UInt16] in
            let text = String(field)
            guard text.isIPv4Address else { return [UInt16(text, radix: 16) ?? 0] }
            let octets = text.split(separator: ".").compactMap { UInt16($0) }
            return [octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]]
        }
    }
}
