import HTTPModel
import SessionFiles
import Testing

@Suite("Session files of HTTPie")
struct HTTPieSessionTests {
    private static let new = """
        {"__meta__": {"httpie": "3.2.4"},
         "auth": {"raw_auth": "ann:s:x", "type": "basic"},
         "cookies": [{"domain": ".h", "expires": 1700000000, "name": "a", "path": "/p",
                      "secure": true, "value": "b"},
                     {"domain": null, "expires": null, "name": "c", "path": "/", "value": "d"}],
         "headers": [{"name": "X", "value": "1"}, {"name": "X", "value": "2"}]}
        """
    private static let old = """
        {"__meta__": {"httpie": "2.7.0"},
         "auth": {"password": "p", "type": "basic", "username": "ann"},
         "cookies": {"a": {"expires": null, "path": "/", "secure": false, "value": "b"}},
         "headers": {"X-Data": "value", "Y": "2"}}
        """

    @Test
    func `the newer layout is read`() throws {
        let session = try HTTPieSession(parsing: Array(Self.new.utf8))
        #expect(session.fields == [FieldLine("X", "1"), FieldLine("X", "2")])
        #expect(session.credentials == .init(type: "basic", text: "ann:s:x"))
        #expect(
            session.cookies == [
                .init(
                    name: "a",
                    value: "b",
                    domain: ".h",
                    path: "/p",
                    expires: 1_700_000_000,
                    isSecure: true
                ),
                .init(name: "c", value: "d", domain: nil),
            ]
        )
    }

    @Test
    func `the older layout is read`() throws {
        let session = try HTTPieSession(parsing: Array(Self.old.utf8))
        #expect(session.fields == [FieldLine("X-Data", "value"), FieldLine("Y", "2")])
        #expect(session.credentials == .init(type: "basic", text: "ann:p"))
        #expect(session.cookies == [.init(name: "a", value: "b", domain: nil)])
    }

    @Test
    func `what is written reads back, without what HTTPie does not keep`() throws {
        var session = try HTTPieSession(parsing: Array(Self.new.utf8))
        session.fields.append(FieldLine("Content-Type", "x/y"))
        session.fields.append(FieldLine("X-\"Q\"", "é\n"))
        let again = try HTTPieSession(parsing: Array(session.text.utf8))
        session.fields.removeAll { $0.name == "Content-Type" }
        #expect(again == session)
        let empty = HTTPieSession()
        #expect(try HTTPieSession(parsing: Array(empty.text.utf8)) == empty)
        #expect(empty.text.contains("    \"cookies\": [],\n    \"headers\": []\n}\n"))
    }

    @Test(arguments: [
        ("", "it is no JSON: byte 1 cannot stand there"),
        ("[]", "the top level is not what HTTPie writes there"),
        ("{}", "the top level is not what HTTPie writes there"),
        (#"{"headers":3}"#, "headers is not what HTTPie writes there"),
        (#"{"headers":[3]}"#, "headers is not what HTTPie writes there"),
        (#"{"cookies":[{}]}"#, "cookies is not what HTTPie writes there"),
    ])
    func `other files are refused`(_ text: String, _ sentence: String) {
        #expect {
            _ = try HTTPieSession(parsing: Array(text.utf8))
        } throws: { error in
            (error as? HTTPieSession.Problem)?.sentence == sentence
        }
    }
}
