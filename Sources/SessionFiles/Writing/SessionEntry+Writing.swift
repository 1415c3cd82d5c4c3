extension SessionEntry {
    /// The entry as a line of the file.
    var fileLine: String {
        switch self.content {
        case .blank: return ""
        case .comment(let text):
            let line = text.onOneLine.trimmed
            // What is no comment would be read as a request.
            return line.hasPrefix("#") && !line.hasPrefix("###") || line.hasPrefix("//")
                ? line : "# " + line
        case .variable(let variable):
            let value = variable.value.onOneLine.trimmed
            return value.isEmpty ? "@\(variable.name) =" : "@\(variable.name) = \(value)"
        case .tag(let tag):
            let value = tag.value.onOneLine.trimmed
            return value.isEmpty ? "# @\(tag.name)" : "# @\(tag.name) \(value)"
        case .unknownTag(_, let line): return line.onOneLine.trimmed
        }
    }
}

extension [SessionEntry] {
    /// The entries with each run of tags in the order of FILES.md 9.3, rule 13.
    ///
    /// Comments, variables, blank lines and unknown tags stay where they are and end a run, so
    /// that a comment keeps standing before what it is about. Tags of one kind keep their order.
    var inTagOrder: [SessionEntry] {
        var result: [SessionEntry] = []
        var run: [(rank: Int, entry: SessionEntry)] = []
        for entry in self {
            if case .tag(let tag) = entry.content {
                run.append((tag.rank, entry))
            } else {
                result += run.inOrder
                run = []
                result.append(entry)
            }
        }
        return result + run.inOrder
    }
}

extension [(rank: Int, entry: SessionEntry)] {
    fileprivate var inOrder: [SessionEntry] {
        self.enumerated()
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.entry)
    }
}
