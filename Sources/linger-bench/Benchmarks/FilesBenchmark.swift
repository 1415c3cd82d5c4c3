import Glibc
import SessionFiles
import TestSupport

/// Session files: how fast a long one is read, and replayed.
enum FilesBenchmark {
    private static let readRequests = 100_000
    private static let longLine = 100_000_000
    private static let replayRequests = 20_000

    static func run(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("a session file is read, and replayed over one kept connection")
        self.addReading(rounds: rounds, to: &report)
        guard RealProgram.nginx.path != nil else {
            report.add(remark: "replay skipped: no nginx")
            return report
        }
        let nginx = try await NginxServer.start(.init(keepaliveRequests: 1_000_000))
        defer { nginx.stop() }
        let folder = try TemporaryFolder()
        let files = (many: folder.path + "/many.http", one: folder.path + "/one.http")
        let url = "\(nginx.baseURL)/small"
        let block = "###\nGET \(url)\n\n"
        try self.write(block, times: self.replayRequests, to: files.many)
        try self.write(block, times: 1, to: files.one)
        let bytes = Array(String(repeating: block, count: self.replayRequests).utf8)
        var measured: [Round] = []
        for _ in 0..<rounds {
            var round = try self.round(programs.linger, url: url, many: files.many, one: files.one)
            round.reading = self.readingSeconds(bytes, count: self.replayRequests)
            measured.append(round)
        }
        self.add(measured, to: &report)
        return report
    }

    /// How long a replay and a repetition of as many requests took, in seconds, each of one, and
    /// to read the file of the replay.
    private struct Round {
        var replay: Double
        var replayOfOne: Double
        var repetition: Double
        var repetitionOfOne: Double
        var reading = 0.0
    }

    private static func round(
        _ program: String,
        url: String,
        many: String,
        one: String
    ) throws -> Round {
        let replay = ["replay", "--no-rc", "--set", "show=none"]
        let line = "get \(url) > /dev/null"
        return Round(
            replay: try self.seconds(program, replay + [many]),
            replayOfOne: try self.seconds(program, replay + [one]),
            repetition: try self.seconds(
                program,
                ["--no-rc", "-c", "\(self.replayRequests) \(line)"]
            ),
            repetitionOfOne: try self.seconds(program, ["--no-rc", "-c", "1 \(line)"])
        )
    }

    /// Adds the rates of what one request more takes, planned and reported, but read before:
    /// reading has its own figure above, and a rate with all of it is told, too.
    private static func add(_ rounds: [Round], to report: inout Report) {
        let more = Double(self.replayRequests - 1)
        let replay = rounds.map { more / ($0.replay - $0.replayOfOne - $0.reading) }
        let repetition = rounds.map { more / ($0.repetition - $0.repetitionOfOne) }
        for (name, rates) in [("replay", replay), ("repeat", repetition)] {
            report.add(row: name, "\(Distribution(rates).text(decimals: 0)) requests/s")
        }
        let ratio = Distribution(replay, by: repetition)
        report.add("replay/repeat, rate", ratio, target: .atLeast(0.9))
        let whole = Distribution(rounds.map(\.repetition), by: rounds.map(\.replay))
        report.add(row: "the same with start and reading", "\(whole.text(decimals: 2)) x")
    }

    private static func addReading(rounds: Int, to report: inout Report) {
        let block = "### t\n# @expect status 200\nGET http://a/b?c=d HTTP/1.1\nA: b\n\nbody\n\n"
        let many = Array(String(repeating: block, count: self.readRequests).utf8)
        let long = Array("POST /\n\n".utf8) + [UInt8](repeating: 0x61, count: self.longLine)
        for (name, bytes, count) in [
            ("\(Figure.text(self.readRequests)) requests", many, self.readRequests),
            ("a line of \(Figure.text(self.longLine)) bytes", long, 1),
        ] {
            var times: [Double] = []
            for _ in 0..<rounds { times.append(self.readingSeconds(bytes, count: count)) }
            report.add(name, Distribution(times), unit: " s CPU", target: .below(1))
        }
    }

    private static func readingSeconds(_ bytes: [UInt8], count: Int) -> Double {
        let start = self.processorSeconds
        let reading = SessionFileReader.read(bytes, file: "f")
        let seconds = self.processorSeconds - start
        precondition(reading.document.requestCount == count, "requests were lost")
        return seconds
    }

    private static func seconds(_ program: String, _ arguments: [String]) throws -> Double {
        try ProcessRunner.measureSuccess(program, arguments).elapsed.seconds
    }

    private static func write(_ block: String, times: Int, to path: String) throws {
        guard let file = fopen(path, "w") else { throw CannotWrite(path: path) }
        defer { fclose(file) }
        let text = String(repeating: block, count: times)
        guard fputs(text, file) >= 0 else { throw CannotWrite(path: path) }
    }

    /// What this thread has taken.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The file to replay could not be written.
private struct CannotWrite: Error {
    let path: String
}
