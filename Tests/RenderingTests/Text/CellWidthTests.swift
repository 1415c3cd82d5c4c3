import Rendering
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Cells of a terminal")
struct CellWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("–…·", 3), ("東京", 4), ("ｆｕｌｌ", 8),
        ("ﾊﾝｶｸ", 4),
        ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2),
        ("❤️", 2),
        ("❤", 1), ("1️⃣", 2), ("☺︎", 1), ("\u{200B}", 0), ("\u{FEFF}", 0), ("שלום", 4),
        ("مرحبا", 5),
        ("नमस्ते", 4),
        ("→←↑", 3), ("█▒░", 3), ("¿ñ", 2), ("\u{AD}", 1), ("\u{600}", 1), ("\u{302A}", 0),
        ("\u{3099}", 0),
        ("a\u{200D}b", 2), ("⌚", 2), ("\u{1F3FD}", 2), ("\u{20000}\u{3FFFD}", 4),
    ])
    func `text takes as many cells as terminals give it`(_ text: String, _ cells: Int) {
        #expect(text.cellWidth == cells)
    }

    @Test(arguments: [
        (0x10FF, 1), (0x1100, 2), (0x115F, 2), (0x2319, 1), (0x231A, 2), (0x231B, 2), (0x231C, 1),
        (0x2E7F, 1), (0x2E80, 2), (0x303E, 2), (0x303F, 1), (0xD7A3, 2), (0xFF00, 1), (0xFF01, 2),
        (0xFF60, 2), (0xFF61, 1), (0x1FFFF, 1), (0x20000, 2), (0x2FFFD, 2), (0x2FFFE, 1),
        (0x3FFFD, 2), (0x3FFFE, 1), (0x2FF, 1), (0x300, 0), (0x36F, 0), (0x370, 1), (0x1F, 0),
        (0x20, 1),
    ])
    func `ranges end where the standard says`(_ value: UInt32, _ cells: Int) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect(CellWidth.of(scalar) == cells)
    }

    /// The whole of EastAsianWidth.txt, where the corpora are at hand.
    @Test(.enabled(if: getenv("LINGER_CORPORA") != nil))
    func `wide and fullwidth characters are those of the Unicode data file`() throws {
        let folder = String(cString: try #require(getenv("LINGER_CORPORA")))
        let text = try #require(Self.contents(of: "\(folder)/text/EastAsianWidth.txt"))
        var wide: Set<UInt32> = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = (line.split(separator: "#").first ?? "").split(separator: ";")
            let property = try #require(fields.last).filter { $0 != " " }
            guard fields.count == 2, property == "W" || property == "F" else { continue }
            let bounds = fields[0].split(separator: ".").compactMap {
                UInt32($0.filter { $0 != " " }, radix: 16)
            }
            wide.formUnion(try #require(bounds.first)...(try #require(bounds.last)))
        }
        #expect(wide.count > 180_000)
        for value in UInt32(0x20)...0x3FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let cells = CellWidth.of(scalar)
            if cells > 0, (cells == 2) != wide.contains(value) {
                Issue.record("U+\(String(value, radix: 16)) has \(cells) cells")
            }
        }
    }

    private static func contents(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite("Fitting text into cells")
struct CellTextTests {
    @Test(arguments: [
        ("abc", 4, "abc"), ("abc", 3, "abc"), ("abc", 2, "a…"), ("abc", 1, "…"), ("abc", 0, ""),
        ("", 0, ""),
        ("東京都", 6, "東京都"), ("東京都", 5, "東京…"), ("東京都", 4, "東…"), ("東京都", 2, "…"),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("👩‍👩‍👧ab", 3, "👩‍👩‍👧…"), ("abc", -1, ""),
    ])
    func `text that is too wide ends in an ellipsis`(
        _ text: String,
        _ cells: Int,
        _ expected: String
    ) {
        #expect(text.truncated(toCells: cells) == expected)
    }

    @Test
    func `padding counts cells`() {
        #expect("東".padded(toCells: 4) == "東  ")
        #expect("東".padded(toCells: 4, alignment: .right) == "  東")
        #expect("abc".padded(toCells: 3) == "abc")
        #expect("abc".padded(toCells: 2) == "abc")
    }

    @Test(arguments: [
        ("", 10, [""]), ("one two three", 20, ["one two three"]),
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 6, ["one", "two", "three"]), ("one  two", 20, ["one two"]),
        ("a\nb", 5, ["a", "b"]), ("a\n\nb", 5, ["a", "", "b"]), ("a\n", 5, ["a", ""]),
        ("abcdefgh", 3, ["abc", "def", "gh"]), ("ab cdefgh", 4, ["ab", "cdef", "gh"]),
        ("東京都", 3, ["東", "京", "都"]), ("東", 1, ["東"]), ("ab", 0, ["a", "b"]),
    ])
    func `words wrap at the width`(_ text: String, _ cells: Int, _ expected: [String]) {
        #expect(text.wrapped(toCells: cells) == expected)
    }

    @Test
    func `further lines hang`() {
        #expect(
            "one two three four".wrapped(toCells: 9, hanging: "  ") == [
                "one two", "  three", "  four",
            ]
        )
    }
}
