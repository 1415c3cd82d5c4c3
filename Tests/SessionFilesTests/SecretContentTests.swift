import HTTPModel
import SessionFiles
import Testing

@Suite("Writer: secrets in contents")
struct SecretContentTests {
    private static func replacement() -> SecretReplacement {
        SecretReplacement(
            isSensitive: { $0 == "Authorization" },
            isSensitiveKey: { $0.lowercased().contains("passw") || $0.hasSuffix("pin") }
        )
    }

    @Test(arguments: [
        (
            #"{ "user": "ann",  "password" : "s3cr\"et", "n": 1 }"#,
            #"{ "user": "ann",  "password" : "{{password}}", "n": 1 }"#
        ),
        (#"{"pin": 1234}"#, #"{"pin": {{pin}}}"#),
        (
            #"[{"a":{"Password":"x"}},{"Password":"x"}]"#,
            #"[{"a":{"Password":"{{Password}}"}},{"Password":"{{Password}}"}]"#
        ),
        (
            #"{"password":"a","new_password":"b"}"#,
            #"{"password":"{{password}}","new_password":"{{new_password}}"}"#
        ),
    ])
    func `a literal under a secret key becomes a variable, and no other byte changes`(
        _ content: String,
        _ expected: String
    ) {
        var secrets = Self.replacement()
        let template = secrets.replacing(
            content: Array(content.utf8),
            hasReferences: false,
            mediaType: "application/json"
        )
        #expect(template == expected)
        for type in ["", "text/plain; charset=utf-8"] {
            let text = Array(content.utf8)
            let same = secrets.replacing(content: text, hasReferences: false, mediaType: type)
            #expect(same == expected)
        }
    }

    @Test(arguments: [
        #"{"user":"ann"}"#, #"{"password":{"hint":"x"}}"#, #"{"password":""}"#,
        #"{"password":null}"#, #"["password","x"]"#, "password", #"{"password"#, #"{"password":"#,
    ])
    func `what is no secret stays`(_ content: String) {
        var secrets = Self.replacement()
        let template = secrets.replacing(
            content: Array(content.utf8),
            hasReferences: false,
            mediaType: "application/json"
        )
        #expect(template == nil)
        #expect(secrets.expectedNames == [])
    }

    @Test func `a reference is no literal, and braces in plain content stay plain`() {
        var secrets = Self.replacement()
        let reference = Array(#"{"password":"{{p}}"}"#.utf8)
        let json = "application/json"
        #expect(secrets.replacing(content: reference, hasReferences: true, mediaType: json) == nil)
        let braces = Array(#"{"password":"x","a":"{{b}}"}"#.utf8)
        #expect(
            secrets.replacing(content: braces, hasReferences: false, mediaType: json)
                == #"{"password":"{{password}}","a":"\{{b}}"}"#
        )
        #expect(
            secrets.replacing(content: braces, hasReferences: true, mediaType: json)
                == #"{"password":"{{password}}","a":"{{b}}"}"#
        )
        let escaped = Array(#"{"password":"x","a":"\\{{b {{{"}"#.utf8)
        #expect(
            secrets.replacing(content: escaped, hasReferences: false, mediaType: json)
                == #"{"password":"{{password}}","a":"\\\\\{{b \{{{"}"#
        )
    }

    @Test(arguments: [
        ("/a?user=ann&password=x%20y#password=z", "/a?user=ann&password={{%password}}#password=z"),
        ("{{base}}/a?password={{p}}&pin=1", "{{base}}/a?password={{p}}&pin={{%pin}}"),
        ("/a?password=", "/a?password="), ("/password=x", "/password=x"), ("/?", "/?"),
    ])
    func `a secret of a query becomes a variable`(_ target: String, _ expected: String) {
        var secrets = Self.replacement()
        #expect(secrets.replacing(target: target) == expected)
        #expect(
            secrets.replacing(parameter: "pin", value: "2")
                == "{{\(secrets.expectedNames.last ?? "")}}"
        )
        #expect(secrets.replacing(parameter: "user", value: "2") == "2")
    }

    @Test func `a form keeps its encoding`() {
        var secrets = Self.replacement()
        let template = secrets.replacing(
            content: Array("user=ann&password=a%20b&pin=&x".utf8),
            hasReferences: false,
            mediaType: "application/x-www-form-urlencoded; charset=utf-8"
        )
        #expect(template == "user=ann&password={{%password}}&pin=&x")
    }

    @Test func `names are shared by equal values, and never taken twice`() {
        var secrets = Self.replacement()
        secrets.reserve(["password"])
        for (value, name) in [("a", "password_2"), ("b", "password_3"), ("a", "password_2")] {
            let template = secrets.replacing(
                content: Array(#"{"password":"\#(value)"}"#.utf8),
                hasReferences: false,
                mediaType: ""
            )
            #expect(template == #"{"password":"{{\#(name)}}"}"#)
        }
        #expect(secrets.expectedNames == ["password_2", "password_3"])
    }
}
