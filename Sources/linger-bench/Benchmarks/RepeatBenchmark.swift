import HTTPModel
import TestSupport

/// Small requests on one kept connection, one after the other.
enum RepeatBenchmark {
    private static let requests = 20_000
    private static let pythonRequests = 2_000

    /// Prints the seconds of its loop.
    private static let pythonScript = """
        import sys, time, requests
        session = requests.Session()
        session.trust_env = False
        start = time.perf_counter()
        for _ in range(int(sys.argv[2])):
            session.get(sys.argv[1]).raise_for_status()
        print(time.perf_counter() - start)
        """

    static func run(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("small requests on one kept connection")
        guard RealProgram.nginx.path != nil else {
            report.add(remark: "skipped: no nginx")
            return report
        }
        let nginx = try await NginxServer.start(.init(keepaliveRequests: 1_000_000))
        defer { nginx.stop() }
        try self.checkOwnCount(programs.linger, nginx)
        let contestants = self.contestants(programs, "\(nginx.baseURL)/small")
        var runs = [[Run]](repeating: [], count: contestants.count)
        for _ in 0..<rounds {
            for (index, contestant) in contestants.enumerated() {
                runs[index].append(try self.measure(contestant, nginx))
            }
        }
        for (contestant, runs) in zip(contestants, runs) {
            report.add(
                row: contestant.name,
                "n = \(Figure.text(contestant.requests))",
                "\(Distribution(runs.map(\.rate)).text(decimals: 0)) requests/s",
                "\(Distribution(runs.map(\.processorMicroseconds)).text(decimals: 1)) µs CPU each"
            )
        }
        for (contestant, runsThere) in zip(contestants, runs) {
            guard let target = contestant.target else { continue }
            let ratio = Distribution(runs[0].map(\.rate), by: runsThere.map(\.rate))
            report.add("linger/\(contestant.name), rate", ratio, target: target)
        }
        return report
    }

    /// Who sends the requests.
    private struct Contestant {
        let name: String
        let program: String
        let arguments: [String]
        let requests: Int
        /// What linger's rate by this one's should be; nil for linger itself.
        let target: Target?
        /// Whether it prints how long it took itself.
        var timesItself = false
    }

    /// What a contestant achieved in a round.
    private struct Run {
        /// Requests in a second.
        let rate: Double
        /// Processor time for each request.
        let processorMicroseconds: Double
    }

    private static func contestants(_ programs: Programs, _ url: String) -> [Contestant] {
        var contestants = [
            Contestant(
                name: "linger",
                program: programs.linger,
                arguments: ["--no-rc", "-c", "\(self.requests) get \(url) > /dev/null"],
                requests: self.requests,
                target: nil
            )
        ]
        if let curl = programs.curl {
            let range = "\(url)?[1-\(self.requests)]"
            contestants.append(
                Contestant(
                    name: "curl",
                    program: curl,
                    arguments: ["--disable", "--silent", "--output", "/dev/null", range],
                    requests: self.requests,
                    target: .atLeast(1.2)
                )
            )
        }
        if let python = programs.python {
            contestants.append(
                Contestant(
                    name: "requests",
                    program: python,
                    arguments: ["-c", self.pythonScript, url, "\(self.pythonRequests)"],
                    requests: self.pythonRequests,
                    target: .atLeast(5),
                    timesItself: true
                )
            )
        }
        return contestants
    }

    private static func measure(_ contestant: Contestant, _ nginx: NginxServer) throws -> Run {
        let before = try NginxCounts(of: nginx)
        let measurement = try ProcessRunner.measureSuccess(contestant.program, contestant.arguments)
        let counts = try NginxCounts(of: nginx).since(before)
        guard counts == NginxCounts(connections: 1, requests: contestant.requests) else {
            throw WrongCount(name: contestant.name, counts: counts)
        }
        var seconds = measurement.elapsed.seconds
        if contestant.timesItself {
            let text = measurement.standardOutput.split(separator: "\n").first ?? ""
            guard let own = Double(text) else {
                throw ProcessRunner.Unsuccessful(
                    command: contestant.program,
                    standardError: "it printed no time"
                )
            }
            seconds = own
        }
        let requests = Double(contestant.requests)
        return Run(
            rate: requests / seconds,
            processorMicroseconds: measurement.processorSeconds * 1e6 / requests
        )
    }

    /// Checks by a few requests that linger itself counts one connection, and all requests on it.
    private static func checkOwnCount(_ linger: String, _ nginx: NginxServer) throws {
        let line = "100 get \(nginx.baseURL)/small > /dev/null"
        let measurement = try ProcessRunner.measureSuccess(
            linger,
            ["--no-rc", "--json", "-c", line]
        )
        let last = measurement.standardOutput.split(separator: "\n").last ?? ""
        let summary = try JSONValue(parsing: String(last))
        let connections = summary["connections"]
        guard summary["type"] == .string("repeat"),
            summary["finished"] == .number("100"),
            summary["failed"] == .number("0"),
            connections?[0]?["requests"] == .number("100"),
            connections?[1] == nil
        else {
            throw ProcessRunner.Unsuccessful(command: line, standardError: String(last))
        }
    }
}

/// A contestant did something else than was to be measured.
private struct WrongCount: Error, CustomStringConvertible {
    let name: String
    let counts: NginxCounts

    var description: String {
        let (requests, connections) = (self.counts.requests, self.counts.connections)
        return "\(self.name) sent \(requests) requests on \(connections) connections"
    }
}
