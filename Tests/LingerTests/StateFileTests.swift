import HTTPModel
import TestSupport
import Testing

/// What a server says is kept by `-s`, and is only data when the session is taken up again.
@Suite("Program: values in the file of a session")
struct StateFileTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    static let values = [
        "x\r\n!touch p", "x\n!touch p", "\r!touch p", "\n", "a\r\n", " a", "a\t", "", "\\", "a\\",
        "{{$env.SECRETENV}}", "\\{{$env.SECRETENV}}", "\\\\{{$env.SECRETENV}}", "{{v}}", "{{",
        "\"", "'\"\\'", "\"\\n\"", "# a", "| touch p", "> p", "a\u{0}b", "\u{2028}!touch p",
        "\u{85}!touch p", "\u{1B}[2J", "\u{FEFF}a", "e\u{301}", "\"\u{301}", "@p", "=@p", "--for",
    ]

    /// Runs with `-s`, and with something in the environment that nobody may read.
    private func run(_ name: String, _ options: [String], _ lines: [String]) throws
        -> ProcessRunner.Output
    {
        try self.workspace.run(
            ["--no-rc", "-s", "./\(name)"] + options + lines.flatMap { ["-c", $0] },
            environment: ["SECRETENV": "leaked"]
        )
    }

    private func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "%" + (digits.utf8.count < 2 ? "0" : "") + digits
        }.joined()
    }

    @Test func `what another linger kept meanwhile is set aside`() throws {
        let inner = "\(try Workspace.program) --no-rc -s ./both -c \"@b = 2\""
        let output = try self.run("both", [], ["@a = 1", "!\(inner)"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains("what it kept is in ./both.other.state now"))
        #expect(try self.workspace.text("both.state").contains("@a = 1"))
        #expect(try self.workspace.text("both.other.state").contains("@b = 2"))
        let other = try self.run("both.other", [], ["echo {{b}}"])
        #expect(other.standardOutput == "2\n", "\(other.standardError)")
        #expect(!other.standardError.contains("has changed"))
    }

    @Test func `each of several that kept something meanwhile has a name of its own`() throws {
        let inner = "\(try Workspace.program) --no-rc -s ./both"
        let jar = "# Netscape HTTP Cookie File\nh.test\tFALSE\t/\tFALSE\t4102444800\ta\tb\n"
        try self.workspace.write("jar.txt", jar)
        for name in ["both.other.state", "both.other-2.state"] {
            // Cookies alone are a change, and it is said where nothing else is.
            let lines = ["!\(inner) -c \"cookies load jar.txt\"", "cookies clear"]
            let output = try self.run("both", ["--json"], lines)
            #expect(output.status == .exited(0), "\(output.standardError)")
            #expect(output.standardError.contains("kept is in ./\(name) now"), "\(output)")
        }
        #expect(try self.workspace.text("both.other-2.cookies.txt").contains("h.test"))
    }

    @Test func `what this linger itself saved is no stranger's`() throws {
        let output = try self.run("own", [], ["@a = 1", "session save ./own", "@b = 2"])
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(!output.standardError.contains("has changed"), "\(output.standardError)")
        #expect(!self.workspace.exists("own.other.state"))
        #expect(try self.workspace.text("own.state").contains("@b = 2"))
    }

    @Test func `session new leaves what was kept as it was`() throws {
        _ = try self.run("work", [], ["@a = 1"])
        let output = try self.run("work", [], ["session new", "@b = 2"])
        #expect(output.standardError.contains("work.state stays as it was"), "\(output)")
        let kept = try self.run("work", [], ["vars"])
        #expect(kept.standardOutput.contains("a") && !kept.standardOutput.contains("b = 2"))
        #expect(try self.workspace.text("work.state").contains("@a = 1"))
    }

    @Test(arguments: values)
    func `a variable comes back as it was, and is no line, reference or word`(
        _ value: String
    ) throws {
        let target = "get /anything?v=\(self.encoded(value))"
        let first = try self.run(
            "st",
            [self.demo.baseURL],
            [target, "@v = {{$.query.v}}", "@other = 1"]
        )
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.run("st", ["--json"], ["vars"])
        #expect(second.status == .exited(0), "\(second.standardError)")
        let variables = try second.objects.ofType("variable")
        #expect(variables.map { $0.text("name") } == ["v", "other"])
        let text = variables.first?.text("value")
        #expect(text.map { Array($0.utf8) } == Array(value.utf8), "\(text ?? "nothing")")
        #expect(!self.workspace.exists("p"))
    }

    @Test(arguments: values)
    func `a default query parameter comes back as it was, its name too`(_ value: String) throws {
        let target = "get /anything?v=\(self.encoded(value))"
        let first = try self.run(
            "st",
            [self.demo.baseURL],
            [target, "q=={{$.query.v}}", "n{{$.query.v}}==1", "{{$.query.v}}==2"]
        )
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.run("st", [], ["get /anything > answer"])
        #expect(second.status == .exited(0), "\(second.standardError)")
        let answer = try JSONValue(parsing: self.workspace.text("answer"))
        let query = try #require(answer["query"])
        #expect(query.text("q").map { Array($0.utf8) } == Array(value.utf8))
        #expect(query.text("n" + value) == "1")
        #expect(!self.workspace.exists("p"))
    }

    @Test func `vars set takes a word, and refuses a name that is none`() throws {
        let output = try self.workspace.json(lines: [#"vars set a " two\n lines ""#, "vars"])
        #expect(output.ofType("variable").first?.text("value") == " two\n lines ")
        let wrong = try self.workspace.run(lines: ["vars set 1 2"])
        #expect(wrong.status == .exited(2))
        #expect(wrong.standardError.contains("1"), "\(wrong.standardError)")
    }

    @Test func `session new NAME is what is kept from there on, and replaces no other`() throws {
        let first = try self.run("st", [self.demo.baseURL], ["@a = 1"])
        #expect(first.status == .exited(0), "\(first.standardError)")
        let second = try self.run("st", [], ["echo {{a}}", "session new ./other", "@b = 2"])
        #expect(second.standardOutput == "1\n", "\(second.standardError)")
        #expect(try self.run("st", [], ["vars"]).standardOutput.contains("@a = 1"))
        #expect(try self.run("other", [], ["vars"]).standardOutput == "@b = 2\n")
        let third = try self.workspace.run(lines: ["session new ./st"])
        #expect(third.status == .exited(2))
        #expect(third.standardError.contains("`session load`"), "\(third.standardError)")
        #expect(try self.run("st", [], ["vars"]).standardOutput.contains("@a = 1"))
    }

    @Test func `another session that is loaded does not get into the file of the first`() throws {
        _ = try self.run("st", [], ["@a = 1"])
        _ = try self.run("other", [], ["@b = 2", "X-Key: k"])
        let output = try self.run(
            "st",
            [],
            ["@c = 3", "session load ./other", "@d = 4", "echo {{a}}{{b}}{{c}}{{d}}"]
        )
        #expect(output.standardOutput == "1234\n", "\(output.standardError)")
        #expect(
            output.standardError.contains("./st.state is kept as it is before this"),
            "\(output.standardError)"
        )
        #expect(try self.run("st", [], ["vars"]).standardOutput == "@a = 1\n@c = 3\n")
        #expect(!(try self.workspace.text("st.state").contains("X-Key")))
        #expect(try self.run("other", [], ["vars"]).standardOutput == "@b = 2\n")
        // The session's own file is no other.
        let again = try self.run("st", [], ["@e = 5", "session load ./st", "@f = 6"])
        #expect(!again.standardError.contains("is kept as it is"), "\(again.standardError)")
        #expect(try self.workspace.text("st.state").contains("@f = 6"))
    }
}
