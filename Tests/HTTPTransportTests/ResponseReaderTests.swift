import HTTPModel
import NIOCore
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Response reader")
struct ResponseReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let bytes: String
        /// What is read, with the pieces of content joined.
        let parts: [String]
        var toHEAD = false
        /// What belongs to no response.
        var rest = ""

        var testDescription: String { self.bytes.debugDescription }
    }

    @Test(arguments: [0, 1, 49, 50, 51])
    func `Set-Cookie fields of interim responses are noted, within bounds`(_ count: Int) throws {
        let cookies = (0..<count).map { "Set-Cookie: c\($0)=v\r\n" }.joined()
        let final = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        var reader = ResponseReader()
        for early in ["HTTP/1.1 103 Early Hints\r\n\(cookies)\r\n", ""] {
            reader.expectResponse(toHEAD: false)
            var buffer = ByteBuffer(string: early + final)
            var noted: [FieldLine]?
            while let part = try reader.next(&buffer) {
                if case .head(let head) = part { noted = head.interimSetCookies }
            }
            #expect(noted?.count == (early.isEmpty ? 0 : min(count, 50)))
        }
    }

    static let cases: [Case] = [
        Case(
            bytes: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            parts: ["200 Content-Length=5", "hello", "end"]
        ),
        Case(
            bytes: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n",
            parts: ["200 Content-Length=0", "end"],
            rest: "HTTP/1.1 200 OK\r\n"
        ),
        Case(
            bytes: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            parts: ["200 Content-Length=5", "end"],
            toHEAD: true
        ),
        Case(
            bytes: "HTTP/1.1 204 No Content\r\n\r\nX",
            parts: ["204", "end"],
            rest: "X"
        ),
        Case(
            bytes: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx",
            parts: ["interim 100", "interim 103 Link=</a>", "404 Content-Length=1", "x", "end"]
        ),
        Case(
            bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\nC: d\r\n\r\nmore",
            parts: ["200 Transfer-Encoding=chunked", "hello!", "end A=b C=d"],
            rest: "more"
        ),
        Case(bytes: "HTTP/1.0 200 OK\n\nall the rest", parts: ["200", "all the rest"]),
        Case(bytes: "HTTP/1.1 200 OK\nA: b\n\r\nrest", parts: ["200 A=b", "rest"]),
        Case(bytes: "HTTP/1.1 200 OK\r\nContent-Le", parts: []),
        Case(
            bytes: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
            parts: ["200 Content-Length=5", "hel"]
        ),
    ]

    @Test(arguments: cases)
    func `the parts are the same wherever the bytes are split`(_ item: Case) throws {
        let bytes = Array(item.bytes.utf8)
        for first in 0...bytes.count {
            for second in Set([first, min(first + 1, bytes.count), bytes.count]) {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                let (parts, rest) = try Self.read(pieces, toHEAD: item.toHEAD)
                #expect(parts == item.parts, "split at \(first) and \(second)")
                #expect(rest == item.rest, "split at \(first) and \(second)")
            }
        }
    }

    @Test func `one byte at a time is enough`() throws {
        for item in Self.cases {
            let pieces = Array(item.bytes.utf8).map { [$0][...] }
            let (parts, rest) = try Self.read(pieces, toHEAD: item.toHEAD)
            #expect(parts == item.parts)
            #expect(rest == item.rest)
        }
    }

    @Test func `the end of the connection ends only what it delimits`() throws {
        for (head, expected) in [
            ("HTTP/1.1 200 OK\r\n\r\nabc", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", false),
            ("HTTP/1.1 200 OK\r\n", false),
        ] {
            var reader = ResponseReader()
            reader.expectResponse(toHEAD: false)
            var buffer = ByteBuffer(string: head)
            while try reader.next(&buffer) != nil {}
            #expect((reader.endOfConnection() != nil) == expected, "\(head.debugDescription)")
        }
    }

    @Test(arguments: [ResponseReader.headLimitBytes, ResponseReader.headLimitBytes + 1])
    func `a header section may be as long as the limit`(length: Int) throws {
        let frame = "HTTP/1.1 200 OK\r\nX: \r\n\r\n"
        let filler = String(repeating: "x", count: length - frame.utf8.count)
        let head = "HTTP/1.1 200 OK\r\nX: \(filler)\r\n\r\n"
        for pieceBytes in [length, 4096] {
            var reader = ResponseReader()
            reader.expectResponse(toHEAD: false)
            let result = Result { () throws(ProtocolFault) in
                var start = 0
                let bytes = Array(head.utf8)
                var parts = 0
                while start < bytes.count {
                    let end = min(start + pieceBytes, bytes.count)
                    var buffer = ByteBuffer(bytes: bytes[start..<end])
                    if try reader.next(&buffer) != nil { parts += 1 }
                    start = end
                }
                return parts
            }
            switch result {
            case .success(let parts):
                #expect(parts == 1)
                #expect(length == ResponseReader.headLimitBytes)
            case .failure(let fault):
                let limit = ResponseReader.headLimitBytes
                #expect(fault.violation == .headerSectionTooLong(limitBytes: limit))
                #expect(length == limit + 1)
            }
        }
    }

    @Test(arguments: [ResponseHeadParser.fieldLimit, ResponseHeadParser.fieldLimit + 1])
    func `there may be as many fields as the limit`(count: Int) {
        let fields = String(repeating: "A: b\r\n", count: count)
        var reader = ResponseReader()
        reader.expectResponse(toHEAD: false)
        var buffer = ByteBuffer(string: "HTTP/1.1 204 No Content\r\n\(fields)\r\n")
        let result = Result { () throws(ProtocolFault) in try reader.next(&buffer) }
        switch result {
        case .success(let part):
            #expect(part != nil)
            #expect(count == ResponseHeadParser.fieldLimit)
        case .failure(let fault):
            let limit = ResponseHeadParser.fieldLimit
            #expect(fault.violation == .tooManyFields(limit: limit))
            #expect(count == limit + 1)
        }
    }

    @Test(arguments: UInt64(0)..<50)
    func `no bytes make it trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let words = [
            "HTTP/1.1 ", "200 OK", "\r\n", "\n", "\r", ":", " ", "\t", "Content-Length: 5", "0",
            "Transfer-Encoding: chunked", "5\r\nhello", "\u{0}", "\u{FF}", "99999999999999999999",
        ]
        var reader = ResponseReader()
        reader.expectResponse(toHEAD: Bool.random(using: &random))
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            var text = seed.isMultiple(of: 2) ? "" : "HTTP/1.1 200 OK\r\n"
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                text += words.randomElement(using: &random) ?? ""
            }
            var buffer = ByteBuffer(string: text)
            do {
                while try reader.next(&buffer) != nil {}
            } catch {
                return
            }
        }
    }

    /// Reads pieces, and returns the parts and what was left over after the end.
    private static func read(
        _ pieces: [ArraySlice<UInt8>],
        toHEAD: Bool
    ) throws -> (parts: [String], rest: String) {
        var reader = ResponseReader()
        reader.expectResponse(toHEAD: toHEAD)
        var parts: [String] = []
        var rest = ""
        var isContent = false
        for piece in pieces {
            var buffer = ByteBuffer(bytes: piece)
            while let part = try reader.next(&buffer) {
                let text = part.text
                if case .content = part, isContent, let last = parts.popLast() {
                    parts.append(last + text)
                } else {
                    parts.append(text)
                }
                if case .content = part { isContent = true } else { isContent = false }
            }
            rest += String(buffer: buffer)
        }
        return (parts, rest)
    }
}

extension ResponseReader.Part {
    /// The part as the tables have it.
    fileprivate var text: String {
        switch self {
        case .interim(let head): "interim \(Self.text(head))"
        case .head(let head): Self.text(head)
        case .content(let buffer): String(buffer: buffer)
        case .end(let trailers): (["end"] + trailers.map(Self.text)).joined(separator: " ")
        }
    }

    private static func text(_ head: ResponseHead) -> String {
        (["\(head.status)"] + head.fields.map(self.text)).joined(separator: " ")
    }

    private static func text(_ field: FieldLine) -> String { "\(field.name)=\(field.value)" }
}
