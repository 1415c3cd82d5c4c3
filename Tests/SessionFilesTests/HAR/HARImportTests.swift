import HTTPModel
import Testing

@testable import SessionFiles

@Suite("HAR: reading")
struct HARImportTests {
    private static func read(
        _ text: String,
        pieces: Int = 1 << 20,
        keepsSecrets: Bool = false
    ) throws(HARProblem) -> HARImport {
        var har = HARImport(keepsSecrets: keepsSecrets) {
            ["authorization", "cookie"].contains($0.lowercased())
        }
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            try har.take(Array(bytes[start..<min(start + pieces, bytes.count)]))
            start += pieces
        }
        try har.finish()
        return har
    }

    private static func entry(
        _ request: String,
        status: Int = 200,
        more: String = ""
    ) -> String {
        #"{"startedDateTime":"2026-01-01T00:00:00.000Z","time":1,"request":{\#(request)},"#
            + #""response":{"status":\#(status),"content":{"text":"\"},]}"}}\#(more)}"#
    }

    private static func log(_ entries: String...) -> String {
        #"{"log":{"version":"1.2","x":{"entries":[1,[]]},"entries":["#
            + entries.joined(separator: ",\n") + #"],"comment":"[{"}}"#
    }

    private static let get = #""method":"GET","url":"https://h/a?b#c","headers":[]"#

    @Test(arguments: [1, 2, 3, 7, 64, 4096])
    func `entries are found however the bytes come`(_ size: Int) throws {
        let text = Self.log(
            Self.entry(Self.get),
            Self.entry(#""method":"PUT","url":"https://h/ü","headers":[]"#, status: 302)
        )
        let har = try Self.read("\u{FEFF}" + text, pieces: size)
        #expect(har.problems == [])
        #expect(har.requests.map(\.method) == ["GET", "PUT"])
        #expect(har.requests.map(\.target) == ["https://h/a?b", "https://h/%C3%BC"])
        #expect(har.requests.map(\.followsRedirects) == [true, false])
        #expect(har.statuses == [1: 200, 2: 302])
    }

    @Test
    func `fields that frame or carry a request are left out, and secrets are variables`() throws {
        let headers = [
            ":authority: h", "Host: h", "Content-Length: 3", "Connection: keep-alive",
            "Accept-Encoding: br", "Cookie: a=b", "Authorization: Bearer abc", "X: 1", "X: 2",
        ].map { line in
            let parts = line.split(separator: ": ")
            return #"{"name":"\#(parts[0])","value":"\#(parts[1])"}"#
        }.joined(separator: ",")
        let text = Self.log(
            Self.entry(#""method":"GET","url":"http://h/","headers":[\#(headers)]"#)
        )
        let har = try Self.read(text)
        let fields = har.requests[0].fields.map { "\($0.name): \($0.value)" }
        #expect(fields == ["Authorization: Bearer {{AUTHORIZATION}}", "X: 1", "X: 2"])
        #expect(har.expectedNames == ["AUTHORIZATION"] && har.cookieCount == 1)
        let shown = try Self.read(text, keepsSecrets: true)
        #expect(shown.requests[0].fields.map(\.value) == ["a=b", "Bearer abc", "1", "2"])
    }

    @Test
    func `a request alone is a request of which nothing is expected`() throws {
        let har = try Self.read(Self.log(#"{"request":{\#(Self.get)}}"#))
        #expect(har.requests.map(\.target) == ["https://h/a?b"])
        #expect(har.statuses == [:] && har.problems == [])
    }

    @Test(arguments: [
        (#"{"mimeType":"x","text":"a\nb"}"#, Array("a\nb".utf8)),
        (#"{"mimeType":"x","text":"/wA=","encoding":"base64"}"#, [0xFF, 0x00]),
        (#"{"mimeType":"x","text":"/wA=","_encoding":"base64"}"#, [0xFF, 0x00]),
        (
            #"{"mimeType":"application/x-www-form-urlencoded","params":["#
                + #"{"name":"a b","value":"c"},{"name":"d","value":"e%20f"}]}"#,
            Array("a%20b=c&d=e%20f".utf8)
        ),
    ])
    func `content is read`(_ data: String, _ expected: [UInt8]) throws {
        let request = #""method":"POST","url":"http://h/","headers":[],"postData":\#(data)"#
        let har = try Self.read(Self.log(Self.entry(request)))
        #expect(har.requests.first?.body == .bytes(expected))
    }

    @Test(arguments: [
        (
            Self.entry(#""method":"GET","url":"data:text/plain,x""#),
            HARProblem.Kind.url("data:text/plain,x")
        ),
        (Self.entry(#""method":"GET""#), .member("request.url")), ("{}", .member("request")),
        (Self.entry(#""method":"G T","url":"http://h/""#), .member("request.method")),
        (Self.entry(Self.get, status: 0), .unanswered),
        (Self.entry(Self.get, more: #","_fromCache":"disk""#), .cached),
        (#"{"a":tru}"#, .malformed(.unexpectedByte(UInt8(ascii: "}")))),
        (
            String(repeating: #"{"a":"#, count: 600) + "1" + String(repeating: "}", count: 600),
            .malformed(.tooDeep(limit: 512))
        ),
    ])
    func `an entry that cannot be a request is left out`(_ entry: String, _ kind: HARProblem.Kind)
        throws
    {
        let har = try Self.read(Self.log(Self.entry(Self.get), entry, Self.entry(Self.get)))
        #expect(har.requests.count == 2)
        #expect(har.problems.map(\.kind) == [kind] && har.problems.map(\.line) == [2])
        #expect(!kind.sentence.isEmpty)
    }

    @Test(arguments: [
        ("", HARProblem.Kind.truncated), ("hello", .notJSON), ("\"log\"", .notJSON),
        ("{}", .noEntries),
        (#"{"log":{"entries":{}}}"#, .noEntries), ("]", .notJSON), ("\u{0}\u{1}PNG", .notJSON),
        (#"{"log":{"entries":[{"a":"b"#, .truncated),
    ])
    func `what is no HAR is told`(_ text: String, _ kind: HARProblem.Kind) {
        #expect {
            _ = try Self.read(text)
        } throws: { error in
            (error as? HARProblem)?.kind == kind
        }
    }

    @Test
    func `every beginning of a HAR is a problem, never a trap`() {
        let text = Self.log(Self.entry(Self.get), Self.entry(Self.get))
        for count in 0..<text.utf8.count {
            let part = String(decoding: text.utf8.prefix(count), as: UTF8.self)
            #expect(throws: HARProblem.self) { try Self.read(part, pieces: 17) }
        }
    }

    @Test
    func `the session has a base, and each request what it was answered`() throws {
        let other = #""method":"GET","url":"http://other/","headers":[]"#
        let har = try Self.read(
            Self.log(
                Self.entry(other),
                Self.entry(Self.get),
                Self.entry(Self.get, status: 404)
            )
        )
        var document = SessionDocumentBuilder.build(
            har.session(title: "x.har"),
            options: SaveOptions(expectations: .none)
        ).document
        har.addExpectations(to: &document)
        let text = SessionFileWriter.write(document, fileName: "x.http").text
        #expect(text.contains("@base = https://h\n"))
        #expect(text.contains("GET http://other/ HTTP/1.1"))
        #expect(text.contains("# @expect status 404\nGET {{base}}/a?b HTTP/1.1"))
        let reading = SessionFileReader.read(text, file: "x.http")
        #expect(reading.errors.isEmpty && reading.document.requestCount == 3)
    }
}
