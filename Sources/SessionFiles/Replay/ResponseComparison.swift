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
        redactions: Redactions = Redactions()
    ) -> [String] {
        if stored == actual { return [] }
        if let old = try? JSONValue(parsing: stored), let new = try? JSONValue(parsing: actual) {
            var comparison = JSONComparison(
                left: ignored.places(in: old).union(ignored.places(in: new))
            )
            comparison.compare(old, new, at: [])
            let isSecret = redactions.hidesContent
            return comparison.shown(hidesValues: isSecret)
        }
        if redactions.hidesContent { return ["the content differs (redacted)"] }
        return self.lineDifferences(stored, actual)
    }

    /// The first lines that differ; texts of this kind are short or wholly different.
    private static func lineDifferences(_ stored: [UInt8], _ actual: [UInt8]) -> [String] {
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
            guard was != now else { continue }
            if shown.count >= Self.limit { return shown + ["…"] }
            if let was { shown.append("- \(Self.shown(was))") }
            if let now { shown.append("+ \(Self.shown(now))") }
        }
        return shown
    }

    private static func shown(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line, as: UTF8.self).shortened.escapedForDisplay
    }
}

/// Walks two JSON values and collects where they differ.
private struct JSONComparison {
    /// Places that are left out.
    let left: Set<[JSONPathNode.Step]>
    private var found: [(path: [JSONPathNode.Step], was: JSONValue?, now: JSONValue?)] = []

    init(left: Set<[JSONPathNode.Step]>) {
        self.left = left
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
        case (.number(let was)?, .number(let now)?) where Decimal(was) == Decimal(now): break
        case (let was?, let now?) where was == now: break
        case (nil, nil): break
        case (let was, let now): self.found.append((path, was, now))
        }
    }

    func shown(hidesValues: Bool) -> [String] {
        let lines = self.found.prefix(ResponseComparison.limit).map { path, was, now in
            let place = JSONPathNode.path(of: path).escapedForDisplay
            if hidesValues { return "\(place) differs (redacted)" }
            let texts = [was, now].map { value in
                value?.compactText.shortened.escapedForDisplay ?? "absent"
            }
            return "\(place) was \(texts[1]), stored \(texts[0])"
        }
        return self.found.count > ResponseComparison.limit ? lines + ["…"] : lines
    }
}
