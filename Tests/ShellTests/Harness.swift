import Glibc
import HTTPModel
import HTTPSession
import HTTPTypes
import Synchronization
import TestTransport

@testable import Shell

/// An evaluator over a scripted transport, and what it has written.
final class Harness: Sendable {
    let evaluator: Evaluator
    let transport: ScriptedTransport
    private let written: Written

    /// What was written, by stream.
    private final class Written: Sendable {
        let output = Mutex<[UInt8]>([])
        let error = Mutex<[UInt8]>([])
        /// How many requests had been sent when data was first written.
        let requestsBefore = Mutex<Int?>(nil)
    }

    /// Makes an evaluator whose base is `http://a.example/`.
    init(_ transport: ScriptedTransport, environment: [String: String] = [:]) async {
        // As the program does: a filter may end before it has read all.
        signal(SIGPIPE, SIG_IGN)
        let written = Written()
        let console = Console(
            streams: .init(
                writeOutput: { bytes in
                    written.requestsBefore.withLock { $0 = $0 ?? transport.requests.count }
                    written.output.withLock { $0 += bytes }
                    return true
                },
                writeError: { bytes in
                    written.error.withLock { $0 += bytes }
                    return true
                }
            ),
            environment: environment
        )
        let session = Session(
            transport: transport,
            configuration: SessionConfiguration(
                userAgent: "linger/test",
                clock: { .start },
                wallClock: { 0 },
                emit: { _ in }
            )
        )
        self.transport = transport
        self.written = written
        self.evaluator = Evaluator(
            Evaluator.Configuration(
                session: session,
                events: EventLog(),
                console: console,
                isInteractive: false,
                environment: environment,
                version: "test",
                clock: { .start },
                wallClock: { 0 }
            )
        )
        _ = await self.evaluator.applyBase("http://a.example")
    }

    /// Answers by path on the base, else 404.
    convenience init(
        answers: [String: ScriptedTransport.Reply],
        environment: [String: String] = [:]
    ) async {
        var replies: [String: ScriptedTransport.Reply] = [:]
        for (path, reply) in answers { replies["http://a.example\(path)"] = reply }
        await self.init(ScriptedTransport(byTarget: replies), environment: environment)
    }

    /// Runs lines; returns what standard output got.
    func run(_ lines: String...) async -> String {
        self.written.output.withLock { $0 = [] }
        self.written.error.withLock { $0 = [] }
        for line in lines { _ = await self.evaluator.run(line) }
        return self.output
    }

    /// What standard output got.
    var output: String { String(decoding: self.written.output.withLock { $0 }, as: UTF8.self) }

    /// How many requests had been sent when standard output first got something.
    var requestsBeforeOutput: Int? { self.written.requestsBefore.withLock { $0 } }

    /// What standard error got.
    var errors: String { String(decoding: self.written.error.withLock { $0 }, as: UTF8.self) }

    /// Methods, targets and contents of what was sent.
    var sent: [String] {
        self.transport.requests.map { "\($0.method.rawValue) \($0.target)" }
    }
}
