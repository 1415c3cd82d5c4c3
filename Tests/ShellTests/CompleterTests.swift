import HTTPModel
import HTTPSession
import LineEditing
import OpenAPI
@testable import Shell
import Testing

/// Snapshots of sessions, as Tab sees them.
enum Snapshots {
    static let description = """
        {"openapi":"3.1.0","info":{"title":"Shop","version":"1"},"paths":{
         "/users":{"get":{"summary":"list users","parameters":[
            {"name":"sort","in":"query","schema":{"enum":["name","age"]}},
            {"name":"page","in":"query","schema":{"type":"integer"}}]},
           "post":{"summary":"make a user","requestBody":{"content":{"application/json":{"schema":
            {"type":"object","required":["name"],"properties":{"name":{"type":"string"},
             "role":{"type":"string","enum":["admin","guest"]},"active":{"type":"boolean"},
             "address":{"type":"object","properties":{"city":{"type":"string"}}}}}}}}}},
         "/users/{id}":{"get":{"summary":"one user"},"delete":{"summary":"remove it"}},
         "/users/{id}/orders":{"get":{"summary":"their orders"}},
         "/orders":{"get":{"summary":"list orders"}}}}
        """

    /// A session that has sent a little.
    static func session() throws -> CompletionSnapshot {
        var snapshot = CompletionSnapshot()
        let base = try URI("http://127.0.0.1:8080/")
        snapshot.base = base
        snapshot.variables = [("token", "t0p"), ("id", "7")]
        snapshot.aliases = ["u": "get /users", "heal": "get /health"]
        snapshot.exchanges = [
            try Self.exchange(
                1,
                "GET",
                "http://127.0.0.1:8080/health?deep=1",
                received: #"{"next":"/page/2","self":"http://127.0.0.1:8080/abs","no":"http://x/"}"#
            ),
            try Self.exchange(
                2,
                "POST",
                "http://127.0.0.1:8080/notes",
                name: "note",
                sent: #"{"text":"a","pinned":true}"#,
                received: #"{"id":9}"#
            ),
        ]
        snapshot.lastBody = Array(
            #"{"id":9,"items":[{"name":"Ann","odd key":1}],"total":1}"#.utf8
        )
        snapshot.names = { folder in
            switch folder {
            case "":
                [.init(name: "notes", isFolder: true), .init(name: "my file", isFolder: false)]
            case "notes/": [.init(name: "one.txt", isFolder: false)]
            default: []
            }
        }
        return snapshot
    }

    /// A session that has a description, too.
    static func described() throws -> CompletionSnapshot {
        var snapshot = try Self.session()
        snapshot.description = try APIDescription(parsing: Array(Self.description.utf8))
        return snapshot
    }

    private static func exchange(
        _ number: Int,
        _ method: String,
        _ target: String,
        name: String? = nil,
        sent: String = "",
        received: String = ""
    ) throws -> CompletionSnapshot.SeenExchange {
        CompletionSnapshot.SeenExchange(
            number: number,
            name: name,
            method: method,
            target: try URI(target),
            status: 200,
            sent: Array(sent.utf8),
            received: Array(received.utf8)
        )
    }
}

@Suite("Completion: what Tab offers")
struct CompleterTests {
    /// The texts that are offered at the end of a line.
    private func offers(_ line: String, _ snapshot: CompletionSnapshot) -> [String] {
        Completer(snapshot).complete(line, cursor: line.utf8.count).candidates.map(\.text)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        var offers: [String]

        init(_ line: String, _ offers: [String]) {
            self.line = line
            self.offers = offers
        }

        var testDescription: String { self.line }
    }

    @Test(arguments: [
        Case("hea", ["head", "headers", "heal"]),
        Case("pool c", ["close"]),
        Case("pool close ", ["idle", "all", "http://127.0.0.1:8080"]),
        Case("set pool.si", ["pool.size"]),
        Case("set format.json ", ["pretty", "raw"]),
        Case("set cookies o", ["on", "off"]),
        Case("unset @t", ["@token"]),
        Case("show ", ["2", "1", "request", "headers", "links", "body", "raw"]),
        Case("show 1 he", ["headers"]),
        Case("help poo", ["pool"]),
        Case("# @na", ["name"]),
        Case("get /h", ["/health"]),
        Case("get /p", ["/page/2"]),
        Case("get /a", ["/abs"]),
        Case("get h", ["health"]),
        Case("get /health?d", ["deep="]),
        Case("get /health?deep=", ["1"]),
        Case("post /notes ", ["text=", "pinned:="]),
        Case("post /notes text=a ", ["pinned:="]),
        Case("get /x --no-f", ["--no-follow"]),
        Case("get /x --http ", ["1.1", "2"]),
        Case("get /x Accept:application/j", ["application/json"]),
        Case("get /x accept-l", ["Accept-Language:"]),
        Case("Content-Ty", ["Content-Type: "]),
        Case("Cache-Control: no-c", ["no-cache"]),
        Case("20x4 pos", ["post"]),
        Case("post /x @no", ["notes/"]),
        Case("post /x file@notes/", ["notes/one.txt"]),
        Case("source my", ["my\\ file"]),
        Case("source 'my", ["my file"]),
        Case("get /x > n", ["notes/"]),
        Case("get /x/{{to", ["token}}"]),
        Case("get /x/{{$.it", ["$.items"]),
        Case("get /x/{{$.items", ["$.items"]),
        Case("get /x/{{$.items[", ["$.items[0]", "$.items[-1]", "$.items[*]"]),
        Case("get /x/{{$.items[0].", ["$.items[0].name"]),
        Case("get /x/{{note.response.body.$.", ["note.response.body.$.id"]),
        Case("get /x/{{note.re", ["note.response.", "note.request."]),
        Case("get /x | $.t", ["$.total"]),
        Case("get /x | $.items[*].n", ["$.items[*].name"]),
        Case("get /x | jq .", []),
        Case("cookies cl", ["clear"]),
        Case("cookies why ", ["2", "1", "http://127.0.0.1:8080", "/notes", "/health"]),
        Case("name x ", ["2", "1"]),
        Case("wait ", []),
        Case("!ls ", []),
    ])
    func `a session without a description offers what it has seen`(_ line: Case) throws {
        let found = self.offers(line.line, try Snapshots.session())
        #expect(found.starts(with: line.offers), "\(found)")
        if line.offers.isEmpty { #expect(found.isEmpty) }
    }

    @Test(arguments: [
        Case("get /us", ["/users", "/users/", "/users/"]),
        Case("get /users/7/", ["/users/7/orders"]),
        Case("delete /users/7", ["/users/7"]),
        Case("get /users ", ["sort==", "page=="]),
        Case("get /users sort==", ["name", "age"]),
        Case("get /users?sort=a", ["age"]),
        Case("post /users ", ["name=", "role=", "active:=", "address:="]),
        Case("post /users name=Ann ", ["role=", "active:=", "address:="]),
        Case("post /users role=", ["admin", "guest"]),
        Case("post /users role=\"a", ["admin"]),
        Case("post /users active:=", ["true", "false"]),
        Case("post /users address[", ["address[city]="]),
        Case("help get /or", ["/orders"]),
        Case("ls /or", ["/orders"]),
        Case("u so", ["sort=="]),
    ])
    func `a description offers paths, parameters, members and values`(_ line: Case) throws {
        let found = self.offers(line.line, try Snapshots.described())
        #expect(found.starts(with: line.offers), "\(found)")
    }

    @Test
    func `a template is shown with its parameters, and typed up to them`() throws {
        let completion = Completer(try Snapshots.described()).complete("get /users/", cursor: 11)
        #expect(completion.candidates.map(\.shown) == ["/users/{id}", "/users/{id}/orders"])
        #expect(Set(completion.candidates.map(\.text)) == ["/users/"])
        #expect(completion.candidates.first?.summary == "one user")
    }

    @Test
    func `candidates have summaries, and secrets are none of them`() throws {
        let completion = Completer(try Snapshots.session()).complete("get /{{", cursor: 7)
        let shown = completion.candidates.map { "\($0.shown) \($0.summary)" }
        #expect(shown.contains("id 7"))
        #expect(shown.contains("token (hidden)"))
        let commands = Completer(try Snapshots.session()).complete("pool", cursor: 4)
        #expect(commands.candidates.first?.summary.isEmpty == false)
    }

    @Test
    func `relative targets are below the base`() throws {
        var snapshot = try Snapshots.described()
        snapshot.base = try URI("http://127.0.0.1:8080/users")
        #expect(self.offers("get 7/", snapshot) == ["7/orders"])
        #expect(self.offers("get ./7/", snapshot) == ["./7/orders"])
        #expect(self.offers("get /or", snapshot) == ["/orders"])
    }

    @Test
    func `many paths are folded to their next segments`() throws {
        let paths = (0..<60).map { #""/api/v\#($0 % 3)/thing\#($0)":{"get":{}}"# }
        let text = #"{"openapi":"3.0.0","paths":{\#(paths.joined(separator: ","))}}"#
        var snapshot = try Snapshots.session()
        snapshot.description = try APIDescription(parsing: Array(text.utf8))
        #expect(self.offers("get /api/", snapshot) == ["/api/v0/", "/api/v1/", "/api/v2/"])
        #expect(self.offers("get /api/v1/", snapshot).count == 20)
    }

    @Test
    func `what a server names cannot drive the terminal`() throws {
        var snapshot = try Snapshots.session()
        snapshot.lastBody = Array(#"{"a\u001b[2J":1,"b":"\u001b[31m"}"#.utf8)
        let completion = Completer(snapshot).complete("| $.", cursor: 4)
        #expect(completion.candidates.map(\.text) == ["$.b"])
        #expect(completion.candidates.allSatisfy { !$0.summary.unicodeScalars.contains("\u{1B}") })
    }

    @Test
    func `every place in every example has an answer`() throws {
        let snapshot = try Snapshots.described()
        let completer = Completer(snapshot)
        for command in CommandRegistry.standard.commands {
            for example in command.help.examples + command.help.usage {
                for cursor in 0...example.utf8.count {
                    let completion = completer.complete(example, cursor: cursor)
                    #expect((0...cursor).contains(completion.start), "\(example) at \(cursor)")
                }
            }
        }
    }
}

@Suite("Completion: what usage says may follow")
struct UsageCompletionTests {
    private func expected(_ usage: String, _ words: String...) throws -> [String] {
        let pattern = try #require(UsagePattern(usage, of: "pool"))
        let (alternatives, options) = pattern.expected(after: words)
        return alternatives + options
    }

    @Test
    func `words, alternatives, options and what may be left out`() throws {
        let close = "pool close #ID|idle|all|ORIGIN [--force]"
        #expect(try self.expected(close) == ["close", "--force"])
        #expect(try self.expected(close, "close") == ["#ID", "idle", "all", "ORIGIN", "--force"])
        #expect(try self.expected(close, "close", "all") == ["--force"])
        #expect(try self.expected(close, "size").isEmpty)
        let warm = "pool warm N [ORIGIN]"
        #expect(try self.expected(warm, "warm", "2") == ["ORIGIN"])
        #expect(try self.expected(warm, "warm", "x").isEmpty)
        let size = "pool size N [--for ORIGIN]"
        #expect(try self.expected(size, "size", "--for") == ["ORIGIN"])
        #expect(try self.expected(size, "size", "3", "--for", "h") == [])
        let many = "pool NAME … [N]"
        #expect(try self.expected(many, "a", "b") == ["NAME", "N"])
    }

    @Test
    func `a form of another command is none`() {
        #expect(UsagePattern("NAME: VALUE", of: "headers") == nil)
        #expect(UsagePattern("exit", of: "quit") == nil)
    }
}
