import TestSupport

/// One large request from a file.
enum UploadBenchmark {
    private static let length = 1 << 30

    static func run(_ programs: Programs, rounds: Int) async throws -> Report {
        var report = Report("1 GiB from a file to a server that throws it away")
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gigabyte"
        try FileLength.make(path, self.length)
        let server = try FaultServer(
            FaultScript([
                .readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"), .discardBytes(self.length),
                .send(FaultScript.response()), .waitForClose,
            ])
        )
        let url = "\(server.baseURL)/"
        var linger: [ProcessRunner.Measurement] = []
        var curl: [ProcessRunner.Measurement] = []
        for _ in 0..<rounds {
            linger.append(
                try ProcessRunner.measureSuccess(
                    programs.linger,
                    ["--no-rc", "-c", "put \(url) < \(path)"]
                )
            )
            guard let program = programs.curl else { continue }
            curl.append(
                try ProcessRunner.measureSuccess(
                    program,
                    ["--disable", "--silent", "--upload-file", path, url]
                )
            )
        }
        report.add(transfers: linger, besides: curl)
        report.add(remark: "The server's bytes are read in this program, with locks and copies.")
        server.stop()
        return report
    }
}
