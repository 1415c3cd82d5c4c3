import TestSupport

/// From the start to the exit of `--version`.
enum StartBenchmark {
    private static let runsPerRound = 8

    static func run(_ programs: Programs, rounds: Int) throws -> Report {
        let runs = rounds * self.runsPerRound
        var report = Report("start to exit of --version, \(runs) runs each")
        var lingerTimes: [Double] = []
        var curlTimes: [Double] = []
        for _ in 0..<runs {
            lingerTimes.append(try self.milliseconds(programs.linger))
            if let curl = programs.curl { curlTimes.append(try self.milliseconds(curl)) }
        }
        self.add("linger", lingerTimes, to: &report)
        guard !curlTimes.isEmpty else { return report }
        self.add("curl", curlTimes, to: &report)
        report.add(
            "linger/curl, time",
            Distribution(lingerTimes, by: curlTimes),
            target: .atMost(1),
            unjudged: programs.isStatic ? nil : "the target is for a static linger"
        )
        return report
    }

    private static func milliseconds(_ program: String) throws -> Double {
        try ProcessRunner.measureSuccess(program, ["--version"]).elapsed.seconds * 1000
    }

    private static func add(_ name: String, _ times: [Double], to report: inout Report) {
        report.add(row: name, "\(Distribution(times).text(decimals: 1)) ms")
    }
}
