import HTTPModel
import JSONPath

/// Compares content with stored content: JSON by its values, anything else by its lines.
package enum ResponseComparison {
    /// How many differences are told.
    static let limit = 20

    /// The differences, a line each; empty if there are none that count.
    package static func differences(
        stored: [UInt8],
        actual: [UInt8],
        ignoring ignored: IgnoreList,
        secrets: ExportSecrets = .shown
    ) -> [String] {
        if stored == actual { return [] }
        if let old = try? JSONValue(parsing: stored), let new = try? JSONValue(parsing: actual) {
            var comparison = JSONComparison(
                left: ignored.places(in: old).union(ignored.places(in: new)),
                secrets: secrets
            )
            comparison.compare(old, new, at: [])
            return comparison.shown
        }
        if secrets.redactions.hidesContent { return ["the content differs (redacted)"] }
        return self.lineDifferences(stored, actual, secrets)
    }

    /// The first lines that differ; texts of this kind are short or wholly different.
    private static func lineDifferences(
        _ stored: [UInt8],
        _ actual: [UInt8],
        _ secrets: ExportSecrets
    ) -> [String] {
        guard String(validating: stored, as: UTF8.self) != nil,
            String(validating: actual, as: UTF8.self) != nil
        else { return ["\(actual.count) bytes, stored were other \(stored.count) bytes"] }
        // In the bytes: a CR before an LF would be one character with it, and characters that are
        // equal need not be the same bytes.
        let oldLines = stored.split(separator: 0x0A, omittingEmptySubsequences: false)
        let newLines = actual.split(separator: 0x0A, omittingEmptySubsequences: false)
        var shown: [String] = []
        for index in 0..<max(oldLines.count, newLines.count) {
            let was = oldLines.indices.contains(index) ? oldLines[index] : nil
            let now = newLines.indices.contains(index) ? newLines[index] : nil
            guard was != now, !self.isHidden(was, now, secrets) else { continue }
            if shown.count >= Self.limit { return shown + ["…"] }
            if let was { shown.append("- \(Self.shown(was, secrets))") }
            if let now { shown.append("+ \(Self.shown(now, secrets))") }
        }
        return shown
    }

    /// Whether two lines differ in nothing but what was kept out of the file.
    private static func isHidden(
        _ was: ArraySlice<UInt8>?,
        _ now: ArraySlice<UInt8>?,
        _ secrets: ExportSecrets
    ) -> Bool {
        guard let was, let now, was.firstRange(of: ExportSecrets.hidden.utf8) != nil else {
            return false
        }
        return secrets.shown(content: Array(now), mediaType: "text/plain").elementsEqual(was)
    }

    private static func shown(_ line: ArraySlice<UInt8>, _ secrets: ExportSecrets) -> String {
        secrets.shown(String(decoding: line, as: UTF8.self)).shortened.escapedForDisplay
    }
}

/// Walks two JSON values and collects where they differ.
private struct JSONComparison {
    /// Places that are left out.
    let left: Set<[JSONPathNode.Step]>
    let secrets: ExportSecrets
    private var found: [(path: [JSONPathNode.Step], was: JSONValue?, now: JSONValue?)] = []

    init(left: Set<[JSONPathNode.Step]>, secrets: ExportSecrets) {
        self.left = left
        self.secrets = secrets
    }

    mutating func compare(_ old: JSONValue?, _ new: JSONValue?, at path: [JSONPathNode.Step]) {
        guard !self.left.contains(path), self.found.count <= ResponseComparison.limit else {
            return
        }
        switch (old, new) {
        case (.object(let was)?, .object(let now)?):
            for member in was {
                let other = now.first { $0.key.utf8.elementsEqual(member.key.utf8) }
                self.compare(member.value, other?.value, at: path + [.name(member.key)])
            }
            for member in now
            where !was.contains(where: { $0.key.utf8.elementsEqual(member.key.utf8) }) {
                self.compare(nil, member.value, at: path + [.name(member.key)])
            }
        case (.array(let was)?, .array(let now)?):
            for index in 0..<max(was.count, now.count) {
                self.compare(
                    was.indices.contains(index) ? was[index] : nil,
                    now.indices.contains(index) ? now[index] : nil,
                    at: path + [.index(index)]
                )
            }
        // What was kept out of the file cannot be held against anything.
        case (.string(ExportSecrets.hidden)?, _?): break
        case (.string(let was)?, .string(let now)?)
        where was.contains(ExportSecrets.hidden) && was == self.secrets.shown(now):
            break
        case (.number(let was)?, .number(let now)?) where Decimal(was) == Decimal(now): break
        case (let was?, let now?) where was == now: break
        case (nil, nil): break
        case (let was, let now): self.found.append((path, was, now))
        }
    }

    var shown: [String] {
        let secrets = self.secrets
        let lines = self.found.prefix(ResponseComparison.limit).map { path, was, now in
            let place = JSONPathNode.path(of: path).escapedForDisplay
            if secrets.redactions.hidesContent || secrets.hides(placeOf: path) {
                return "\(place) differs \(ExportSecrets.hidden)"
            }
            let texts = [was, now].map { value in
                guard let text = value?.compactText else { return "absent" }
                return secrets.shownJSON(text).shortened.escapedForDisplay
            }
            return "\(place) was \(texts[1]), stored \(texts[0])"
        }
        return self.found.count > ResponseComparison.limit ? lines + ["…"] : lines
    }
}
