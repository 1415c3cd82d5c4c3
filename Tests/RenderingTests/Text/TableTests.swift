import Rendering
import TestSupport
import Testing

@Suite("Table")
struct TableTests {
    static let sockets: Table = {
        var table = Table(columns: [
            .init("#", alignment: .right),
            .init("origin", minimumWidth: 8, priority: 8),
            .init("state", priority: 9),
            .init("idle", priority: 7),
            .init("served", alignment: .right, priority: 5),
            .init("in", priority: 3),
            .init("rtt", priority: 1),
            .init("local → remote", minimumWidth: 10, priority: 4),
            .init("", priority: 0),
        ])
        table.append([
            "1", "http://h:8080", Table.Cell("closed", role: .dim), "–", "4", "9.3 kB", "40 µs",
            ":51234 → h:8080", "by peer",
        ])
        table.append([
            "12", "http://h:8080", Table.Cell("idle", role: .success), "0.9 ms", "11", "1 B", "–",
            ":51236 → h:8080",
        ])
        return table
    }()

    @Test
    func `columns are aligned with gutters of two and no trailing blanks`() {
        #expect(
            Self.sockets.text() == """
                  #  origin         state   idle    served  in      rtt    local → remote
                  1  http://h:8080  closed  –            4  9.3 kB  40 µs  :51234 → h:8080  by peer
                 12  http://h:8080  idle    0.9 ms      11  1 B     –      :51236 → h:8080

                """
        )
    }

    @Test
    func `columns that matter least are dropped first, and come back where room is left`() {
        #expect(
            Self.sockets.text(width: 64) == """
                  #  origin         state   idle    served  local → remote
                  1  http://h:8080  closed  –            4  :51234 → h:8080
                 12  http://h:8080  idle    0.9 ms      11  :51236 → h:8080

                """
        )
        #expect(
            Self.sockets.text(width: 57) == """
                  #  origin         state   idle    served  local → remo…
                  1  http://h:8080  closed  –            4  :51234 → h:8…
                 12  http://h:8080  idle    0.9 ms      11  :51236 → h:8…

                """
        )
        #expect(
            Self.sockets.text(width: 49) == """
                  #  origin         state   idle    served  rtt
                  1  http://h:8080  closed  –            4  40 µs
                 12  http://h:8080  idle    0.9 ms      11  –

                """
        )
    }

    @Test
    func `every width is kept to, and no line has trailing blanks`() {
        for width in 0...200 {
            for line in Self.sockets.lines(width: width) {
                #expect(line.cellWidth <= max(width, 1), "\(width): \(line)")
                #expect(line.last != " ", "\(width)")
            }
        }
    }

    @Test
    func `colour changes nothing but colour`() {
        let plain = Self.sockets.text()
        let colored = Self.sockets.text(palette: .colored)
        #expect(colored.contains("\u{1B}[32midle\u{1B}[0m"))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test
    func `cells are sanitised and measured in cells`() {
        var table = Table(columns: [.init("a"), .init("b", alignment: .right)], indent: 0)
        table.append(["東京", "1"])
        table.append(["x\u{1B}\n", "22"])
        #expect(table.lines() == ["a           b", "東京        1", "x\\x1b\\x0a  22"])
    }

    @Test
    func `a table may be empty, without header, and have short rows`() {
        var table = Table(
            columns: [.init("a"), .init("b"), .init("c")],
            indent: 2,
            hasHeader: false
        )
        #expect(table.text() == "")
        table.append([])
        table.append(["1"])
        table.append(["", "", "3"])
        #expect(table.lines() == ["", "  1", "       3"])
        #expect(Table(columns: []).lines(width: 10) == [""])
    }

    @Test(arguments: [
        (9, "ab  cdefg"), (8, "ab  cde…"), (6, "ab  c…"), (5, "ab"), (2, "ab"), (1, "…"), (0, ""),
    ])
    func `truncation stops at the minimum, then the column goes`(_ width: Int, _ expected: String) {
        var table = Table(
            columns: [.init(""), .init("", minimumWidth: 2, priority: 1)],
            indent: 0,
            hasHeader: false
        )
        table.append(["ab", "cdefg"])
        #expect(table.lines(width: width) == [expected])
    }
}
