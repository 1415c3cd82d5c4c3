import Glibc
import TestSupport
import Testing

@testable import LineEditing

@Suite("History")
struct HistoryTests {
    @Test(arguments: ["", " get /", "\tget /", "\nget /"])
    func `empty lines and lines that begin with a blank are left out`(_ line: String) {
        var history = History(limit: 10)
        let wasAdded = history.add(line)
        #expect(!wasAdded)
        #expect(history.entries.isEmpty)
    }

    @Test
    func `a repetition is left out only right after the same entry`() {
        var history = History(limit: 10)
        let results = ["a", "a", "b", "a"].map { history.add($0) }
        #expect(results == [true, false, true, true])
        #expect(history.entries == ["a", "b", "a"])
    }

    @Test(arguments: [
        (0, []), (1, ["d"]), (3, ["b", "c", "d"]), (4, ["a", "b", "c", "d"]),
        (5, ["a", "b", "c", "d"]),
    ])
    func `the newest entries stay`(_ limit: Int, _ expected: [String]) {
        var added = History(limit: limit)
        for entry in ["a", "b", "c", "d"] {
            _ = added.add(entry)
        }
        #expect(added.entries == expected)
        #expect(History(limit: limit, entries: ["a", "b", "c", "d"]).entries == expected)
    }
}

@Suite("History walk")
struct HistoryWalkTests {
    private let entries = ["get /a", "post /b", "get /c", "sockets"]

    @Test
    func `an empty line walks through all entries and back`() {
        var walk = HistoryWalk()
        var line = ""
        var seen: [String?] = []
        for _ in 0..<5 {
            let found = walk.older(in: entries, line: line, beforeCursor: line)
            seen.append(found)
            line = found ?? line
        }
        #expect(seen == ["sockets", "get /c", "post /b", "get /a", nil])
        seen = []
        for _ in 0..<5 {
            let found = walk.newer(in: entries, line: line, beforeCursor: line)
            seen.append(found)
            line = found ?? line
        }
        #expect(seen == ["post /b", "get /c", "sockets", "", nil])
    }

    @Test
    func `what is typed before the cursor selects the entries and comes back`() {
        var walk = HistoryWalk()
        let first = walk.older(in: entries, line: "get zz", beforeCursor: "get")
        #expect(first == "get /c")
        let second = walk.older(in: entries, line: "get /c", beforeCursor: "get /c")
        #expect(second == "get /a")
        let third = walk.older(in: entries, line: "get /a", beforeCursor: "get /a")
        #expect(third == nil)
        let down = walk.newer(in: entries, line: "get /a", beforeCursor: "get /a")
        #expect(down == "get /c")
        let typed = walk.newer(in: entries, line: "get /c", beforeCursor: "get /c")
        #expect(typed == "get zz")
    }

    @Test
    func `an edited entry begins a new walk`() {
        var walk = HistoryWalk()
        _ = walk.older(in: entries, line: "", beforeCursor: "")
        let found = walk.older(in: entries, line: "p", beforeCursor: "p")
        #expect(found == "post /b")
    }

    @Test
    func `nothing is found in no entries, and down goes nowhere at first`() {
        var walk = HistoryWalk()
        let older = walk.older(in: [], line: "x", beforeCursor: "x")
        let newer = walk.newer(in: entries, line: "x", beforeCursor: "x")
        #expect(older == nil)
        #expect(newer == nil)
    }

    @Test
    func `an entry like the line itself is passed over`() {
        var walk = HistoryWalk()
        let found = walk.older(in: ["ls /", "ls"], line: "ls", beforeCursor: "ls")
        #expect(found == "ls /")
    }
}

@Suite("History file")
struct HistoryFileTests {
    @Test(
        arguments: [
            ("get /", "get /"), ("a\nb", #"a\nb"#), (#"a\nb"#, #"a\\nb"#), (#"\"#, #"\\"#),
            ("größe 日本", "größe 日本"), ("\n\n", #"\n\n"#), ("a\tb", "a\tb"),
        ]
    )
    func `an entry is one line, and comes back as it was`(_ entry: String, _ line: String) {
        #expect(HistoryFile.escape(entry) == line)
        #expect(HistoryFile.unescape(line) == entry)
    }

    @Test
    func `a backslash before anything else stands for itself`() {
        #expect(HistoryFile.unescape(#"a\qb\"#) == #"a\qb\"#)
    }

    @Test
    func `entries are appended to a private file in a private folder`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x/y/history"
        let file = HistoryFile(path: path)
        #expect(file.load(limit: 10).isEmpty)
        let first = file.append("one")
        let second = HistoryFile(path: path).append("two\nlines")
        #expect(first && second)
        #expect(try readFile(path) == "one\ntwo\\nlines\n")
        #expect(permissions(path) == 0o600)
        #expect(permissions(folder.path + "/x") == 0o700)
        #expect(file.load(limit: 10) == ["one", "two\nlines"])
    }

    @Test(arguments: [
        (0, []), (1, ["c"]), (2, ["b", "c"]), (3, ["a", "b", "c"]), (4, ["a", "b", "c"]),
    ])
    func `the newest entries are read`(_ limit: Int, _ expected: [String]) throws {
        let folder = try TemporaryFolder()
        try writeFile(folder.path + "/history", "a\nb\n\nc\n")
        #expect(HistoryFile(path: folder.path + "/history").load(limit: limit) == expected)
    }

    @Test(arguments: [(4, 4), (5, 2)])
    func `a file of more than twice the limit is cut back to it`(
        _ count: Int,
        _ expected: Int
    ) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/history"
        try writeFile(path, (1...count).map { "entry \($0)\n" }.joined())
        #expect(HistoryFile(path: path).load(limit: 2) == ["entry \(count - 1)", "entry \(count)"])
        #expect(try readFile(path).split(separator: "\n").count == expected)
    }

    @Test
    func `a file that cannot be written is not fatal`() {
        let wasWritten = HistoryFile(path: "/proc/no/such").append("x")
        #expect(!wasWritten)
    }
}
