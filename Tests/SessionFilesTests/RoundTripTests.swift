import HTTPModel
import SessionFiles
import Testing

@Suite("Writer: round trips")
struct RoundTripTests {
    /// Ten thousand sessions, one hundred of each seed.
    @Test(arguments: 0..<100)
    func `what was recorded is read back, and written again byte for byte`(_ seed: Int) {
        var generator = NastySession(seed: UInt64(seed))
        for round in 0..<100 {
            let session = generator.session()
            let (document, _) = SessionDocumentBuilder.build(session)
            let written = SessionFileWriter.write(document, fileName: "s.http")
            let reading = SessionFileReader.read(written.text, file: "s.http")
            var wrong = Self.differences(between: document, and: reading)
            wrong += Self.differences(in: reading.document, from: session, written.sideFiles)
            let again = SessionFileWriter.write(reading.document, fileName: "s.http")
            if !again.text.utf8.elementsEqual(written.text.utf8) { wrong.append("the text") }
            if !again.sideFiles.isEmpty { wrong.append("the side files") }
            // One expectation a session: they would take most of the time.
            if !wrong.isEmpty {
                Issue.record("seed \(seed), round \(round): \(wrong)\n\(written.text)")
            }
        }
    }

    private static func differences(
        between document: SessionDocument,
        and reading: SessionFileReading
    ) -> [String] {
        var wrong = reading.errors.map(\.description)
        let found = reading.document
        if found.header != document.header { wrong.append("the header") }
        if found.blocks.map(\.title) != document.blocks.map(\.title) { wrong.append("the titles") }
        if found.blocks.map(\.leading) != document.blocks.map(\.leading) {
            wrong.append("the tags")
        }
        return wrong
    }

    private static func differences(
        in document: SessionDocument,
        from session: RecordedSession,
        _ sideFiles: [SessionFileText.SideFile]
    ) -> [String] {
        let requests = document.blocks.compactMap(\.request)
        guard requests.count == session.requests.count else { return ["the number of requests"] }
        var wrong: [String] = []
        for (recorded, found) in zip(session.requests, requests) {
            if found.method != recorded.method { wrong.append("the method") }
            if found.target != recorded.target { wrong.append("the target") }
            if found.fields.map(\.line) != recorded.fields { wrong.append("the fields") }
            var sent: [UInt8] = []
            for part in found.contentParts {
                switch part {
                case .template(let text): sent += Array(text.utf8)
                case .bytes(let bytes): sent += bytes
                case .file(let reference):
                    sent += sideFiles.first { "./" + $0.path == reference.path }?.bytes ?? []
                }
            }
            if sent != recorded.body.bytes { wrong.append("the content") }
        }
        return wrong
    }
}

extension RecordedRequest.Body {
    fileprivate var bytes: [UInt8] {
        switch self {
        case .none, .file: []
        case .template(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        }
    }
}
