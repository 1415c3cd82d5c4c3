import Rendering
import TestSupport
import Testing

@Suite("Table")
struct TableTests {
    static let sockets: Table = {
        var table = Table(columns: [
            .init("#", alignment: .right),
            .init("origin", minimumWidth: 12, priority: 8),
            .init("proto", priority: 2),
            .init("state", priority: 9),
            .init("age", priority: 6),
            .init("idle", priority: 7),
            .init("served", alignment: .right, priority: 5),
            .init("in", priority: 3),
            .init("out", priority: 3),
            .init("rtt", priority: 1),
            .init("local → remote", minimumWidth: 10, priority: 4),
            .init("", priority: 0),
        ])
        table.append([
            "1", "http://127.0.0.1:8080", "http/1.1", Table.Cell("closed", role: .dim), "13 s", "–",
            "4",
            "9.3 kB", "812 B", "40 µs", ":51234 → 127.0.0.1:8080", "peer closed",
        ])
        table.append([
            "12", "http://127.0.0.1:8080", "http/1.1", Table.Cell("idle", role: .success), "2.0 s",
            "0.9 ms",
            "11", "1 B", "2 B", "–", ":51236 → 127.0.0.1:8080",
        ])
        return table
    }()

    @Test
    func `columns are aligned with gutters of two and no trailing blanks`() {
        #expect(
            Self.sockets.text() == """
                  #  origin                 proto     state   age    idle    served  in      out    rtt    local → remote
                  1  http://127.0.0.1:8080  http/1.1  closed  13 s   –            4  9.3 kB  812 B  40 µs  :51234 → 127.0.0.1:8080  peer closed
                 12  http://127.0.0.1:8080  http/1.1  idle    2.0 s  0.9 ms      11  1 B     2 B    –      :51236 → 127.0.0.1:8080

                """
        )
    }

    @Test
    func `columns that matter least are truncated, then dropped, on narrow terminals`() {
        #expect(
            Self.sockets.text(width: 100) == """
                  #  origin                 state   age    idle    served  in      out    local → remote
                  1  http://127.0.0.1:8080  closed  13 s   –            4  9.3 kB  812 B  :51234 → 127.0.0.1:8080
                 12  http://127.0.0.1:8080  idle    2.0 s  0.9 ms      11  1 B     2 B    :51236 → 127.0.0.1:8080

                """
        )
        #expect(
            Self.sockets.text(width: 60) == """
                  #  origin                 state   age    idle    served
                  1  http://127.0.0.1:8080  closed  13 s   –            4
                 12  http://127.0.0.1:8080  idle    2.0 s  0.9 ms      11

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
