import HTTPModel

extension BlockParser {
    /// Reads all that follows the fields: the content, handlers, references, a saved response.
    mutating func readBody(into request: inout SessionRequest) {
        var body = BodyLines()
        while let line = self.lines.current, !line.isSeparator {
            if let status = line.responseStatus {
                self.readRecordedResponse(status: status)
                break
            }
            switch line.bodyRole {
            case .text:
                body.append(line)
                self.lines.advance()
            case .file(let reference):
                body.append(reference, line)
                self.lines.advance()
            case .scriptHandler:
                self.report(.unsupported(.responseScript), line)
                self.skipScript()
            case .fileHandler:
                self.report(.unsupported(.responseScript), line)
                self.lines.advance()
            case .requestScript:
                self.report(.unsupported(.requestScript), line)
                self.skipScript()
            case .save:
                self.report(.unsupported(.responseNotSaved), line)
                self.lines.advance()
            case .responseReference(let path):
                self.add(.tag(.responseReference(path: path)), line)
                self.lines.advance()
            }
        }
        body.dropOuterBlanks()
        if body.isOnlyComments, request.mediaType.isEmpty {
            // Without a type, comments before the next "###" are about what follows; with one,
            // they are content: Markdown has such lines.
            for case .text(let line) in body.items where !line.isBlank { self.readComment(line) }
            return
        }
        self.warn(about: body)
        request.body = body.value
        request.bodyPlace = SourcePlace(line: body.firstLine ?? 0)
        for (reference, line) in body.references where !reference.isReadable {
            self.report(.request(.unknownEncoding(reference.encoding ?? "")), line)
        }
    }

    /// Reads a saved response up to the end of the block.
    mutating func readRecordedResponse(status: Int) {
        let place = SourcePlace(line: self.lines.number)
        var text: [String] = []
        while let line = self.lines.current, !line.isSeparator {
            text.append(line.text)
            self.lines.advance()
        }
        while let last = text.last, last.trimmed.isEmpty { text.removeLast() }
        self.block.recordedResponse = RecordedResponse(
            status: status,
            text: text.joined(separator: "\n"),
            place: place
        )
    }

    /// Says once each what other tools would read differently in this body.
    private mutating func warn(about body: BodyLines) {
        var hasComment = false
        var hasRequest = false
        for case .text(let line) in body.items {
            if !hasComment, line.isComment {
                hasComment = true
                self.report(.request(.commentInBody), line)
            } else if !hasRequest, let method = line.leadingMethod {
                hasRequest = true
                self.report(.request(.requestInBody(method: method)), line)
            }
        }
    }
}

/// The lines of a body as they are read.
private struct BodyLines {
    enum Item {
        case text(SourceLine)
        case file(FileReference, SourceLine)

        var isBlank: Bool {
            switch self {
            case .text(let line): line.isBlank
            case .file: false
            }
        }
    }

    private(set) var items: [Item] = []

    mutating func append(_ line: SourceLine) {
        self.items.append(.text(line))
    }

    mutating func append(_ reference: FileReference, _ line: SourceLine) {
        self.items.append(.file(reference, line))
    }

    /// Blank lines around a body belong to the file, not to the body.
    mutating func dropOuterBlanks() {
        let start = self.items.firstIndex { !$0.isBlank } ?? self.items.endIndex
        self.items.removeFirst(start)
        while let last = self.items.last, last.isBlank { self.items.removeLast() }
    }

    var firstLine: Int? {
        switch self.items.first {
        case .text(let line)?: line.number
        case .file(_, let line)?: line.number
        case nil: nil
        }
    }

    var isOnlyComments: Bool {
        !self.items.isEmpty
            && self.items.allSatisfy { item in
                switch item {
                case .text(let line): line.isBlank || line.isComment
                case .file: false
                }
            }
    }

    var references: [(FileReference, SourceLine)] {
        self.items.compactMap { item in
            switch item {
            case .text: nil
            case .file(let reference, let line): (reference, line)
            }
        }
    }

    var value: SessionBody {
        var parts: [SessionBody.Part] = []
        var run: [SourceLine] = []
        for item in self.items {
            switch item {
            case .text(let line):
                run.append(line)
            case .file(let reference, _):
                if !run.isEmpty { parts.append(.text(Self.text(of: run))) }
                run = []
                parts.append(.file(reference))
            }
        }
        if !run.isEmpty { parts.append(.text(Self.text(of: run))) }
        guard parts.count == 1, let part = parts.first else {
            return parts.isEmpty ? .none : .parts(parts)
        }
        switch part {
        case .text(let text): return .text(text)
        case .file(let reference): return .file(reference)
        }
    }

    private static func text(of lines: [SourceLine]) -> String {
        // A line can be as long as the file, so a single one is not copied twice.
        if let line = lines.first, lines.count == 1 { return line.text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.bytes.count + 1 })
        for (index, line) in lines.enumerated() {
            if index > 0 { bytes.append(0x0A) }
            bytes.append(contentsOf: line.bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What a line can be where the content of a request stands.
private enum BodyRole {
    /// Content.
    case text
    /// `< path` (FILES.md 2.4, row 13).
    case file(FileReference)
    /// `> {%` (row 5).
    case scriptHandler
    /// `> handler.js`.
    case fileHandler
    /// `< {%`.
    case requestScript
    /// `>> path` (row 6).
    case save
    /// `<> path` (row 6).
    case responseReference(String)
}

extension SourceLine {
    fileprivate var bodyRole: BodyRole {
        switch self.bytes.first {
        case UInt8(ascii: "<"): self.text.roleAfterLess(line: self.number)
        case UInt8(ascii: ">"): self.text.roleAfterGreater
        default: .text
        }
    }

    /// The method if the line reads like a request line (row 11).
    fileprivate var leadingMethod: String? {
        guard self.bytes.count < 4096, let first = self.bytes.first, first.isASCIILetter else {
            return nil
        }
        let (word, rest) = self.text.firstWord
        guard RequestLine.commonMethods.contains(word) else { return nil }
        return rest.hasPrefix("/") || rest.hasPrefix("{{") || rest.contains("://") ? word : nil
    }
}

extension String {
    fileprivate func roleAfterLess(line: Int) -> BodyRole {
        let rest = self.dropFirst()
        if rest.hasPrefix(">") {
            let path = rest.dropFirst().trimmed
            let isReference = rest.dropFirst().first.map { $0 == " " || $0 == "\t" } ?? false
            return isReference && !path.isEmpty ? .responseReference(path) : .text
        }
        if rest.trimmed.hasPrefix("{%") { return .requestScript }
        var reference = FileReference(path: "", place: SourcePlace(line: line))
        var afterMark = rest
        if rest.hasPrefix("@") {
            reference.substitutesVariables = true
            let encoding = rest.dropFirst().prefix { $0 != " " && $0 != "\t" }
            guard encoding.utf8.allSatisfy(\.isVariableNameByte) else { return .text }
            reference.encoding = encoding.isEmpty ? nil : String(encoding)
            afterMark = rest[encoding.endIndex...]
        }
        guard let blank = afterMark.first, blank == " " || blank == "\t" else { return .text }
        reference.path = afterMark.trimmed
        return reference.path.isEmpty ? .text : .file(reference)
    }

    fileprivate var roleAfterGreater: BodyRole {
        let rest = self.dropFirst()
        if rest.hasPrefix(">") {
            var path = rest.dropFirst()
            if path.hasPrefix("!") { path = path.dropFirst() }
            let isSave = path.first == " " && !path.trimmed.isEmpty
            return isSave ? .save : .text
        }
        let script = rest.trimmed
        if script.hasPrefix("{%") { return .scriptHandler }
        let isFile = [".js", ".mjs", ".ts", ".lua"].contains { script.hasSuffix($0) }
        return isFile && !script.contains(" ") && rest.first == " " ? .fileHandler : .text
    }
}

extension FileReference {
    /// The encodings in which a file's variables can be found.
    package static let encodings = ["utf8", "utf-8", "ascii", "latin1", "iso-8859-1"]

    fileprivate var isReadable: Bool {
        self.encoding.map { Self.encodings.contains($0.lowercased()) } ?? true
    }
}
