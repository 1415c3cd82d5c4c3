import Glibc
import TestSupport

/// From a key to the screen, at a prompt that has much to know.
///
/// linger runs at a pseudo-terminal with 10,000 lines of history and an OpenAPI document of 2 MB.
/// A key counts until the screen shows it; Tab until the list of candidates, or the completed
/// word, is there.
enum PromptBenchmark {
    private static let historyLength = 10_000
    private static let documentLength = 2_000_000
    private static let keysPerRound = 200
    private static let tabsPerRound = 20

    static func run(_ programs: Programs, rounds: Int) throws -> Report {
        var report = Report("10,000 lines of history, an OpenAPI document of 2 MB")
        let folder = try TemporaryFolder()
        try self.write(self.history, to: "\(folder.path)/state/linger", "history")
        try self.write(self.document, to: folder.path, "api.json")
        var keys: [[Double]] = []
        var tabs: [[Double]] = []
        for _ in 0..<rounds {
            let terminal = try PseudoTerminal(
                programs.linger,
                ["--no-rc", "http://127.0.0.1:9"],
                environment: ["XDG_STATE_HOME": "\(folder.path)/state", "HOME": folder.path],
                rows: 40,
                columns: 120
            )
            try terminal.expect(screenContains: "127.0.0.1:9 ›")
            try terminal.send("openapi \(folder.path)/api.json\r")
            try terminal.expect(screenContains: "OpenAPI 3.0")
            try self.expectPrompt(terminal)
            keys.append(try self.timeKeys(terminal))
            tabs.append(try self.timeTabs(terminal))
            try terminal.press(.control("d"))
        }
        self.add("key to screen", keys, limit: 5, to: &report)
        self.add("Tab to screen", tabs, limit: 20, to: &report)
        return report
    }

    private static func add(
        _ name: String,
        _ rounds: [[Double]],
        limit: Double,
        to report: inout Report
    ) {
        let all = Distribution(rounds.flatMap { $0 })
        report.add(row: name, "median \(Figure.text(all.median, decimals: 2)) ms")
        let percentiles = rounds.map { times in
            let sorted = times.sorted()
            return sorted[min(sorted.count * 99 / 100, sorted.count - 1)]
        }
        report.add(
            "\(name), 99th percentile",
            Distribution(percentiles),
            unit: " ms",
            target: .below(limit)
        )
    }

    private static func expectPrompt(_ terminal: PseudoTerminal) throws {
        try terminal.expect("an empty prompt") { screen in
            screen.lines[screen.cursorRow].hasPrefix("127.0.0.1:9 ›")
                && screen.cursorColumn == "127.0.0.1:9 › ".count
        }
    }

    /// Types lines of 40 keys, and drops each.
    private static func timeKeys(_ terminal: PseudoTerminal) throws -> [Double] {
        var times: [Double] = []
        let start = "127.0.0.1:9 › ".count
        while times.count < self.keysPerRound {
            for place in 0..<40 {
                let letter = "get /api/v1/resources"[place % 21]
                let column = start + place + 1
                times.append(
                    try self.milliseconds {
                        try terminal.send(letter)
                        try terminal.expect("the key") { $0.cursorColumn == column }
                    }
                )
            }
            try terminal.press(.control("c"))
            try self.expectPrompt(terminal)
        }
        return times
    }

    private static func timeTabs(_ terminal: PseudoTerminal) throws -> [Double] {
        var times: [Double] = []
        for round in 0..<self.tabsPerRound {
            let number = 100 + round
            try terminal.send("get /api/v1/resource\(number)/i")
            try terminal.expect(screenContains: "› get /api/v1/resource\(number)/i")
            times.append(
                try self.milliseconds {
                    try terminal.press(.tab)
                    try terminal.expect(screenContains: "resource\(number)/items")
                }
            )
            try terminal.press(.control("c"))
            try self.expectPrompt(terminal)
        }
        return times
    }

    private static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        return try clock.measure(body).seconds * 1000
    }

    // MARK: What there is to know

    private static var history: String {
        (0..<self.historyLength).map { "get /users/\($0)?page=\($0 % 7)\n" }.joined()
    }

    private static var document: String {
        var paths: [String] = []
        var length = 0
        var number = 0
        while length < self.documentLength {
            let text = String(repeating: "What it does, at some length. ", count: 12)
            let path = """
                "/api/v1/resource\(number)/items":{"get":{"summary":"items of \(number)",\
                "description":"\(text)","parameters":[{"name":"page","in":"query",\
                "schema":{"type":"integer"}}],"responses":{"200":{"description":"\(text)"}}}}
                """
            paths.append(path)
            length += path.utf8.count
            number += 1
        }
        return """
            {"openapi":"3.0.3","info":{"title":"Much","version":"1"},\
            "paths":{\(paths.joined(separator: ","))}}
            """
    }

    private static func write(_ text: String, to folder: String, _ name: String) throws {
        mkdir(folder.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }, 0o700)
        mkdir(folder, 0o700)
        guard let file = fopen("\(folder)/\(name)", "w") else {
            throw FileLength.Missing(path: "\(folder)/\(name)")
        }
        defer { fclose(file) }
        fputs(text, file)
    }
}

extension StringProtocol {
    /// The character at a place, as text.
    fileprivate subscript(place: Int) -> String {
        String(self[self.index(self.startIndex, offsetBy: place)])
    }
}
