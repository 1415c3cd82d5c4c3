import TestSupport
import Testing

@testable import LineEditing

extension TerminalTests {
    @Suite("Prompt: lists of candidates")
    struct CompletionListTests {
        @Test
        func `candidates with summaries stand one a row, and a further Tab shows the next page`()
            throws
        {
            let probe = try Probe(rows: 10, columns: 40)
            try probe.type("many")
            try probe.terminal.press(.tab)
            // Ten rows less three: the line, the row that says there is more, the prompt.
            try probe.terminal.expect(screenContains: "many16  summary of 16")
            try probe.terminal.expect(screenContains: "… 53 more rows; Tab shows them")
            #expect(!probe.terminal.screen.text.contains("many17"))
            try probe.terminal.press(.tab)
            try probe.terminal.expect(screenContains: "many23  summary of 23")
            try probe.terminal.expect(screenContains: "… 46 more rows; Tab shows them")
            // Another key ends the list: Tab begins a new one.
            try probe.terminal.send("6")
            try probe.terminal.expect(screenContains: "› many6")
            try probe.terminal.press(.tab)
            try probe.terminal.expect(screenContains: "many66  summary of 66")
        }

        @Test
        func `a summary is cut at the edge of the screen`() throws {
            let probe = try Probe(rows: 12, columns: 18)
            try probe.type("many6")
            try probe.terminal.press(.tab)
            try probe.terminal.expect(screenContains: "many60  summary …")
        }

        @Test
        func `a line can begin with text, of several rows too`() throws {
            let probe = try Probe()
            try probe.type("begin")
            try probe.terminal.press(.enter)
            try probe.terminal.expect(
                screen: """
                    host › begin
                    host › put /größe
                    body
                    """,
                cursor: (2, 4)
            )
            try probe.terminal.press(.enter)
            try probe.terminal.expect(screenContains: #"line: "put /größe\nbody""#)
        }

        @Test
        func `two hundred pasted lines are one text, and wait for Enter`() throws {
            let probe = try Probe(rows: 12, columns: 40)
            try probe.terminal.expect("marked pastes") { $0.marksPastes }
            let lines = (1...200).map { "get /\($0)/größe/日本" }
            try probe.terminal.paste(lines.joined(separator: "\n") + "\n")
            try probe.terminal.expect(screenContains: "get /200/größe/日本")
            #expect(!probe.terminal.screen.text.contains("line:"))
            try probe.terminal.press(.enter)
            let bytes = lines.joined(separator: "\n").utf8.count
            try probe.terminal.expect(screenContains: "line: \(bytes) bytes")
        }
    }
}
