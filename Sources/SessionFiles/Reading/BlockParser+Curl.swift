import HTTPModel

extension BlockParser {
    /// Reads a block that is a curl command line (FILES.md 2.4, row 20).
    ///
    /// All up to the next `###` is the command's: quotes and backslashes go on over lines. It is
    /// one request, understood in full, or a problem.
    mutating func readCurl(from first: SourceLine) {
        var lines: [String] = []
        while let line = self.lines.current, !line.isSeparator {
            guard self.mayKeep(line) else { return }
            lines.append(line.text)
            self.lines.advance()
        }
        let text = lines.joined(separator: "\n")
        do throws(CurlProblem) {
            guard !text.contains("{{") else {
                return self.report(.unsupported(.curl(.reference)), first)
            }
            // Files are looked at when they are sent.
            let curl = try CurlImport(text, surroundings: .init(fileExists: { _ in true }))
            // With a variable of the shell empty, it would be another request.
            guard !curl.notes.contains(where: { $0.kind == .emptyVariable }) else {
                return self.report(.unsupported(.curl(.reference)), first)
            }
            guard curl.requests.count == 1 else {
                return self.report(.unsupported(.curl(.several)), first)
            }
            guard var request = WrittenRequest(curl.requests[0]) else {
                return self.report(.unsupported(.curl(.content)), first)
            }
            request.place = SourcePlace(line: first.number)
            // What a tag of the file says counts, and not what the command does.
            let said = Set(self.block.tags.map(\.tag.name))
            for tag in curl.requests[0].tags where !said.contains(tag.name) {
                self.add(.tag(tag), first)
            }
            self.block.request = request
            self.reportWhatIsLeft(of: curl, first)
        } catch {
            let before = text.utf8.prefix(error.range.lowerBound)
            let line = before.count { $0 == 0x0A }
            let start = before.lastIndex(of: 0x0A).map { before.index(after: $0) }
            let column = String(Substring(before[(start ?? before.startIndex)...])).count + 1
            self.report(
                .unsupported(.curl(.malformed(error.kind))),
                line: first.number + line,
                column: column
            )
        }
    }

    /// Says what the request goes without.
    private mutating func reportWhatIsLeft(of curl: CurlImport, _ first: SourceLine) {
        for note in curl.notes where note.kind.isWorthALine {
            self.report(.unsupported(.curlPart(note)), first)
        }
        if curl.requests.contains(where: { $0.outputFile != nil }) {
            self.report(.unsupported(.responseNotSaved), first)
        }
    }
}

extension CurlNote.Kind {
    /// Whether curl would do something else; only what it prints is nothing to a file.
    fileprivate var isWorthALine: Bool {
        switch self {
        case .advice, .noHeader, .shellText, .methodOfRedirects: true
        case .output, .noEffect, .overridden, .emptyVariable, .variable, .noCookieFile: false
        }
    }
}

extension CurlRequest {
    /// What a session file says in tags.
    fileprivate var tags: [SessionTag] {
        var tags: [SessionTag] = self.timeout.map { [.timeout($0)] } ?? []
        if !self.followsRedirects { tags.append(.noRedirect) }
        return tags
    }

    /// The value of `Authorization`, as a session file has it; nil if a password is asked for.
    fileprivate var authorization: String?? {
        switch self.credentials {
        case nil: .some(nil)
        case .basic(let user, let password?): "Basic \(Array("\(user):\(password)".utf8).base64)"
        case .digest(let user, let password?): "Digest \(user) \(password)"
        case .bearer(let token): "Bearer \(token)"
        case .basic(_, nil), .digest(_, nil): nil
        }
    }
}

extension WrittenRequest {
    /// The fields that are sent unless a request takes them away.
    private static let defaultNames: Set<String> = [
        "user-agent", "accept", "accept-encoding", "connection",
    ]

    /// The request that a curl command describes; nil if a file cannot say its content or its
    /// credentials.
    fileprivate init?(_ curl: CurlRequest) {
        guard let authorization = curl.authorization else { return nil }
        self.init(
            method: curl.method,
            target: curl.url.description,
            version: curl.wantsHTTP2 ? "HTTP/2" : nil
        )
        self.fields = curl.fields.compactMap { field in
            switch field {
            case .set(let line): return SessionField(line.name, line.value)
            case .removed(let name):
                // Without a default to take away, an empty field would be sent.
                let isDefault = Self.defaultNames.contains(name.lowercased())
                return isDefault ? SessionField(name, "") : nil
            }
        }
        self.fields += curl.absentDefaults.map { SessionField($0, "") }
        if let authorization, curl.field("Authorization") == nil {
            self.fields.append(SessionField("Authorization", authorization))
        }
        switch curl.body {
        case .none: break
        case .bytes(let bytes), .form(let bytes, _):
            self.body = .content(bytes, hasReferences: false)
        case .file(let path): self.body = .file(FileReference(path: path))
        case .standardInput, .multipart: return nil
        }
    }
}
