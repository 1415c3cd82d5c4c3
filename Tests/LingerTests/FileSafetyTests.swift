import HTTPModel
import TestSupport
import Testing

/// A session file may come from someone else (FILES.md 9.8).
@Suite("Program: what a session file may not do")
struct FileSafetyTests {
    private let workspace: Workspace
    private let demo: Demo

    init() throws {
        self.workspace = try Workspace()
        self.demo = try Demo(in: self.workspace)
    }

    private func replay(_ text: String, _ options: [String] = []) throws -> ProcessRunner.Output {
        let head = "# @session 1\n@base = \(self.demo.baseURL)\n\n"
        try self.workspace.write("a.http", head + text)
        return try self.workspace.run(
            ["replay"] + options + ["a.http"],
            environment: ["SECRETENV": "leaked"]
        )
    }

    @Test(arguments: [
        "pool | touch p", "pool > p", "pool size 2 | touch p", "set pool.size >> p",
        "cookies clear | touch p", "!touch p", "pool size {{n}}", "set pool.size {{n}}",
    ])
    func `@do runs no shell and writes no file`(_ command: String) throws {
        let output = try self.replay("### 1\n# @do \(command)\nGET {{base}}/small\n")
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("a.http:5:"), "\(output.standardError)")
        #expect(!self.workspace.exists("p"))
    }

    @Test(arguments: [
        "{{$processEnv SECRETENV}}", "{{$processEnv(SECRETENV)}}", #"{{$processEnv "SECRETENV"}}"#,
        "{{% $env.SECRETENV}}", "{{%$env.SECRETENV}}", "{{ $env.SECRETENV }}",
    ])
    func `the environment is read only with leave, however that is spelled`(
        _ reference: String
    ) throws {
        let text = """
            ### 1
            # @expect jsonpath $.query.a == "leaked"
            GET {{base}}/anything?a=\(reference)

            """
        let refused = try self.replay(text)
        #expect(refused.status == .exited(2), "\(refused.standardError)")
        let advice = "linger replay --allow-env SECRETENV a.http"
        #expect(refused.standardError.contains(advice), "\(refused.standardError)")
        let allowed = try self.replay(text, ["--allow-env", "SECRETENV"])
        #expect(allowed.status == .exited(0), "\(allowed.standardError)")
        let other = try self.replay(text, ["--allow-env", "HOME"])
        #expect(other.status == .exited(2), "\(other.standardError)")
    }

    @Test func `nor is it read by what stands beside the file`() throws {
        try self.workspace.write("side.json", #"{"a": "{{$processEnv SECRETENV}}"}"#)
        let text =
            "### 1\nPOST {{base}}/anything\nContent-Type: application/json\n\n<@ ./side.json\n"
        let refused = try self.replay(text)
        #expect(refused.status == .exited(2), "\(refused.standardError)")
        #expect(refused.standardError.contains("--allow-env SECRETENV a.http"))
        let allowed = try self.replay(text, ["--allow-env", "SECRETENV"])
        #expect(allowed.status == .exited(0), "\(allowed.standardError)")
    }

    @Test func `nor by the values of an environment file`() throws {
        try self.workspace.write(
            "http-client.env.json",
            #"{"dev": {"a": "{{$env.SECRETENV}}"}}"#
        )
        let text = "### 1\nGET {{base}}/anything?a={{a}}\n"
        let refused = try self.replay(text, ["--env", "dev"])
        #expect(refused.status == .exited(2), "\(refused.standardError)")
        let allowed = try self.replay(text, ["--env", "dev", "--allow-env", "SECRETENV"])
        #expect(allowed.status == .exited(0), "\(allowed.standardError)")
    }

    @Test func `a name that a shell would act on is quoted in the advice`() throws {
        let output = try self.replay("### 1\nGET {{base}}/?a={{$env.$(touch;p)}}\n")
        #expect(!output.standardError.contains(" $(touch"), "\(output.standardError)")
        let name = try self.replay("### 1\nGET {{base}}/?a={{$processEnv '$(touch p)'}}\n")
        #expect(name.status == .exited(2))
        #expect(name.standardError.contains("'$(touch p)'"), "\(name.standardError)")
    }

    @Test(arguments: ["pager touch p", "connect.unix /run/docker.sock", "connect.unix ../x.sock"])
    func `it chooses no program and no socket of this machine`(_ setting: String) throws {
        for place in ["# @set \(setting)\n\n### 1\n", "### 1\n# @set \(setting)\n"] {
            let output = try self.replay("\(place)GET {{base}}/small\n")
            #expect(output.status == .exited(2), "\(output.standardError)")
            #expect(output.standardError.contains("a.http:"), "\(output.standardError)")
        }
        guard setting.hasPrefix("connect") else { return }
        let outside = try self.replay(
            "### 1\n# @set \(setting)\nGET {{base}}/small\n",
            ["--allow-outside"]
        )
        #expect(outside.status == .exited(3), "\(outside.standardError)")
    }

    @Test(arguments: [
        "# @expct status 500", "# @Expect status 500", "# @expect: status 500",
        "# @EXPECT status 500", "// @expects status 500",
    ])
    func `a mistyped check is an error, not silence`(_ line: String) throws {
        let output = try self.replay("### 1\n\(line)\nGET {{base}}/small\n")
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("a.http:5:1: @"), "\(output.standardError)")
        #expect(output.standardError.contains("did you mean @expect?"), "\(output.standardError)")
    }

    @Test(arguments: [
        ("\n> {% client.test() %}\n", "scripts are not run"),
        ("\n>> ./out.json\n", "the response is not saved to a file"),
        ("\na\nGET /other\n", "a new request needs ### before it"),
    ])
    func `what is left out of a file is said`(_ rest: String, _ warning: String) throws {
        let output = try self.replay("### 1\nPOST {{base}}/anything\n\(rest)")
        #expect(output.status == .exited(0), "\(output.standardError)")
        #expect(output.standardError.contains(warning), "\(output.standardError)")
    }

    @Test func `a replay of nothing does not pass`() throws {
        let folder = "\(self.workspace.data)/empty"
        let made = try self.workspace.run(lines: ["!mkdir \(folder)"])
        #expect(made.status == .exited(0))
        let empty = try self.workspace.run(["replay", folder])
        #expect(empty.status == .exited(2))
        #expect(empty.standardError.contains("no session file in \(folder)"))
        let two = "### a\n# @name a\nGET {{base}}/small\n\n### b\n# @name b\nGET {{base}}/small\n"
        let backwards = try self.replay(two, ["--from", "b", "--to", "a"])
        #expect(backwards.status == .exited(1), "\(backwards.standardError)")
        #expect(backwards.standardError.contains("--from b"), "\(backwards.standardError)")
        let header = try self.replay("@x = {{nope}}\n")
        #expect(header.status == .exited(3), "\(header.standardError)")
        #expect(header.standardError.contains("no variable nope"), "\(header.standardError)")
    }

    @Test(arguments: ["x1e-300", "x0", "x-1", "x1e300", "xnan", "x0.0001"])
    func `a pace that no clock can keep is refused with its place`(_ pace: String) throws {
        let text = "### 1\n# @at +1.250s\nGET {{base}}/small\n"
        try self.workspace.write("b.http", "# @session 1\n# @pace \(pace)\n\n" + text)
        let output = try self.workspace.run(["replay", "b.http"])
        #expect(output.status == .exited(2), "\(output.standardError)")
        #expect(output.standardError.contains("b.http:2:"), "\(output.standardError)")
    }
}
