import HTTPModel
import TestSupport
import Testing

@testable import Rendering

@Suite("Pictures drawn in place")
struct FramePainterTests {
    /// What a terminal of this size shows after these pictures, without empty lines at the end.
    private static func screen(_ frames: [[String]], rows: Int = 6) -> [String] {
        var screen = ScreenEmulator(rows: rows, columns: 20)
        var painter = FramePainter()
        screen.feed("› watch pool\r\n")
        for frame in frames {
            // The terminal driver makes CR LF of LF.
            screen.feed(painter.paint(frame, (20, rows)).replacing("\n", with: "\r\n"))
        }
        var lines = screen.lines.map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    @Test func `a picture stands where the one before stood`() {
        #expect(Self.screen([["a", "b"], ["c", "d"]]) == ["› watch pool", "c", "d"])
    }

    @Test func `a lower picture leaves nothing of a higher one`() {
        #expect(Self.screen([["aaaa", "b", "c"], ["d"]]) == ["› watch pool", "d"])
        #expect(Self.screen([["a"], ["b", "c"], ["d", "e", "f"]]).suffix(3) == ["d", "e", "f"])
    }

    @Test(arguments: [4, 5, 6, 20])
    func `what does not fit is left out, so that the screen never scrolls away`(count: Int) {
        let frame = (1...count).map { "line \($0)" }
        let shown = Self.screen([frame, frame, frame])
        #expect(shown.count <= 6)
        if count > 5 {
            #expect(shown.last == "and \(count - 4) more lines")
            #expect(shown.contains("line 4"))
        } else {
            #expect(shown.suffix(count) == frame[...])
        }
    }

    @Test func `after a disturbance it begins at the top of an empty screen`() {
        var painter = FramePainter()
        _ = painter.paint(["a", "b"], (20, 6))
        #expect(painter.paint(["c"], (20, 6), clears: true).hasPrefix("\u{1B}[H\u{1B}[2J"))
        #expect(painter.paint(["d"], (20, 6)).hasPrefix("\u{1B}[1A\r"))
    }
}

@Suite("Pool at a glance")
struct PoolPictureTests {
    @Test func `busy, idle and free places, and who waits`() {
        let lines = PoolPicture.lines(of: Samples().pool, in: RenderingContext(width: 80))
        #expect(lines.first?.contains("open") == true)
        #expect(lines.contains { $0.hasPrefix(" █") && $0.contains("5 (1 draining) of 2") })
        #expect(lines.contains { $0.contains("waiting") && $0.contains("because") })
        for line in lines { #expect(line.cellWidth <= 80, "\(line)") }
    }

    @Test func `in ASCII there is nothing else`() {
        let context = RenderingContext(width: 60, isASCII: true)
        let lines = PoolPicture.lines(of: Samples().pool, in: context)
        #expect(lines.joined().utf8.allSatisfy { $0 < 0x80 })
    }
}
