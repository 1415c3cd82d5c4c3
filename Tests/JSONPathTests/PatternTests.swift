import JSONPath
import Testing

@Suite("Regular expressions")
struct PatternTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var pattern: String
        var whole: [String]
        var none: [String]

        init(_ pattern: String, _ whole: [String], not none: [String]) {
            self.pattern = pattern
            self.whole = whole
            self.none = none
        }

        var testDescription: String { self.pattern }
    }

    @Test(arguments: ["((((){9999}){9999}){9999})", "(((){9999,}){9999,}){9999,}", "(|){9999}"])
    func `what matches nothing is not repeated for ever`(_ text: String) throws {
        // A pattern, or an error of its size; in either case at once.
        let pattern: Pattern
        do {
            pattern = try Pattern(text, syntax: .common)
        } catch {
            guard case .tooLarge = error.problem else { throw error }
            return
        }
        #expect(Self.matches(pattern, "") == true)
        #expect(Self.matches(pattern, "a") == false)
    }

    private static func matches(_ pattern: Pattern, _ subject: String) -> Bool? {
        var budget = Int.max
        return pattern.isFound(in: subject, anywhere: false, budget: &budget)
    }

    @Test(arguments: [
        Case("", [""], not: ["a"]), Case("abc", ["abc"], not: ["ab", "abcd", "xabc"]),
        Case("a|bc|", ["a", "bc", ""], not: ["b", "abc"]), Case("a*", ["", "aaa"], not: ["b"]),
        Case("a+b?", ["a", "aab"], not: ["", "b"]), Case("(ab)+", ["ab", "abab"], not: ["aba"]),
        Case("a{2}", ["aa"], not: ["a", "aaa"]), Case("a{1,2}", ["a", "aa"], not: ["", "aaa"]),
        Case("a{2,}", ["aa", "aaaa"], not: ["a"]), Case("a{0}", [""], not: ["a"]),
        Case("a.c", ["abc", "a😀c", "a\u{2028}c"], not: ["a\nc", "a\rc", "ac"]),
        Case("[a-c]", ["a", "c"], not: ["d", "-"]), Case("[^a-c]", ["d", "\n"], not: ["a"]),
        Case("[-a]", ["-", "a"], not: ["b"]), Case("[a-]", ["-", "a"], not: ["b"]),
        Case("[\\]\\\\]", ["]", "\\"], not: ["["]), Case("\\.\\*", [".*"], not: ["ab"]),
        Case("\\p{Lu}\\P{L}", ["Ж1", "A-"], not: ["ж1", "AA"]),
        Case("[\\p{Nd}x]+", ["1x٣"], not: ["y"]), Case("\\n\\t", ["\n\t"], not: ["nt"]),
        Case("^a$", ["a"], not: ["^a$", "ba"]), Case("(a*)*", ["", "aaa"], not: ["b"]),
        Case("é", ["é"], not: ["e\u{301}"]), Case("((a|b)c){2}", ["acbc"], not: ["ac", "abcc"]),
    ])
    func `an I-Regexp matches the whole`(_ row: Case) throws {
        for syntax in [Pattern.Syntax.iRegexp, .common] {
            let pattern = try Pattern(row.pattern, syntax: syntax)
            for text in row.whole { #expect(Self.matches(pattern, text) == true, "\(text)") }
            for text in row.none { #expect(Self.matches(pattern, text) == false, "\(text)") }
        }
    }

    @Test(arguments: [
        Case("\\d+", ["a1"], not: ["a", "٣"]), Case("\\bcat\\b", ["a cat."], not: ["concat"]),
        Case("\\w\\W", ["a-"], not: ["ab"]), Case("a\\sb", ["a b", "a\tb"], not: ["ab"]),
        Case("(?i)straße", ["STRAßE", "straße"], not: ["strase"]),
        Case("(?i:a)b", ["xAb"], not: ["aB"]), Case("(?:ab)+?c", ["ababc"], not: ["abd"]),
        Case("(?<year>\\d{4})", ["in 2026"], not: ["226"]), Case("^b", ["b"], not: ["ab", "a\nb"]),
        Case("(?m)^b$", ["a\nb\nc"], not: ["ab"]), Case("a{,2}", ["a{,2}"], not: ["aa"]),
        Case("\\{\"a\"", ["{\"a\""], not: ["a"]), Case("{\"a\"", ["{\"a\""], not: ["a"]),
        Case("\\u00e9|\\x41|\\u{1F600}", ["é", "A", "😀"], not: ["B"]),
        Case("[\\d_]", ["a_", "1"], not: ["a"]), Case("[^\\s]", ["a"], not: [" \t"]),
        Case("[\\S]", ["a"], not: [" "]), Case("(?s)a.b", ["a\nb"], not: ["ab"]),
        Case("\\Aa\\z", ["a"], not: ["ab"]), Case("a\\/b", ["a/b"], not: ["ab"]),
        Case("[a&b]", ["&"], not: ["c"]), Case("(?i)[a-c]", ["B"], not: ["D"]),
    ])
    func `the common syntax is found anywhere`(_ row: Case) throws {
        let pattern = try Pattern(row.pattern, syntax: .common)
        for text in row.whole { #expect(pattern.isFound(in: text), "\(text)") }
        for text in row.none { #expect(!pattern.isFound(in: text), "\(text)") }
    }

    @Test(arguments: [
        ("(", 0, PatternError.Problem.unclosed), (")", 0, .unexpectedCharacter),
        ("[a", 0, .unclosed), ("[]", 1, .unexpectedCharacter), ("*a", 0, .nothingToRepeat),
        ("a**", 2, .nothingToRepeat), ("a{2", 3, .unexpectedCharacter),
        ("a{3,2}", 6, .emptyRange), ("[b-a]", 3, .emptyRange), ("\\d", 1, .unexpectedCharacter),
        ("\\p{Xx}", 2, .unknownProperty), ("(?:a)", 2, .nothingToRepeat),
        ("[a-c-e]", 4, .unexpectedCharacter), ("[[]", 1, .unexpectedCharacter),
        ("a{10001}", 6, .tooLarge(limit: 10_000)), ("(a{999}){999}", 0, .tooLarge(limit: 10_000)),
        ("]", 0, .unexpectedCharacter), ("\\", 1, .unexpectedCharacter),
    ])
    func `what is no I-Regexp is told with its place`(
        _ text: String,
        _ offset: Int,
        _ problem: PatternError.Problem
    ) {
        let error = #expect(throws: PatternError.self) { try Pattern(text, syntax: .iRegexp) }
        #expect(error == PatternError(offset: offset, problem: problem))
    }

    @Test(arguments: ["(?=a)", "(?!a)", "(?<=a)", "(a)\\1", "a++", "[[:alpha:]]", "[a&&b]", "[]"])
    func `what looks around or back is refused, not matched slowly`(_ text: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(text, syntax: .common) }
        #expect(error?.problem == .notSupported)
    }

    @Test(arguments: [63, 64, 65])
    func `groups are nested to the limit`(_ depth: Int) {
        let text = String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        if depth <= Pattern.nestingLimit {
            #expect(throws: Never.self) { try Pattern(text, syntax: .common) }
        } else {
            #expect(throws: PatternError.self) { try Pattern(text, syntax: .common) }
        }
    }

    @Test func `a spent budget says so`() throws {
        let pattern = try Pattern("a*b", syntax: .iRegexp)
        var budget = 5
        #expect(pattern.isFound(in: "aaaaaaaaab", anywhere: false, budget: &budget) == nil)
    }
}
