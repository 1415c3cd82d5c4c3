import TestSupport

/// One large response to a file.
enum DownloadBenchmark {
    static func run(_ programs: Programs, rounds: Int, size: ByteSize) async throws -> Report {
        var report = Report("\(size.text) from nginx to a file")
        guard RealProgram.nginx.path != nil else {
            report.add(remark: "skipped: no nginx")
            return report
        }
        let nginx = try await NginxServer.start(.init(zeros: ["gigabyte": size.count]))
        defer { nginx.stop() }
        let url = "\(nginx.baseURL)/gigabyte"
        var linger: [ProcessRunner.Measurement] = []
        var curl: [ProcessRunner.Measurement] = []
        for _ in 0..<rounds {
            linger.append(
                try self.download(programs.linger, size) {
                    ["--no-rc", "-c", "get \(url) > \($0)"]
                }
            )
            guard let path = programs.curl else { continue }
            curl.append(
                try self.download(path, size) { ["--disable", "--silent", "--output", $0, url] }
            )
        }
        report.add(transfers: linger, besides: curl)
        let floor = Figure.text(Double(ProcessRunner.ownPeakMemory) / 1e6, decimals: 1)
        report.add(remark: "Less memory than linger-bench's own, \(floor) MB, cannot be seen.")
        return report
    }

    private static func download(
        _ program: String,
        _ size: ByteSize,
        _ arguments: (_ path: String) -> [String]
    ) throws -> ProcessRunner.Measurement {
        // Another folder each time: none of them truncates the file of another.
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gigabyte"
        let measurement = try ProcessRunner.measureSuccess(program, arguments(path))
        let length = try FileLength.of(path)
        guard length == size.count else {
            throw ProcessRunner.Unsuccessful(
                command: program,
                standardError: "\(length) bytes of \(size.count)"
            )
        }
        return measurement
    }
}
