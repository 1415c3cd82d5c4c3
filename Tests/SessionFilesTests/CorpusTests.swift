import Glibc
import SessionFiles
import Testing

/// Files of other tools; they are read if `LINGER_CORPORA` names the folder that holds them.
@Suite("Corpora", .enabled(if: Corpus.folder != nil, "LINGER_CORPORA is not set"))
struct CorpusTests {
    @Test func `the examples of another tool's documentation are read`() throws {
        let withoutRequest: Set<String> = ["readme-09.http"]
        let files = try #require(Corpus.files(in: "http-vscode"))
        #expect(files.count >= 30)
        for (name, bytes) in files {
            let reading = SessionFileReader.read(bytes, file: name)
            let isRead = reading.errors.isEmpty && reading.document.requestCount > 0
            #expect(isRead != withoutRequest.contains(name), "\(name): \(reading.problems)")
            let written = SessionFileWriter.write(reading.document, fileName: name)
            let again = SessionFileReader.read(written.text, file: name).document
            #expect(again.requestCount == reading.document.requestCount)
            #expect(SessionFileWriter.write(again, fileName: name).text == written.text)
        }
    }

    @Test func `the traps are read`() throws {
        let files = try #require(Corpus.files(in: "own-tricky"))
        #expect(files.count == 12)
        for (name, bytes) in files {
            let reading = SessionFileReader.read(bytes, file: name)
            #expect(reading.document.requestCount > 0, "\(name)")
            #expect(reading.errors.isEmpty != name.hasPrefix("04"), "\(name): \(reading.problems)")
        }
    }

    @Test func `the session file is written as it is`() throws {
        let files = try #require(Corpus.files(in: "own-session"))
        for (name, bytes) in files {
            let document = SessionFileReader.read(bytes, file: name).document
            #expect(Array(SessionFileWriter.write(document, fileName: name).text.utf8) == bytes)
        }
    }
}

private enum Corpus {
    static let folder = getenv("LINGER_CORPORA").map { String(cString: $0) }

    /// The `.http` files of a folder with their contents, by name.
    static func files(in name: String) -> [(String, [UInt8])]? {
        guard let folder, let directory = opendir("\(folder)/\(name)") else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let file = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if file.hasSuffix(".http") { names.append(file) }
        }
        return names.sorted().map { ($0, self.content("\(folder)/\(name)/\($0)")) }
    }

    private static func content(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
