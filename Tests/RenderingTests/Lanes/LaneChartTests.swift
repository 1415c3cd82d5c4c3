import HTTPModel
import Testing

@testable import Rendering

@Suite("Lanes in a terminal")
struct LaneChartTests {
    private static func screen(
        _ lanes: Lanes,
        width: Int,
        isASCII: Bool = false,
        palette: Palette = .plain
    ) -> String {
        let context = RenderingContext(palette: palette, width: width, isASCII: isASCII)
        return LaneChart.lines(of: lanes, in: context).joined(separator: "\n")
    }

    @Test func `at 100 columns`() {
        #expect(
            Self.screen(LaneScript.tour.lanes(), width: 100) == """
                6 exchanges · 2 connections · 4 reused · saved 16 ms
                         0 ms        20           40           60           80
                 #1      ░░1▒▒▒▒▒▒▒███··2▒▒▒▒▒▒████··4▒▒▒▒▒▒▒▒▒▒▒▒▒█████······6▒▒▒▒▒▒▒▒▒█› 4 requests · open
                 #2                     ░░3▒▒▒▒▒▒▒▒▒▒▒▒▒███████5▒▒▒▒▒▒████········✕        2 requests · peer closed
                 waiting                              5─────────                           1 wait, 1 at once
                 pool.size 2 → 3 at 60 ms
                 ░ connect  ▒ wait  █ receive  ─ queue  · idle  ✕ closed  › open
                """
        )
    }

    @Test func `at 60 columns`() {
        #expect(
            Self.screen(LaneScript.tour.lanes(), width: 60) == """
                6 exchanges · 2 connections · 4 reused · saved 16 ms
                         0 ms           50
                 #1      ░1▒▒▒██2▒▒▒██4▒▒▒▒▒▒███···6▒▒▒█› 4× · open
                 #2             ░3▒▒▒▒▒▒███5▒▒▒██···✕     2× · peer closed
                 waiting               5────              1 wait, 1 at once
                 pool.size 2 → 3 at 60 ms
                 ░ connect  ▒ wait  █ receive  ─ queue  · idle  ✕ closed
                 › open
                """
        )
    }

    @Test func `in ASCII`() {
        let screen = Self.screen(LaneScript.tour.lanes(), width: 80, isASCII: true)
        #expect(screen.utf8.allSatisfy { $0 < 0x80 })
        #expect(
            screen == """
                6 exchanges | 2 connections | 4 reused | saved 16 ms
                         0 ms    20       40       60       80
                 #1      :1=====##.2====###.4=========###....6======#> 4 requests | open
                 #2                ::3========#####5====###.....x      2 requests | peer closed
                 waiting                     5------                   1 wait, 1 at once
                 pool.size 2 -> 3 at 60 ms
                 : connect  = wait  # receive  - queue  . idle  x closed  > open
                """
        )
    }

    @Test func `streams of one connection are stacked in its lane`() {
        var script = LaneScript()
        script.open(1, from: 0, tcp: 4, tls: 10)
        script.dispatch(1, on: 1, at: 10, issued: 0, isReused: false)
        script.dispatch(2, on: 1, at: 12)
        script.dispatch(3, on: 1, at: 14)
        script.finish(2, on: 1, at: 30, total: 18)
        script.finish(1, on: 1, at: 40, total: 40)
        script.dispatch(4, on: 1, at: 50)
        script.finish(3, on: 1, at: 60, total: 46)
        script.finish(4, on: 1, at: 80, total: 30)
        #expect(
            Self.screen(script.lanes(), width: 70) == """
                4 exchanges · 1 connection · 3 reused · saved 30 ms
                         0 ms     20       40       60
                 #1      ░░▚▚1▒▒▒▒▒▒▒▒▒▒▒▒▒▒····4▒▒▒▒▒▒▒▒▒▒▒▒▒› 4× · 3 at once · open
                              2▒▒▒▒▒▒▒▒
                               3▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
                 ░ connect  ▚ TLS  ▒ wait  · idle  › open
                """
        )
    }

    @Test func `a part of the time is looked at more closely`() {
        let part = LaneScript.tour.lanes().selecting(
            Lanes.Selection(from: .milliseconds(40), to: .milliseconds(80))
        )
        #expect(
            Self.screen(part, width: 80) == """
                4 exchanges · 2 connections · 3 reused · saved 12 ms
                         40 ms       50           60           70
                 #1      █····4▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒████████··········› 2 requests · open
                 #2      ▒▒▒▒▒▒▒▒▒▒███████████████5▒▒▒▒▒▒▒▒▒▒▒▒████████·····› 2 requests · open
                 waiting        5──────────────────                           1 wait, 1 at once
                 pool.size 2 → 3 at 60 ms
                 ▒ wait  █ receive  ─ queue  · idle  › open
                """
        )
    }

    @Test func `colour is never the only carrier of a meaning`() {
        let plain = Self.screen(LaneScript.tour.lanes(), width: 100)
        let colored = Self.screen(LaneScript.tour.lanes(), width: 100, palette: .colored)
        #expect(colored.contains("\u{1B}["))
        var stripped = ""
        var isEscape = false
        for character in colored {
            if character == "\u{1B}" { isEscape = true }
            if !isEscape { stripped.append(character) }
            if character == "m" { isEscape = false }
        }
        #expect(stripped.count < colored.count)
        #expect(stripped.filter { $0 == "█" }.count == plain.filter { $0 == "█" }.count)
    }

    @Test(arguments: [40, 59, 60, 61, 79, 80, 81, 100, 140, 250])
    func `no line is wider than the terminal`(width: Int) {
        for lines in [
            LaneChart.lines(
                of: LaneScript.tour.lanes(),
                in: RenderingContext(width: width)
            ),
            LaneChart.lines(of: Lanes(), in: RenderingContext(width: width)),
        ] {
            for line in lines { #expect(line.cellWidth <= max(width, 70), "\(line)") }
        }
    }

    @Test func `without connections there is a hint`() {
        #expect(LaneChart.lines(of: Lanes()) == ["no connections yet; `get /` opens one"])
    }

    @Test func `only the latest connections are drawn, unless all are wanted`() {
        var script = LaneScript()
        for number in 1...41 { script.open(number, from: Double(number), tcp: Double(number) + 1) }
        let lanes = script.lanes()
        let few = LaneChart.lines(of: lanes)
        #expect(few.contains(" 1 earlier connection not shown; --all shows all"))
        #expect(!few.contains { $0.hasPrefix(" #1 ") } && few.contains { $0.hasPrefix(" #41") })
        let all = LaneChart.lines(of: lanes, showsAll: true)
        #expect(all.contains { $0.hasPrefix(" #1 ") })
    }

    @Test func `what a server says cannot drive the terminal`() {
        for text in ["\u{1B}[2J", "\u{9B}31m", "\u{202E}", "\n\n", "\u{7}"] {
            var script = LaneScript.tour
            script.origin = Origin(scheme: .http, host: "h\(text)")
            script.open(9, from: 100, tcp: 101)
            let screen = Self.screen(script.lanes(), width: 80)
            let controls = screen.unicodeScalars.filter {
                ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value)
                    || $0.value == 0x202E
            }
            #expect(controls.isEmpty)
        }
    }
}
