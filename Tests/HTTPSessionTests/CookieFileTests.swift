import Glibc
import HTTPModel
import TestSupport
import TestTransport
import Testing

@testable import HTTPSession

@Suite("Cookie files")
struct CookieFileTests {
    private func read(_ lines: String...) -> CookieFile.Contents {
        CookieFile.parse(lines.joined(separator: "\n"))
    }

    @Test func `3.5.1, 3.5.2: seven columns between tabs are a cookie`() {
        let contents = self.read(
            "# Netscape HTTP Cookie File",
            "# a comment",
            "",
            "example.org\tFALSE\t/\tFALSE\t0\ta\tb",
            ".Example.org\tTRUE\t/x\tTRUE\t1800000000\tc\td=e; f",
            "#HttpOnly_example.org\tFALSE\t/\tFALSE\t0\tg\th",
            "example.org\tFALSE\t/\tFALSE\t0\tempty\t",
            "example.org\tFALSE\t/\tFALSE\t0\tleftout"
        )
        #expect(contents.problems == [])
        #expect(contents.cookies.map(\.pair) == ["a=b", "c=d=e; f", "g=h", "empty=", "leftout="])
        #expect(contents.cookies[0] == Cookie(name: "a", value: "b", domain: "example.org"))
        #expect(
            contents.cookies[1]
                == Cookie(
                    name: "c",
                    value: "d=e; f",
                    domain: "example.org",
                    isHostOnly: false,
                    path: "/x",
                    isSecure: true,
                    expiry: 1_800_000_000
                )
        )
        #expect(contents.cookies.map(\.isHTTPOnly) == [false, false, true, false, false])
    }

    @Test func `3.5.3: the flag counts, not the leading dot`() {
        let contents = self.read(
            "example.org\tTRUE\t/\tFALSE\t0\ta\tb",
            ".example.org\tFALSE\t/\tFALSE\t0\ta\tb"
        )
        #expect(contents.cookies.map(\.isHostOnly) == [false, true])
        #expect(contents.cookies.map(\.domain) == ["example.org", "example.org"])
    }

    @Test func `lines may end in CR LF, and a path may be left out`() {
        let contents = CookieFile.parse(
            "a.org\tFALSE\tFALSE\t0\ta\tb\r\nb.org\tFALSE\t/\tTRUE\t0\tc\td\r\n"
        )
        #expect(contents.cookies.map(\.path) == ["/", "/"])
        #expect(contents.cookies.map(\.value) == ["b", "d"])
    }

    @Test(
        arguments: [
            ("a.org\tFALSE\t/\tFALSE\t0", .fieldCount(5)),
            ("a.org\tFALSE\t/\tFALSE\t0\ta\tb\tc", .fieldCount(8)),
            ("a.org FALSE / FALSE 0 a b", .fieldCount(1)),
            ("a.org\tfalse\t/\tFALSE\t0\ta\tb", .flag("false")),
            ("a.org\tFALSE\t/\t1\t0\ta\tb", .flag("1")),
            ("a.org\tFALSE\t/\tFALSE\tnever\ta\tb", .expiry("never")),
            ("a.org\tFALSE\t/\tFALSE\t99999999999999999999\ta\tb", .expiry("99999999999999999999")),
            // curl CVE-2022-35252
            ("a.org\tFALSE\t/\tFALSE\t0\ta\tb\u{1}", .controlCharacter),
            ("org\tTRUE\t/\tFALSE\t0\ta\tb", .domain("org")),
            (".\tFALSE\t/\tFALSE\t0\ta\tb", .domain(".")),
            ("a.org\tFALSE\t/\tFALSE\t0\t\t", .refused(.empty)),
            ("a.org\tFALSE\t/\tFALSE\t0\t__Secure-a\tb", .refused(.securePrefix)),
            ("a.org\tFALSE\t/x\tTRUE\t0\t__Host-a\tb", .refused(.hostPrefix(lacks: .rootPath))),
        ] as [(String, CookieFile.Problem.Kind)]
    )
    func `a line that is no cookie is a problem with its number`(
        _ line: String,
        _ kind: CookieFile.Problem.Kind
    ) {
        let contents = self.read(
            "# Netscape HTTP Cookie File",
            line,
            "a.org\tFALSE\t/\tFALSE\t0\tok\t1"
        )
        #expect(contents.problems == [.init(line: 2, kind: kind)])
        #expect(contents.cookies.map(\.name) == ["ok"])
    }

    @Test(arguments: [4999, 5000, 5001])
    func `3.5.7: a line of more than 5000 bytes is ignored`(_ length: Int) {
        let start = "a.org\tFALSE\t/\tFALSE\t0\ta\t"
        let line = start + String(repeating: "v", count: length - start.utf8.count)
        let contents = self.read(line)
        #expect(contents.cookies.count == (length <= 5000 ? 1 : 0))
        #expect(contents.problems.map(\.kind) == (length <= 5000 ? [] : [.tooLong]))
    }

    private static let all = [
        Cookie(name: "a", value: "b", domain: "a.org"),
        Cookie(name: "", value: "nameless", domain: "a.org"),
        Cookie(name: "e", value: "", domain: "a.org"),
        Cookie(
            name: "d",
            value: "x y;\"ü",
            domain: "a.org",
            isHostOnly: false,
            path: "/x",
            isSecure: true,
            isHTTPOnly: true,
            sameSite: .strict,
            expiry: 1_800_000_000
        ),
        Cookie(name: "t\tab", value: "1\t2%09%", domain: "a.org", sameSite: .lax),
        Cookie(name: "n", value: "v", domain: "::1", isSecure: true, sameSite: .none),
        Cookie(name: "p", value: "100%", domain: "127.0.0.1"),
    ]

    @Test func `3.5.6: what is written is read again, and the text does not change`() {
        let (text, summary) = CookieFile.text(for: Self.all)
        let contents = CookieFile.parse(text)
        #expect(contents.problems == [])
        #expect(contents.cookies == Self.all)
        #expect(summary == .init(written: Self.all.count, omitted: 0))
        #expect(CookieFile.text(for: contents.cookies).text == text)
    }

    @Test func `3.5.4, 3.5.5: the text is what other programs read`() {
        let (text, _) = CookieFile.text(for: Array(Self.all[2...4]))
        #expect(
            text == """
                # Netscape HTTP Cookie File

                a.org\tFALSE\t/\tFALSE\t0\te\t
                # linger: samesite=strict
                #HttpOnly_.a.org\tTRUE\t/x\tTRUE\t1800000000\td\tx y;\"ü
                # linger: samesite=lax escaped
                a.org\tFALSE\t/\tFALSE\t0\tt%09ab\t1%092%2509%25

                """
        )
    }

    @Test func `a note is for the next line only`() {
        let contents = self.read(
            "# linger: samesite=lax unknown=1",
            "# another comment",
            "a.org\tFALSE\t/\tFALSE\t0\ta\tb",
            "# linger: samesite=lax unknown=1",
            "a.org\tFALSE\t/\tFALSE\t0\tc\td",
            "a.org\tFALSE\t/\tFALSE\t0\te\tf"
        )
        #expect(contents.cookies.map(\.sameSite) == [.default, .lax, .default])
    }

    @Test func `a cookie whose line would be too long is left out and counted`() {
        let long = Cookie(
            name: "a",
            value: "b",
            domain: "a.org",
            path: "/" + String(repeating: "p", count: 5000)
        )
        let (text, summary) = CookieFile.text(for: [long])
        #expect(summary == .init(written: 0, omitted: 1))
        #expect(CookieFile.parse(text).cookies.isEmpty)
    }

    @Test func `S13: saving and loading keep cookies and their order`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/c.txt"
        let session = makeSession(.init(.response(.init())))
        let target = try URI("https://a.org/")
        for text in ["z=1", "a=2; Max-Age=100", "m=3; Domain=a.org"] {
            _ = await session.setCookie(text, for: target)
        }
        #expect(try await session.saveCookies(to: path, includingSession: true).written == 3)
        #expect(fileStatus(path).map { $0.st_mode & 0o777 } == 0o600)
        let other = makeSession(.init(.response(.init())))
        #expect(try await other.loadCookies(from: path).cookies.count == 3)
        #expect(await other.cookies().map(\.pair) == ["z=1", "a=2", "m=3"])
        #expect(await other.cookies() == session.cookies())
        #expect(try await session.saveCookies(to: path, includingSession: false).written == 1)
    }

    @Test func `expired cookies of a file are not loaded`() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/c.txt"
        let text = "a.org\tFALSE\t/\tFALSE\t1000000000\ta\tb\n"
        try writePrivateFile(Array(text.utf8), to: path)
        let session = makeSession(.init(.response(.init())))
        _ = try await session.loadCookies(from: path)
        #expect(await session.cookies().isEmpty)
    }

    @Test func `a file that cannot be read or written says so`() async throws {
        let session = makeSession(.init(.response(.init())))
        let path = "/nonexistent-folder/c.txt"
        await #expect(throws: FileError.self) { try await session.loadCookies(from: path) }
        await #expect(throws: FileError.self) {
            try await session.saveCookies(to: path, includingSession: true)
        }
    }

    @Test func `saving through a symbolic link replaces the file and keeps the link`() throws {
        let folder = try TemporaryFolder()
        let (file, link) = ("\(folder.path)/c.txt", "\(folder.path)/link")
        try writePrivateFile([1], to: file)
        #expect(symlink(file, link) == 0)
        try writePrivateFile([UInt8(ascii: "x")], to: link)
        #expect(try readTextFile(file, limit: 10) == "x")
        var status = stat()
        #expect(lstat(link, &status) == 0)
        #expect(status.st_mode & S_IFMT == S_IFLNK)
    }
}
