import Glibc
import TestSupport
import Testing

@testable import LineEditing

@Suite("Notice queue")
struct NoticeQueueTests {
    @Test
    func `notices come in order, once`() throws {
        let queue = NoticeQueue(wakeup: try Wakeup())
        queue.post("a")
        queue.post("b")
        #expect(queue.takeAll() == ["a", "b"])
        #expect(queue.takeAll().isEmpty)
    }

    @Test(
        arguments: [
            (2, ["0", "1"]), (3, ["0", "1", "2"]),
            (4, ["… 1 notice dropped", "1", "2", "3"]),
            (5, ["… 2 notices dropped", "2", "3", "4"]),
        ]
    )
    func `the oldest go where there are too many, and are counted`(
        _ count: Int,
        _ expected: [String]
    ) throws {
        let queue = NoticeQueue(wakeup: try Wakeup(), limit: 3)
        for number in 0..<count {
            queue.post("\(number)")
        }
        #expect(queue.takeAll() == expected)
    }
}

@Suite("Prompt")
struct PromptTests {
    init() {
        setlocale(LC_CTYPE, "C.UTF-8")
    }

    struct Case {
        let spans: [StyledText.Span]
        let encoded: String
    }

    @Test(
        arguments: [
            Case(spans: [], encoded: ""),
            Case(spans: [.init("> ")], encoded: "> "),
            Case(
                spans: [.init("> ", sgr: "1")],
                encoded: "\u{1}\u{1B}[1m\u{1}>\u{1}\u{1B}[0m\u{1} "
            ),
            Case(spans: [.init(">", sgr: "1")], encoded: ">"),
            Case(
                spans: [.init("a", sgr: "1"), .init("b", sgr: "2"), .init(" ")],
                encoded: "\u{1}\u{1B}[1m\u{1}a\u{1}\u{1B}[0m\u{1B}[2m\u{1}b\u{1}\u{1B}[0m\u{1} "
            ),
            Case(
                spans: [
                    .init("a", sgr: "1"), .init("", sgr: "2"), .init("b", sgr: "1"), .init("c"),
                ],
                encoded: "\u{1}\u{1B}[1m\u{1}ab\u{1}\u{1B}[0m\u{1}c"
            ),
            Case(spans: [.init("a\u{1}\u{1B}[2J\nb ")], encoded: "a\u{FFFD}\u{FFFD}[2J\u{FFFD}b "),
        ]
    )
    func `every escape is followed by a character, and none is last`(_ example: Case) {
        let text = StyledText(example.spans)
        #expect(text.encoded(colour: true) == example.encoded)
        #expect(!text.encoded(colour: false).contains("\u{1B}"))
    }
}

@Suite("Keys and bytes")
struct DecodingTests {
    @Test(
        arguments: [
            ([0x61], "a"), ([0xC3, 0xA9], "é"), ([0xE6, 0x97, 0xA5], "日"),
            ([0xF0, 0x9F, 0x98, 0x80], "😀"), ([0xFF], "\u{FFFD}"), ([0x80], "\u{FFFD}"),
            ([0xC3, 0x61], "\u{FFFD}a"), ([0xE0, 0x80, 0x80], "\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}"), ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}"),
            ([0xE6, 0x97, 0xC3, 0xA9], "\u{FFFD}é"),
        ] as [([UInt8], String)]
    )
    func `bytes become characters, whatever they are`(_ bytes: [UInt8], _ expected: String) {
        var decoder = UTF8Decoder()
        var result = String.UnicodeScalarView()
        var rest = bytes[...]
        while let byte = rest.first {
            switch decoder.next(byte) {
            case .more: rest.removeFirst()
            case .scalar(let scalar):
                result.append(scalar)
                rest.removeFirst()
            case .broken: result.append("\u{FFFD}")
            }
        }
        #expect(String(result).unicodeScalars.elementsEqual(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ("e\u{301}", "é"), ("A\u{30A}", "Å"), ("e\u{302}\u{301}", "ế"),
            ("x\u{302}", "x\u{302}"),
            ("abc", "abc"), ("日\u{301}", "日\u{301}"), ("\u{301}", "\u{301}"),
        ]
    )
    func `letters and marks are composed where that is possible`(
        _ text: String,
        _ expected: String
    ) {
        let composed = Composition.compose(text.unicodeScalars)
        #expect(composed.elementsEqual(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ("a\rb", "a\nb"), ("a\r\nb", "a\nb"), ("a\nb", "a\nb"), ("a\r\rb", "a\n\nb"),
            ("a\n\n", "a"), ("a\tb", "a\tb"), ("a\u{1B}[2J\u{0}\u{9B}b", "a[2Jb"), ("", ""),
        ]
    )
    func `a paste loses control characters and the line breaks at its end`(
        _ text: String,
        _ expected: String
    ) {
        #expect(LineEditor.cleanPaste(text).elementsEqual(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ([], ""), (["get"], "get"), (["session", "sockets"], "s"), (["a", "b"], ""),
            (["größe", "gründe"], "gr"),
        ] as [([String], String)]
    )
    func `candidates have a common beginning`(_ texts: [String], _ expected: String) {
        #expect(LineEditor.commonPrefix(texts) == expected)
    }

    @Test
    func `candidates are laid out in columns, read downwards`() {
        let rows = LineEditor.rows(["a", "bb", "c", "d", "e"], columns: 13)
        #expect(rows == ["a   c   e", "bb  d"])
        #expect(LineEditor.rows(["wide"], columns: 2) == ["wide"])
        #expect(LineEditor.rows([], columns: 80).isEmpty)
    }

    @Test(
        arguments: [
            ("abc\nde", 5, 1, nil), ("abc\nde", 6, 2, nil), ("abc\nde", 1, nil, 5),
            ("abc\nde", 3, nil, 6), ("a\n\nb", 3, 2, nil), ("a\n\nb", 1, nil, 2),
            ("abc", 1, nil, nil),
        ] as [(String, Int, Int?, Int?)]
    )
    func `the rows of a line are walked by column`(
        _ line: String,
        _ cursor: Int,
        _ above: Int?,
        _ below: Int?
    ) {
        let scalars = Array(line.unicodeScalars)
        #expect(LineEditor.rowAbove(scalars, cursor) == above)
        #expect(LineEditor.rowBelow(scalars, cursor) == below)
    }
}
