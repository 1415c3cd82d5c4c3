import Testing

@testable import HTTPTransport

@Suite("Response framing")
struct ResponseFramingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let delimiter: ResponseFraming.Delimiter
        let content: String
        let isComplete: Bool

        init(_ delimiter: ResponseFraming.Delimiter, _ content: String, isComplete: Bool = true) {
            self.delimiter = delimiter
            self.content = content
            self.isComplete = isComplete
        }

        var testDescription: String { "\(self.delimiter) \(self.content.debugDescription)" }
    }

    static let cases: [Case] = [
        Case(.none, ""),
        Case(.length(0), ""),
        Case(.length(1), "a"),
        Case(.length(5), "hello"),
        Case(.endOfConnection, "anything", isComplete: false),
        Case(.chunked, "0\r\n\r\n"),
        Case(.chunked, "000\r\n\r\n"),
        Case(.chunked, "5\r\nhello\r\n0\r\n\r\n"),
        Case(.chunked, "A;name=\"v\"\r\n0123456789\r\n0;x\r\n\r\n"),
        Case(.chunked, "a \t;x\r\n0123456789\r\n0\r\n\r\n"),
        Case(.chunked, "1\r\na\r\n2\r\nbc\r\n0\r\nTrailer: value\r\nOther: x\r\n\r\n"),
        Case(.chunked, "3\r\n\r\n\r\r\n0\r\n\r\n"),
        Case(.chunked, "1\r\na\r\n0\r\nTrailer: value\n\n"),
    ]

    @Test(arguments: cases)
    func `the end is found wherever the bytes are split`(_ item: Case) {
        let next = "HTTP/1.1 200 OK"
        let bytes = Array((item.content + (item.isComplete ? next : "")).utf8)
        for first in 0...bytes.count {
            for second in Set([first, min(first + 1, bytes.count), bytes.count]) {
                var framing = ResponseFraming(item.delimiter)
                var taken = 0
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    taken += framing.consume(Array(piece)).taken
                }
                #expect(taken == item.content.utf8.count, "split at \(first) and \(second)")
                #expect(framing.isComplete == item.isComplete)
                #expect(!framing.isMalformed)
            }
        }
    }

    @Test(arguments: cases.filter { $0.isComplete && !$0.content.isEmpty })
    func `content that lacks its last byte is not complete`(_ item: Case) {
        var framing = ResponseFraming(item.delimiter)
        let bytes = Array(item.content.utf8.dropLast())
        framing.consume(bytes)
        #expect(!framing.isComplete)
    }

    @Test(
        arguments: [
            "\r\n", ";x\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", " 5\r\nhello\r\n",
            "1\r\nab\r\n", "5\r\nhelloX\r\n", "ffffffffffffffff\r\n", "7fffffffffffffff0\r\n",
            "\u{FF11}\r\n", "1\na\r\n", "1;x\na\r\n", "1\r\na\n", "1\r\na\rb", "1\rXa\r\n",
            "1;" + String(repeating: "x", count: 4096) + "\r\n",
        ]
    )
    func `a broken chunk is malformed`(content: String) {
        var framing = ResponseFraming(.chunked)
        framing.consume(Array(content.utf8))
        #expect(framing.isMalformed)
        #expect(!framing.isComplete)
    }

    @Test func `nothing is consumed after malformed bytes`() {
        var framing = ResponseFraming(.chunked)
        let bytes = Array("xyz".utf8)
        #expect(framing.consume(bytes).taken == 1)
        #expect(framing.consume(bytes).taken == 0)
    }

    @Test func `the content is what lies between the framing`() {
        var framing = ResponseFraming(.chunked)
        let bytes = Array("5;x\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\n\r\nrest".utf8)
        let (taken, content) = framing.consume(bytes)
        #expect(taken == bytes.count - 4)
        #expect(String(decoding: content, as: UTF8.self) == "hello!")
        #expect(String(decoding: framing.trailerSection, as: UTF8.self) == "T: v\r\n\r\n")
    }

    @Test func `a chunk as large as a file system's largest file is counted`() {
        var framing = ResponseFraming(.chunked)
        let bytes = Array("7fffffffffffff\r\nabc".utf8)
        #expect(framing.consume(bytes).taken == bytes.count)
        #expect(!framing.isMalformed)
    }

    @Test func `the largest length is counted`() {
        var framing = ResponseFraming(.length(.max))
        #expect(framing.consume([1, 2, 3]).taken == 3)
        #expect(!framing.isComplete)
    }
}

extension ResponseFraming {
    /// Consumes all it can of `bytes`; returns how many that were, and the content among them.
    @discardableResult
    fileprivate mutating func consume(_ bytes: [UInt8]) -> (taken: Int, content: [UInt8]) {
        var taken = 0
        var content: [UInt8] = []
        while taken < bytes.count, !self.isComplete {
            switch bytes[taken...].withUnsafeBytes({ self.next($0) }) {
            case .content(let count):
                content += bytes[taken..<taken + count]
                taken += count
            case .framing(0): return (taken, content)
            case .framing(let count): taken += count
            }
        }
        return (taken, content)
    }
}
