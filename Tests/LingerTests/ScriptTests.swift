import Glibc
import HTTPModel
import TestSupport
import Testing

@Suite("Program: scripts and exit status")
struct ScriptTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test
    func `a file stops at its first failing line, with file, line and column`() throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write(
            "script",
            "# a comment\n\nget /one\nget /two \\\n  --folow\nget /three\n"
        )
        let output = try self.workspace.run(["-f", "script", server.baseURL])
        #expect(output.status == .exited(2))
        #expect(output.standardOutput == "hello")
        #expect(output.standardError.contains("script:5:3: unknown option `--folow`"))
        #expect(server.connections.flatMap(\.requests).count == 1)
    }

    @Test
    func `so does standard input, whether asked for or not`() throws {
        let server = try FaultServer(.answerAndKeep())
        for arguments in [[server.baseURL], ["-f", "-", server.baseURL]] {
            let output = try self.workspace.run(arguments, input: "get /\nbogus\nget /\n")
            #expect(output.status == .exited(2))
            #expect(output.standardOutput == "hello")
            #expect(output.standardError.contains("stdin:2:1: "))
        }
    }

    @Test
    func `set on-error continue goes on, and the first failure is the status`() throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            [server.baseURL],
            input: "set on-error continue\nget /\nwhy 99\nbogus\nget /\n"
        )
        #expect(output.status == .exited(1))
        #expect(output.standardOutput == "hellohello")
    }

    @Test
    func `-c, -f and standard input keep one session`() throws {
        let server = try FaultServer(.answerAndKeep())
        try self.workspace.write("script", "get /b\n")
        let output = try self.workspace.run(
            ["-c", "base \(server.baseURL)", "-c", "get /a", "-f", "script"],
            input: "get /never\n"
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(server.connections.map(\.requests.count) == [2])
    }

    @Test
    func `with -c, standard input can be the content of a request`() throws {
        let server = try FaultServer(.answerAndKeep())
        let output = try self.workspace.run(
            ["-c", "post \(server.baseURL)/ @-"],
            input: "from outside"
        )
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(server.connections[0].requestTexts[0].hasSuffix("\r\n\r\nfrom outside"))
    }

    struct Status {
        let code: Int
        let options: [String]
        let expected: Int
    }

    @Test(arguments: [
        Status(code: 200, options: ["--check-status"], expected: 0),
        Status(code: 304, options: ["--check-status"], expected: 3),
        Status(code: 404, options: ["--check-status"], expected: 4),
        Status(code: 503, options: ["--check-status"], expected: 5),
        Status(code: 404, options: [], expected: 0), Status(code: 503, options: [], expected: 0),
    ])
    func `--check-status makes a status class the exit status`(_ status: Status) throws {
        let content = status.code == 304 ? "" : "hello"
        let response = FaultScript.response("\(status.code) Whatever", content: content)
        let server = try FaultServer(.answerAndKeep(response))
        let output = try self.workspace.run(
            lines: ["get \(server.baseURL)/", "get \(server.baseURL)/"],
            options: status.options
        )
        #expect(output.status == .exited(status.expected), "\(output.standardError)")
        #expect(server.connections.flatMap(\.requests).count == (status.expected == 0 ? 2 : 1))
    }

    @Test
    func `too many redirects end with 6`() throws {
        let endless = FaultScript.response("302 Found", fields: ["Location: /again"])
        let server = try FaultServer(.answerAndKeep(endless))
        let output = try self.workspace.run(
            lines: ["set redirect.max 3", "get \(server.baseURL)/", "echo not reached"]
        )
        #expect(output.status == .exited(6), "\(output.standardError)")
        #expect(!output.standardOutput.contains("not reached"))
        #expect(server.connections.flatMap(\.requests).count == 4)
    }

    @Test
    func `a script waits for its jobs, and a failed job fails it`() throws {
        let demo = try Demo(in: self.workspace)
        let good = try self.workspace.run(
            lines: ["get /slow?ms=200 > slow &"],
            options: [demo.baseURL]
        )
        #expect(good.status == .exited(0))
        #expect(try self.workspace.text("slow").contains("200"))
        let port = try LoopbackSocket.unusedPort()
        let bad = try self.workspace.run(
            lines: ["get http://127.0.0.1:\(port)/ &", "echo reached"]
        )
        #expect(bad.status == .exited(1))
        #expect(bad.standardOutput == "reached\n")
    }

    @Test(arguments: [SIGINT, SIGTERM], [["-c", "get /held"], ["-f", "script"]])
    func `a signal ends a script with 130, and closes its connection`(
        _ signal: CInt,
        _ arguments: [String]
    ) async throws {
        let gate = Gate()
        let server = try FaultServer(FaultScript([.readRequest, .waitForClose]))
        try self.workspace.write("script", "get /held\necho not reached\n")
        let terminal = try self.workspace.terminal(arguments + [server.baseURL])
        await server.wait { $0.connections.first?.requests.count == 1 }
        terminal.signal(signal)
        let status = try terminal.waitForExit()
        #expect(status == .exited(130), "\(terminal.screen.text)")
        #expect(!terminal.screen.text.contains("not reached"))
        await server.wait { $0.connections.first?.end != nil }
        gate.open()
    }

    @Test
    func `the version and the help go to standard output`() throws {
        let version = try self.workspace.run(["--version"])
        #expect(version.status == .exited(0))
        #expect(version.standardOutput.hasPrefix("linger "))
        #expect(version.standardError.isEmpty)
        for arguments in [["--help"], ["replay", "--help"], ["demo", "--help"]] {
            let help = try self.workspace.run(arguments)
            #expect(help.status == .exited(0))
            #expect(help.standardOutput.contains("USAGE: linger"))
        }
        let help = try self.workspace.run(["--help"]).standardOutput
        for text in [
            "linger [options] [URL]", "linger replay [options] FILE", "linger demo [options]",
            "--command", "--file", "--session", "--set", "--var", "--json", "--check-status",
            "--no-rc", "--version",
        ] {
            #expect(help.contains(text), "\(text)")
        }
        #expect(try self.workspace.run(["-h"]).standardOutput == help)
        let wrong = try self.workspace.run(["--folow"])
        #expect(wrong.status == .exited(2))
        #expect(wrong.standardError.hasPrefix("error: Unknown option '--folow'"))
        #expect(!wrong.standardError.contains("linger shell"))
        let topics = try self.workspace.run(lines: ["help", "help pool", "help items"])
        #expect(topics.status == .exited(0))
        #expect(topics.standardOutput.contains("pool size"))
    }

    @Test
    func `the rc file runs first, and --no-rc skips it`() throws {
        let server = try FaultServer(.answerAndKeep())
        let folder = "\(self.workspace.configuration)/linger"
        mkdir(folder, 0o700)
        try self.workspace.write("\(folder)/rc", "X-Rc: yes\n@where = rc\n")
        let line = "get \(server.baseURL)/{{where}}"
        #expect(try self.workspace.run(lines: [line]).status == .exited(0))
        #expect(server.connections[0].requestTexts[0].hasField("X-Rc: yes"))
        let skipped = try self.workspace.run(lines: [line], options: ["--no-rc"])
        #expect(skipped.status == .exited(1))
        #expect(skipped.standardError.contains("no variable where"))
        try self.workspace.write("\(folder)/rc", "X-Rc: yes\nbogus\n")
        let broken = try self.workspace.run(lines: ["echo on"])
        #expect(broken.standardError.contains("\(folder)/rc:2:1: "))
        #expect(broken.status == .exited(2))
        // At the prompt it is said, and can be mended.
        let terminal = try self.workspace.terminal([server.baseURL], rows: 20)
        try terminal.expect(screenContains: "rc:2:1: ")
        try terminal.expect(screenContains: "127.0.0.1:\(server.port) ›")
    }
}

@Suite("Program: sessions kept between runs")
struct KeptSessionTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test
    func `-s NAME keeps fields, cookies, variables and settings, in files of their owner`() throws {
        let server = try FaultServer(
            .answerAndKeep(
                FaultScript.response(fields: [
                    "Set-Cookie: sid=42", "Set-Cookie: old=1; Max-Age=99",
                ])
            )
        )
        let first = try self.workspace.run(
            lines: [
                "base \(server.baseURL)", "X-Team: blue", "@user = ann b", "set pool.size 4",
                "auth bearer t0ken", "q==1", "get /first",
            ],
            options: ["-s", "work"]
        )
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.workspace.run(
            lines: ["get /{{%user}}", "set pool.size"],
            options: ["-s", "work"]
        )
        #expect(second.status == .exited(0), "\(second.standardError)")
        let request = try #require(server.connections.last?.requestTexts.last)
        #expect(request.hasPrefix("GET /ann%20b?q=1 HTTP/1.1\r\n"))
        #expect(request.hasField("X-Team: blue"))
        #expect(request.hasField("Authorization: Bearer t0ken"))
        #expect(request.contains("sid=42") && request.contains("old=1"), "\(request)")
        #expect(second.standardOutput.contains("4"))
        let folder = "\(self.workspace.data)/linger/sessions"
        for name in ["work.state", "work.cookies.txt"] {
            #expect(Workspace.permissions("\(folder)/\(name)") == 0o600, "\(name)")
        }
        let other = try self.workspace.run(
            lines: ["get \(server.baseURL)/other"],
            options: ["-s", "play"]
        )
        #expect(other.status == .exited(0))
        #expect(server.connections.last?.requestTexts.last?.contains("X-Team") == false)
        #expect(server.connections.last?.requestTexts.last?.contains("sid=42") == false)
    }

    @Test
    func `-s ./PATH keeps it where it says, and saving twice changes nothing`() throws {
        let options = ["-s", "./mine"]
        let first = try self.workspace.run(lines: ["X-Team: blue"], options: options)
        #expect(first.status == .exited(0), "\(first.standardError)")
        let bytes = try self.workspace.read("mine.state")
        let second = try self.workspace.run(lines: ["headers"], options: options)
        #expect(second.standardOutput.contains("X-Team"))
        #expect(bytes == (try self.workspace.read("mine.state")))
    }

    @Test
    func `a broken state file is an error with its place, and stays as it is`() throws {
        let folder = "\(self.workspace.data)/linger"
        mkdir(folder, 0o700)
        mkdir("\(folder)/sessions", 0o700)
        let path = try self.workspace.write(
            "\(folder)/sessions/work.state",
            "X-Team: blue\nbogus\n"
        )
        let output = try self.workspace.run(lines: ["echo on"], options: ["-s", "work"])
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("work.state:2:1: "), "\(output.standardError)")
        #expect(try self.workspace.text(path) == "X-Team: blue\nbogus\n")
    }
}
