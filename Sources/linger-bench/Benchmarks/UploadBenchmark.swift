import TestSupport

/// One large request from a file.
enum UploadBenchmark {
    static func run(_ programs: Programs, rounds: Int, size: ByteSize) async throws -> Report {
        var report = Report("\(size.text) from a file to a server that throws it away")
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gigabyte"
        try FileLength.make(path, size.count)
        // Whoever reads it first pays for the memory that it is kept in.
        _ = try ProcessRunner.measureSuccess("/bin/dd", ["if=\(path)", "of=/dev/null", "bs=1M"])
        let server = try FaultServer(
            FaultScript([
                .readHead, .send("HTTP/1.1 100 Continue\r\n\r\n"), .discardBytes(size.count),
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
