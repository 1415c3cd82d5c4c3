import HTTPModel

/// Reports as JUnit XML, as CI systems read it: a suite for each file, a case for each request.
package enum JUnitReport {
    /// The document for some files, in order.
    package static func text(of reports: [ReplayReport], isStrict: Bool = false) -> String {
        let suites = reports.map { Suite($0, isStrict: isStrict) }
        let all = suites.reduce(into: Counts()) { $0.add($1.counts) }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites name="linger"\#(all.attributes)>"#,
        ]
        for suite in suites { lines += suite.lines }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// What suites are counted by.
    private struct Counts {
        var tests = 0
        var failures = 0
        var errors = 0
        var skipped = 0
        var elapsed = Duration.zero

        mutating func add(_ other: Counts) {
            self.tests += other.tests
            self.failures += other.failures
            self.errors += other.errors
            self.skipped += other.skipped
            self.elapsed += other.elapsed
        }

        var attributes: String {
            " tests=\"\(self.tests)\" failures=\"\(self.failures)\" errors=\"\(self.errors)\""
                + " skipped=\"\(self.skipped)\" time=\"\(self.elapsed.secondsText)\""
        }
    }

    private struct Suite {
        var counts = Counts()
        var cases: [String] = []
        let report: ReplayReport

        init(_ report: ReplayReport, isStrict: Bool) {
            self.report = report
            for verdict in report.verdicts(isStrict: isStrict) { self.add(verdict) }
        }

        var lines: [String] {
            let name = (self.report.title ?? self.report.file).xmlAttribute
            let file = self.report.file.xmlAttribute
            return ["  <testsuite name=\"\(name)\" file=\"\(file)\"\(self.counts.attributes)>"]
                + self.cases + ["  </testsuite>"]
        }

        private mutating func add(_ verdict: ReplayReport.Verdict) {
            self.counts.tests += 1
            self.counts.elapsed += verdict.elapsed
            let start =
                "    <testcase classname=\"\(self.report.file.xmlAttribute)\""
                + " name=\"\(verdict.name.xmlAttribute)\""
                + " time=\"\(verdict.elapsed.secondsText)\""
            let element: (name: String, type: String)
            switch verdict.state {
            case .passed: return self.cases.append(start + "/>")
            case .skipped:
                self.counts.skipped += 1
                return self.cases += [start + ">", "      <skipped/>", "    </testcase>"]
            case .failed:
                self.counts.failures += 1
                element = ("failure", "expectation")
            case .error:
                self.counts.errors += 1
                element = ("error", "request")
            }
            // Many consumers show the message only.
            let message = verdict.lines.prefix(2).map(\.trimmed).joined(separator: ": ")
            let text = verdict.lines.joined(separator: "\n").xmlText
            self.cases += [
                start + ">",
                "      <\(element.name) type=\"\(element.type)\""
                    + " message=\"\(message.xmlAttribute)\">\(text)</\(element.name)>",
                "    </testcase>",
            ]
        }
    }
}

extension Duration {
    /// Seconds with three decimals.
    fileprivate var secondsText: String {
        let milliseconds = Int(self.milliseconds.rounded())
        let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
        return "\(milliseconds / 1_000).\(fraction)"
    }
}

extension String {
    /// The text in an attribute value with double quotes.
    fileprivate var xmlAttribute: String { self.xml(isAttribute: true) }

    /// The text between tags.
    fileprivate var xmlText: String { self.xml(isAttribute: false) }

    /// Characters that XML 1.0 cannot hold at all, even escaped, become U+FFFD.
    private func xml(isAttribute: Bool) -> String {
        var text = ""
        for scalar in self.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"" where isAttribute: text += "&quot;"
            case "\n" where isAttribute: text += "&#10;"
            case "\t", "\n": text.unicodeScalars.append(scalar)
            case "\r": text += "&#13;"
            case ..<" ", "\u{FFFE}", "\u{FFFF}": text.unicodeScalars.append("\u{FFFD}")
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
