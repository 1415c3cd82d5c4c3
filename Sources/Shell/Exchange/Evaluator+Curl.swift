import HTTPModel
import SessionFiles
import ShellLanguage

/// Makes request lines of curl command lines (LANGUAGE.md, section 8).
extension Evaluator {
    /// Takes a curl command line: at a terminal its request line is put on the prompt, unsent; in a
    /// script it is sent.
    ///
    /// - Parameters:
    ///   - text: The text, from `curl` on.
    ///   - offset: Where it stands in the line; nil if it does not.
    /// - Throws: What keeps it from being a request, or what sending it came to.
    func takeCurl(_ text: String, at offset: Int?) async throws(ShellProblem) {
        let lines = try self.requestLines(ofCurl: text, at: offset)
        if self.parser.isInteractive {
            self.proposedLines = lines
        } else {
            for line in lines {
                // Shown with the line that was made, in which its places are.
                guard let problem = await self.run(line) else { continue }
                throw .scriptFailed(status: problem.exitStatus)
            }
        }
    }

    /// What `import curl` is given: a command line, one in quotes, or a file of them.
    func takeCurl(imported text: String, at offset: Int) async throws(ShellProblem) {
        if text.hasPrefix("@") || text.hasPrefix("<") {
            let path = self.localPath(text.dropFirst().trimmed)
            let bytes: [UInt8]
            do {
                bytes = try Files.read(path)
            } catch {
                throw .file(path: path, .read, detail: error.detail, nil)
            }
            guard let content = String(validating: bytes, as: UTF8.self) else {
                throw .file(path: path, .read, detail: "it is not UTF-8 text", nil)
            }
            try await self.takeCurl(content, at: nil)
            return
        }
        guard !text.isEmpty else {
            throw .usage(command: "import curl", .missing("a curl command line"), nil)
        }
        if let inner = CurlImport.commandLine(quotedIn: text) {
            try await self.takeCurl(inner, at: nil)
        } else if text.hasPrefix("curl ") || text.hasPrefix("$ ") {
            try await self.takeCurl(text, at: offset)
        } else {
            try await self.takeCurl("curl \(text)", at: offset - 5)
        }
    }

    private func requestLines(
        ofCurl text: String,
        at offset: Int?
    ) throws(ShellProblem) -> [String] {
        let environment = self.configuration.environment
        let surroundings = CurlSurroundings(
            environment: { environment[$0] },
            readFile: { try? Files.read(Files.expandingHome($0, environment: environment)) },
            fileExists: { path in
                Files.size(of: Files.expandingHome(path, environment: environment)) != nil
            }
        )
        do {
            let imported = try CurlImport(text, surroundings: surroundings)
            let lines = try imported.requests.map { request throws(CurlProblem) in
                try RequestLine(request).canonicalText
            }
            for note in imported.notes { self.remark(note.sentence) }
            return lines
        } catch {
            let span = offset.map { offset in
                SourceSpan(
                    max(0, error.range.lowerBound + offset),
                    max(0, error.range.upperBound + offset)
                )
            }
            throw .curl(error, error.range.isEmpty ? nil : span)
        }
    }

    /// The line that waits to be put on the prompt.
    package func takeProposedLine() -> String? {
        self.proposedLines.isEmpty ? nil : self.proposedLines.removeFirst()
    }

    /// Forgets lines that were proposed: ^C.
    package func dropProposedLines() { self.proposedLines = [] }
}
