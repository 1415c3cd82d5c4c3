import HTTPModel
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Response head parser")
struct ResponseHeadParserTests {
    private func parse(_ bytes: [UInt8]) throws(ProtocolFault) -> ResponseHead {
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(ProtocolFault) in try ResponseHeadParser.parse(raw) }
        }
        return try result.get()
    }

    private func parse(_ text: String) throws(ProtocolFault) -> ResponseHead {
        try self.parse(Array(text.utf8))
    }

    private func violation(of text: String) -> ProtocolViolation? {
        do {
            _ = try self.parse(text)
            return nil
        } catch {
            return error.violation
        }
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK", 200, "OK", "HTTP/1.1"),
            ("HTTP/1.1 200 All is well", 200, "All is well", "HTTP/1.1"),
            ("HTTP/1.0 404 ", 404, "", "HTTP/1.0"),
            ("HTTP/1.1 204", 204, "", "HTTP/1.1"),
            ("HTTP/1.1 599 H\u{E9}llo", 599, "H\u{E9}llo", "HTTP/1.1"),
        ]
    )
    func `the status line is kept as it came`(
        line: String,
        status: Int,
        reason: String,
        version: String
    ) throws {
        let head = try self.parse(line + "\r\n\r\n")
        #expect(head.status == status)
        #expect(head.reason == reason)
        #expect(head.version == version)
        #expect(head.fields.isEmpty)
    }

    @Test(
        arguments: [
            "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1200 OK\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n",
        ]
    )
    func `what is no status line is not HTTP`(head: String) {
        guard case .notHTTP = self.violation(of: head) else {
            Issue.record("\(head.debugDescription) was accepted")
            return
        }
    }

    @Test func `fields keep their order and spelling, and lose white space around values`() throws {
        let head = try self.parse(
            "HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A:2\r\nEmpty:\r\nBlank: \t \r\nIn:\t a b \t\r\n\r\n"
        )
        #expect(
            head.fields == [
                FieldLine("X-b", "1"), FieldLine("x-A", "2"), FieldLine("Empty", ""),
                FieldLine("Blank", ""), FieldLine("In", "a b"),
            ]
        )
    }

    @Test func `a colon in the value belongs to it`() throws {
        let head = try self.parse("HTTP/1.1 200 OK\r\nDate: 10:20:30\r\n\r\n")
        #expect(head.first("date") == "10:20:30")
    }

    @Test func `lines may end in a bare line feed`() throws {
        let head = try self.parse("HTTP/1.1 200 OK\nA: b\nC: d\r\n\n")
        #expect(head.fields == [FieldLine("A", "b"), FieldLine("C", "d")])
    }

    @Test func `a folded line continues the value after a blank`() throws {
        let head = try self.parse("HTTP/1.1 200 OK\r\nA: b\r\n   c\r\n\td \r\nE: f\r\n\r\n")
        #expect(head.fields.map(\.value) == ["b c d", "f"])
        #expect(head.fields.map(\.isFolded) == [true, false])
    }

    @Test(
        arguments: [
            "no colon", ": no name", " First: folded", "A : b", "A\tb: c", "A\u{0}: b",
            "A: b\u{0}c",
            "A: b\rc", "A: b\r\n c\rd", "A: b\r\n \u{0}",
        ]
    )
    func `a line that is no field is refused`(line: String) {
        guard case .invalidField = self.violation(of: "HTTP/1.1 200 OK\r\n\(line)\r\n\r\n") else {
            Issue.record("\(line.debugDescription) was accepted")
            return
        }
    }

    @Test func `the refused field is named`() {
        let violation = self.violation(of: "HTTP/1.1 200 OK\r\nX-Bad: a\u{0}b\r\n\r\n")
        #expect(violation == .invalidField(name: "X-Bad"))
    }

    @Test func `bytes that are not UTF-8 are read as ISO-8859-1`() throws {
        let head = try self.parse(
            Array("HTTP/1.1 200 ".utf8) + [0xE9] + Array("\r\nX: caf".utf8) + [0xE9, 0xFF]
                + Array("\r\n\r\n".utf8)
        )
        #expect(head.reason == "\u{E9}")
        #expect(head.first("x") == "caf\u{E9}\u{FF}")
    }

    @Test func `bytes that are UTF-8 are read so`() throws {
        let head = try self.parse("HTTP/1.1 200 OK\r\nX: caf\u{E9} \u{1F389}\r\n\r\n")
        #expect(head.first("x") == "caf\u{E9} \u{1F389}")
    }

    @Test func `bytes of Location that are not UTF-8 are percent-encoded`() throws {
        let head = try self.parse(
            Array("HTTP/1.1 302 Found\r\nLOCATION: /caf".utf8) + [0xE9, 0xFF]
                + Array("?a=%20\r\n\r\n".utf8)
        )
        #expect(head.first("location") == "/caf%E9%FF?a=%20")
    }

    @Test func `any bytes are parsed or refused`() {
        var generator = SeededGenerator(seed: 20_260_101)
        let alphabet = Array("HTTP/1.1 200 OK\r\n\r\n:: \t\u{0}Ab9".utf8) + [0x80, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let tail = (0..<count).compactMap { _ in alphabet.randomElement(using: &generator) }
            for bytes in [Array("HTTP/1.1 200 OK\r\n".utf8) + tail, tail] {
                guard let head = try? self.parse(bytes) else { continue }
                #expect((100...999).contains(head.status), "\(bytes)")
                #expect(head.fields.allSatisfy { !$0.name.isEmpty }, "\(bytes)")
                #expect(head.fields.allSatisfy { !$0.value.contains("\r\n") }, "\(bytes)")
            }
        }
    }
}
