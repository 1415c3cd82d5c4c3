import HTTPModel
import Testing

@testable import HTTPSession

@Suite("Downloads: names")
struct DownloadNameTests {
    @Test(arguments: [
        ("report.pdf", "report.pdf"), ("../../etc/passwd", "passwd"), ("/etc/passwd", "passwd"),
        (#"C:\Users\ann\x.txt"#, "x.txt"), ("..", nil), (".", nil), ("", nil), ("///", nil),
        (".bashrc", "bashrc"), ("...", nil), ("a\u{0}b\nc\u{1B}[2J.txt", "abc[2J.txt"),
        ("gnp.\u{202E}exe", "gnp.exe"), ("-rf", "_rf"), (" a b ", "a b"),
        ("trailing. .", "trailing"),
        ("na\u{EF}ve.txt", "naïve.txt"), ("a\u{FFFD}b", "ab"), ("\u{200B}", nil),
        // A slash and what joins it are one character to Swift, and two to the system.
        ("/\u{200D}home/\u{200D}u/\u{200D}.bash_login", "bash_login"),
        ("x/\u{301}y", "\u{301}y"), ("a\\\u{301}b", "\u{301}b"), ("..\u{200D}/x", "x"),
        (".\u{200D}profile", "profile"), ("-\u{200D}rf", "_rf"),
    ])
    func `a name is made safe`(_ text: String, _ expected: String?) {
        #expect(DownloadName.safe(text) == expected)
    }

    @Test(arguments: [199, 200, 201, 255, 5000])
    func `a long name keeps its suffix and fits`(_ length: Int) throws {
        let name = String(repeating: "é", count: length / 2) + ".tar"
        let safe = try #require(DownloadName.safe(name))
        #expect(safe.utf8.count <= 200)
        #expect(safe.hasSuffix(".tar"))
        #expect((safe == name) == (name.utf8.count <= 200))
    }

    @Test(arguments: [
        (#"attachment; filename="a b.txt""#, "a b.txt"),
        ("attachment; filename=plain.txt; size=3", "plain.txt"),
        ("attachment; filename*=UTF-8''na%C3%AFve.txt; filename=naive.txt", "naïve.txt"),
        ("attachment; filename=naive.txt; FILENAME*=utf-8'en'na%C3%AFve.txt", "naïve.txt"),
        (#"inline; filename="semi;colon\".txt""#, #"semi;colon".txt"#),
        (#"attachment; filename="..\..\x.exe""#, "x.exe"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("attachment; filename*=ISO-8859-1''x; filename=y", "y"),
        ("attachment", nil), ("attachment; filename=", nil), (#"attachment; filename="..""#, nil),
        ("filename=no-type.txt", nil), (#"attachment; filename="open"#, #""open"#),
    ])
    func `Content-Disposition suggests a name`(_ value: String, _ expected: String?) {
        let head = ResponseHead(
            status: 200,
            version: "HTTP/1.1",
            fields: [FieldLine("content-disposition", value)]
        )
        #expect(DownloadName.suggested(by: head) == expected)
    }

    @Test(arguments: [
        ("http://a.org/files/big.iso?x=/y", "big.iso"), ("http://a.org/", "download"),
        ("http://a.org/dir/", "dir"), ("http://a.org/%2e%2e%2fpasswd", "passwd"),
        ("http://a.org/a%00b", "ab"),
    ])
    func `the target suggests a name`(_ target: String, _ expected: String) throws {
        #expect(DownloadName.suggested(by: try URI(target)) == expected)
    }

    private static let ranges: [(String, Int?, Int?)] = [
        ("bytes 100-199/200", 100, 200), ("bytes 0-0/*", 0, nil), ("bytes */200", nil, 200),
        ("BYTES 5-9/10", 5, 10),
    ]

    @Test(arguments: Self.ranges)
    func `a content range is read`(_ text: String, _ start: Int?, _ total: Int?) throws {
        let range = try #require(ContentRange(text))
        #expect(range.start == start)
        #expect(range.total == total)
    }

    @Test(arguments: [
        "", "bytes", "bytes 5-4/10", "items 0-1/2", "bytes 1-2", "bytes a-b/c", "bytes -5/10",
    ])
    func `what is no range is none`(_ text: String) {
        #expect(ContentRange(text) == nil)
    }
}
