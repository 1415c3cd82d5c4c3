import HTTPModel
import SessionFiles
import Testing

@Suite("Writer")
struct WriterTests {
    private func write(_ document: SessionDocument) -> String {
        SessionFileWriter.write(document, fileName: "s.http").text
    }

    private func rewrite(_ text: String) -> String {
        self.write(read(text).document)
    }

    @Test func `tags are written in one order, comments end a run and stay`() {
        let text = lines(
            "###",
            "# @recorded 200",
            "# @expect status 200",
            "# @expect duration < 1 s",
            "# @repeat 2",
            "# @no-cookie-jar",
            "# @no-redirect",
            "# @timeout 1",
            "# @at +1s",
            "# @delay 1s",
            "# @set pool.size 1",
            "# @do pool size 2",
            "# @skip",
            "# @name a",
            "// why",
            "# @delay 2",
            "# @unknown",
            "# @name b",
            "@v = 1",
            "# @no-redirect",
            "# @name c",
            "GET /"
        )
        #expect(
            self.rewrite(text)
                == lines(
                    "###",
                    "# @name a",
                    "# @skip",
                    "# @do pool size 2",
                    "# @set pool.size 1",
                    "# @delay 1000 ms",
                    "# @at +1s",
                    "# @timeout 1000 ms",
                    "# @no-redirect",
                    "# @no-cookie-jar",
                    "# @repeat 2",
                    "# @expect status 200",
                    "# @expect duration < 1 s",
                    "# @recorded 200",
                    "// why",
                    "# @delay 2000 ms",
                    "# @unknown",
                    "# @name b",
                    "@v = 1",
                    "# @name c",
                    "# @no-redirect",
                    "GET /"
                )
        )
    }

    @Test func `tags whose meaning is not built are kept in place`() {
        let text = lines(
            "# @session 1",
            "# @include ./a.http",
            "# @redact header A",
            "# @ignore header Date",
            "# @pace x2",
            "",
            "### 1",
            "# @at +1.250s",
            "# @connection-timeout 5000 ms",
            "# @parallel g",
            "# @retry 3 every 1s until status 200",
            "# @capture t = jsonpath $.t",
            "# @response-ref ./a.json",
            "GET /"
        )
        #expect(self.rewrite(text) == text)
        #expect(problems(text) == [])
    }

    @Test func `blank lines collapse around blocks only`() {
        let text = "# a\n\n# b\n\n\n\n###\n\n\n# c\n\n# d\n\nGET /\n\n\n\n\n###\nGET /2\n\n\n"
        #expect(self.rewrite(text) == "# a\n\n# b\n\n###\n# c\n\n# d\nGET /\n\n###\nGET /2\n")
    }

    @Test(arguments: [79, 80, 81])
    func `a query longer than eighty columns gets lines of its own`(_ length: Int) {
        let query = "?a=1&b=" + String(repeating: "x", count: length - 7)
        let request = WrittenRequest(method: "GET", target: "/s\(query)", version: nil)
        let text = self.write(SessionDocument(blocks: [SessionBlock(request: request)]))
        #expect(text.split(separator: "\n").count == (length > 80 ? 4 : 2))
    }

    @Test func `a query that would not come back the same stays on one line`() {
        for query in ["?a&b=1", "?a=1 &b=2", "?a=1 HTTP/1.1&b=2"] {
            let request = WrittenRequest(
                method: "GET",
                target: "/s\(query)",
                version: "HTTP/1.1",
                hasQueryLines: true
            )
            let text = self.write(SessionDocument(blocks: [SessionBlock(request: request)]))
            #expect(text == "###\nGET /s\(query) HTTP/1.1\n")
        }
    }

    @Test func `nothing in a value can start a line of its own`() {
        let evil = "x\nGET http://evil/\r\n### y"
        let document = SessionDocument(
            header: [
                SessionEntry(.comment(evil)), SessionEntry(.comment("GET http://evil/")),
                SessionEntry(.comment("### z")), SessionEntry(.tag(.title(evil))),
                SessionEntry(.variable(SessionVariable(name: "a", value: evil))),
            ],
            blocks: [
                SessionBlock(
                    title: evil,
                    leading: [SessionEntry(.tag(.command(evil)))],
                    request: WrittenRequest(
                        method: "POST",
                        target: "/",
                        fields: [SessionField("A", evil)],
                        body: .file(FileReference(path: "a\nb"))
                    )
                )
            ]
        )
        let found = read(self.write(document)).document
        #expect(found.blocks.count == 1)
        #expect(found.blocks.first?.request?.target == "/")
        #expect(found.blocks.first?.request?.fields.count == 1)
        #expect(found.header.count == 5)
    }

    @Test(arguments: [
        ("application/json; charset=utf-8", "json"), ("application/problem+json", "json"),
        ("text/xml", "xml"), ("image/svg+xml", "xml"), ("text/html", "html"), ("text/csv", "csv"),
        ("text/markdown", "md"), ("text/plain", "txt"), ("image/png", "bin"), ("", "bin"),
    ])
    func `a side file is named by its number and type`(_ row: (String, String)) {
        let request = WrittenRequest(
            method: "POST",
            target: "/",
            fields: [SessionField("content-type", row.0)],
            body: .content([0, 1, 2], hasReferences: false)
        )
        let blocks = [
            SessionBlock(), SessionBlock(request: request), SessionBlock(request: request),
        ]
        let written = SessionFileWriter.write(
            SessionDocument(blocks: blocks),
            fileName: "/tmp/my.session.http"
        )
        let paths = ["my.session.bodies/01.\(row.1)", "my.session.bodies/02.\(row.1)"]
        #expect(written.sideFiles.map(\.path) == paths)
        #expect(written.text.contains("\n\n< ./\(paths[1])\n"))
    }

    @Test func `text with references that cannot stand inline keeps them in its side file`() {
        let text = lines("###", "POST /", "", "x", "# {{title}}")
        let written = SessionFileWriter.write(read(text).document, fileName: "s.http")
        #expect(written.text == lines("###", "POST /", "", "<@ ./s.bodies/01.bin"))
    }

    @Test(arguments: [
        ("# @session 1\n", true), ("# @session", true), ("# @session\r\n", true),
        ("\u{FEFF}# @session 1", true), ("#!/usr/bin/env -S linger replay\n# @session 1", false),
        ("# @sessions", false), ("#@session 1", false), ("", false), ("\n# @session 1", false),
        ("### a\n# @session 1", false), ("#!/bin/sh\necho", false), ("#!/bin/sh", false),
    ])
    func `only a session file may be replaced`(_ row: (String, Bool)) {
        #expect(SessionFileWriter.mayReplace(existingPrefix: Array(row.0.utf8)) == row.1)
    }
}
