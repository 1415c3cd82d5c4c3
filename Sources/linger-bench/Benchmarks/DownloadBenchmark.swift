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
        report.add(transfers: linger, besides: curl)
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
