import HTTPModel
import SessionFiles
import Testing

@Suite("Replay plan")
struct ReplayPlanTests {
    private func refusals(_ text: String, caps: ReplayCaps = ReplayCaps()) -> [String] {
        do throws(ReplayRefusal) {
            _ = try ReplayPlan(read(text), caps: caps)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(arguments: [
        "prompt otp", "loop 3", "disabled", "ref other", "curl-insecure", "kulala-x",
    ])
    func `a tag whose meaning is not built keeps everything from being sent`(_ tag: String) {
        let name = tag.prefix { $0 != " " }
        #expect(
            self.refusals(lines("GET /", "", "### x", "# @\(tag)", "GET /2"))
                == ["f.http:4:1: @\(name) is not supported yet"]
        )
    }

    @Test(arguments: ["HTTP/3", "HTTP/1.0", "HTTP/0.9"])
    func `a version that no connection speaks is refused`(_ version: String) {
        #expect(
            self.refusals(lines("### x", "GET http://a/b \(version)"))
                == [
                    "f.http:2:1: \(version) is not supported: a request asks for HTTP/1.1 or HTTP/2"
                ]
        )
    }

    @Test(arguments: [
        ("AWS key secret", "AWS"), ("aws {{k}} {{s}} token:t", "AWS"),
        ("COGNITO user pass us-east-1", "COGNITO"), ("AWS key:signature", nil),
        ("Basic user:pass", nil),
    ])
    func `credentials that a request would be signed with are refused`(
        _ row: (value: String, scheme: String?)
    ) {
        let told = row.scheme.map {
            "\($0) credentials are not supported: the request would go out unsigned"
        }
        let inRequest = lines("### x", "GET http://a/b", "Authorization: \(row.value)")
        #expect(self.refusals(inRequest) == (told.map { ["f.http:3:1: \($0)"] } ?? []))
        let inHeader = lines(
            "# @default-header Authorization: \(row.value)",
            "###",
            "GET http://a/b"
        )
        #expect(self.refusals(inHeader) == (told.map { ["f.http:1:1: \($0)"] } ?? []))
    }

    @Test(arguments: [
        "retry often", "retry 0", "capture a", "capture 1 = status", "at soon", "skip unless x",
    ])
    func `so does a value that is none`(_ tag: String) {
        let (name, value) = (tag.prefix { $0 != " " }, tag.drop { $0 != " " }.dropFirst())
        let found = self.refusals(lines("GET /", "", "### x", "# @\(tag)", "GET /2"))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("f.http:4:1: ") == true)
        #expect(found.first?.contains("@\(name)") == true)
        #expect(found.first?.contains(value) == true)
    }

    @Test func `an include stands in the header block`() {
        #expect(
            self.refusals(lines("GET /", "", "###", "# @include ./a.http", "GET /2")).count == 1
        )
        #expect(self.refusals(lines("# @include ./a.http", "###", "GET /2")) == [])
    }

    @Test(arguments: ["prompt x"])
    func `so does one in the header`(_ tag: String) {
        let name = tag.prefix { $0 != " " }
        #expect(
            self.refusals(lines("# @session 1", "# @\(tag)", "###", "GET /2"))
                == ["f.http:2:1: @\(name) is not supported yet"]
        )
    }

    @Test(arguments: [
        "at +1.250s", "skip", "skip if x", "parallel g", "retry 3 every 1s",
        "capture a = jsonpath $.a", "response-ref ./a.json", "connection-timeout 5 s", "note",
        "no-log", "author me", "description x",
    ])
    func `a tag without a meaning here does not`(_ tag: String) {
        #expect(self.refusals(lines("### x", "# @\(tag)", "GET /2")) == [])
    }

    @Test func `what the reader found wrong is part of the refusal, in order of lines`() {
        #expect(
            self.refusals(
                lines(
                    "# @pace soon",
                    "###",
                    "# @delay soon",
                    "GET / # x",
                    "###",
                    "# @loop",
                    "GET /"
                )
            )
            .map { $0.split(separator: ":")[1] } == ["1", "3", "4", "6"]
        )
    }

    @Test func `a warning is no refusal`() {
        #expect(self.refusals(lines("POST /", "", "# a", "b")) == [])
    }

    @Test func `a request that another tool rewrites is refused`() {
        #expect(
            self.refusals(lines("POST /g", "X-Request-Type: GraphQL", "", "query { a }"))
                == ["f.http:1:1: GraphQL is not supported"]
        )
    }

    @Test func `every text in which references are resolved is known before it runs`() throws {
        let text = lines(
            "# @default-header A: {{$processEnv TOKEN}}",
            "@a = {{$env.HOME}}",
            "###",
            "# @do X: {{$processEnv %NAME}}",
            "GET /{{$processEnv TOKEN}}",
            "B: {{$guid}} {{a}}",
            "",
            "{{$env.LAST}}"
        )
        let plan = try ReplayPlan(read(text))
        #expect(
            plan.templates == [
                "{{$env.HOME}}", "{{$processEnv TOKEN}}", "X: {{$processEnv %NAME}}",
                "/{{$processEnv TOKEN}}", "{{$guid}} {{a}}", "{{$env.LAST}}",
            ]
        )
    }

    @Test func `variables take effect where they stand`() throws {
        let text = lines(
            "@a = 1",
            "",
            "###",
            "@b = 2",
            "",
            "###",
            "@c = 3",
            "GET /1",
            "",
            "###",
            "@d = {{c}}",
            "GET /2"
        )
        let plan = try ReplayPlan(read(text))
        #expect(plan.variables.map(\.name) == ["a"])
        #expect(plan.steps.map { $0.variables.map(\.name) } == [["b", "c"], ["d"]])
    }

    @Test func `a step has its settings, times and flags`() throws {
        let text = lines(
            "### t",
            "# @set retry.max 1",
            "# @do Accept: x",
            "# @do set show none",
            "# @delay 5 ms",
            "# @timeout 2 s",
            "# @no-cookie-jar",
            "# @skip",
            "# @repeat 4 parallel 2",
            "PURGE /x HTTP/1.1",
            "A: b",
            "",
            "body {{x}}"
        )
        let step = try #require(try ReplayPlan(read(text)).steps.first)
        #expect(step.label == "t")
        #expect(step.line == 10)
        #expect(step.settings.map(\.name) == ["retry.max"])
        #expect(step.commands.map(\.line) == [3, 4])
        #expect(step.delay == .milliseconds(5))
        #expect(step.timeout == .seconds(2))
        #expect(!step.usesCookieJar)
        #expect(step.followsRedirects)
        #expect(step.isSkipped)
        #expect(step.repetition.width == 2)
        #expect(step.method == "PURGE")
        #expect(step.version == "HTTP/1.1")
        #expect(step.fields == [FieldLine("A", "b")])
        #expect(step.content == [.template("body {{x}}")])
    }

    @Test(arguments: [
        ("do !rm -rf /", "@do \"!rm -rf /\" is not allowed"),
        ("do get /x", "@do \"get /x\" is not allowed"),
        ("do cookies load x", "@do \"cookies load x\" is not allowed"),
        ("do save x", "@do \"save x\" is not allowed"), ("do set", "@do \"set\" is not allowed"),
        ("do Accept:x", "@do \"Accept:x\" is not allowed"),
        ("do : x", "@do \": x\" is not allowed"),
        ("do pool | touch /tmp/x", "@do \"pool | touch /tmp/x\" is not allowed"),
        ("do pool size 2 | touch x", "@do \"pool size 2 | touch x\" is not allowed"),
        ("do pool > x", "@do \"pool > x\" is not allowed"),
        ("do set pool.size 2 > x", "@do \"set pool.size 2 > x\" is not allowed"),
        ("do cookies clear >> x", "@do \"cookies clear >> x\" is not allowed"),
        ("do pool size {{x}}", "@do \"pool size {{x}}\" is not allowed"),
        ("do set pool.size {{x}}", "@do \"set pool.size {{x}}\" is not allowed"),
        ("do set {{x}} 9999", "@do \"set {{x}} 9999\" is not allowed"),
        ("do set --for x pool.size 9999", "@do \"set --for x pool.size 9999\" is not allowed"),
        ("do set pool.size=9999", "@do \"set pool.size=9999\" is not allowed"),
        ("do pool size --for x 9999", "@do \"pool size --for x 9999\" is not allowed"),
        ("do pool size many", "@do \"pool size many\" is not allowed"),
        ("do sleep 1s | sh", "@do \"sleep 1s | sh\" is not allowed"),
        ("do sleep {{x}}", "@do \"sleep {{x}}\" is not allowed"),
        ("do pool", "@do \"pool\" is not allowed"),
    ])
    func `a command that a file may not run is refused`(_ row: (String, String)) {
        let found = self.refusals(lines("###", "# @\(row.0)", "GET /"))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("f.http:2:1: " + row.1) == true)
    }

    @Test(arguments: [
        "pool size 2", "pool close idle", "pool pause", "set pool.size 2", "sleep 1s",
        "cookies clear", "A: b",
        "A: b | c {{x}} > d", "A:", "pool size 2 --for http://a", "pool close #1 --force",
        "set pool.size 2 --for http://a",
    ])
    func `a command that a file may run is taken`(_ command: String) throws {
        let plan = try ReplayPlan(read(lines("###", "# @do \(command)", "GET /")))
        #expect(plan.steps.first?.commands.map(\.text) == [command])
    }

    static let caps = ReplayCaps(repetitions: 10, parallelism: 4, poolSize: 5, poolTotal: 20)

    @Test(arguments: [
        ("repeat 10", 0), ("repeat 11", 1), ("repeat 10 parallel 4", 0),
        ("repeat 10 parallel 5", 1),
        ("repeat 4 parallel", 0), ("repeat 5 parallel", 1), ("repeat 11 parallel", 2),
        ("set pool.size 5", 0), ("set pool.size 6", 1), ("set pool.total 20", 0),
        ("set pool.total 21", 1),
        ("set pool.idle 21", 1), ("do pool size 5", 0), ("do pool size 6", 1),
        ("do pool warm 6", 1),
        ("do pool total 21", 1), ("do set pool.size 6", 1), ("set timeout.total 9999", 0),
        (#"do pool size "6""#, 1), ("do pool size 6 --for http://a", 1),
    ])
    func `numbers are capped`(_ row: (String, Int)) {
        let found = self.refusals(lines("###", "# @\(row.0)", "GET /"), caps: Self.caps)
        #expect(found.count == row.1)
        #expect(found.allSatisfy { $0.contains("is more than a session file may ask for") })
    }
}
