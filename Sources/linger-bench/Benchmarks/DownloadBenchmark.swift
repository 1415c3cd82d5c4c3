import TestSupport

/// One large response to a file.
enum DownloadBenchmark {
    private static let length = 1 << 30

    static func run(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("1 GiB from nginx to a file")
        guard RealProgram.nginx.path != nil else {
            report.add(remark: "skipped: no nginx")
            return report
        }
        let nginx = try await NginxServer.start(.init(zeros: ["gigabyte": self.length]))
        defer { nginx.stop() }
        let url = "\(nginx.baseURL)/gigabyte"
        var linger: [ProcessRunner.Measurement] = []
        var curl: [ProcessRunner.Measurement] = []
        for _ in 0..<rounds {
            linger.append(
                try self.download(programs.linger) { ["--no-rc", "-c", "get \(url) > \($0)"] }
            )
            guard let path = programs.curl else { continue }
            curl.append(
                try self.download(path) { ["--disable", "--silent", "--output", $0, url] }
            )
        }
        report.add(row: "linger", linger)
        report.add(
            "linger, peak memory",
            Distribution(linger.map(\.megabytes)),
            decimals: 1,
            unit: " MB",
            target: .below(40)
        )
        if !curl.isEmpty {
            report.add(row: "curl", curl)
            let ratio = Distribution(linger.map(\.elapsed.seconds), by: curl.map(\.elapsed.seconds))
            report.add(remark: "linger/curl, time: \(ratio.text(decimals: 2))")
        }
        let floor = Figure.text(Double(ProcessRunner.ownPeakMemory) / 1e6, decimals: 1)
        report.add(remark: "Less memory than linger-bench's own, \(floor) MB, cannot be seen.")
        return report
    }

    private static func download(
        _ program: String,
        _ arguments: (_ path: String) -> [String]
    ) throws -> ProcessRunner.Measurement {
        // Another folder each time: none of them truncates the file of another.
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gigabyte"
        let measurement = try ProcessRunner.measureSuccess(program, arguments(path))
        let length = try FileLength.of(path)
        guard length == self.length else {
            throw ProcessRunner.Unsuccessful(
                command: program,
                standardError: "\(length) bytes of \(self.length)"
            )
        }
        return measurement
    }
}

extension Report {
    /// Adds a row of what runs of a program took.
    mutating func add(row name: String, _ runs: [ProcessRunner.Measurement]) {
        self.add(
            row: name,
            "\(Distribution(runs.map(\.elapsed.seconds)).text(decimals: 2)) s",
            "\(Distribution(runs.map(\.processorSeconds)).text(decimals: 2)) s CPU",
            "\(Distribution(runs.map(\.megabytes)).text(decimals: 1)) MB"
        )
    }
}
