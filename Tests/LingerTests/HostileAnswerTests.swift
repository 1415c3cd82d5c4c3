import HTTPModel
import TestSupport
import Testing

@Suite("Program: answers that mean harm end in an error that names the limit")
struct HostileAnswerTests {
    private let workspace: Workspace

    init() throws {
        self.workspace = try Workspace()
    }

    /// Ten million zeros in gzip: some ten thousand bytes.
    private static let member: [UInt8] = {
        // What `gzip -9` makes of them: a head, stored nowhere, the runs of one block, a trailer.
        let output = try? ProcessRunner.run(
            "/bin/sh",
            ["-c", "head -c 10000000 /dev/zero | gzip -9n | od -An -v -tx1"]
        )
        let words = output?.standardOutput.split { $0 == " " || $0 == "\n" } ?? []
        return words.compactMap { UInt8($0, radix: 16) }
    }()

    private struct Attack: Sendable {
        let name: String
        let steps: [FaultScript.Step]
        let words: String
        var status = 1
    }

    /// One redirect more than are followed; with the last the connection ends.
    private static let loop: [FaultScript.Step] = {
        let fields = ["Location: /attack"]
        let redirect = FaultScript.Step.send(FaultScript.response("302 Found", fields: fields))
        let last = FaultScript.response("302 Found", fields: fields + ["Connection: close"])
        return (0..<20).flatMap { _ in [redirect, .readRequest] } + [.send(last)]
    }()

    private static let attacks: [Attack] = [
        Attack(
            name: "a zip bomb of 10 MB that stands for 10 GB",
            steps: [
                .send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"),
                .sendRepeatedly(Self.member, limit: Self.member.count * 1_000),
            ],
            words: "more than 256 times as much is not decoded"
        ),
        Attack(
            name: "an endless head",
            steps: [
                .send("HTTP/1.1 200 OK\r\n"),
                .sendRepeatedly(Array("X-Filler: 0123456789\r\n".utf8), limit: 64 << 20),
            ],
            words: "over 262 kB"
        ),
        Attack(
            name: "10,000 fields",
            steps: [
                .send(
                    "HTTP/1.1 200 OK\r\n" + (0..<10_000).map { "X-\($0): y\r\n" }.joined()
                        + "\r\n"
                )
            ],
            words: "more than 5000 fields"
        ),
        Attack(
            name: "a redirect to itself",
            steps: Self.loop,
            words: "more than 20 redirects",
            status: 6
        ),
        Attack(
            name: "interim responses without end",
            steps: [
                .sendRepeatedly(
                    Array("HTTP/1.1 103 Early Hints\r\n\r\n".utf8),
                    limit: 1 << 20
                )
            ],
            words: "more than 100 interim responses"
        ),
        Attack(
            name: "a chunk of endless extensions",
            steps: [
                .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;"),
                .sendRepeatedly([UInt8](repeating: 0x61, count: 1_000), limit: 64 << 20),
            ],
            words: "an extension of over 4.1 kB"
        ),
        Attack(
            name: "six codings",
            steps: [
                .send(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: br, br, br, br, br, br\r\n"
                        + "Content-Length: 1\r\n\r\na"
                )
            ],
            words: "at most 5 are removed"
        ),
        Attack(
            name: "both Content-Length and Transfer-Encoding",
            steps: [
                .send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\n"
                )
            ],
            words: "both Content-Length and Transfer-Encoding"
        ),
        Attack(
            name: "several Content-Lengths",
            steps: [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")
            ],
            words: "its Content-Length is \"5, 6\""
        ),
        Attack(
            name: "CR in a field",
            steps: [.send("HTTP/1.1 200 OK\r\nX-Bad: a\rb\r\nContent-Length: 0\r\n\r\n")],
            words: "\"X-Bad\""
        ),
        Attack(
            name: "NUL in a field",
            steps: [.send("HTTP/1.1 200 OK\r\nX-Bad: a\u{0}b\r\nContent-Length: 0\r\n\r\n")],
            words: "\"X-Bad\""
        ),
    ]

    @Test func `a flood of cookies fills neither the store nor the memory, and says why not`()
        throws
    {
        let fields = (0..<4_000).map { "Set-Cookie: c\($0)=\(String(repeating: "v", count: 40))" }
        let server = try FaultServer(.answerAndKeep(FaultScript.response(fields: fields)))
        let lines = [
            "get \(server.baseURL)/", "cookies why \(server.baseURL)/",
            "get \(server.baseURL)/fine",
        ]
        let measured = try ProcessRunner.measure(
            try Workspace.program,
            ["--no-rc"] + lines.flatMap { ["-c", $0] },
            environment: self.workspace.environment
        )
        #expect(measured.status == .exited(0), "\(measured.standardError)")
        let text = measured.standardOutput.split(separator: "\n")
        #expect(text.count { $0.hasSuffix(": sent") } == 50)
        #expect(text.contains { $0.contains("a response sets at most 50") })
        #expect(measured.peakMemory < max(100_000_000, ProcessRunner.ownPeakMemory + 1_000_000))
    }

    @Test(arguments: Self.attacks.indices)
    func `an attack is an error with its limit, in little memory, and the shell goes on`(
        index: Int
    ) throws {
        let attack = Self.attacks[index]
        let server = try FaultServer(.onFirst([.readRequest] + attack.steps + [.waitForClose]))
        let lines = ["get \(server.baseURL)/attack", "get \(server.baseURL)/fine"]
        let measured = try ProcessRunner.measure(
            try Workspace.program,
            ["--no-rc", "--set", "on-error=continue"] + lines.flatMap { ["-c", $0] },
            environment: self.workspace.environment
        )
        #expect(measured.standardError.contains(attack.words), "\(attack.name): \(measured)")
        // What came before the limit was written on as it came; the rest is not to be seen here.
        #expect(measured.standardError.contains("2 · 200 OK"), "\(attack.name)")
        #expect(measured.status == .exited(attack.status), "\(attack.name)")
        // What this process has had is counted with the program's: see `peakMemory`.
        let limit = max(100_000_000, ProcessRunner.ownPeakMemory + 1_000_000)
        #expect(measured.peakMemory < limit, "\(attack.name): \(measured.peakMemory)")
    }
}
