import TestSupport
import Testing

extension TerminalTests {
    @Suite("Prompt: lines taller than the screen")
    struct TallLineTests {
        /// A prompt at a screen of six rows, with twenty rows pasted.
        private func probe() throws -> Probe {
            let probe = try Probe(rows: 6, columns: 30)
            try probe.terminal.expect("marked pastes") { $0.marksPastes }
            try probe.terminal.paste((1...20).map { "row \($0)" }.joined(separator: "\n"))
            try probe.terminal.expect(
                screen: "row 15\nrow 16\nrow 17\nrow 18\nrow 19\nrow 20",
                cursor: (5, 6)
            )
            return probe
        }

        @Test
        func `the rows around the cursor are shown, wherever it goes`() throws {
            let probe = try self.probe()
            for _ in 0..<3 { try probe.terminal.press(.up) }
            try probe.terminal.expect(
                screen: "row 15\nrow 16\nrow 17\nrow 18\nrow 19\nrow 20",
                cursor: (2, 6)
            )
            for _ in 0..<7 { try probe.terminal.press(.up) }
            try probe.terminal.expect(
                screen: "row 10\nrow 11\nrow 12\nrow 13\nrow 14\nrow 15",
                cursor: (0, 6)
            )
            try probe.terminal.press(.down)
            try probe.terminal.expect("the next row") { $0.cursorRow == 1 }
            try probe.terminal.press(.control("a"))
            try probe.terminal.expect(
                screen: "host › row 1\nrow 2\nrow 3\nrow 4\nrow 5\nrow 6",
                cursor: (0, 7)
            )
            try probe.terminal.press(.control("e"))
            try probe.terminal.expect(
                screen: "row 15\nrow 16\nrow 17\nrow 18\nrow 19\nrow 20",
                cursor: (5, 6)
            )
        }

        @Test
        func `what is typed far up comes to stand where it is seen`() throws {
            let probe = try self.probe()
            for _ in 0..<12 { try probe.terminal.press(.up) }
            try probe.terminal.press(.left)
            try probe.terminal.send("größe日")
            try probe.terminal.expect(
                screen: "row größe日8\nrow 9\nrow 10\nrow 11\nrow 12\nrow 13",
                cursor: (0, 11)
            )
            try probe.terminal.press(.backspace, .enter)
            let text = (1...20).map { $0 == 8 ? "row größe8" : "row \($0)" }
            let line = String(reflecting: text.joined(separator: "\n"))
            // Rows of the screen lose the blanks at their ends.
            let wanted = "line: \(line)".filter { $0 != " " }
            try probe.terminal.expect("the whole text") { screen in
                let shown = (screen.scrollback + screen.lines).joined(separator: "")
                return shown.filter { $0 != " " }.contains(wanted)
            }
            try probe.terminal.expect("the prompt") { screen in
                screen.lines[screen.cursorRow] == "host ›"
            }
        }

        @Test
        func `a notice and a new size find the window again`() throws {
            let probe = try self.probe()
            for _ in 0..<12 { try probe.terminal.press(.up) }
            try probe.terminal.expect("the row") { screen in
                screen.lines[0] == "row 8" && screen.cursorRow == 0
            }
            probe.ask("notice hello")
            try probe.terminal.expect("the notice above") { screen in
                screen.scrollback.contains("hello") && screen.lines[0] == "row 8"
                    && (screen.cursorRow, screen.cursorColumn) == (0, 5)
            }
            try probe.terminal.resize(rows: 9, columns: 40)
            try probe.terminal.expect("more rows") { screen in
                screen.lines == (8...16).map { "row \($0)" }
                    && (screen.cursorRow, screen.cursorColumn) == (0, 5)
            }
            try probe.terminal.press(.control("c"))
            try probe.terminal.expect(screenContains: "interrupted\nhost ›")
        }
    }
}
