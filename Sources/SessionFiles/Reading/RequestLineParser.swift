import HTTPModel

/// Reads the first line of a request: `[METHOD] target [HTTP/x.y]`.
enum RequestLineParser {
    /// What a line in that place can be.
    enum Result {
        case request(WrittenRequest)
        case include(path: String)
        case requestScript
        /// A curl command line begins.
        case curl
        case problem(SessionFileProblem.Kind, column: Int)
    }

    /// The methods that are read in any case (FILES.md 2.4, row 16).
    static let commonMethods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "PATCH", "OPTIONS", "TRACE",
    ]

    /// First words by which other tools mean another protocol.
    private static let otherProtocols: Set<String> = [
        "GRPC", "WS", "WSS", "WEBSOCKET", "SSE", "EVENTSOURCE", "MQTT", "AMQP", "RSOCKET",
        "GRAPHQL",
    ]

    /// Reads a line.
    static func parse(_ line: String) -> Result {
        let (first, rest) = line.firstWord
        switch first {
        case "<" where rest.hasPrefix("{%"), "<{%": return .requestScript
        case "curl" where !rest.isEmpty, "$" where rest.hasPrefix("curl "):
            return .curl
        case "import" where !rest.isEmpty: return .include(path: rest)
        case "run" where !rest.isEmpty: return .problem(.unsupported(.runStatement), column: 1)
        default: return self.request(line.trimmed, first: first, rest: rest)
        }
    }

    private static func request(_ text: String, first: String, rest: String) -> Result {
        let (targetText, version) = self.splitVersion(" " + rest)
        let target = targetText.trimmed
        let hasMethod = !target.isEmpty && first.utf8.allSatisfy(\.isTokenByte)
        if hasMethod, self.otherProtocols.contains(first) {
            return .problem(.unsupported(.protocolNotSupported(first)), column: 1)
        }
        let common = first.uppercased()
        if hasMethod, self.commonMethods.contains(common) {
            if common == "CONNECT" { return .problem(.unsupported(.connectRefused), column: 1) }
            return self.request(common, target, version, in: text)
        }
        // A method of another kind needs something else that tells a request line from prose.
        if hasMethod, first == common || version != nil || self.isTarget(target) {
            return self.request(first, target, version, in: text)
        }
        let (bare, bareVersion) = self.splitVersion(text)
        if let column = self.commentColumn(in: bare) {
            return .problem(.request(.commentInTarget), column: column)
        }
        guard self.isTarget(bare) else {
            return .problem(.request(.badRequestLine(text)), column: 1)
        }
        return self.request("GET", bare, bareVersion, in: text)
    }

    private static func request(
        _ method: String,
        _ target: String,
        _ version: String?,
        in line: String
    ) -> Result {
        if let column = self.commentColumn(in: line) {
            return .problem(.request(.commentInTarget), column: column)
        }
        return .request(WrittenRequest(method: method, target: target, version: version))
    }

    /// Takes the version off the end of `text`: ` HTTP/1.1`, ` HTTP/2 (Prior Knowledge)`.
    static func splitVersion(_ text: String) -> (text: String, version: String?) {
        var rest = text.trimmedEnd
        let priorKnowledge = " (Prior Knowledge)"
        if rest.hasSuffix(priorKnowledge) { rest = rest.dropLast(priorKnowledge.count) }
        // By bytes: most lines have no version, and each is asked.
        guard let blank = rest.utf8.lastIndex(where: { $0 == 0x20 || $0 == 0x09 }) else {
            return (text, nil)
        }
        let word = rest[rest.index(after: blank)...]
        guard (6...8).contains(word.utf8.count), word.uppercased().hasPrefix("HTTP/"),
            word.utf8.dropFirst(5).allSatisfy({ $0.isASCIIDigit || $0 == UInt8(ascii: ".") })
        else { return (text, nil) }
        return (String(rest[..<blank].trimmedEnd), word.uppercased())
    }

    /// The column of ` #` outside `{{…}}`, which is no comment but would be sent (row 21).
    static func commentColumn(in text: String) -> Int? {
        guard text.utf8.contains(UInt8(ascii: "#")) else { return nil }
        var column = 1
        var depth = 0
        var previous: Character = "x"
        for character in text {
            if character == "{", previous == "{" { depth += 1 }
            if character == "}", previous == "}" { depth -= 1 }
            if character == "#", depth <= 0, previous == " " || previous == "\t" { return column }
            previous = character
            column += 1
        }
        return nil
    }

    /// Whether a text looks like a target, where nothing else says that it is one.
    private static func isTarget(_ text: String) -> Bool {
        if text.hasPrefix("/") || text.hasPrefix("?") || text.hasPrefix("{{") || text == "*" {
            return true
        }
        guard let first = text.utf8.first,
            first.isASCIILetter || first.isASCIIDigit || first == 0x5B
        else { return false }
        let end = text.firstIndex { "/?#".contains($0) } ?? text.endIndex
        let authority = text[..<end]
        guard !authority.contains(where: { $0 == " " || $0 == "=" || $0 == "," }) else {
            return false
        }
        if text[end...].hasPrefix("//") { return authority.hasSuffix(":") }
        if authority.contains("{{") || authority == "localhost" { return true }
        guard let colon = authority.lastIndex(of: ":") else { return authority.contains(".") }
        let port = authority[authority.index(after: colon)...]
        return !port.isEmpty && port.utf8.allSatisfy(\.isASCIIDigit)
    }
}

extension StringProtocol {
    fileprivate var trimmedEnd: Substring {
        var text = Substring(self)
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
