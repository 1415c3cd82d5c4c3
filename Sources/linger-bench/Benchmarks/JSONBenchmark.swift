import Glibc
import Rendering
import TestSupport

/// JSON laid out and coloured: our formatter, without a process, beside `jq -C .`, and linger as a
/// whole, which gets the document over loopback and writes it as it arrives.
enum JSONBenchmark {
    private static let length = 30_000_000

    static func run(_ programs: Programs, rounds: Int) throws -> Report {
        var report = Report("30 MB of JSON laid out and coloured")
        let document = self.document
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/document.json"
        try self.write(document, to: path)
        let places: [String] = ["/usr/bin/jq", "/usr/local/bin/jq"]
        let jq = places.first { access($0, X_OK) == 0 }
        let response = FaultScript.response(
            fields: ["Content-Type: application/json"],
            content: String(decoding: document, as: UTF8.self)
        )
        let server = try FaultServer(.answerAndKeep(response))
        var ours: [Double] = []
        var theirs: [Double] = []
        var whole: [(seconds: Double, peak: Double)] = []
        for _ in 0..<rounds {
            ours.append(try self.layOut(document))
            whole.append(try self.stream(server.baseURL, by: programs.linger))
            guard let jq else { continue }
            let measurement = try ProcessRunner.measureSuccess(
                "/bin/sh",
                ["-c", "exec \(jq) -C . \(path) > /dev/null"]
            )
            theirs.append(measurement.processorSeconds)
        }
        self.add("linger's formatter", ours, to: &report)
        self.add("linger, from socket to pipe", whole.map(\.seconds), to: &report)
        report.add(
            "linger, peak memory",
            Distribution(whole.map(\.peak)),
            decimals: 1,
            unit: " MB",
            target: .below(40)
        )
        guard !theirs.isEmpty else {
            report.add(remark: "no jq: its row is skipped")
            return report
        }
        self.add("jq -C .", theirs, to: &report)
        report.add("jq/linger, time", Distribution(theirs, by: ours), target: .atLeast(10))
        return report
    }

    private static func add(_ name: String, _ seconds: [Double], to report: inout Report) {
        let rate = Distribution(seconds.map { Double(self.length) / 1e6 / $0 })
        report.add(
            row: name,
            "\(Distribution(seconds).text(decimals: 3)) s CPU",
            "\(rate.text(decimals: 0)) MB/s"
        )
    }

    /// The processor time of laying the document out, in pieces as they come from a socket.
    private static func layOut(_ document: [UInt8]) throws -> Double {
        let start = clock()
        var formatter = JSONFormatter(.init(layout: .pretty, palette: .colored))
        var output: [UInt8] = []
        var total = 0
        var offset = 0
        while offset < document.count {
            let end = min(offset + 65_536, document.count)
            output.removeAll(keepingCapacity: true)
            try formatter.append(document[offset..<end].span.bytes, into: &output)
            total += output.count
            offset = end
        }
        output.removeAll(keepingCapacity: true)
        try formatter.finish(into: &output)
        precondition(total > document.count, "laid out JSON is longer")
        return Double(clock() - start) / Double(CLOCKS_PER_SEC)
    }

    /// The processor time of linger that gets the document and writes it laid out and coloured, and
    /// its peak memory in units of 10⁶ bytes, as it says itself: the kernel's count of a child
    /// begins with what its parent has.
    private static func stream(
        _ url: String,
        by linger: String
    ) throws -> (seconds: Double, peak: Double) {
        let measurement = try ProcessRunner.measureSuccess(
            linger,
            [
                "--no-rc", "--color", "always", "--set", "format.json=pretty", "-c", "get \(url)/",
                "-c", "!grep VmHWM /proc/$PPID/status >&2",
            ]
        )
        let words = measurement.standardError.split { " \t\n".contains($0) }
        guard let place = words.firstIndex(of: "VmHWM:"), let peak = Int(words[place + 1]) else {
            throw ProcessRunner.Unsuccessful(
                command: linger,
                standardError: measurement.standardError
            )
        }
        return (measurement.processorSeconds, Double(peak * 1024) / 1e6)
    }

    private static var document: [UInt8] {
        var bytes = Array("[".utf8)
        bytes.reserveCapacity(self.length + 1024)
        var number = 0
        while bytes.count < self.length {
            if number > 0 { bytes.append(UInt8(ascii: ",")) }
            let item = """
                {"id":\(number),"name":"Person \(number)","email":"p\(number)@example.com",\
                "score":\(number % 97).25,"tags":["a","größe","c\\n"],"active":true,"note":null}
                """
            bytes += Array(item.utf8)
            number += 1
        }
        return bytes + Array("]".utf8)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw FileLength.Missing(path: path) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw FileLength.Missing(path: path)
        }
    }
}
