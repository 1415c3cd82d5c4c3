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
        let file = folder.path + "/many.http"
        let url = "\(nginx.baseURL)/small"
        try self.write("###\nGET \(url)\n\n", times: self.replayRequests, to: file)
        var replayRates: [Double] = []
        var repeatRates: [Double] = []
        for _ in 0..<rounds {
            replayRates.append(
                try self.rate(programs.linger, ["replay", "--no-rc", "--set", "show=none", file])
            )
            let line = "\(self.replayRequests) get \(url) > /dev/null"
            repeatRates.append(try self.rate(programs.linger, ["--no-rc", "-c", line]))
        }
        for (name, rates) in [("replay", replayRates), ("repeat", repeatRates)] {
            report.add(row: name, "\(Distribution(rates).text(decimals: 0)) requests/s")
        }
        let ratio = Distribution(replayRates, by: repeatRates)
        report.add("replay/repeat, rate", ratio, target: .atLeast(0.9))
        return report
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
            for _ in 0..<rounds {
                let start = self.processorSeconds
                let reading = SessionFileReader.read(bytes, file: "f")
                times.append(self.processorSeconds - start)
                precondition(reading.document.requestCount == count, "requests were lost")
            }
            report.add(name, Distribution(times), unit: " s CPU", target: .below(1))
        }
    }

    private static func rate(_ program: String, _ arguments: [String]) throws -> Double {
        let measurement = try ProcessRunner.measureSuccess(program, arguments)
        return Double(self.replayRequests) / measurement.elapsed.seconds
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
