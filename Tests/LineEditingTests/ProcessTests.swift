import Glibc
import TestSupport
import Testing

@Suite("Process runner")
struct ProcessRunnerTests {
    @Test
    func `output, errors and status are collected`() throws {
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", "cat; echo err >&2; exit 3"],
            input: "in"
        )
        #expect(output.status == .exited(3))
        #expect(output.standardOutput == "in")
        #expect(output.standardError == "err\n")
    }

    @Test
    func `much input and output at once do not block each other`() throws {
        let text = String(repeating: "0123456789abcdef\n", count: 20_000)
        let output = try ProcessRunner.run("/bin/cat", input: text)
        #expect(output.standardOutput == text)
    }

    @Test
    func `a program that does not read its input is no error`() throws {
        let text = String(repeating: "x", count: 1 << 20)
        #expect(try ProcessRunner.run("/bin/true", input: text).status == .exited(0))
    }

    @Test
    func `a signal, a folder and an environment are told`() throws {
        #expect(try ProcessRunner.run("/bin/sh", ["-c", "kill -9 $$"]).status == .signalled(9))
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", "echo $NAME; pwd"],
            environment: ["NAME": "value"],
            directory: "/usr"
        )
        #expect(output.standardOutput == "value\n/usr\n")
    }

    @Test
    func `a program that does not end is killed`() {
        #expect(throws: ProcessRunner.TimedOut.self) {
            try ProcessRunner.run(
                "/bin/sh",
                ["-c", "exec sleep 100"],
                timeout: .milliseconds(50)
            )
        }
    }
}

@Suite("Pseudo-terminal")
struct PseudoTerminalTests {
    @Test
    func `a program has a terminal of its own, of the given size`() throws {
        let terminal = try PseudoTerminal(
            "/bin/sh",
            ["-c", "test -t 0 && test -t 1 && test -t 2 && stty size < /dev/tty; exit 3"],
            rows: 7,
            columns: 33
        )
        #expect(try terminal.waitForExit() == .exited(3))
        #expect(terminal.screen.text == "7 33")
    }

    @Test
    func `^C is a signal to the program`() throws {
        let terminal = try PseudoTerminal("/bin/sh", ["-c", "echo ready; exec cat"])
        try terminal.expect(screenContains: "ready")
        try terminal.press(.control("c"))
        #expect(try terminal.waitForExit() == .signalled(Int(SIGINT)))
    }

    @Test
    func `much typing and much output at once do not block each other`() throws {
        let terminal = try PseudoTerminal("/bin/sh", ["-c", "stty -icanon -echo; echo ready; cat"])
        try terminal.expect(screenContains: "ready")
        let line = String(repeating: "x", count: 70) + "\n"
        try terminal.send(String(repeating: line, count: 2_000) + "end")
        try terminal.expect(screenContains: "end")
        #expect(terminal.screen.scrollback.count > 1_900)
    }

    @Test
    func `a wait in vain shows the screen`() throws {
        let terminal = try PseudoTerminal("/bin/sh", ["-c", "echo ready; exec cat"])
        try terminal.expect(screenContains: "ready")
        let error = #expect(throws: PseudoTerminal.TimedOut.self) {
            try terminal.expect(screenContains: "never", within: .milliseconds(20))
        }
        #expect(error?.description.contains("waited in vain for \"never\"") == true)
        #expect(error?.description.contains("screen:\nready") == true)
    }

    @Test
    func `a wait ends with the program`() throws {
        let terminal = try PseudoTerminal("/bin/echo", ["gone"])
        let error = #expect(throws: PseudoTerminal.TimedOut.self) {
            try terminal.expect(screenContains: "never")
        }
        #expect(error?.isClosed == true)
        #expect(error?.screen == "gone")
    }
}
