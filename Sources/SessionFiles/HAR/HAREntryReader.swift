import HTTPModel

/// Reads one entry of a HAR.
struct HAREntryReader {
    private let entry: JSONValue
    private let line: Int
    private let keepsCookies: Bool

    init(_ entry: JSONValue, line: Int, keepsCookies: Bool) {
        self.entry = entry
        self.line = line
        self.keepsCookies = keepsCookies
    }

    /// The status of the response; nil if there was none.
    var status: Int? {
        guard case .number(let text)? = self.entry["response"]?["status"], let status = Int(text),
            (100...599).contains(status)
        else { return nil }
        return status
    }

    /// How many cookie fields the request had that are left out.
    var cookieFieldCount: Int {
        guard !self.keepsCookies else { return 0 }
        return self.fields.count { $0.name.lowercased() == "cookie" }
    }

    func request() throws(HARProblem) -> RecordedRequest {
        guard let request = self.entry["request"] else { throw self.problem(.member("request")) }
        guard case .string(let method)? = request["method"], !method.isEmpty,
            method.utf8.allSatisfy(\.isTokenByte), method != "CONNECT"
        else { throw self.problem(.member("request.method")) }
        guard case .string(let url)? = request["url"] else {
            throw self.problem(.member("request.url"))
        }
        let target: URI
        do {
            target = try URI(url)
        } catch {
            throw self.problem(.url(url))
        }
        if case .string? = self.entry["_fromCache"] { throw self.problem(.cached) }
        // Hand-made files may have requests only; a browser's without an answer failed.
        let response = self.entry["response"]
        guard response == nil || response == .null || self.status != nil else {
            throw self.problem(.unanswered)
        }
        var shown = target
        shown.fragment = nil
        let body = try self.body(request)
        return RecordedRequest(
            number: 0,
            name: self.name,
            method: method,
            target: shown.description,
            fields: self.ownFields(target),
            body: body,
            followsRedirects: !(300...399).contains(self.status ?? 0)
        )
    }

    private var name: String? {
        guard case .string(let name)? = self.entry["_requestName"], name.isPortableName else {
            return nil
        }
        return name
    }

    // MARK: Fields

    private var fields: [FieldLine] {
        guard case .array(let headers)? = self.entry["request"]?["headers"] else { return [] }
        return headers.compactMap { header in
            guard case .string(let name)? = header["name"],
                case .string(let value)? = header["value"]
            else { return nil }
            return FieldLine(name, value)
        }
    }

    /// The fields that a request of ours says: not what frames or carries it, nor pseudo-fields.
    private func ownFields(_ target: URI) -> [FieldLine] {
        var fields = self.fields.filter { field in
            switch field.name.lowercased() {
            case "content-length", "transfer-encoding", "connection", "keep-alive",
                "proxy-connection", "upgrade", "http2-settings", "accept-encoding":
                false
            case "host": field.value.lowercased() != target.origin.authority
            case "cookie": self.keepsCookies
            default:
                !field.name.isEmpty && field.name.utf8.allSatisfy(\.isTokenByte)
                    && !field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
            }
        }
        let hasCookie = fields.contains { $0.name.lowercased() == "cookie" }
        if self.keepsCookies, !hasCookie,
            case .array(let cookies)? = self.entry["request"]?["cookies"]
        {
            let pairs = cookies.compactMap { cookie -> String? in
                guard case .string(let name)? = cookie["name"],
                    case .string(let value)? = cookie["value"]
                else { return nil }
                return "\(name)=\(value)"
            }
            if !pairs.isEmpty { fields.append(FieldLine("Cookie", pairs.joined(separator: "; "))) }
        }
        return fields
    }

    // MARK: Content

    private func body(_ request: JSONValue) throws(HARProblem) -> RecordedRequest.Body {
        guard let data = request["postData"], data != .null else { return .none }
        if case .string(let text)? = data["text"], !text.isEmpty {
            let encoding = data["encoding"] ?? data["_encoding"]
            guard encoding == .string("base64") else { return .bytes(Array(text.utf8)) }
            guard let bytes = Substring(text).utf8.base64Decoded else {
                throw self.problem(.member("request.postData.text"))
            }
            return .bytes(bytes)
        }
        guard case .array(let parameters)? = data["params"], !parameters.isEmpty else {
            return .none
        }
        let type = data["mimeType"]?.text.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw self.problem(.noContent)
        }
        let pairs = parameters.map { parameter in
            let name = parameter["name"]?.text ?? ""
            let value = parameter["value"]?.text ?? ""
            return "\(name.formText)=\(value.formText)"
        }
        return .bytes(Array(pairs.joined(separator: "&").utf8))
    }

    private func problem(_ kind: HARProblem.Kind) -> HARProblem {
        HARProblem(kind, line: self.line)
    }
}

extension String {
    /// The text as it stands in a form; browsers disagree on whether it is encoded already.
    fileprivate var formText: String {
        let isEncoded = self.utf8.allSatisfy { byte in
            byte.isASCIILetter || byte.isASCIIDigit || "-._~%+*".utf8.contains(byte)
        }
        return isEncoded ? self : self.percentEncodingAll
    }
}
