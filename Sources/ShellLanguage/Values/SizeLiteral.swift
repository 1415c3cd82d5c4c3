/// Sizes in bytes as people write them: `64KiB`, `10MB`, `512B`; a bare number is bytes.
package enum SizeLiteral {
    /// The units, largest first: powers of 1024, then of 1000.
    private static let units: [(name: String, bytes: Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000),
        ("B", 1),
    ]

    /// Reads a size; letters may be of any case.
    ///
    /// - Returns: `nil` for anything else, for fractions of a byte, and for what exceeds `Int`.
    package static func parse(_ text: String) -> Int? {
        guard let number = DecimalNumber(prefixOf: text) else { return nil }
        let unit = number.rest.isEmpty ? "b" : number.rest.lowercased()
        guard let scale = units.first(where: { $0.name.lowercased() == unit })?.bytes,
            let bytes = number.multiplied(by: scale)
        else { return nil }
        return Int(exactly: bytes)
    }

    /// The text with the largest unit that divides the size; negative sizes are 0.
    package static func text(_ bytes: Int) -> String {
        guard bytes > 0 else { return "0B" }
        let exact = units.filter { Int64(bytes).isMultiple(of: $0.bytes) }
        guard let unit = exact.max(by: { $0.bytes < $1.bytes }) else { return "\(bytes)B" }
        return "\(Int64(bytes) / unit.bytes)\(unit.name)"
    }
}
