import HTTPModel

extension BlockParser {
    /// Reads all that follows the fields: the content, handlers, references, a saved response.
    mutating func readBody(into request: inout WrittenRequest) {
        var body = BodyLines()
        while let line = self.lines.current, !line.isSeparator {
            if let status = line.responseStatus {
                self.readRecordedResponse(status: status)
                break
            }
            switch line.bodyRole {
            case .text:
                body.append(line)
                // Comments may turn out to be no content, and then each is an entry.
                if line.isComment, body.comments != nil, !self.mayKeep(line) { return }
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
        if let comments = body.comments, request.mediaType.isEmpty {
            // Without a type, comments before the next "###" are about what follows; with one,
            // they are content: Markdown has such lines.
            for line in comments { self.readComment(line) }
            return
        }
        // What other tools would read differently is said once each.
        if let line = body.firstComment { self.report(.request(.commentInBody), line) }
        if let (line, method) = body.firstRequest {
            self.report(.request(.requestInBody(method: method)), line)
        }
        request.body = body.value(in: self.lines)
        request.bodyPlace = SourcePlace(line: body.firstLine ?? 0)
        for (reference, line) in body.references where !reference.isReadable {
            self.report(.request(.unknownEncoding(reference.encoding ?? "")), line: line)
        }
    }

    /// Reads a saved response up to the end of the block.
    mutating func readRecordedResponse(status: Int) {
        let place = SourcePlace(line: self.lines.number)
        var range: Range<Int>?
        while let line = self.lines.current, !line.isSeparator {
            if !line.isBlank {
                range = (range?.lowerBound ?? line.bytes.startIndex)..<line.bytes.endIndex
            }
            self.lines.advance()
        }
        self.block.recordedResponse = RecordedResponse(
            status: status,
            text: range.map { self.lines.text(of: $0) } ?? "",
            place: place
        )
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

    /// The text of the file, whose bytes these are; nil if they are none in its encoding.
    package func text(of bytes: [UInt8]) -> String? {
        switch self.encoding?.lowercased() {
        case "latin1", "iso-8859-1":
            String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        case "ascii":
            bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : nil
        default: String(validating: bytes, as: UTF8.self)
        }
    }
}
