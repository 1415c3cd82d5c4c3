import TestSupport

/// Programs that send requests as fast as they can to one nginx, in turns.
///
/// The first is linger; the others are what it is compared with.
struct RateRace {
    /// A program, and what it is to do.
    struct Contestant {
        /// Its name.
        let name: String
        /// Its path.
        let program: String
        /// How it is called.
        let arguments: [String]
        /// How many requests it sends; nil where it sends for a time.
        var requests: Int?
        /// How many connections it may open.
        let connections: ClosedRange<Int>
        /// What linger's rate by this one's should be; nil is none.
        var target: Target?
        /// Reads its rate from what it prints; nil is its requests by its time.
        var ownRate: (@Sendable (String) -> Double?)?
    }

    /// What a contestant achieved in a round.
    private struct Run {
        /// Requests in a second.
        let rate: Double
        /// Processor time for each request.
        let processorMicroseconds: Double
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

    let nginx: NginxServer
    let contestants: [Contestant]

    /// Lets them run, and adds what they achieved to a report.
    func run(rounds: Int, into report: inout Report) throws {
        var runs = [[Run]](repeating: [], count: self.contestants.count)
        for _ in 0..<rounds {
            for (index, contestant) in self.contestants.enumerated() {
                runs[index].append(try self.measure(contestant))
            }
        }
        for (contestant, runs) in zip(self.contestants, runs) {
            report.add(
                row: contestant.name,
                contestant.requests.map { "n = \(Figure.text($0))" } ?? "for a time",
                "\(Distribution(runs.map(\.rate)).text(decimals: 0)) requests/s",
                "\(Distribution(runs.map(\.processorMicroseconds)).text(decimals: 1)) µs CPU each"
            )
        }
        for (contestant, others) in zip(self.contestants, runs).dropFirst() {
            let ratio = Distribution(runs[0].map(\.rate), by: others.map(\.rate))
            let name = "linger/\(contestant.name), rate"
            if let target = contestant.target {
                report.add(name, ratio, target: target)
            } else {
                report.add(remark: "\(name): \(ratio.text(decimals: 2))")
            }
        }
    }

    private func measure(_ contestant: Contestant) throws -> Run {
        let before = try NginxCounts(of: self.nginx)
        let measurement = try ProcessRunner.measureSuccess(contestant.program, contestant.arguments)
        let counts = try NginxCounts(of: self.nginx).since(before)
        guard contestant.requests == nil || contestant.requests == counts.requests,
            contestant.connections.contains(counts.connections)
        else { throw WrongCount(name: contestant.name, counts: counts) }
        let rate =
            contestant.ownRate.map { $0(measurement.standardOutput) }
            ?? contestant.requests.map { Double($0) / measurement.elapsed.seconds }
        guard let rate else {
            throw ProcessRunner.Unsuccessful(
                command: contestant.program,
                standardError: "it printed no rate"
            )
        }
        return Run(
            rate: rate,
            processorMicroseconds: measurement.processorSeconds * 1e6 / Double(counts.requests)
        )
    }
}
