import HTTPModel
import TestSupport
import Testing

@testable import SessionFiles

/// Files of other tools; they are read if `LINGER_CORPORA` names the folder that holds them.
@Suite("Corpora", .enabled(if: Corpus.root != nil, "LINGER_CORPORA is not set"))
struct CorpusTests {
    @Test func `the examples of another tool's documentation are read`() throws {
        let withoutRequest: Set<String> = ["readme-09.http"]
        let files = Corpus.files(in: "http-vscode")
        try #require(files.count >= 30)
        for file in files {
            let reading = SessionFileReader.read(file.bytes, file: file.name)
            let isRead = reading.errors.isEmpty && reading.document.requestCount > 0
            #expect(
                isRead != withoutRequest.contains(file.name),
                "\(file.name): \(reading.problems)"
            )
            let written = SessionFileWriter.write(reading.document, fileName: file.name)
            let again = SessionFileReader.read(written.text, file: file.name).document
            #expect(again.requestCount == reading.document.requestCount)
            #expect(SessionFileWriter.write(again, fileName: file.name).text == written.text)
        }
    }

    /// What each trap is, as method, target and name.
    private static let traps = [
        "01": ["POST /login login", "GET /me -"], "02": ["GET /a log-in", "GET /b log-in"],
        "03": ["POST /md -"], "05": ["POST /login -", "GET /me -"], "06": ["GET /me -"],
        "07": ["GET /search?q=a b&page=2&size=10 -"], "08": ["GET /api/v1?x=1 -"],
        "09": ["POST /cfg -"], "10": ["GET /a -", "GET /b -"], "11": ["GET /a -"],
        "12": ["GET /a -"],
    ]

    @Test func `the traps are read`() throws {
        let files = Corpus.files(in: "own-tricky")
        try #require(files.count == 12)
        for file in files {
            let reading = SessionFileReader.read(file.bytes, file: file.name)
            let number = String(file.name.prefix(2))
            guard let expected = Self.traps[number] else {
                // What follows a heading in a body is no request, and nothing of it is sent.
                #expect(number == "04" && reading.errors.count == 1, "\(reading.problems)")
                continue
            }
            let found = reading.document.blocks.compactMap { block in
                block.request.map { request in
                    let target = request.target.replacing("http://127.0.0.1:8080", with: "")
                    return "\(request.method) \(target) \(block.name ?? "-")"
                }
            }
            #expect(found == expected, "\(file.name)")
            #expect(reading.errors.isEmpty, "\(file.name): \(reading.problems)")
        }
    }

    @Test func `the session file is written as it is, and can be replayed`() throws {
        let files = Corpus.files(in: "own-session")
        try #require(!files.isEmpty)
        for file in files {
            let reading = SessionFileReader.read(file.bytes, file: file.name)
            let written = SessionFileWriter.write(reading.document, fileName: file.name)
            #expect(Array(written.text.utf8) == file.bytes)
            #expect(try ReplayPlan(reading).steps.count == 4)
        }
    }

    @Test(arguments: ["har/perfcascade", "har/har-to-k6/example", "own-session"])
    func `a HAR of another program is a session that can be replayed`(_ folder: String) throws {
        let files = Corpus.files(in: folder, suffix: ".har")
        try #require(!files.isEmpty)
        for file in files {
            var har = HARImport(keepsSecrets: false) { $0.lowercased() == "authorization" }
            let log = try JSONValue(parsing: file.bytes.withoutMark)["log"]
            guard case .array(let all)? = log?["entries"], !all.isEmpty else {
                // One is an example of options alone.
                #expect(throws: HARProblem.self) {
                    try har.take(file.bytes)
                    try har.finish()
                }
                continue
            }
            try har.take(file.bytes)
            try har.finish()
            #expect(har.requests.count + har.problems.count == all.count, "\(file.name)")
            var (document, _) = SessionDocumentBuilder.build(har.session(title: file.name))
            har.addExpectations(to: &document)
            let written = SessionFileWriter.write(document, fileName: "h.http")
            let reading = SessionFileReader.read(written.text, file: "h.http")
            guard !har.requests.isEmpty else { continue }
            #expect(reading.errors == [], "\(file.name)")
            #expect(try ReplayPlan(reading).steps.count == har.requests.count, "\(file.name)")
        }
    }

    @Test func `both layouts of another tool's sessions say the same`() throws {
        let old = Corpus.files(in: "sessions/httpie/old", suffix: ".json")
        let new = Corpus.files(in: "sessions/httpie/new", suffix: ".json")
        try #require(old.count >= 10)
        var pairs = 0
        for file in old {
            let session = try HTTPieSession(parsing: file.bytes)
            guard let other = new.first(where: { $0.name == file.name }) else { continue }
            pairs += 1
            // The newer ones have holes for the host of the session.
            let text = String(decoding: other.bytes, as: UTF8.self)
            let filled = text.replacing("__host__", with: "null")
            let upgraded = try HTTPieSession(parsing: Array(filled.utf8))
            #expect(session == upgraded, "\(file.name)")
            #expect(try HTTPieSession(parsing: Array(session.text.utf8)) == session, "\(file.name)")
        }
        #expect(pairs == new.count)
    }

    /// Asks the rule for each text, and writes what is wrong with it.
    private static let script = """
        import sys, json
        from classify_inline_body import inline_ok
        for text in json.load(sys.stdin): print(inline_ok(text.encode()) or "ok")
        """

    @Test(.requires(.python))
    func `a body stands in a file only where every tool reads the same`() throws {
        var nasty = NastySession(seed: 20_261_122)
        let bodies = (0..<20_000).map { _ in nasty.text() }
        let allowed = bodies.filter { InlineBodyRule.allows($0, hasReferences: false) }
        try #require(allowed.count > 200)
        let python = try #require(RealProgram.python.path)
        let output = try ProcessRunner.run(
            python,
            ["-c", Self.script],
            input: JSONValue.array(allowed.map { .string($0) }).compactText,
            environment: [
                "PYTHONPATH": Corpus.path("own-scripts"), "PYTHONDONTWRITEBYTECODE": "1",
            ]
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        let verdicts = output.standardOutput.split(separator: "\n")
        #expect(verdicts.count == allowed.count)
        for (body, verdict) in zip(allowed, verdicts) where verdict != "ok" {
            Issue.record("\(body.debugDescription): \(verdict)")
        }
    }
}

extension [UInt8] {
    /// The bytes without a byte order mark.
    fileprivate var withoutMark: [UInt8] {
        self.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(self.dropFirst(3)) : self
    }
}
