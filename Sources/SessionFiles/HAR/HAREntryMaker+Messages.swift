import HTTPModel

extension HAREntryMaker {
    // MARK: The request

    func request(_ attempt: Attempt, index: Int) -> JSONValue {
        let size = attempt.contentLength ?? 0
        let sent: Int? =
            if case .response(let response) = attempt.result { response.bytes.sent } else { nil }
        let target = self.secrets.shown(self.secrets.pieces(of: attempt.target))
        return .members([
            ("method", .string(attempt.method)),
            ("url", .string(target)),
            ("httpVersion", .string(attempt.version)),
            ("cookies", .array(self.requestCookies(attempt.sentFields))),
            ("headers", self.headers(attempt.fieldsOnTheWire)),
            ("queryString", .array(self.queryParameters(target))),
            ("headersSize", .integer(sent.map { max(-1, $0 - size) } ?? -1)),
            ("bodySize", .integer(size)),
            ("postData", self.postData(attempt, index: index)),
        ])
    }

    /// The content, which is known for the first attempt and for redirects that keep it.
    private func postData(_ attempt: Attempt, index: Int) -> JSONValue? {
        guard attempt.contentLength != nil, let bytes = self.requestContent,
            bytes.count == attempt.contentLength
        else { return nil }
        let type = attempt.sentFields.value("content-type") ?? ""
        let content = self.content(bytes, type)
        return .members([
            ("mimeType", .string(type)),
            ("params", self.parameters(of: bytes, type).map { .array($0) }),
            ("text", .string(content.text)),
            ("_encoding", content.isBase64 ? .string("base64") : nil),
        ])
    }

    /// What a form holds; nil if the content is no form.
    private func parameters(of bytes: [UInt8], _ mediaType: String) -> [JSONValue]? {
        // Secrets are hidden before the content is taken apart, so that they are hidden here too.
        let shown = self.secrets.shownBytes(self.secrets.pieces(of: bytes, mediaType: mediaType))
        switch mediaType.prefix(while: { $0 != ";" }).trimmed.lowercased() {
        case "application/x-www-form-urlencoded":
            return String(decoding: shown, as: UTF8.self).split(separator: "&").map { pair in
                let parts = pair.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                ).map { String($0.map { $0 == "+" ? " " : $0 }).percentDecoded }
                return Self.pair(parts[0], parts.count == 2 ? parts[1] : "")
            }
        case "multipart/form-data":
            return MultipartPart.parts(in: shown, mediaType: mediaType).map { part in
                let isFile = part.fileName != nil
                let text = String(decoding: shown[part.range], as: UTF8.self)
                return .members([
                    ("name", .string(part.name)),
                    ("value", isFile ? nil : .string(text)),
                    ("fileName", part.fileName.map { .string($0) }),
                    ("contentType", part.contentType.map { .string($0) }),
                ])
            }
        default: return nil
        }
    }

    private func queryParameters(_ target: String) -> [JSONValue] {
        guard let mark = target.firstIndex(of: "?") else { return [] }
        return target[target.index(after: mark)...].split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? String(parts[1]) : ""
            return Self.pair(String(parts[0]).percentDecoded, value.percentDecoded)
        }
    }

    // MARK: The response

    func response(_ attempt: Attempt, isLast: Bool) -> JSONValue {
        guard case .response(let response) = attempt.result else { return Self.noResponse }
        let head = response.head
        let type = head.first("content-type") ?? "x-unknown"
        // What says how long the content would have been says nothing of what came (RFC 9110,
        // section 8.6).
        let hasContent = attempt.method != "HEAD" && head.status != 304
        let length = hasContent ? head.first("content-length").flatMap { Int($0) } : 0
        let bytes = isLast ? self.source.responseContent() : nil
        let size = bytes?.count ?? response.bytes.body
        let content = bytes.map { self.content($0, type) }
        let isCoded = hasContent && head.first("content-encoding") != nil
        return .members([
            ("status", .integer(head.status)),
            ("statusText", .string(head.reason)),
            ("httpVersion", .string(attempt.version)),
            ("cookies", .array(self.responseCookies(head.fields))),
            ("headers", self.headers(head.fields)),
            (
                "content",
                .members([
                    ("size", .integer(size)),
                    ("compression", isCoded ? length.map { .integer(size - $0) } : nil),
                    ("mimeType", .string(type)),
                    ("text", content.map { .string($0.text) }),
                    ("encoding", content?.isBase64 == true ? .string("base64") : nil),
                ])
            ),
            ("redirectURL", .string(self.secrets.shownReference(head.first("location") ?? ""))),
            ("headersSize", .integer(-1)),
            ("bodySize", .integer(length ?? (isCoded ? -1 : size))),
        ])
    }

    /// What stands for no response (rule 7).
    private static let noResponse: JSONValue = .members([
        ("status", .integer(0)),
        ("statusText", .string("")),
        ("httpVersion", .string("unknown")),
        ("cookies", .array([])),
        ("headers", .array([])),
        (
            "content",
            .members([("size", .integer(0)), ("mimeType", .string("x-unknown"))])
        ),
        ("redirectURL", .string("")),
        ("headersSize", .integer(-1)),
        ("bodySize", .integer(-1)),
    ])

    // MARK: Fields and cookies

    private func headers(_ fields: [FieldLine]) -> JSONValue {
        .array(
            fields.map { Self.pair($0.name, self.secrets.shownValue(of: $0)) }
        )
    }

    private static func pair(_ name: String, _ value: String) -> JSONValue {
        .members([("name", .string(name)), ("value", .string(value))])
    }

    private func requestCookies(_ fields: [FieldLine]) -> [JSONValue] {
        fields.filter { $0.name.lowercased() == "cookie" }.flatMap { field in
            field.value.split(separator: ";").map { self.cookie(Substring($0)) }
        }.map { .members($0) }
    }

    private func responseCookies(_ fields: [FieldLine]) -> [JSONValue] {
        fields.filter { $0.name.lowercased() == "set-cookie" }.compactMap { field in
            let parts = field.value.split(separator: ";", omittingEmptySubsequences: false)
            guard let first = parts.first else { return nil }
            var members = self.cookie(first)
            for attribute in parts.dropFirst() {
                let pair = attribute.split(separator: "=", maxSplits: 1)
                let value = pair.count == 2 ? pair[1].trimmed : ""
                switch (pair.first ?? "").trimmed.lowercased() {
                case "path": members.append(("path", .string(value)))
                case "domain": members.append(("domain", .string(value)))
                case "httponly": members.append(("httpOnly", .bool(true)))
                case "secure": members.append(("secure", .bool(true)))
                case "samesite": members.append(("_sameSite", .string(value)))
                // `expires` would have to be an ISO date; the field itself has it as it came.
                default: continue
                }
            }
            return .members(members)
        }
    }

    private func cookie(_ text: Substring) -> [(String, JSONValue?)] {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? parts[1].trimmed : ""
        return [
            ("name", .string(parts[0].trimmed)),
            ("value", .string(self.secrets.hidesCookies ? ExportSecrets.hidden : value)),
        ]
    }

    /// Content as text if it is any, else in base64.
    private func content(_ bytes: [UInt8], _ type: String) -> (text: String, isBase64: Bool) {
        let shown = self.secrets.shownBytes(self.secrets.pieces(of: bytes, mediaType: type))
        if let text = String(validating: shown, as: UTF8.self) { return (text, false) }
        return (shown.base64, true)
    }
}

extension Attempt {
    /// The fields as they were sent: HTTP/2 has no fields for the connection, and says the host in
    /// `:authority` (RFC 9113, sections 8.2.2 and 8.3.1).
    fileprivate var fieldsOnTheWire: [FieldLine] {
        guard self.use?.isHTTP2 == true else { return self.sentFields }
        return self.sentFields.filter { field in
            let name = field.name.lowercased()
            return name != "host" && !FieldLine.connectionSpecificNames.contains(name)
        }
    }

    /// The version as HAR readers know it (rule 9).
    fileprivate var version: String {
        guard case .response(let response) = self.result else { return "HTTP/1.1" }
        return response.head.version
    }
}

extension [FieldLine] {
    /// The value of the first field of this name, in lower case.
    func value(_ name: String) -> String? {
        self.first { $0.name.lowercased() == name }?.value
    }
}
