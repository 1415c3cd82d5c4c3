import Glibc
import SessionFiles
import TestSupport
import Testing

@Suite("Side file paths")
struct SideFilePathTests {
    @Test func `only what lies below the file's folder is found`() throws {
        let temporary = try TemporaryFolder()
        let root = try #require(realpath(temporary.path, nil).map { String(cString: $0) })
        let folder = root + "/session"
        for path in [folder, folder + "/bodies", root + "/session-other"] {
            #expect(mkdir(path, 0o700) == 0)
        }
        #expect(symlink(root, folder + "/up") == 0)
        #expect(symlink(folder + "/bodies", folder + "/in") == 0)
        #expect(symlink(root + "/nowhere", folder + "/dangling") == 0)
        let file = folder + "/s.http"
        func resolve(_ path: String) throws(SideFileError) -> String {
            try SideFilePath.resolve(path, besides: file)
        }
        let inside = [
            ("./a.json", "/a.json"), ("bodies/a.json", "/bodies/a.json"), ("a/b/../c", "/a/c"),
            ("bodies/../a", "/a"), ("in/a", "/bodies/a"), ("\(folder)/a", "/a"), ("..a", "/..a"),
            ("./x/./y", "/x/y"), ("C:\\x", "/C:\\x"),
        ]
        for (path, expected) in inside {
            #expect(try resolve(path) == folder + expected, "\(path)")
        }
        let outside = [
            "..", "../a", "../session-other/a", "a/../../b", "/etc/passwd", "up/a",
            "up/session-other/a",
            "in/../../a", ".", "/", "up/../../x", "../\u{301}x",
        ]
        for path in outside {
            #expect(throws: SideFileError.outside(path: path, folder: folder)) { try resolve(path) }
        }
        #expect(throws: SideFileError.danglingLink(path: "dangling")) { try resolve("dangling") }
        #expect(throws: SideFileError.danglingLink(path: "dangling/x")) {
            try resolve("dangling/x")
        }
        #expect(throws: SideFileError.empty) { try resolve("") }
        #expect(throws: SideFileError.empty) { try resolve("a\u{0}b") }
        let allowed = try SideFilePath.resolve("../x", besides: file, allowsOutside: true)
        #expect(allowed == root + "/x")
    }

    @Test func `a file without a folder is in the current one`() throws {
        let here = try #require(realpath(".", nil).map { String(cString: $0) })
        #expect(try SideFilePath.resolve("a", besides: "s.http") == here + "/a")
        #expect(throws: SideFileError.noFolder("no-such-folder")) {
            try SideFilePath.resolve("a", besides: "no-such-folder/s.http")
        }
    }
}
