import TestSupport
import Testing

@testable import SessionFiles

@Suite("Quoting for a POSIX shell")
struct ShellQuotingTests {
    private static func run(_ command: String, _ environment: [String: String] = [:]) throws
        -> String
    {
        let output = try ProcessRunner.run(
            "/bin/sh",
            ["-c", command],
            environment: environment.merging(["PATH": "/usr/bin:/bin", "LC_ALL": "C"]) { $1 }
        )
        #expect(output.standardError == "")
        return output.standardOutput
    }

    @Test(arguments: [
        "", "a", "it's", "'", "''", "$HOME `id` $(id) \\ \" ! * ? ~ # ; & | < >", "a\nb\n", "\t",
        "-n", "é😀", "{a,b}", "%s%d\\n",
        // A quote and a mark are one character to Swift, and two to a shell.
        "a'\u{301}; echo b; '", "'\u{200D}$(echo b)'\u{200D}",
    ])
    func `a word comes back as it was`(_ text: String) throws {
        var quoting = ShellQuoting()
        let word = quoting.word(text)
        #expect(try Self.run("printf '%s.' \(word)") == text + ".")
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `printf writes any bytes`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes += Array("-%s%%\\n\\0'\"$x".utf8)
        if seed == 0 { bytes = Array(0...255) }
        if seed == 1 { bytes.insert(UInt8(ascii: "-"), at: 0) }
        var quoting = ShellQuoting()
        let command = quoting.printf([.literal(bytes)])
        let hex = try Self.run("\(command) | od -An -v -tx1 | tr -d ' \\n'")
        let wanted = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == wanted, "seed \(seed): \(command)")
    }

    @Test
    func `secrets are variables of the environment`() throws {
        var quoting = ShellQuoting()
        let pieces: [ExportPiece] = [
            .literal(Array("Bearer ".utf8)), .secret(name: "x-api.key", isBare: false),
            .literal(Array("!".utf8)),
        ]
        let word = quoting.word(pieces)
        let command = quoting.printf(pieces)
        #expect(word == "'Bearer '\"$X_API_KEY\"'!'")
        #expect(quoting.names == ["X_API_KEY"])
        let environment = ["X_API_KEY": "a b'$c%s\\n"]
        #expect(try Self.run("printf %s \(word)", environment) == "Bearer a b'$c%s\\n!")
        #expect(try Self.run(command, environment) == "Bearer a b'$c%s\\n!")
    }

    @Test(arguments: [
        ("password", "PASSWORD"), ("1x", "_1X"), ("", "_"), ("path", "PATH_SECRET"), ("é", "_"),
    ])
    func `a secret's name is one of a variable`(_ name: String, _ variable: String) {
        #expect(name.environmentName == variable)
    }

    @Test
    func `different secrets never share a variable`() {
        var quoting = ShellQuoting()
        let words = ["a-b", "a_b", "a-b"].map { quoting.word([.secret(name: $0, isBare: false)]) }
        #expect(words == ["\"$A_B\"", "\"$A_B_2\"", "\"$A_B\""])
    }
}

@Suite("Secrets in content")
struct SecretPiecesTests {
    private static let finder = SecretPieces {
        $0.lowercased().contains("password") || $0 == "tokens"
    }

    private static func marked(_ text: String, _ type: String) -> String {
        Self.finder.pieces(of: Array(text.utf8), mediaType: type).map { piece in
            switch piece {
            case .literal(let bytes): String(decoding: bytes, as: UTF8.self)
            case .secret(let name, let isBare): isBare ? "<\(name)!>" : "<\(name)>"
            }
        }.joined()
    }

    @Test(arguments: [
        (#"{"user":"ann","password":"x\"y"}"#, #"{"user":"ann","password":"<password>"}"#),
        (
            #"{"a":[{"password" : 12 }, "password"]}"#,
            #"{"a":[{"password" : <password!> }, "password"]}"#
        ),
        (
            #"{"tokens":["a",{"b":"c"}],"d":"e"}"#,
            #"{"tokens":["<tokens>",{"b":"<tokens>"}],"d":"e"}"#
        ),
        (#"{"password":""}"#, #"{"password":""}"#),
        (#"{"password":"x"#, #"{"password":"<password>"#),
        (#"{"password":true,"b":"c"}"#, #"{"password":true,"b":"c"}"#), ("", ""),
    ])
    func `values under a secret's name in JSON are found`(_ text: String, _ expected: String) {
        #expect(Self.marked(text, "application/json; charset=utf-8") == expected)
        #expect(Self.marked(text, "application/problem+json") == expected)
        #expect(Self.marked(text, "text/plain") == expected)
        #expect(Self.marked(text, "image/svg+xml") == text)
    }

    @Test(arguments: [
        ("a=b&password=c&d=e", "a=b&password=<password>&d=e"),
        ("pass%77ord=1", "pass%77ord=<password>"),
        ("password=&b", "password=&b"), ("", ""), ("&&=", "&&="),
    ])
    func `values under a secret's name in a form are found`(_ text: String, _ expected: String) {
        #expect(Self.marked(text, "application/x-www-form-urlencoded") == expected)
    }
}
