import HTTPModel

/// The lines of a body as they are read: only where they are, so that a body costs nothing until
/// its text is wanted.
struct BodyLines {
    /// Lines of text one after the other, or a file.
    private enum Item {
        case text(TextRun)
        case file(FileReference, line: Int)

        var isBlank: Bool {
            switch self {
            case .text(let run): run.visible == nil
            case .file: false
            }
        }
    }

    /// Lines of text one after the other.
    private struct TextRun {
        /// Where they are, without the end of the last one.
        var range: Range<Int>
        /// The number of the last one.
        var lastLine: Int
        /// Where they are without blank lines at both ends; nil if all are blank.
        var visible: Range<Int>?
        /// The number of the first one that is not blank.
        var firstVisibleLine = 0

        init(_ line: SourceLine) {
            self.range = line.bytes.indices
            self.lastLine = line.number
            self.see(line)
        }

        mutating func append(_ line: SourceLine) {
            self.range = self.range.lowerBound..<line.bytes.endIndex
            self.lastLine = line.number
            self.see(line)
        }

        private mutating func see(_ line: SourceLine) {
            if line.isBlank { return }
            if self.visible == nil { self.firstVisibleLine = line.number }
            let start = self.visible?.lowerBound ?? line.bytes.startIndex
            self.visible = start..<line.bytes.endIndex
        }
    }

    private var items: [Item] = []
    /// The comments, while there is nothing else but blank lines.
    private(set) var comments: [SourceLine]? = []
    /// The first line that other tools drop as a comment.
    private(set) var firstComment: SourceLine?
    /// The first line that reads like a request line, with its method.
    private(set) var firstRequest: (line: SourceLine, method: String)?

    /// Adds a line of text.
    mutating func append(_ line: SourceLine) {
        if case .text(var run)? = self.items.last, run.lastLine + 1 == line.number {
            run.append(line)
            self.items[self.items.count - 1] = .text(run)
        } else {
            self.items.append(.text(TextRun(line)))
        }
        if line.isBlank { return }
        if line.isComment {
            self.firstComment = self.firstComment ?? line
            self.comments?.append(line)
        } else {
            self.comments = nil
            if self.firstRequest == nil, let method = line.leadingMethod {
                self.firstRequest = (line, method)
            }
        }
    }

    /// Adds a file.
    mutating func append(_ reference: FileReference, _ line: SourceLine) {
        self.comments = nil
        self.items.append(.file(reference, line: line.number))
    }

    /// Blank lines around a body belong to the file, not to the body.
    mutating func dropOuterBlanks() {
        let start = self.items.firstIndex { !$0.isBlank } ?? self.items.endIndex
        self.items.removeFirst(start)
        while let last = self.items.last, last.isBlank { self.items.removeLast() }
        if case .text(var run)? = self.items.first, let visible = run.visible {
            run.range = visible.lowerBound..<run.range.upperBound
            self.items[0] = .text(run)
        }
        if case .text(var run)? = self.items.last, let visible = run.visible {
            run.range = run.range.lowerBound..<visible.upperBound
            self.items[self.items.count - 1] = .text(run)
        }
    }

    /// The number of the first line that is left.
    var firstLine: Int? {
        switch self.items.first {
        case .text(let run)?: run.firstVisibleLine
        case .file(_, let line)?: line
        case nil: nil
        }
    }

    /// The files with the numbers of their lines.
    var references: [(reference: FileReference, line: Int)] {
        self.items.compactMap { item in
            switch item {
            case .text: nil
            case .file(let reference, let line): (reference, line)
            }
        }
    }

    /// The body, whose text is in `lines`.
    func value(in lines: SourceLines) -> SessionBody {
        var parts: [SessionBody.Part] = []
        // Runs with a script between them are lines one after the other once it is left out.
        var texts: [String] = []
        for item in self.items {
            switch item {
            case .text(let run): texts.append(lines.text(of: run.range))
            case .file(let reference, _):
                if !texts.isEmpty { parts.append(.text(texts.joined(separator: "\n"))) }
                texts = []
                parts.append(.file(reference))
            }
        }
        if let text = texts.first, texts.count == 1 {
            parts.append(.text(text))
        } else if !texts.isEmpty {
            parts.append(.text(texts.joined(separator: "\n")))
        }
        guard parts.count == 1, let part = parts.first else {
            return parts.isEmpty ? .none : .parts(parts)
        }
        switch part {
        case .text(let text): return .text(text)
        case .file(let reference): return .file(reference)
        }
    }
}

extension SourceLine {
    /// The method if the line reads like a request line (FILES.md 2.4, row 11).
    fileprivate var leadingMethod: String? {
        guard self.bytes.count < 4096, let first = self.bytes.first, first.isASCIILetter,
            self.bytes.prefix(8).contains(where: { $0 == 0x20 || $0 == 0x09 })
        else { return nil }
        let (word, rest) = self.text.firstWord
        guard RequestLineParser.commonMethods.contains(word) else { return nil }
        return rest.hasPrefix("/") || rest.hasPrefix("{{") || rest.contains("://") ? word : nil
    }
}
