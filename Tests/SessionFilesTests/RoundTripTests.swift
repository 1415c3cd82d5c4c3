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
            let options = generator.options()
            let (document, _) = SessionDocumentBuilder.build(session, options: options)
            let written = SessionFileWriter.write(document, fileName: "s.http")
            let reading = SessionFileReader.read(written.text, file: "s.http")
            var wrong = Self.differences(between: document, and: reading)
            wrong += Self.differences(
                in: reading.document,
                from: session.saved(with: options),
                written.sideFiles
            )
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
        // Tags are put in their order.
        if found.header.contents != document.header.contents { wrong.append("the header") }
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

    /// Three thousand files as people write them, thirty of each seed.
    @Test(arguments: 0..<100)
    func `what was written by hand keeps its requests, its tags and its comments`(_ seed: Int) {
        var generator = NastyDocument(seed: UInt64(seed))
        for round in 0..<30 {
            let text = generator.text()
            let reading = SessionFileReader.read(text, file: "s.http")
            let written = SessionFileWriter.write(reading.document, fileName: "s.http")
            let other = SessionFileReader.read(written.text, file: "s.http")
            let again = SessionFileWriter.write(other.document, fileName: "s.http")
            var wrong = (reading.errors + other.errors).map(\.description)
            let (before, after) = (reading.document, other.document)
            if before.header.contents != after.header.contents { wrong.append("the header") }
            let blocks = zip(before.blocks, after.blocks)
            if before.blocks.count != after.blocks.count { wrong.append("the blocks") }
            for (block, found) in blocks {
                if block.leading.contents != found.leading.contents { wrong.append("the tags") }
                if block.request?.facts(with: []) != found.request?.facts(with: written.sideFiles) {
                    wrong.append("the request")
                }
            }
            if !again.text.utf8.elementsEqual(written.text.utf8) { wrong.append("the text") }
            if !wrong.isEmpty {
                Issue.record("seed \(seed), round \(round): \(wrong)\n\(text)\n=>\n\(written.text)")
            }
        }
    }
}

extension [SessionEntry] {
    /// What stands there, in no order: tags are put in theirs.
    fileprivate var contents: [SessionEntry.Content: Int] {
        self.filter { $0.content != .blank }.reduce(into: [:]) { $0[$1.content, default: 0] += 1 }
    }
}

extension WrittenRequest {
    /// What is sent, and how.
    fileprivate func facts(with sideFiles: [SessionFileText.SideFile]) -> [String] {
        let content = self.contentParts.reduce(into: "") { text, part in
            switch part {
            case .template(let template): text += template
            case .bytes(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .file(let reference):
                let file = sideFiles.first { "./" + $0.path == reference.path }
                text +=
                    file.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "\(reference.path)"
            }
        }
        return [self.method, self.target, self.version ?? "", content]
            + self.fields.map { "\($0.line)" }
    }
}

extension RecordedSession {
    /// The session with the fields that its requests have once it is saved.
    fileprivate func saved(with options: SaveOptions) -> RecordedSession {
        guard options.isPortable else { return self }
        var session = self
        session.requests = self.requests.map { request in
            var request = request
            request.fields = self.defaultFields + request.fields
            return request
        }
        return session
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
