import HTTPModel
import JSONPath
import TestSupport
import Testing

@Suite("JSONPath: selectors and segments")
struct JSONPathQueryTests {
    /// The bookstore of RFC 9535, section 1.5, with shorter texts.
    static let store = #"""
        {"store":{"book":[
          {"category":"reference","author":"Rees","title":"Sayings","price":8.95},
          {"category":"fiction","author":"Waugh","title":"Sword","price":12.99},
          {"category":"fiction","author":"Melville","title":"Moby","isbn":"0-5","price":8.99},
          {"category":"fiction","author":"Tolkien","title":"Rings","isbn":"0-3","price":22.99}
        ],"bicycle":{"color":"red","price":399}}}
        """#

    @Test(arguments: [
        ("$.store.book[*].author", #""Rees","Waugh","Melville","Tolkien""#),
        ("$..author", #""Rees","Waugh","Melville","Tolkien""#),
        ("$.store..price", "8.95,12.99,8.99,22.99,399"),
        ("$..book[2].author", #""Melville""#), ("$..book[2].publisher", ""),
        ("$..book[-1].title", #""Rings""#), ("$..book[0,1].title", #""Sayings","Sword""#),
        ("$..book[:2].title", #""Sayings","Sword""#),
        ("$..book[?@.isbn].title", #""Moby","Rings""#),
        ("$..book[?@.price<10].title", #""Sayings","Moby""#),
        ("$.store.book[?@.price < $.store.bicycle.price && @.isbn].price", "8.99,22.99"),
        ("$.store.*.color", #""red""#), ("$.store.bicycle.*", #""red",399"#),
        ("$.store.book[?search(@.author, '[ae]{2}')].author", #""Rees""#),
        ("$.store.book[?length(@.title) == 5 && !@.isbn].title", #""Sword""#),
        ("$.store.book[?count(@.*) > 4].title", #""Moby","Rings""#),
        ("$[?count(@..price) == 5]['bicycle'].color", #""red""#),
        ("$.store.book[?value(@..isbn) == '0-3'].title", #""Rings""#),
    ])
    func `the bookstore answers`(_ query: String, _ expected: String) throws {
        let store = try JSONValue(parsing: Self.store)
        let values = try JSONPathQuery(query).values(in: store)
        #expect(values.map(\.compactText).joined(separator: ",") == expected)
    }

    @Test(arguments: [
        Selection("$['j j']['k.k']", "$['j j']['k.k']=3"),
        Selection(#"$["'"]["@"]"#, #"$['\'']['@']=2"#),
        Selection("$.o", #"$['o']={"j j":{"k.k":1}}"#), Selection("$.missing"),
        Selection("$.a[1]", "$['a'][1]=\"b\""), Selection("$.a[-2]", "$['a'][0]=\"a\""),
        Selection("$.a[2]"), Selection("$.a[-3]"), Selection("$.o[0]"), Selection("$.a['0']"),
        Selection("$.a[0, 0]", "$['a'][0]=\"a\"", "$['a'][0]=\"a\""),
        Selection("$.a[*]", "$['a'][0]=\"a\"", "$['a'][1]=\"b\""),
        Selection("$ .a\n[\t1 ]", "$['a'][1]=\"b\""),
        Selection("$.a[1, 0]", "$['a'][1]=\"b\"", "$['a'][0]=\"a\""),
        Selection("$..['k.k']", "$['o']['j j']['k.k']=1", "$['j j']['k.k']=3"),
        Selection("$['☺']", "$['☺']=7"), Selection("$.☺", "$['☺']=7"),
        Selection(#"$['\u263A']"#, "$['☺']=7"),
        Selection(#"$['\uD83D\ude00']"#, "$['😀']=8"),
        Selection(#"$["\b\/"]"#, #"$['\b/']=9"#),
    ])
    func `names, indices and descendants select nodes with their places`(_ row: Selection) throws {
        let document = #"""
            {"o":{"j j":{"k.k":1}},"'":{"@":2},"j j":{"k.k":3},"a":["a","b"],"☺":7,"😀":8,"\b/":9}
            """#
        #expect(try row.selected(in: document) == row.nodes)
    }

    // RFC 9535, sections 2.3.4.3 and 2.5.2.3.
    @Test(arguments: [
        ("$[1:3]", "b,c"), ("$[5:]", "f,g"), ("$[1:5:2]", "b,d"), ("$[5:1:-2]", "f,d"),
        ("$[::-1]", "g,f,e,d,c,b,a"), ("$[:]", "a,b,c,d,e,f,g"), ("$[::]", "a,b,c,d,e,f,g"),
        ("$[1:3:0]", ""), ("$[-2:]", "f,g"), ("$[:-5]", "a,b"), ("$[10:]", ""), ("$[-99:2]", "a,b"),
        ("$[3:1]", ""), ("$[:2:-1]", "g,f,e,d"), ("$[99:4:-1]", "g,f"), ("$[-3:-99:-3]", "e,b"),
        ("$[ 1 : 3 : 2 ]", "b"), ("$[0:9007199254740991:9007199254740991]", "a"),
        ("$[9007199254740991:-9007199254740991:-9007199254740991]", "g"),
    ])
    func `slices count as in the RFC`(_ query: String, _ expected: String) throws {
        let letters = try JSONValue(parsing: #"["a","b","c","d","e","f","g"]"#)
        let values = try JSONPathQuery(query).values(in: letters)
        #expect(values.map(\.text).joined(separator: ",") == expected)
    }

    @Test func `descendants come before what is below the next child`() throws {
        let row = Selection(
            "$..[*]",
            #"$['o']={"j":1,"k":2}"#,
            #"$['a']=[5,3,[{"j":4},{"k":6}]]"#,
            "$['o']['j']=1",
            "$['o']['k']=2",
            "$['a'][0]=5",
            "$['a'][1]=3",
            #"$['a'][2]=[{"j":4},{"k":6}]"#,
            #"$['a'][2][0]={"j":4}"#,
            #"$['a'][2][1]={"k":6}"#,
            "$['a'][2][0]['j']=4",
            "$['a'][2][1]['k']=6"
        )
        let document = #"{"o":{"j":1,"k":2},"a":[5,3,[{"j":4},{"k":6}]]}"#
        #expect(try row.selected(in: document) == row.nodes)
    }

    @Test func `a name is compared scalar by scalar`() throws {
        let document = try JSONValue(parsing: #"{"e\u0301":1,"é":2}"#)
        #expect(try JSONPathQuery(#"$['e\u0301']"#).values(in: document).map(\.text) == ["1"])
        #expect(try JSONPathQuery(#"$['\u00e9']"#).values(in: document).map(\.text) == ["2"])
    }

    @Test(arguments: [
        ("$", true), ("$.a[0]['b'][-1]", true), ("$.*", false), ("$..a", false), ("$[0,1]", false),
        ("$[0:1]", false), ("$[?@]", false),
    ])
    func `a query is singular when it can find one node at most`(
        _ query: String,
        _ isSingular: Bool
    ) throws {
        #expect(try JSONPathQuery(query).isSingular == isSingular)
    }

    @Test(arguments: [
        ("$.a", "$.a.b", true), ("$.a.b", "$.a", true), ("$.a", "$.b", false), ("$", "$.x", true),
        ("$.*", "$.a", true), ("$..t", "$.a", true), ("$.a[0]", "$.a[1]", false),
        ("$.a[0]", "$.a[-1]", true), ("$.a[0]", "$.a.b", false), ("$['a','b']", "$.b.c", true),
        ("$.a[1:2]", "$.a.b", false), ("$.a[?@.b]", "$.a[3]", true),
    ])
    func `two queries overlap when they may`(_ a: String, _ b: String, _ overlap: Bool) throws {
        let (left, right) = (try JSONPathQuery(a), try JSONPathQuery(b))
        #expect(left.mayOverlap(right) == overlap)
        #expect(right.mayOverlap(left) == overlap)
    }

    @Test(arguments: [
        ("$", "$"), ("$.a[0]", "$['a'][0]"), (#"$["it's"]"#, #"$['it\'s']"#),
        (#"$['a"b']"#, #"$['a"b']"#), (#"$['\\']"#, #"$['\\']"#),
        (#"$['\u0001']"#, #"$['\u0001']"#),
        ("$..a[*, 1:2:-1, :]", "$..['a'][*,1:2:-1,:]"),
        (
            "$[? ! (@.a == 1) || @.b && ( $.c || @.d )]",
            "$[?!(@['a']==1)||@['b']&&($['c']||@['d'])]"
        ),
        (#"$[?match( @.a , "x'y" )]"#, #"$[?match(@['a'],'x\'y')]"#),
    ])
    func `the description is one spelling, and reads back`(
        _ text: String,
        _ expected: String
    ) throws {
        let query = try JSONPathQuery(text)
        #expect(query.description == expected)
        #expect(try JSONPathQuery(query.description) == query)
    }

    @Test(arguments: UInt64(0)..<40)
    func `random text parses or fails, and what parses reads back`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "$", ".", "..", "[", "]", "'a'", "\"b\"", "*", "?", "@", "(", ")", "!", "==", "<", "&&",
            "||", ",", ":", "0", "-1", "1e3", "a", "é", " ", "true", "length(", "count(", "match(",
            "\\", "'", ".a", "[0]", "[?@.a", "==1]", "\u{1}",
        ]
        let document = try JSONValue(parsing: Self.store)
        for _ in 0..<400 {
            let count = Int.random(in: 0...12, using: &generator)
            let tail = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }
            let text = "$" + tail.joined()
            guard let query = try? JSONPathQuery(text) else { continue }
            #expect(try JSONPathQuery(query.description) == query, "seed \(seed): \(text)")
            _ = try query.nodes(in: document)
        }
    }
}
