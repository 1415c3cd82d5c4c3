import SessionFiles
import TestSupport
import Testing

@Suite("Reader: malformed input and limits")
struct MalformedInputTests {
    @Test func `bytes that are not UTF-8 are refused at their place`() {
        let bytes = Array("### a\nGET /é".utf8) + [0xFF] + Array("\n".utf8)
        let reading = SessionFileReader.read(bytes, file: "f.http")
        #expect(reading.problems.map(\.description) == ["f.http:2:7: not UTF-8 text"])
        #expect(reading.document == SessionDocument())
    }

    @Test(arguments: [UInt8(0), 1, 0x08, 0x0B, 0x0C, 0x1B, 0x1F])
    func `a control character is refused at its place`(_ byte: UInt8) {
        let bytes = Array("GET /\n\nab".utf8) + [byte, 0xFF]
        let reading = SessionFileReader.read(bytes, file: "f.http")
        #expect(reading.problems.map(\.kind) == [.text(.controlCharacter(byte))])
        #expect(reading.problems.map(\.line) == [3])
        #expect(reading.problems.map(\.column) == [3])
    }

    @Test func `every prefix of a file is read without a trap`() {
        let bytes = Array(WorkedExample.text.utf8)
        for length in 0...bytes.count {
            let reading = SessionFileReader.read(Array(bytes[..<length]), file: "f.http")
            #expect(reading.document.requestCount <= 4)
            _ = try? ReplayPlan(reading)
        }
    }

    @Test(arguments: 0..<40)
    func `mutated files are read without a trap, and written files read back the same`(_ seed: Int)
    {
        var generator = SeededGenerator(seed: UInt64(seed))
        var bytes = Array(WorkedExample.text.utf8)
        let snippets = [
            "\n", "###", "{{", "}}", "\r\n", "@", "# @", "<", "> {%", "HTTP/1.1 200", " #", "\t",
            "é", "=", ":",
        ]
        for _ in 0..<20 {
            let at = Int.random(in: 0...bytes.count, using: &generator)
            let end = Int.random(in: at...min(bytes.count, at + 9), using: &generator)
            bytes.replaceSubrange(
                at..<end,
                with: (snippets.randomElement(using: &generator) ?? "").utf8
            )
        }
        let document = SessionFileReader.read(bytes, file: "f.http").document
        let once = SessionFileWriter.write(document, fileName: "f.http")
        let again = SessionFileReader.read(once.text, file: "f.http")
        let twice = SessionFileWriter.write(again.document, fileName: "f.http")
        #expect(twice.text == once.text, "seed \(seed)")
    }

    @Test(arguments: [(31, 0), (32, 0), (33, 1)])
    func `a line outside bodies may be as long as the limit`(_ row: (Int, Int)) {
        let line = "# " + String(repeating: "x", count: row.0 - 2)
        let limits = SessionFileReader.Limits(lineLength: 32)
        let text = lines("###", line, "GET /", "", String(repeating: "b", count: 100))
        let reading = SessionFileReader.read(text, file: "f.http", limits: limits)
        #expect(reading.errors.count == row.1)
        #expect(reading.document.requestCount == 1)
    }

    @Test(arguments: [(3, 0), (4, 0), (5, 1)])
    func `lines outside bodies may be as many as the limit`(_ row: (Int, Int)) {
        // Two comments and the request; the separator and the content are not counted.
        let comments = String(repeating: "# c\n", count: row.0 - 1)
        let limits = SessionFileReader.Limits(lineCount: 4)
        let text = "\(comments)GET /\n\nbody\nbody\nbody\nbody\nbody"
        let reading = SessionFileReader.read(text, file: "f.http", limits: limits)
        #expect(reading.errors.count == row.1, "\(reading.problems)")
        #expect(reading.errors.allSatisfy { $0.kind == .text(.tooManyLines(limit: 4)) })
    }

    @Test(arguments: [(999, 999), (1_000, 1_000), (1_001, 1_001), (5_000, 1_001)])
    func `mistakes are told up to the limit`(_ row: (Int, Int)) {
        let heads = "GET /\n" + String(repeating: "no field\n", count: row.0)
        let blocks = String(repeating: "###\nno request\n", count: row.0)
        for text in [heads, blocks] {
            let reading = SessionFileReader.read(text, file: "f.http")
            #expect(reading.errors.count == row.1)
            let isCut = reading.errors.last?.kind == .text(.tooManyProblems(limit: 1_000))
            #expect(isCut == (row.0 > 1_000))
        }
    }

    @Test func `braces are found in one pass`() {
        // Were each pair looked up from the beginning, this would take hours.
        let text = "POST /\n\n" + String(repeating: "{{", count: 1 << 20) + "}}"
        let reading = read(text)
        #expect(reading.errors == [])
        let written = SessionFileWriter.write(reading.document, fileName: "f.http")
        #expect(written.sideFiles.count == 1)
    }

    @Test func `one very long body line is content`() {
        let size = 4 << 20
        let bytes = Array("POST /\n\n".utf8) + [UInt8](repeating: 0x61, count: size)
        guard
            case .text(let text)? = SessionFileReader.read(bytes, file: "f").document.blocks
                .first?.request?.body
        else {
            Issue.record("no text")
            return
        }
        #expect(text.utf8.count == size)
    }

    @Test func `many requests are read`() {
        let count = 5_000
        let block =
            "### t\n# @name n\n# @expect status 200\nGET http://a/b?c=d HTTP/1.1\nA: b\n\nbody\n\n"
        let reading = read(String(repeating: block, count: count))
        #expect(reading.document.requestCount == count)
        #expect(reading.errors == [])
    }

    @Test func `many lines of one odd kind need no deep stack`() {
        let imports = String(repeating: "import ./x.http\n", count: 5_000)
        #expect(read(imports).document.header.count == 5_000)
        // Scripts are mistakes, and after so many reading ends.
        let scripts = String(repeating: "import ./x.http\n< {% %}\n", count: 5_000)
        #expect(read(scripts).document.header.count == 1_000)
    }
}
