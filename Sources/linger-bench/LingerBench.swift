import ArgumentParser
import Glibc
import TestSupport

/// Measures linger beside the programs that it is compared with, in one run.
///
///     swift build -c release --product linger
///     swift run -c release linger-bench
///
/// The contestants take turns, round by round (A B C A B C …), so that whatever else the machine
/// does falls on all of them. A ratio is taken within a round; shown are the median of the rounds
/// and, in brackets, the least and the greatest. Programs are measured from outside, by the count
/// of the kernel (`wait4`), with a fixed small environment and without rc files. Everything is on
/// loopback, so the server shares the machine: nginx, one worker, configured as for the tests.
///
/// - `repeat`: one connection, one request at a time. `linger -c '20000 get …/small > /dev/null'`;
///   `curl -o /dev/null '…/small?[1-20000]'`; and 2,000 times `get` of a `requests.Session`, in
///   the Python that `LINGER_TEST_PYTHON` names, else `python3`. The rate of linger and curl is
///   over the whole process, that of Python over its loop alone, since 2,000 requests do not make
///   up for a long start. The response has 6 bytes. nginx's own count says that each used one
///   connection; if not, that is an error, and so is a failed request.
/// - `connections`: 100,000 small requests over 32 connections of HTTP/1.1, beside
///   `wrk -t1 -c32` and `curl --parallel --parallel-max 32`.
/// - `streams`: the same over 32 streams of one connection of HTTP/2 with TLS, beside
///   `h2load -c1 -m32 -t1`.
/// - `tls`: as `repeat`, with TLS, beside curl.
/// - `idle`: how much memory an idle connection takes: the peak with 900 of them less that with
///   one.
/// - `start`: from the start to the exit of `--version`, 8 times in each round. What a static build
///   of linger shows is judged; a build that loads the Swift libraries is only shown.
/// - `download`: 2³⁰ zero bytes, or as many as `--size` says, sent from a sparse file, to a file on
///   the disk of `TMPDIR`. Peak memory is resident memory, in units of 10⁶ bytes.
/// - `upload`: the same the other way, from a sparse file to a socket that is only read.
/// - `files`: a session file of 100,000 requests, and one with a line of 100 MB, are read, in
///   processor time. One of 20,000 requests is replayed beside the same number repeated; what one
///   request alone takes, with start and reading, is taken off both.
/// - `pool`: the pool machine alone, without sockets and clock: a request arrives, gets an idle
///   connection, and finishes. With 10 connections of one origin, and with 10,000 of 1,000. In
///   processor time, so that it can be read on a busy machine.
/// - `lanes`: `lanes` in a terminal and the page of `export html`, from the events of 10,000
///   exchanges. In processor time too.
///
/// - `prompt`: from a key to the screen of a pseudo-terminal, and from Tab to its list, with 10,000
///   lines of history and an OpenAPI document of 2 MB.
/// - `json`: 30 MB of JSON laid out and coloured, by our formatter in pieces of 64 KiB and by
///   `jq -C .`, in processor time; and linger as a whole, which gets it from a socket and writes it
///   as it comes: its processor time and its peak memory.
///
/// The exit status is 0 if all could be measured or was skipped, 1 if something went wrong, or
/// under `--strict` if a target was missed.
@main
struct LingerBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linger-bench",
        abstract: "Measures linger beside curl and Python's requests."
    )

    @Option(help: "How many rounds; the contestants take turns in each.")
    var rounds = 5

    @Option(help: "Run this benchmark only; repeatable.")
    var only: [BenchmarkName] = []

    @Option(help: "How much `download` and `upload` transfer, such as 5g or 300m.")
    var size = ByteSize.gibibyte

    @Option(help: "The linger to measure; else the one beside this program.")
    var linger: String?

    @Flag(help: "Exit 1 if a target is missed.")
    var strict = false

    func validate() throws {
        guard self.rounds > 0 else { throw ValidationError("--rounds takes 1 or more") }
    }

    func run() async throws {
        let programs = try Programs(linger: self.linger)
        print(MachineFacts.text(rounds: self.rounds))
        print(programs.text)
        fflush(nil)
        var hasMissed = false
        for name in BenchmarkName.allCases where self.only.isEmpty || self.only.contains(name) {
            let report = try await self.report(of: name, programs)
            print("\n\(name.rawValue): \(report.title)")
            report.lines.forEach { print("  \($0)") }
            // Each as soon as it is known, even into a pipe.
            fflush(nil)
            hasMissed = hasMissed || report.hasMissedTarget
        }
        if self.strict, hasMissed { throw ExitCode.failure }
    }

    private func report(of name: BenchmarkName, _ programs: Programs) async throws -> Report {
        switch name {
        case .repeat: try await RepeatBenchmark.run(programs, rounds: self.rounds)
        case .connections:
            try await ConcurrencyBenchmark.runConnections(programs, rounds: self.rounds)
        case .streams: try await ConcurrencyBenchmark.runStreams(programs, rounds: self.rounds)
        case .tls: try await ConcurrencyBenchmark.runTLS(programs, rounds: self.rounds)
        case .idle: try await IdleMemoryBenchmark.run(programs, rounds: self.rounds)
        case .start: try StartBenchmark.run(programs, rounds: self.rounds)
        case .download:
            try await DownloadBenchmark.run(programs, rounds: self.rounds, size: self.size)
        case .upload: try await UploadBenchmark.run(programs, rounds: self.rounds, size: self.size)
        case .files: try await FilesBenchmark.run(programs, rounds: self.rounds)
        case .pool: PoolBenchmark.run(rounds: self.rounds)
        case .lanes: LanesBenchmark.run(rounds: self.rounds)
        case .prompt: try PromptBenchmark.run(programs, rounds: self.rounds)
        case .json: try JSONBenchmark.run(programs, rounds: self.rounds)
        }
    }
}

/// The benchmarks, in the order in which they run.
///
/// The one that takes memory of its own is last: see ``ProcessRunner/Measurement/peakMemory``.
enum BenchmarkName: String, CaseIterable, ExpressibleByArgument {
    case `repeat`
    case connections
    case streams
    case tls
    case idle
    case start
    case download
    case upload
    case files
    case prompt
    case pool
    case lanes
    case json
}
