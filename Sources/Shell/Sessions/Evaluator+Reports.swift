import Rendering
package import SessionFiles

/// What is said of a replay before there is a report.
package enum ReplaySentences {
    /// What a file set has been put back.
    static let sessionIsBack =
        "settings, default fields and variables are as before the replay; cookies stay"

    /// Where a file sends its requests, which is said before the first.
    static func origins(_ origins: [String], of path: String) -> String {
        let limit = 20
        let names = origins.prefix(limit).joined(separator: ", ")
        let more = origins.count > limit ? " and \(origins.count - limit) more" : ""
        return Sanitizer.line("\(path) sends to \(names)\(more)")
    }

    /// A folder was named, and there is nothing in it to replay.
    package static func emptyFolder(_ path: String) -> String {
        Sanitizer.line("there is no session file in \(path): it has no *.http")
    }
}

/// Reports of replays, as files.
extension Evaluator {
    /// The report as JSON Lines: a `step` for each request, a `replay` for each file.
    package static func jsonReport(of reports: [ReplayReport], isStrict: Bool) -> String {
        var lines: [String] = []
        for report in reports {
            lines += report.verdicts(isStrict: isStrict).map { verdict in
                ReplayStepJSON.line(
                    file: report.file,
                    name: verdict.name,
                    state: verdict.state.rawValue,
                    elapsed: verdict.elapsed,
                    lines: verdict.lines
                )
            }
            let status = report.status(isStrict: isStrict).rawValue
            lines.append(ReplayJSON.line(for: ReplayJSON.Summary(report, exitStatus: status)))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Writes a report; what went wrong, if anything did.
    package static func writeReport(_ text: String, to path: String) -> String? {
        do {
            try Files.write(Array(text.utf8), to: path)
            return nil
        } catch {
            return Sanitizer.line("cannot write \(path): \(error.detail)")
        }
    }
}
