import HTTPModel
import TestSupport
import Testing

/// Session files that are broken, or made to break who reads them: the program says where and why,
/// in bounded memory and time.
@Suite("Program: malformed session files")
struct MalformedFileTests {
    /// A file, made by a shell script, with what the program does with it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// What writes the file.
        let script: String
        let status: Int
        /// What stands on standard error after the name of the file.
        let message: String
        /// How much memory the program may have at a time, in bytes.
        var memory = 100_000_000

        var testDescription: String { self.name }
    }

    private static let megabytes = "head -c 100000000 /dev/zero"
    private static let request = "printf 'POST http://127.0.0.1:1/\\n\\n'"

    static let cases = [
        Case(
            name: "truncated in a tag",
            script: #"printf '### a\n# @expect header A contains "x'"#,
            status: 2,
            message: ":2:29: the quote is not closed"
        ),
        Case(
            name: "truncated in a character",
            script: #"printf '### a\nGET /\303'"#,
            status: 2,
            message: ":2:6: not UTF-8 text"
        ),
        Case(
            name: "a program",
            script: "cat /bin/true",
            status: 2,
            message: ":1:5: control character 0x02 cannot stand here"
        ),
        Case(
            name: "one line of 100 MB",
            script: "\(megabytes) | tr '\\0' a",
            status: 2,
            message: ":1:1: the line is longer than 1048576 bytes",
            memory: 250_000_000
        ),
        Case(
            name: "a content of one line of 100 MB",
            script: "\(request); \(megabytes) | tr '\\0' a",
            status: 0,
            message: "",
            memory: 400_000_000
        ),
        Case(
            name: "100 million empty lines",
            script: "\(megabytes) | tr '\\0' '\\n'",
            status: 2,
            message: ":2097153:1: only 2097152 lines outside bodies are read; split the file",
            memory: 600_000_000
        ),
        Case(
            name: "three million empty lines in a content",
            script: "\(request); head -c 3000000 /dev/zero | tr '\\0' '\\n'; echo end",
            status: 0,
            message: "",
            memory: 120_000_000
        ),
        Case(
            name: "a head without end",
            script: "echo 'GET http://127.0.0.1:1/'; yes 'a: b' | head -n 20000000",
            status: 2,
            message: ":2097153:1: only 2097152 lines outside bodies are read; split the file",
            memory: 600_000_000
        ),
        Case(
            name: "a mistake in every line",
            script: "echo 'GET http://127.0.0.1:1/'; yes 'a b' | head -n 20000000",
            status: 2,
            message: ":1002:1: after 1000 mistakes the rest is not read",
            memory: 250_000_000
        ),
        Case(
            name: "a mistake in every request",
            script: #"yes "$(printf '###\nno request line')" | head -n 10000000"#,
            status: 2,
            message: ":2001:1: after 1000 mistakes the rest is not read",
            memory: 350_000_000
        ),
        Case(
            name: "100,000 requests",
            script: #"yes "$(printf '###\nGET http://127.0.0.1:1/')" | head -n 200000"#,
            status: 0,
            message: "",
            memory: 300_000_000
        ),
        Case(
            name: "braces that are never closed",
            script: "\(request); yes '{{' | head -n 1000000 | tr -d '\\n'; echo '}}'",
            status: 0,
            message: "",
            memory: 150_000_000
        ),
        Case(
            name: "a filter of 300,000 parentheses",
            script: #"printf '###\n# @expect jsonpath $[?'; \#(repeated("("))"#,
            status: 2,
            message: ":2:"
        ),
        Case(
            name: "a filter in a filter in a filter",
            script: #"printf '###\n# @expect jsonpath $'; \#(repeated("[?@"))"#,
            status: 2,
            message: ":2:"
        ),
        Case(
            name: "an expression of 300,000 parentheses",
            script: #"printf '###\n# @expect body matches '; \#(repeated("("))"#,
            status: 2,
            message: ":2:"
        ),
    ]

    private static func repeated(_ text: String) -> String {
        "yes '\(text)' | head -n 300000 | tr -d '\\n'; printf '\\nGET http://127.0.0.1:1/\\n'"
    }

    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    @Test(arguments: Self.cases)
    func `a broken file has its place and its reason, in bounded memory`(_ test: Case) throws {
        let path = "\(self.workspace.path)/m.http"
        let made = try ProcessRunner.run("/bin/sh", ["-c", "(\(test.script)) > '\(path)'"])
        #expect(made.status == .exited(0))
        let measured = try ProcessRunner.measure(
            "/usr/bin/timeout",
            ["120", try Workspace.program, "replay", "--no-rc", "--dry-run", path],
            environment: self.workspace.environment
        )
        let error = measured.standardError
        #expect(measured.status == .exited(test.status), "\(error.prefix(2_000))")
        #expect(
            error.contains("m.http\(test.message)") || test.message.isEmpty,
            "\(error.suffix(999))"
        )
        // What this process has had is counted with the program's: see `peakMemory`.
        let limit = max(test.memory, ProcessRunner.ownPeakMemory + 1_000_000)
        #expect(measured.peakMemory < limit, "\(test.name): \(measured.peakMemory)")
    }

    @Test func `a JSON of a million arrays is refused, and not followed`() throws {
        let path = self.workspace.path
        let deep = "yes '[' | head -n 1000000 | tr -d '\\n' > '\(path)/http-client.env.json'"
        #expect(try ProcessRunner.run("/bin/sh", ["-c", deep]).status == .exited(0))
        try self.workspace.write("a.http", "GET http://127.0.0.1:1/\n")
        let output = try self.workspace.run(["replay", "--env", "dev", "a.http"])
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("it is no JSON object of objects"))
    }

    @Test func `includes that multiply end at a cap, before anything is sent`() throws {
        for number in 0..<15 {
            let include = "# @include ./f\(number + 1).http\n"
            let text = include + include + "###\nGET http://127.0.0.1:1/\n"
            try self.workspace.write("f\(number).http", text)
        }
        try self.workspace.write("f15.http", "GET http://127.0.0.1:1/\n")
        let output = try self.workspace.run(["replay", "f0.http"])
        #expect(output.status == .exited(2))
        #expect(output.standardError.contains("@include"), "\(output.standardError)")
        #expect(output.standardError.contains("256"), "\(output.standardError)")
    }

    @Test(arguments: [
        "< ../secret", "< /etc/hostname", "<@ ../secret", "< ./up/secret", "< ./pipe", "< .",
    ])
    func `a content that lies elsewhere, or is no file, is not sent`(_ line: String) throws {
        let server = try FaultServer(.answerAndKeep())
        let path = self.workspace.path
        let script = """
            echo hush > '\(path)/../secret'; ln -s .. '\(path)/up'; mkfifo '\(path)/pipe'
            """
        #expect(try ProcessRunner.run("/bin/sh", ["-c", script]).status == .exited(0))
        try self.workspace.write("a.http", "POST \(server.baseURL)/\n\n\(line)\n")
        let output = try self.workspace.run(["replay", "a.http"])
        #expect(output.status == .exited(3), "\(output.standardError)")
        #expect(server.connections.isEmpty)
        #expect(!output.standardError.contains("hush"))
    }

    @Test(arguments: [
        "###\n# @response-ref ../out.json\nGET URL/\n",
        "###\n# @response-ref /tmp/linger-out.json\nGET URL/\n",
        "###\n# @response-ref ./up/out.json\nGET URL/\n",
        "# @cookie-jar ../jar.txt\n\n###\nGET URL/\n",
    ])
    func `nothing is written elsewhere`(_ text: String) throws {
        let server = try FaultServer(.answerAndKeep())
        let path = self.workspace.path
        let script = "ln -s .. '\(path)/up'; echo '{}' > '\(path)/../out.json'"
        #expect(try ProcessRunner.run("/bin/sh", ["-c", script]).status == .exited(0))
        try self.workspace.write("a.http", text.replacing("URL", with: server.baseURL))
        let output = try self.workspace.run([
            "replay", "--strict", "--update", "--save-cookies", "a.http",
        ])
        #expect(output.status != .exited(0), "\(output.standardError)")
        #expect(try self.workspace.text("\(path)/../out.json") == "{}\n")
        #expect(!self.workspace.exists("\(path)/../jar.txt"))
        #expect(!self.workspace.exists("/tmp/linger-out.json"))
    }
}
