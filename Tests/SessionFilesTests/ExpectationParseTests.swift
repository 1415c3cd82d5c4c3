import JSONPath
import SessionFiles
import Testing

@Suite("Expectation: reading")
struct ExpectationParseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let claim: Expectation.Claim
        var testDescription: String { self.text }

        init(_ text: String, _ claim: Expectation.Claim) {
            self.text = text
            self.claim = claim
        }

        init(
            _ text: String,
            _ query: Expectation.Query,
            _ predicate: Expectation.Predicate,
            not isNegated: Bool = false
        ) {
            self.init(text, .value(query, predicate, isNegated: isNegated))
        }
    }

    /// The SHA-256 of nothing.
    static let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    static let valueCases: [Case] = [
        Case("status 200", .status, .compares(.equal, .number(200))),
        Case("status == 200", .status, .compares(.equal, .number(200))),
        Case("status>=400", .status, .compares(.greaterOrEqual, .number(400))),
        Case("status not == 500", .status, .compares(.equal, .number(500)), not: true),
        Case("status in 200..299", .status, .isBetween(200, 299)),
        Case("status in 200,204", .status, .isIn([.number(200), .number(204)])),
        Case("header ETag exists", .header(name: "ETag"), .exists),
        Case("header ETag not exists", .header(name: "ETag"), .exists, not: true),
        Case("header A == v", .header(name: "A"), .compares(.equal, .text("v"))),
        Case("header A v w", .header(name: "A"), .compares(.equal, .text("v w"))),
        Case("header A \"v\"", .header(name: "A"), .compares(.equal, .text("v"))),
        Case("header \"A\" contains \"x \\\"y\\\"\"", .header(name: "A"), .contains("x \"y\"")),
        Case("header A startsWith x", .header(name: "A"), .startsWith("x")),
        Case("header A endsWith x", .header(name: "A"), .endsWith("x")),
        Case("body contains a b", .body, .contains("a b")),
        Case("body == \"a\\n\\u0041\"", .body, .compares(.equal, .text("a\nA"))),
        Case("body-contains abc", .body, .contains("abc")),
        Case("bytes count < 1000", .byteCount, .compares(.less, .number(1000))),
        Case("bytes 12", .byteCount, .compares(.equal, .number(12))),
        Case("sha256 == \(digest)", .sha256, .compares(.equal, .text(digest))),
        Case("sha256 \(digest.uppercased())", .sha256, .compares(.equal, .text(digest))),
        Case("sha256 == hex,\(digest);", .sha256, .compares(.equal, .text(digest))),
        Case("sha256 not \"\(digest)\"", .sha256, .compares(.equal, .text(digest)), not: true),
        Case("duration < 500 ms", .duration, .compares(.less, .duration(.milliseconds(500)))),
        Case("wait <= 1.5s", .wait, .compares(.lessOrEqual, .duration(.milliseconds(1500)))),
        Case("queue < 5 ms", .queue, .compares(.less, .duration(.milliseconds(5)))),
        Case("blocked < 5 ms", .queue, .compares(.less, .duration(.milliseconds(5)))),
        Case("protocol HTTP/1.1", .protocolName, .compares(.equal, .text("HTTP/1.1"))),
        Case("redirects count == 1", .redirectCount, .compares(.equal, .number(1))),
        Case("retries 0", .retryCount, .compares(.equal, .number(0))),
        Case("url == http://a/b?c", .url, .compares(.equal, .text("http://a/b?c"))),
    ]

    @Test(arguments: valueCases)
    func `a claim about a value is read`(_ row: Case) throws {
        #expect(try Expectation.parse(row.text).claim == row.claim)
        #expect(try Expectation.parse("  \(row.text) ").text == row.text)
    }

    static let connectionCases: [Case] = [
        Case("connection reused", .connection(.reused)),
        Case("connection new", .connection(.new)),
        Case("connection any", .connection(.any)),
        Case("connection same-as login", .connection(.sameAs("login"))),
        Case("connection not-same-as login", .connection(.notSameAs("login"))),
        Case("connection idle < 2 s", .connection(.idle(.less, .seconds(2)))),
        Case("connection requests <= 100", .connection(.requests(.lessOrEqual, 100))),
        Case("connection requests 2", .connection(.requests(.equal, 2))),
        Case("connections max 2", .connections(.max, .lessOrEqual, 2)),
        Case("connections opened 2", .connections(.opened, .equal, 2)),
        Case("connections open <= 1", .connections(.open, .lessOrEqual, 1)),
        Case("connections reused >= 3", .connections(.reused, .greaterOrEqual, 3)),
        Case("connections reused 0", .connections(.reused, .equal, 0)),
    ]

    @Test(arguments: connectionCases)
    func `a claim about connections is read`(_ row: Case) throws {
        #expect(try Expectation.parse(row.text).claim == row.claim)
    }

    @Test(arguments: [
        ("jsonpath $.a == 3", Expectation.Predicate.compares(.equal, .number(3))),
        ("jsonpath $.a == \"3\"", .compares(.equal, .text("3"))),
        ("jsonpath $.a == true", .compares(.equal, .boolean(true))),
        ("jsonpath $.a == null", .compares(.equal, .null)),
        ("jsonpath $.a == nan", .compares(.equal, .text("nan"))),
        ("jsonpath $.a == ann", .compares(.equal, .text("ann"))),
        ("body-path $.a Foo", .compares(.equal, .text("Foo"))),
        ("jsonpath $.a isString", .isOfType(.string)),
        ("jsonpath \"$['a b']\" exists", .exists),
        ("jsonpath $.a count == 2", .compares(.equal, .number(2))),
        ("jsonpath $.a includes \"x\"", .includes(.text("x"))),
        ("jsonpath $.a isEmpty", .isEmpty),
    ])
    func `values of JSON keep their type`(_ row: (String, Expectation.Predicate)) throws {
        guard case .value(_, let predicate, _) = try Expectation.parse(row.0).claim else {
            Issue.record("no value")
            return
        }
        #expect(predicate == row.1)
    }

    @Test(arguments: [
        (#"body matches "^\d+$""#, #"^\d+$"#), (#"body matches "a\\d""#, #"a\d"#),
        (#"body matches /a\/b "c"/"#, #"a/b "c""#), (#"body matches a.c"#, "a.c"),
    ])
    func `expressions keep the backslashes that are no escapes`(_ row: (String, String)) throws {
        guard case .value(_, .matches(let pattern), _) = try Expectation.parse(row.0).claim else {
            Issue.record("no pattern")
            return
        }
        #expect(pattern.text == row.1)
    }

    struct ErrorCase: Sendable, CustomTestStringConvertible {
        let text: String
        let offset: Int
        let sentence: String
        var testDescription: String { self.text }

        init(_ text: String, _ offset: Int, _ sentence: String) {
            self.text = text
            self.offset = offset
            self.sentence = sentence
        }
    }

    @Test(arguments: [
        ErrorCase("", 0, "an expectation is missing; for example: status 200"),
        ErrorCase("heder A b", 0, "\"heder\" cannot be expected; did you mean header?"),
        ErrorCase("weather fine", 0, "\"weather\" cannot be expected"),
        ErrorCase("md5 == 0", 0, "expect md5 is not supported yet"),
        ErrorCase("sha256 == 0", 10, "\"0\" is no SHA-256, which has 64 hexadecimal digits"),
        ErrorCase("sha256 \"g\"", 7, "\"g\" is no SHA-256, which has 64 hexadecimal digits"),
        ErrorCase("sha256 < \(Self.digest)", 7, "\"<\" says nothing about sha256"),
        ErrorCase("sha256 exists", 7, "\"exists\" says nothing about sha256"),
        ErrorCase("status", 6, "what is expected is missing; for example: == 200"),
        ErrorCase("status ok", 7, "\"ok\" is no predicate"),
        ErrorCase("status == ok", 10, "\"ok\" is no number"),
        ErrorCase("status ==", 9, "the value is missing"),
        ErrorCase("status <", 8, "the value is missing"),
        ErrorCase("status exists", 7, "\"exists\" says nothing about status"),
        ErrorCase("jsonpath $.s not exits", 17, "\"exits\" is no predicate"),
        ErrorCase("jsonpath $.s not contians \"x\"", 17, "\"contians\" is no predicate"),
        ErrorCase("header A not exits", 13, "\"exits\" is no predicate"),
        ErrorCase("cookie a not isEmty", 13, "\"isEmty\" is no predicate"),
        ErrorCase("status in 300..200", 10, "\"300..200\" is no number"),
        ErrorCase("status in 200,x", 10, "\"x\" is no number"),
        ErrorCase("status 200 300", 11, "\"300\" follows the expectation"),
        ErrorCase("header", 6, "header needs a field name"),
        ErrorCase("jsonpath", 8, "jsonpath needs a path: $.a.b"),
        ErrorCase("jsonpath a.b exists", 9, "a path starts with $, as in $.items[0].name"),
        ErrorCase("jsonpath $.a-b exists", 11, "a-b is written ['a-b']"),
        ErrorCase(
            "jsonpath \"$.a[01]\" exists",
            14,
            "an index is 0, 1, 2 …, or negative from the end"
        ),
        ErrorCase("body contains \"x", 14, "the quote is not closed"),
        ErrorCase(
            "body matches \"(\"",
            13,
            "\"(\" is no regular expression: the group or class at character 1 is not closed"
        ),
        ErrorCase("duration < 500", 11, "\"500\" is no duration; it needs a unit: 500 ms"),
        ErrorCase("duration 500 ms", 9, "\"500\" is no predicate"),
        ErrorCase("connection", 10, "what is expected is missing; for example: == 200"),
        ErrorCase("connection old", 11, "\"old\" is no predicate"),
        ErrorCase("connection same-as", 18, "same-as needs a name"),
        ErrorCase("connection reused twice", 18, "\"twice\" follows the expectation"),
        ErrorCase("connection idle < 2", 18, "\"2\" is no duration; it needs a unit: 500 ms"),
        ErrorCase("connections many", 12, "\"many\" is no predicate"),
        ErrorCase("connections max -1", 16, "\"-1\" is no number"),
    ])
    func `what is wrong is told with its place`(_ row: ErrorCase) {
        let error = #expect(throws: ExpectationError.self) { try Expectation.parse(row.text) }
        #expect(error?.kind.sentence == row.sentence)
        #expect(error?.offset == row.offset)
    }

    @Test func `a prefix of an expectation is refused, or read as it is written back`() throws {
        let rows = Self.valueCases + Self.connectionCases
        for text in rows.map(\.text) {
            for length in 0...text.count {
                let prefix = String(text.prefix(length))
                guard let read = try? Expectation.parse(prefix) else {
                    #expect(length < text.count, "\(text)")
                    continue
                }
                #expect(try Expectation.parse(read.text) == read, "\(prefix)")
            }
        }
    }

    @Test(
        arguments: [
            ("header X-A", "header X-A exists"), ("header X-A not", nil), ("cookie a", nil),
            ("jsonpath $.a", nil), ("url", nil),
        ] as [(String, String?)]
    )
    func `a field by itself is expected to be there`(_ row: (String, String?)) throws {
        let claim = try? Expectation.parse(row.0).claim
        #expect(try claim == row.1.map { try Expectation.parse($0).claim })
    }

    @Test(arguments: [
        ("jsonpath $.a toInt == 3", 13), ("jsonpath $.a nth 0 == 3", 13),
        ("header X-A split \",\" count == 2", 11), ("url urlDecode == x", 4),
        ("cookie a not first 3", 13),
    ])
    func `a filter that is not built is refused, and not compared`(
        _ row: (text: String, offset: Int)
    ) {
        let error = #expect(throws: ExpectationError.self) { try Expectation.parse(row.text) }
        #expect(error?.offset == row.offset)
        guard case .filterNotSupported = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["header X-A first", "header X-A \"first of all\"", "url == last word"])
    func `as a value the name of a filter may stand`(_ text: String) throws {
        _ = try Expectation.parse(text)
    }
}
