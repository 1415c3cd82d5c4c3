import HTTPModel
import ShellLanguage

/// What a document becomes on disk.
package struct SessionFileText: Sendable, Hashable {
    /// The `.http` file.
    package var text: String
    /// Bodies that cannot stand in it, by their path relative to it.
    package var sideFiles: [SideFile]

    /// A file beside the session file.
    package struct SideFile: Sendable, Hashable {
        /// The path relative to the session file's folder: `shop.bodies/01.json`.
        package var path: String
        /// The content.
        package var bytes: [UInt8]

        /// Creates a file.
        package init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }
}

/// Writes session files by the rules of FILES.md 9.3, so that they stay portable, readable and
/// diffable: the same document always gives the same bytes.
package struct SessionFileWriter {
    /// The name of the folder for bodies, without its path: `shop.bodies`.
    private let bodiesFolder: String
    private var lines: [String] = []
    private var sideFiles: [SessionFileText.SideFile] = []

    /// Writes a document that will be the file `fileName`, such as `shop.http`.
    ///
    /// A document that was read with errors lacks what could not be read; it must not replace its
    /// file.
    package static func write(_ document: SessionDocument, fileName: String) -> SessionFileText {
        let base = fileName.split(separator: "/").last.map(String.init) ?? "session.http"
        let dot = base.lastIndex(of: ".").flatMap { $0 == base.startIndex ? nil : $0 }
        var writer = Self(bodiesFolder: "\(base[..<(dot ?? base.endIndex)]).bodies")
        writer.write(document.withPortableNames)
        return SessionFileText(
            text: writer.lines.map { $0 + "\n" }.joined(),
            sideFiles: writer.sideFiles
        )
    }

    /// Whether an existing file may be replaced: only one that begins with `# @session` (rule 11).
    ///
    /// `prefix` is the beginning of the file, 4 KiB or less; a byte order mark may stand before. A
    /// file with a `#!` line is a program that somebody made of one.
    package static func mayReplace(existingPrefix prefix: [UInt8]) -> Bool {
        let start = prefix.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let rest = prefix[start...]
        let mark = Array("# @session".utf8)
        guard rest.starts(with: mark) else { return false }
        let next = rest.dropFirst(mark.count).first
        return next.map { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D } ?? true
    }

    /// Whether a session file can have this name: as Markdown it would not be read again.
    package static func canWrite(to file: String) -> Bool { !MarkdownFences.isMarkdown(file) }

    private init(bodiesFolder: String) {
        self.bodiesFolder = bodiesFolder
    }

    private mutating func write(_ document: SessionDocument) {
        let header = document.header.droppingOuterBlanks
        self.lines += header.inTagOrder.map(\.fileLine)
        var number = 0
        for block in document.blocks {
            if !self.lines.isEmpty { self.lines.append("") }
            if block.request != nil { number += 1 }
            self.write(block, number: number)
        }
        // The published grammar of JetBrains wants a blank line after the last field (2.2).
        if let request = document.blocks.last?.request, request.endsWithField {
            self.lines.append("")
        }
    }

    private mutating func write(_ block: SessionBlock, number: Int) {
        let title = (block.title ?? "").onOneLine.trimmed
        self.lines.append(title.isEmpty ? "###" : "### \(title)")
        self.lines += block.leading.droppingOuterBlanks.inTagOrder.map(\.fileLine)
        guard let request = block.request else { return }
        self.write(request, number: number)
    }

    private mutating func write(_ request: WrittenRequest, number: Int) {
        let version = request.version.map { " " + $0 } ?? ""
        if let query = request.queryLines {
            self.lines.append("\(request.method) \(query.base)\(version)")
            self.lines += query.lines.map { "    " + $0 }
        } else {
            self.lines.append("\(request.method) \(request.target)\(version)")
        }
        for field in request.fields {
            let value = field.line.value.onOneLine.trimmed
            self.lines.append(
                value.isEmpty ? "\(field.line.name):" : "\(field.line.name): \(value)"
            )
        }
        let body = self.bodyLines(of: request, number: number)
        if !body.isEmpty { self.lines += [""] + body }
    }

    private mutating func bodyLines(of request: WrittenRequest, number: Int) -> [String] {
        switch request.body {
        case .none: return []
        case .text(let text):
            if text.isEmpty { return [] }
            if InlineBodyRule.allows(text, hasReferences: true) { return [text] }
            return [self.sideFile(for: request, number: number)]
        case .content(let bytes, let hasReferences):
            if bytes.isEmpty { return [] }
            if let text = String(validating: bytes, as: UTF8.self),
                InlineBodyRule.allows(text, hasReferences: hasReferences),
                request.with(.text(text)).contentParts == [.template(text)]
            {
                return [text]
            }
            return [self.sideFile(for: request, number: number)]
        case .file(let reference): return [reference.fileLine]
        case .parts(let parts):
            return parts.map { part in
                switch part {
                case .text(let text): text
                case .file(let reference): reference.fileLine
                }
            }
        }
    }

    /// Puts a body beside the file and gives the line that stands for it (rule 5).
    private mutating func sideFile(for request: WrittenRequest, number: Int) -> String {
        var bytes: [UInt8] = []
        var hasReferences = false
        for part in request.contentParts {
            switch part {
            case .template(let text):
                // Without references the file is sent as it is, and no braces need a backslash.
                if let literal = Template.parse(text).literalText {
                    bytes += Array(literal.utf8)
                } else {
                    bytes += Array(text.utf8)
                    hasReferences = true
                }
            case .bytes(let content): bytes += content
            case .file: break
            }
        }
        let digits = String(number)
        let name = (digits.count < 2 ? "0" + digits : digits) + "." + request.fileExtension
        let path = "\(self.bodiesFolder)/\(name)"
        self.sideFiles.append(SessionFileText.SideFile(path: path, bytes: bytes))
        return FileReference(path: "./" + path, substitutesVariables: hasReferences).fileLine
    }
}

extension WrittenRequest {
    /// The same request with another body.
    fileprivate func with(_ body: SessionBody) -> WrittenRequest {
        var request = self
        request.body = body
        return request
    }

    /// Whether the file would end right after a field.
    fileprivate var endsWithField: Bool {
        guard !self.fields.isEmpty else { return false }
        switch self.body {
        case .none: return true
        case .text(let text): return text.isEmpty
        case .content(let bytes, _): return bytes.isEmpty
        case .file, .parts: return false
        }
    }

    /// The extension of a side file, by media type.
    fileprivate var fileExtension: String {
        let type = self.mediaType
        switch type {
        case "application/json": return "json"
        case "application/xml", "text/xml": return "xml"
        case "text/html": return "html"
        case "text/csv": return "csv"
        case "text/markdown": return "md"
        case "application/x-www-form-urlencoded": return "txt"
        default: break
        }
        if type.hasSuffix("+json") { return "json" }
        if type.hasSuffix("+xml") { return "xml" }
        return type.hasPrefix("text/") ? "txt" : "bin"
    }
}

extension FileReference {
    /// `< path`, `<@ path` or `<@encoding path`.
    fileprivate var fileLine: String {
        let mark = self.substitutesVariables ? "@" + (self.encoding ?? "") : ""
        return "<\(mark) \(self.path.onOneLine.trimmed)"
    }
}
