import HTTPModel

extension CurlRequestMaker {
    /// Adds the fields: what `-H` says, and what other options say unless `-H` says it.
    mutating func addFields(to request: inout CurlRequest) throws(CurlProblem) {
        for given in self.arguments.values(.header) {
            for line in try self.headerLines(given) {
                try self.add(header: line, given, to: &request)
            }
        }
        try self.addOption(.userAgent, "User-Agent", to: &request)
        try self.addReferer(to: &request)
        if let given = self.arguments.values(.range).last {
            self.add("Range", "bytes=\(try given.text())", given, to: &request)
        }
        try self.addCookies(to: &request)
        try self.addContentFields(to: &request)
    }

    /// The lines of a header option: its value, or those of the file that it names.
    private func headerLines(_ given: CurlArguments.Given) throws(CurlProblem) -> [String] {
        let text = try given.text()
        guard text.hasPrefix("@") else { return [text] }
        let path = String(text.dropFirst())
        guard let bytes = self.surroundings.readFile(path) else {
            throw CurlProblem(.unreadable(path: path, detail: ""), given.value.range)
        }
        return String(decoding: bytes, as: UTF8.self)
            .split(whereSeparator: \.isNewline).map(String.init)
    }

    /// Reads `Name: value`, `Name:` (not sent) and `Name;` (sent empty).
    private mutating func add(
        header text: String,
        _ given: CurlArguments.Given,
        to request: inout CurlRequest
    ) throws(CurlProblem) {
        let separator = text.firstIndex { $0 == ":" || $0 == ";" }
        guard let separator else {
            self.notes.append(CurlNote("\(given.spelling) \(text)", .noHeader))
            return
        }
        let name = text[..<separator].trimmed
        let value = text[text.index(after: separator)...].trimmed
        let isEmpty = text[separator] == ";"
        guard !isEmpty || value.isEmpty else {
            self.notes.append(CurlNote("\(given.spelling) \(text)", .noHeader))
            return
        }
        guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenByte),
            !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
        else {
            throw CurlProblem(
                .invalidValue(option: given.spelling, expected: "Name: value"),
                given.value.range
            )
        }
        // The transport frames the content itself; what it would say is the same.
        if name.lowercased() == "content-length" || name.lowercased() == "transfer-encoding" {
            self.notes.append(CurlNote("\(given.spelling) \(name)", .noEffect))
            return
        }
        if value.isEmpty, !isEmpty {
            request.fields.append(.removed(name))
        } else {
            request.fields.append(.set(FieldLine(name, value)))
        }
    }

    private mutating func addOption(
        _ part: CurlOption.RequestPart,
        _ name: String,
        to request: inout CurlRequest
    ) throws(CurlProblem) {
        guard let given = self.arguments.values(part).last else { return }
        let value = try given.text()
        if value.isEmpty {
            request.fields.append(.removed(name))
        } else {
            self.add(name, value, given, to: &request)
        }
    }

    private mutating func addReferer(to request: inout CurlRequest) throws(CurlProblem) {
        guard let given = self.arguments.values(.referer).last else { return }
        var value = try given.text()
        if value.hasSuffix(";auto") { value.removeLast(5) }
        if !value.isEmpty { self.add("Referer", value, given, to: &request) }
    }

    private mutating func add(
        _ name: String,
        _ value: String,
        _ given: CurlArguments.Given,
        to request: inout CurlRequest
    ) {
        guard request.field(name) == nil else {
            self.notes.append(CurlNote(given.spelling, .overridden))
            return
        }
        request.fields.append(.set(FieldLine(name, value)))
    }

    /// `-b 'a=b'` is a field; `-b FILE` is a cookie file, which is the session's affair.
    private mutating func addCookies(to request: inout CurlRequest) throws(CurlProblem) {
        var pairs: [String] = []
        for given in self.arguments.values(.cookie) {
            let text = try given.text()
            if text.contains("=") {
                pairs.append(text)
                continue
            }
            guard !text.isEmpty else { continue }
            guard !self.surroundings.fileExists(text) else {
                throw CurlProblem(
                    .refused(option: given.spelling, .line("cookies load \(text)")),
                    given.value.range
                )
            }
            self.notes.append(CurlNote("\(given.spelling) \(text)", .noCookieFile))
        }
        guard !pairs.isEmpty, let given = self.arguments.values(.cookie).first else { return }
        self.add("Cookie", pairs.joined(separator: "; "), given, to: &request)
    }

    /// What the content makes curl say of it.
    private func addContentFields(to request: inout CurlRequest) throws(CurlProblem) {
        if case .multipart = request.body { try self.checkNoContentType(request) }
        if case .form = request.body { try self.checkNoContentType(request) }
        let isJSON = self.arguments.given.contains { $0.part == .data(.json) }
        if isJSON {
            for name in ["Content-Type", "Accept"] where request.field(name) == nil {
                request.fields.append(.set(FieldLine(name, "application/json")))
            }
        }
        guard request.field("Content-Type") == nil else { return }
        switch request.body {
        case .none, .multipart: return
        case .form(_, let boundary):
            let type = "multipart/form-data; boundary=\(boundary)"
            request.fields.append(.set(FieldLine("Content-Type", type)))
        case .bytes, .file, .standardInput:
            // An upload says nothing of what it is.
            let isUpload = self.arguments.values(.upload).first != nil
            request.fields.append(
                isUpload
                    ? .removed("Content-Type")
                    : .set(FieldLine("Content-Type", "application/x-www-form-urlencoded"))
            )
        }
    }

    /// A form's own type names the boundary, so that no other can be given.
    private func checkNoContentType(_ request: CurlRequest) throws(CurlProblem) {
        guard request.field("Content-Type") != nil else { return }
        throw CurlProblem(.conflict("-H Content-Type", "-F"), self.place)
    }

    // MARK: Credentials

    /// Credentials: an `Authorization` that `-H` gives wins, as in curl.
    mutating func addCredentials(to request: inout CurlRequest) throws(CurlProblem) {
        let user = self.arguments.values(.user).last
        let bearer = self.arguments.values(.bearer).last
        // What stands in the URL is asked last, and never shown.
        let information = request.url.userInfo
        request.url.userInfo = nil
        guard let given = user ?? bearer else {
            guard let information, request.field("Authorization") == nil else { return }
            request.credentials = self.credentials(
                information.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                    .map { String($0).percentDecoded }
            )
            return
        }
        guard request.field("Authorization") == nil else {
            self.notes.append(CurlNote(given.spelling, .overridden))
            return
        }
        guard let user, self.arguments.isOn(.digest) || bearer == nil else {
            if let bearer { request.credentials = .bearer(try bearer.text()) }
            return
        }
        request.credentials = self.credentials(
            try user.text()
                .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
        )
    }

    private func credentials(_ parts: [String]) -> CurlRequest.Credentials {
        let user = parts.first ?? ""
        let password = parts.count == 2 ? parts[1] : nil
        return self.arguments.isOn(.digest)
            ? .digest(user: user, password: password) : .basic(user: user, password: password)
    }
}
