import HTTPModel
import TestSupport
import Testing

@Suite("JSON: plain paths")
struct JSONPathLookupTests {
    static let document = #"""
        {"a":{"b":{"c":1}},"items":[{"name":"x"},{"name":"y"}],"key with.dot":2,"it's":3,
        "content-type":4,"a":5,"":6,"é":7,"n\nl":8,"nested":[[1,2],[3]],"0":9}
        """#

    @Test(arguments: [
        ("$.a.b.c", "1"), ("$.items[0].name", "x"), ("$.items[-1].name", "y"),
        ("$.items[1]", #"{"name":"y"}"#), ("$['key with.dot']", "2"), (#"$["key with.dot"]"#, "2"),
        (#"$['it\'s']"#, "3"), (#"$["it's"]"#, "3"), ("$.content-type", "4"), ("$['']", "6"),
        ("$.é", "7"), (#"$['\u00e9']"#, "7"), (#"$['n\nl']"#, "8"), ("$.nested[0][1]", "2"),
        ("$.nested[-1][0]", "3"), ("$.0", "9"), ("$['a']['b']", #"{"c":1}"#),
    ])
    func `the first match is found`(_ path: String, _ expected: String) throws {
        let document = try JSONValue(parsing: Self.document)
        #expect(try JSONPathLookup(path).firstMatch(in: document)?.text == expected)
    }

    @Test
    func `the root is the whole value`() throws {
        #expect(try JSONPathLookup("$").firstMatch(in: .number("1")) == .number("1"))
    }

    @Test(arguments: [
        "$.b", "$.a.c", "$.items[2]", "$.items[-3]", "$.a[0]", "$.items.name", "$[0]",
    ])
    func `what is not there is nil`(_ path: String) throws {
        let document = try JSONValue(parsing: Self.document)
        #expect(try JSONPathLookup(path).firstMatch(in: document) == nil)
    }

    @Test(arguments: [
        ("", 0, JSONPathError.Problem.missingRoot), ("a", 0, .missingRoot), (" $", 0, .missingRoot),
        ("$a", 1, .unexpectedCharacter), ("$.", 2, .missingName), ("$.a.", 4, .missingName),
        ("$.a b", 3, .unexpectedCharacter), ("$..a", 2, .unsupported), ("$.*", 2, .unsupported),
        ("$[*]", 2, .unsupported), ("$[?@.a]", 2, .unsupported), ("$[0,1]", 3, .unsupported),
        ("$[0:2]", 3, .unsupported), ("$[:2]", 2, .unsupported), ("$['a','b']", 5, .unsupported),
        ("$[", 2, .unclosed), ("$[0", 3, .unclosed), ("$['a", 4, .unclosed),
        ("$['a'", 5, .unclosed),
        (#"$['\"#, 4, .unclosed), (#"$['\x']"#, 4, .invalidEscape),
        ("$[]", 2, .unexpectedCharacter),
        ("$[a]", 2, .unexpectedCharacter), ("$[0x]", 3, .unexpectedCharacter),
        ("$[01]", 2, .invalidIndex), ("$[-0]", 2, .invalidIndex), ("$[-]", 2, .invalidIndex),
        ("$[99999999999999999999]", 2, .invalidIndex),
    ])
    func `what is wrong is named with its offset`(
        _ path: String,
        _ offset: Int,
        _ problem: JSONPathError.Problem
    ) {
        #expect {
            try JSONPathLookup(path)
        } throws: { error in
            guard let error = error as? JSONPathError else { return false }
            #expect(error.offset == offset)
            #expect(error.problem == problem)
            return true
        }
    }

    @Test(arguments: [
        ("$", "$"), ("$.a[0]", "$['a'][0]"), (#"$["it's"]"#, #"$['it\'s']"#),
        (#"$['a"b']"#, #"$['a"b']"#),
        (#"$['\\']"#, #"$['\\']"#),
    ])
    func `the description is the normalized path, and reads back`(
        _ path: String,
        _ expected: String
    ) throws {
        let lookup = try JSONPathLookup(path)
        #expect(lookup.description == expected)
        #expect(try JSONPathLookup(lookup.description) == lookup)
    }

    @Test(arguments: UInt64(0)..<20)
    func `random text parses or fails, and what parses reads back`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("$.[]'\"\\a0-1é*u ")
        for _ in 0..<300 {
            let count = Int.random(in: 0...10, using: &generator)
            let tail = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? "a" }
            guard let lookup = try? JSONPathLookup("$" + String(tail)) else { continue }
            #expect(try JSONPathLookup(lookup.description) == lookup)
        }
    }
}
