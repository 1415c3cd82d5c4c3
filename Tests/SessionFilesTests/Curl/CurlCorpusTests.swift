import Glibc
import HTTPModel
import Testing

@testable import SessionFiles

/// Commands of curlconverter's tests, and the bytes that curl 7.88.1 sent for them.
@Suite("curl corpus", .enabled(if: CurlCorpus.folder != nil, "LINGER_CORPORA is not set"))
struct CurlCorpusTests {
    /// Commands that only a shell can run, or that curl itself refuses in part.
    private static let refused: [String: CurlProblem.Kind] = [
        "redirect_command_data": .substitution("`…`"),
        "form_quotes": .unreadable(path: "NewDoc.pdf", detail: ""),
    ]

    /// Over cleartext curl offers to upgrade to HTTP/2; linger makes no such offer.
    private static let upgrades = "get_http2_warning"

    @Test
    func `an imported request is what curl sent`() throws {
        let folder = try #require(CurlCorpus.folder)
        let commands = try CurlCorpus.commands(in: folder)
        #expect(commands.count > 50)
        for (name, text) in commands where name != Self.upgrades {
            let captures = CurlCorpus.captures(of: name, in: folder)
            do {
                let imported = try CurlImport(text, surroundings: CurlCorpus.machine)
                #expect(Self.refused[name] == nil, "\(name)")
                for (request, capture) in zip(imported.requests, captures) {
                    let sent = request.wire
                    #expect(sent.line == capture.line, "\(name)")
                    #expect(sent.fields == capture.fields, "\(name)")
                    #expect(sent.body == capture.body, "\(name)")
                }
                #expect(imported.requests.count >= captures.count, "\(name)")
            } catch {
                let isExpected = Self.refused[name].map { $0 == error.kind } ?? captures.isEmpty
                #expect(isExpected, "\(name): \(error.kind.sentence)")
            }
        }
    }
}

/// A request as it goes over the wire, without what differs from run to run.
struct WireRequest {
    var line: String
    var fields: [String]
    var body: String

    /// Drops `Host` and `User-Agent`, and puts a word in place of the boundary of a form.
    init(line: String, fields: [String], body: String) {
        self.line = line
        self.body = body
        var boundary: Substring?
        self.fields = fields.compactMap { field in
            let name = field.prefix { $0 != ":" }.lowercased()
            if ["host", "user-agent", "content-length"].contains(name) { return nil }
            guard name == "content-type", let range = field.firstRange(of: "boundary=") else {
                return "\(name):\(field.drop { $0 != ":" }.dropFirst().trimmed)"
            }
            boundary = field[range.upperBound...]
            return "\(name): multipart"
        }.sorted()
        if let boundary { self.body = body.replacing(boundary, with: "BOUNDARY") }
    }
}

extension CurlRequest {
    /// What would be sent.
    fileprivate var wire: WireRequest {
        var fields = self.fields.compactMap { field -> String? in
            if case .set(let line) = field { "\(line.name): \(line.value)" } else { nil }
        }
        if self.field("Accept") == nil { fields.append("Accept: */*") }
        if case .basic(let user, let password) = self.credentials {
            fields.append("Authorization: Basic \(Array("\(user):\(password ?? "")".utf8).base64)")
        }
        var body = ""
        switch self.body {
        case .none, .standardInput: break
        case .bytes(let bytes), .form(let bytes, _): body = String(decoding: bytes, as: UTF8.self)
        case .file(let path): body = CurlCorpus.content(of: path)
        case .multipart(let parts):
            fields.append("Content-Type: multipart/form-data; boundary=B")
            body = parts.map(\.wire).joined() + "--B--\r\n"
        }
        return WireRequest(
            line: "\(self.method) \(self.url.requestTarget) HTTP/1.1",
            fields: fields,
            body: body
        )
    }
}

extension CurlRequest.Part {
    fileprivate var wire: String {
        let head = "--B\r\nContent-Disposition: form-data; name=\"\(self.name)\""
        let type = self.type.map { "\r\nContent-Type: \($0)" } ?? ""
        return switch self.content {
        case .text(let text): "\(head)\(type)\r\n\r\n\(text)\r\n"
        case .file(let path):
            "\(head); filename=\"\(path)\"\(type)\r\n\r\n\(CurlCorpus.content(of: path))\r\n"
        }
    }
}

private enum CurlCorpus {
    static let folder = getenv("LINGER_CORPORA").map { "\(String(cString: $0))/curl-commands" }

    /// The machine that the captures were made on.
    static let machine = CurlSurroundings(
        environment: { $0 == "DO_API_TOKEN" ? "tok" : nil },
        readFile: { Self.names.contains($0) ? Array(Self.content(of: $0).utf8) : nil },
        fileExists: { Self.names.contains($0) }
    )

    private static let names: Set<String> = [
        "myfile.jpg", "input_redirected_file.txt", "file.txt", "my_file.txt",
    ]

    static func content(of path: String) -> String { "FILE \(path)\n" }

    static func commands(in folder: String) throws -> [(String, String)] {
        let value = try JSONValue(parsing: Self.read("\(folder)/commands.json"))
        guard case .object(let members) = value else { return [] }
        return members.map { ($0.key, $0.value.text) }
    }

    static func captures(of name: String, in folder: String) -> [WireRequest] {
        var captures: [WireRequest] = []
        while true {
            let path = "\(folder)/wire-curl-7.88.1/\(name).\(captures.count).http"
            let text = String(decoding: Self.read(path), as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return captures }
            let lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
            captures.append(
                WireRequest(
                    line: lines[0],
                    fields: Array(lines.dropFirst()),
                    body: String(text[end.upperBound...])
                )
            )
        }
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 {
            bytes += piece[..<count]
        }
        return bytes
    }
}
