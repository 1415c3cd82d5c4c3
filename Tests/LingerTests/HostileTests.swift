import HTTPModel
import TestSupport
import Testing

@Suite("Program: nothing a server sends drives the terminal")
struct HostileTests {
    /// Window title, clipboard, screen clearing, a colour, C1 controls, a bidi override.
    private static let attacks = [
        "\u{1B}]0;owned\u{7}", "\u{1B}]52;c;b3duZWQ=\u{7}", "\u{1B}[2J\u{1B}[H", "\u{1B}[31mred",
        "\u{9B}31m", "\u{9D}0;owned\u{9C}", "\u{202E}desrever", "\u{1B}P+q\u{1B}\\",
        "\u{8}\u{8}\u{7F}",
    ]

    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    private static func response(to attack: String) -> [UInt8] {
        let content = "before \(attack) after"
        // Field values and reason phrases may hold bytes over 0x7F, never control characters.
        let opaque = String(attack.unicodeScalars.filter { $0.value >= 0x80 })
        return Array(
            """
            HTTP/1.1 200 Fine\(opaque)\r
            Content-Type: text/plain; charset=utf-8\r
            X-Note: note\(opaque)\r
            Set-Cookie: crumb=\(opaque)x\r
            Content-Length: \(content.utf8.count)\r
            \r
            \(content)
            """.utf8
        )
    }

    @Test(arguments: Self.attacks)
    func `a body, a field and a reason phrase stay text`(_ attack: String) throws {
        let server = try FaultServer(.answerAndKeep(Self.response(to: attack)))
        let terminal = try self.workspace.terminal([server.baseURL], environment: ["NO_COLOR": "1"])
        try terminal.expect(screenContains: "›")
        for line in ["get /", "show 1", "cookies", "log", "show 1 headers", "get / -v"] {
            try terminal.send("\(line)\r")
        }
        try terminal.send("echo the end\r")
        try terminal.expect("the end") { $0.lines.contains("the end") }
        let transcript = String(decoding: terminal.transcript, as: UTF8.self)
        #expect(transcript.contains("before "))
        #expect(!transcript.contains(attack))
        #expect(terminal.screen.title.isEmpty)
        let isC1 = transcript.unicodeScalars.contains { (0x80...0x9F).contains($0.value) }
        #expect(!isC1)
        try terminal.expectPrompt()
        try terminal.press(.control("d"))
        #expect(try terminal.waitForExit() == .exited(0))
    }

    @Test(arguments: ["\u{1B}]0;owned\u{7}", "\u{1B}[31m", "\u{8}"])
    func `control characters in a head are an error, and are not printed either`(
        _ attack: String
    ) throws {
        let heads = [
            "HTTP/1.1 200 \(attack)\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX-Note: \(attack)\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX-\(attack): x\r\nContent-Length: 0\r\n\r\n",
            "\(attack)\r\n\r\n",
        ]
        let server = try FaultServer(
            FaultScript { [.readRequest, .send(heads[$0 % heads.count]), .close] }
        )
        let terminal = try self.workspace.terminal(
            [server.baseURL],
            environment: ["NO_COLOR": "1"],
            rows: 60
        )
        try terminal.expect(screenContains: "›")
        for number in 1...heads.count {
            try terminal.send("get /\(number)\r")
            try terminal.expect(screenContains: "\(number) · ")
        }
        try terminal.send("echo the end\r")
        try terminal.expect("the end") { $0.lines.contains("the end") }
        let transcript = String(decoding: terminal.transcript, as: UTF8.self)
        #expect(!transcript.contains("\u{1B}]0;owned"))
        #expect(!transcript.contains("\u{1B}[31m"))
        #expect(terminal.screen.title.isEmpty)
    }

    @Test
    func `the demo's own hostile text stays text`() throws {
        let demo = try Demo(in: self.workspace)
        let terminal = try self.workspace.terminal([demo.baseURL])
        try terminal.expect(screenContains: "›")
        try terminal.send("get /hostile\r")
        try terminal.expect(screenContains: "1 · 200 OK")
        #expect(terminal.screen.title.isEmpty)
        #expect(terminal.screen.bellCount == 0)
    }

    @Test
    func `without a terminal the bytes come as they are`() throws {
        let attack = "\u{1B}]0;owned\u{7}"
        let server = try FaultServer(.answerAndKeep(Self.response(to: attack)))
        let output = try self.workspace.run(lines: ["get \(server.baseURL)/"])
        #expect(output.standardOutput == "before \(attack) after")
    }
}
