import HTTPModel
import JSONPath
import Testing

@Suite("JSONPath: what is refused")
struct JSONPathErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var offset: Int
        var problem: JSONPathError.Problem

        init(_ text: String, _ offset: Int, _ problem: JSONPathError.Problem) {
            self.text = text
            self.offset = offset
            self.problem = problem
        }

        var testDescription: String { self.text }
    }

    @Test(arguments: [
        Case("", 0, .missingRoot), Case("a", 0, .missingRoot), Case(" $", 0, .missingRoot),
        Case("$ ", 1, .unexpectedCharacter), Case("$a", 1, .unexpectedCharacter),
        Case("$.", 2, .missingName), Case("$. a", 2, .missingName), Case("$...a", 3, .missingName),
        Case("$.&", 2, .missingName), Case("$.1", 2, .nameNeedsQuotes("1")),
        Case("$.a.content-type", 4, .nameNeedsQuotes("content-type")),
        Case("$.a b", 3, .unexpectedCharacter), Case("$.. a", 3, .missingName),
        Case("$[]", 2, .missingSelector), Case("$[,0]", 2, .missingSelector),
        Case("$[0,]", 4, .missingSelector), Case("$[a]", 2, .unexpectedCharacter),
        Case("$[", 2, .unclosed), Case("$[0", 3, .unclosed), Case("$['a", 4, .unclosed),
        Case("$['a'", 5, .unclosed), Case(#"$['\"#, 4, .unclosed),
        Case(#"$['\x']"#, 3, .invalidEscape), Case(#"$["\'"]"#, 3, .invalidEscape),
        Case(#"$['\uD800']"#, 3, .invalidEscape), Case(#"$['\uDC00\uD800']"#, 3, .invalidEscape),
        Case("$['\t']", 3, .controlCharacter), Case("$[01]", 2, .invalidIndex),
        Case("$[-0]", 2, .invalidIndex), Case("$[-]", 2, .invalidIndex),
        Case("$[1.0]", 3, .unexpectedCharacter), Case("$[1:2:3:4]", 7, .unexpectedCharacter),
        Case("$[9007199254740992]", 2, .integerOutOfRange),
        Case("$[1:99999999999999999999]", 4, .integerOutOfRange),
    ])
    func `in names, indices and slices`(_ row: Case) {
        let error = #expect(throws: JSONPathError.self) { try JSONPathQuery(row.text) }
        #expect(error == JSONPathError(offset: row.offset, problem: row.problem))
    }

    @Test(arguments: [
        Case("$[?]", 3, .missingExpression), Case("$[?@.a &&]", 9, .missingExpression),
        Case("$[?@.a == ]", 10, .missingExpression), Case("$[?(@.a]", 7, .unexpectedCharacter),
        Case("$[?true]", 3, .literalNotCompared), Case("$[?'a']", 3, .literalNotCompared),
        Case("$[?@.a && 1]", 10, .literalNotCompared), Case("$[?@.* == 1]", 3, .queryNotSingular),
        Case("$[?1 == @..a]", 8, .queryNotSingular), Case("$[?@[0:1]==@.a]", 3, .queryNotSingular),
        Case("$[?!@.a == 1]", 7, .notComparable), Case("$[?@.a = 1]", 7, .unexpectedCharacter),
        Case("$[?(@.a) == 1]", 9, .unexpectedCharacter),
        Case("$[?TRUE == 1]", 3, .unexpectedCharacter),
        Case("$[?@.a == 01]", 10, .invalidNumber), Case("$[?@.a == 1.]", 10, .invalidNumber),
        Case("$[?@.a == 1e]", 10, .invalidNumber), Case("$[?@.a == -]", 10, .invalidNumber),
        Case("$[?@.a == -00]", 10, .invalidNumber),
        Case("$[?@.a == nul]", 10, .unexpectedCharacter),
        Case("$[?len(@) == 1]", 3, .unknownFunction("len", nearest: "length")),
        Case("$[?foo(@)]", 3, .unknownFunction("foo", nearest: nil)),
        Case("$[?length(@.a)]", 3, .resultNotCompared(function: "length")),
        Case("$[?length() == 1]", 3, .wrongArgumentCount(function: "length", expected: 1)),
        Case("$[?match(@.a)]", 3, .wrongArgumentCount(function: "match", expected: 2)),
        Case("$[?length(@.*) == 1]", 10, .wrongArgument(function: "length", number: 1)),
        Case("$[?length(match(@,'a')) == 1]", 10, .wrongArgument(function: "length", number: 1)),
        Case("$[?count(1) == 1]", 9, .wrongArgument(function: "count", number: 1)),
        Case("$[?count(length(@)) == 1]", 9, .wrongArgument(function: "count", number: 1)),
        Case("$[?length(@.a == 1) == 1]", 10, .wrongArgument(function: "length", number: 1)),
        Case("$[?length(@.a || @.b) == 1]", 10, .wrongArgument(function: "length", number: 1)),
        Case("$[?match(@.a, 'x') == true]", 3, .notComparable),
        Case("$[?length (@.a) == 1]", 3, .unexpectedCharacter),
        Case("$[?@.a, ]", 8, .missingSelector),
    ])
    func `in filters`(_ row: Case) {
        let error = #expect(throws: JSONPathError.self) { try JSONPathQuery(row.text) }
        #expect(error == JSONPathError(offset: row.offset, problem: row.problem))
    }

    @Test(arguments: [31, 32, 33])
    func `filters are nested to the limit`(_ depth: Int) {
        let parentheses = depth - 1
        let text =
            "$[?" + String(repeating: "(", count: parentheses) + "@"
            + String(repeating: ")", count: parentheses) + "]"
        if depth <= JSONPathError.nestingLimit {
            #expect(throws: Never.self) { try JSONPathQuery(text) }
        } else {
            #expect(throws: JSONPathError.self) { try JSONPathQuery(text) }
        }
    }

    @Test func `a query longer than the limit is refused`() {
        let limit = JSONPathError.lengthLimit
        #expect(throws: Never.self) {
            try JSONPathQuery("$." + String(repeating: "a", count: limit - 2))
        }
        let error = #expect(throws: JSONPathError.self) {
            try JSONPathQuery("$." + String(repeating: "a", count: limit - 1))
        }
        #expect(error?.problem == .tooLong(limit: limit))
    }

    @Test func `a prefix of a query parses only where a segment ends`() {
        let text = #"$..a['b\u00e9',"c",-1:2:3,*][?!(@.x==1.5e3||count($..*)>2)&&match(@.s,'a.*')]"#
        let read = (0...text.count).map { String(text.prefix($0)) }
            .filter { (try? JSONPathQuery($0)) != nil }
        #expect(read == ["$", "$..a", #"$..a['b\u00e9',"c",-1:2:3,*]"#, text])
    }
}
