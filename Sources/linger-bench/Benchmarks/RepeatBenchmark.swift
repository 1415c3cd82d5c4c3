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
        try RateRace(nginx: nginx, contestants: contestants).run(rounds: rounds, into: &report)
        return report
    }

    private static func contestants(
        _ programs: Programs,
        _ url: String
    ) -> [RateRace.Contestant] {
        var contestants = [
            RateRace.Contestant(
                name: "linger",
                program: programs.linger,
                arguments: ["--no-rc", "-c", "\(self.requests) get \(url) > /dev/null"],
                requests: self.requests,
                connections: 1...1
            )
        ]
        if let curl = programs.curl {
            let range = "\(url)?[1-\(self.requests)]"
            contestants.append(
                .init(
                    name: "curl",
                    program: curl,
                    arguments: ["--disable", "--silent", "--output", "/dev/null", range],
                    requests: self.requests,
                    connections: 1...1,
                    target: .atLeast(1.2)
                )
            )
        }
        if let python = programs.python {
            contestants.append(
                .init(
                    name: "requests",
                    program: python,
                    arguments: ["-c", self.pythonScript, url, "\(self.pythonRequests)"],
                    requests: self.pythonRequests,
                    connections: 1...1,
                    target: .atLeast(5),
                    ownRate: { printed in
                        let seconds = printed.split(separator: "\n").first.flatMap { Double($0) }
                        return seconds.map { Double(self.pythonRequests) / $0 }
                    }
                )
            )
        }
        return contestants
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
