import SessionFiles
import Testing

@Suite("Reader: Markdown")
struct MarkdownTests {
    private static func read(_ text: String, file: String = "a.md") -> SessionFileReading {
        SessionFileReader.read(text, file: file)
    }

    @Test func `each fence is a request, at its own line`() {
        let reading = Self.read(
            """
            # Shop

            Some prose, `code`, and a list:

            ```http
            # @session 1
            # @title From a manual
            @base = http://h

            GET {{base}}/a
            ```

            ## Log in

            ```json
            {"not": "a request"}
            GET /neither
            ```

            ~~~HTTP
            # @name login
            # @expect status 200
            POST {{base}}/login
            Content-Type: text/plain

            a

            b
            ~~~
            After it.

            """
        )
        #expect(reading.problems.isEmpty, "\(reading.problems)")
        #expect(reading.document.title == "From a manual")
        let blocks = reading.document.blocks.filter { $0.request != nil }
        #expect(blocks.map { $0.request?.target } == ["{{base}}/a", "{{base}}/login"])
        #expect(blocks.map { $0.request?.place.line } == [10, 23])
        #expect(blocks.map(\.name) == [nil, "login"])
        #expect(blocks.last?.title == "Log in")
        #expect(blocks.last?.request?.body == .text("a\n\nb"))
    }

    @Test(arguments: [
        ("```http\nGET http://h/1\n```", 1), ("```http\nGET http://h/1", 1),
        ("``` http {.x}\nGET http://h/1\n```", 1), ("```rest\nGET http://h/1\n```\n", 1),
        ("````markdown\n```http\nGET http://h/1\n```\n````\n", 0),
        ("```https\nGET http://h/1\n```\n", 0), ("``http\nGET http://h/1\n``\n", 0),
        ("```http `x`\nGET http://h/1\n", 0), ("GET http://h/1\n", 0), ("", 0),
        ("- item\n\n  ```http\n  GET http://h/1\n    ?a=b\n  ```\n", 1),
        ("```http\r\nGET http://h/1\r\n```\r\n```http\r\nGET http://h/2\r\n```\r\n", 2),
        ("```http\nGET http://h/1\n###\nGET http://h/2\n````\nGET x\n", 2),
    ])
    func `only fences that say so are read`(_ row: (text: String, count: Int)) {
        let reading = Self.read(row.text)
        #expect(reading.document.requestCount == row.count, "\(reading.problems)")
        #expect(reading.errors.isEmpty == (row.count > 0) || row.count == 0)
        for block in reading.document.blocks {
            #expect(block.request?.target.hasPrefix("http://h/") ?? true)
        }
    }

    @Test(arguments: ["a.md", "A.MD", "b.markdown", "a.http", "md", "a.md.http"])
    func `Markdown is known by its name`(_ name: String) {
        let isMarkdown = ["a.md", "A.MD", "b.markdown"].contains(name)
        let reading = Self.read("GET http://h/1\n", file: name)
        #expect(reading.document.requestCount == (isMarkdown ? 0 : 1))
        #expect(SessionFileWriter.canWrite(to: name) != isMarkdown)
    }

    @Test func `a mistake in a fence has its line in the file`() {
        let reading = Self.read("# A\n\n```http\nGET http://h/1 # no\n```\n")
        #expect(reading.errors.map(\.line) == [4])
    }
}
