import HTTPModel
import JSONPath

extension Expectation {
    /// The expectation with the value that came in place of the one that was written; nil if it is
    /// no plain equality, or must not be written in clear.
    package func updated(to subject: ExpectationSubject) -> String? {
        guard case .value(let query, .compares(.equal, _), isNegated: false) = self.claim else {
            return nil
        }
        switch query {
        case .status: return subject.status.map { "status \($0)" }
        case .header(let name):
            let secrets = subject.secrets()
            guard !secrets.hidesField(name), let value = subject.values(name).first,
                secrets.shownValue(of: FieldLine(name, value)) == value
            else { return nil }
            return "header \(name) == \(value.jsonQuoted)"
        case .jsonPath(let path, let text, isCounted: false):
            let secrets = subject.secrets()
            guard path.isSingular, let json = subject.json(), !secrets.hides(path, in: json),
                let value = try? path.firstMatch(in: json),
                secrets.shown(value.text) == value.text
            else { return nil }
            switch value {
            case .array, .object: return nil
            case .null, .bool, .number, .string:
                let quoted = text.contains(" ") ? text.jsonQuoted : text
                return "jsonpath \(quoted) == \(value.compactText)"
            }
        case .sha256:
            guard !subject.secrets().redactions.hidesContent else { return nil }
            return subject.sha256().map { "sha256 == \($0)" }
        case .cookie, .jsonPath, .body, .byteCount, .duration, .wait, .queue, .protocolName,
            .redirectCount, .retryCount, .url:
            return nil
        }
    }
}

extension RecordedSummary {
    /// The summary with what came in place of what was recorded; parts that the recording leaves
    /// out stay out, and connections keep their ordinals, which a replay alone cannot tell.
    package func updated(to subject: ExpectationSubject) -> RecordedSummary {
        var summary = self
        summary.statuses = [subject.status ?? 0]
        if !self.uses.isEmpty { summary.uses = [subject.isReused ? .reused : .new] }
        if !self.bodySizes.isEmpty { summary.bodySizes = [subject.contentLength] }
        if self.protocolName != nil { summary.protocolName = subject.version }
        return summary
    }
}
