/// Reports in the Test Anything Protocol, version 13: a point for each request.
package enum TAPReport {
    /// The document for some files, in order.
    package static func text(of reports: [ReplayReport], isStrict: Bool = false) -> String {
        let points = reports.flatMap { report in
            report.verdicts(isStrict: isStrict).map { (report.file, $0) }
        }
        var lines = ["TAP version 13", "1..\(points.count)"]
        for (index, (file, verdict)) in points.enumerated() {
            let isOK = verdict.state == .passed || verdict.state == .skipped
            let skip = verdict.state == .skipped ? " # SKIP" : ""
            let name = "\(file): \(verdict.name)".tapDescription
            lines.append("\(isOK ? "ok" : "not ok") \(index + 1) - \(name)\(skip)")
            lines += verdict.lines.map { "# \($0.escapedForDisplay)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// The text on one line, in which `#` begins no directive.
    fileprivate var tapDescription: String {
        self.escapedForDisplay.replacing("\\", with: "\\\\").replacing("#", with: "\\#")
    }
}
