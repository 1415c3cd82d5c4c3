import TestSupport

/// The memory of idle connections: linger with 900 of them, by the same with none.
enum IdleMemoryBenchmark {
    /// nginx takes 1,024, and most shells allow 1,024 open files.
    private static let connections = 900

    static func run(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("peak memory with \(self.connections) idle connections")
        guard RealProgram.nginx.path != nil else {
            report.add(remark: "skipped: no nginx")
            return report
        }
        let nginx = try await NginxServer.start()
        defer { nginx.stop() }
        let values = try (0..<rounds).map { _ in
            let without = try self.peak(programs, nginx, 1)
            return (try self.peak(programs, nginx, self.connections) - without)
                / Double(self.connections - 1) / 1e3
        }
        report.add(
            "memory of an idle connection",
            Distribution(values),
            decimals: 1,
            unit: " kB",
            target: .below(40)
        )
        return report
    }

    /// The peak of its memory, in bytes, with so many connections open.
    private static func peak(
        _ programs: Programs,
        _ nginx: NginxServer,
        _ count: Int
    ) throws -> Double {
        let before = try NginxCounts(of: nginx)
        let settings = ["pool.size", "pool.total", "pool.idle"].flatMap {
            ["--set", "\($0)=\(self.connections)"]
        }
        // Once they are open, a request is answered on one of them.
        let lines = [
            "pool warm \(count) \(nginx.baseURL)", "sleep 1s", "get \(nginx.baseURL)/small",
        ]
        let measurement = try ProcessRunner.measureSuccess(
            programs.linger,
            ["--no-rc"] + settings + lines.flatMap { ["-c", $0] }
        )
        let counts = try NginxCounts(of: nginx).since(before)
        guard counts == NginxCounts(connections: count, requests: 1) else {
            throw ProcessRunner.Unsuccessful(
                command: lines[0],
                standardError: "\(counts.connections) connections were opened"
            )
        }
        return Double(measurement.peakMemory)
    }
}
