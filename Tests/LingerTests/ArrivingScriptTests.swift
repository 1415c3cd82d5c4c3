import TestSupport
import Testing

@Suite("Program: lines on standard input run as they arrive", .timeLimit(.minutes(1)))
struct ArrivingScriptTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Runs a shell script that talks to the program through two pipes: 3 is its standard input,
    /// 4 its standard output.
    private func converse(_ script: String) throws -> ProcessRunner.Output {
        let opening = """
            mkfifo in out
            "$PROGRAM" <in >out &
            exec 3>in 4<out

            """
        return try ProcessRunner.run(
            "/bin/sh",
            ["-c", opening + script],
            environment: self.workspace.environment.merging(["PROGRAM": try Workspace.program]) {
                $1
            },
            directory: self.workspace.path,
            timeout: .seconds(30)
        )
    }

    @Test
    func `a program that writes a line reads its answer before it writes the next`() throws {
        let output = try self.converse(
            """
            echo 'echo one' >&3; read answer <&4; echo "first: $answer"
            echo '@v = two' >&3; echo 'echo {{v}}' >&3; read answer <&4; echo "then: $answer"
            exec 3>&-; wait $!; echo "status $?"
            """
        )
        #expect(output.standardOutput == "first: one\nthen: two\nstatus 0\n")
    }

    @Test
    func `what goes on waits for its end, and places stay right`() throws {
        let output = try self.converse(
            """
            printf 'echo a \\\\\\n' >&3; echo 'echo is one line' >&3
            read answer <&4; echo "$answer"
            printf 'echo b' >&3; echo 'c' >&3; read answer <&4; echo "$answer"
            echo 'bogus' >&3; exec 3>&-; wait $!; echo "status $?"
            """
        )
        #expect(output.standardOutput == "a echo is one line\nbc\nstatus 2\n")
        #expect(output.standardError.contains("stdin:4:1: "), "\(output.standardError)")
    }

    @Test
    func `quit ends it, whoever still writes`() throws {
        let output = try self.converse("echo quit >&3; wait $!; echo \"status $?\"")
        #expect(output.standardOutput == "status 0\n")
    }

    @Test(arguments: [
        ("echo one\n### two\n", "this is a session file"),
        ("echo one\n# @session", "this is a session file"),
        ("echo one\n\u{0}\n", "it is binary"),
    ])
    func `what is no script runs nothing`(_ input: String, _ words: String) throws {
        let output = try self.workspace.run(["-f", "-"], input: input)
        #expect(output.status == .exited(2) || output.status == .exited(1))
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.contains(words), "\(output.standardError)")
    }

    @Test
    func `lines that are typed run when they are, and ^C ends the waiting`() throws {
        let terminal = try self.workspace.terminal(["-f", "-"])
        try terminal.send("echo on{{$env.LC_ALL}}\r")
        try terminal.expect("what it prints") { $0.lines.contains("onC.UTF-8") }
        try terminal.press(.control("c"))
        #expect(try terminal.waitForExit() == .exited(130))
    }
}
