import HTTPModel

/// What a response's head says about the content that follows and about the connection.
enum ResponseRules {
    /// How the content is delimited (RFC 9112, section 6.3; the rules in its order).
    static func delimiter(
        of head: ResponseHead,
        toHEAD: Bool
    ) throws(ProtocolFault) -> ResponseFraming.Delimiter {
        var lengths: [String] = []
        var codings: [String] = []
        for field in head.fields {
            if field.name.equalsASCII("content-length") {
                lengths.append(contentsOf: field.value.framingElements)
            } else if field.name.equalsASCII("transfer-encoding") {
                codings.append(contentsOf: field.value.framingElements)
            }
        }
        // 1: no content, whatever the fields say.
        if toHEAD || head.status / 100 == 1 || head.status == 204 || head.status == 304 {
            return .none
        }
        if !codings.isEmpty {
            // 3: both fields are a sign of smuggling; a client is best off refusing.
            guard lengths.isEmpty else {
                throw ProtocolFault(.contentLengthAndTransferEncoding)
            }
            // 4: chunked must come last; anything else we did not ask for.
            guard codings.count == 1, codings[0].equalsASCII("chunked") else {
                throw ProtocolFault(
                    .unknownTransferCoding(codings.joined(separator: ", "))
                )
            }
            return .chunked
        }
        if let first = lengths.first {
            // 5: differing values are an unrecoverable framing error.
            guard lengths.allSatisfy({ $0 == first }), let length = Int(first), length >= 0,
                first.utf8.allSatisfy(\.isASCIIDigit)
            else {
                throw ProtocolFault(.invalidContentLength(lengths.joined(separator: ", ")))
            }
            return .length(length)
        }
        // 8: until the connection ends.
        return .endOfConnection
    }

    /// Why the connection cannot persist after this response; nil if it can (RFC 9112, section 9.3;
    /// POOL.md rules 22 and 24).
    static func reasonToClose(
        after head: ResponseHead,
        clientAskedToClose: Bool,
        delimiter: ResponseFraming.Delimiter
    ) -> CloseReason? {
        if clientAskedToClose { return .clientClose }
        var saysClose = false
        var saysKeepAlive = false
        for field in head.fields where field.name.equalsASCII("connection") {
            for option in field.value.listElements {
                if option.equalsASCII("close") { saysClose = true }
                if option.equalsASCII("keep-alive") { saysKeepAlive = true }
            }
        }
        if saysClose { return .serverClose }
        // HTTP/1.0 knows no chunks: whoever sent them passed on what it did not understand (RFC
        // 9112, section 6.1).
        if head.version == "HTTP/1.0", !saysKeepAlive || delimiter == .chunked { return .http10 }
        if delimiter == .endOfConnection { return .untilEOF }
        return nil
    }

    /// The server's `Keep-Alive` field.
    static func keepAliveHint(in head: ResponseHead) -> KeepAliveHint? {
        var hint: KeepAliveHint?
        for field in head.fields where field.name.equalsASCII("keep-alive") {
            for element in field.value.listElements {
                let parts = element.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, let value = Int(parts[1].filter { $0 != "\"" }), value >= 0
                else { continue }
                let name = parts[0].lowercased()
                if name == "timeout" {
                    hint = hint ?? KeepAliveHint()
                    // A day is more than any idle timeout; beyond it numbers are nonsense.
                    hint?.timeout = .seconds(min(value, 86_400))
                } else if name == "max" {
                    hint = hint ?? KeepAliveHint()
                    hint?.max = value
                }
            }
        }
        return hint
    }
}

extension String {
    /// Whether this equals `other`, which is in lower case, ignoring ASCII case.
    func equalsASCII(_ other: StaticString) -> Bool {
        guard self.utf8.count == other.utf8CodeUnitCount else { return false }
        return other.withUTF8Buffer { wanted in
            var index = 0
            for byte in self.utf8 {
                let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                if lower != wanted[index] { return false }
                index += 1
            }
            return true
        }
    }

    /// The elements of a comma-separated field value (RFC 9110, section 5.6.1).
    var listElements: [String] {
        guard self.utf8.contains(UInt8(ascii: ",")) else {
            let element = self.trimmingBlanks
            return element.isEmpty ? [] : [element]
        }
        return self.split(separator: ",").map { $0.trimmingBlanks }.filter { !$0.isEmpty }
    }

    /// The elements of a field that says where content ends: one without any is as much in doubt as
    /// a wrong one, and so has an element that is empty.
    fileprivate var framingElements: [String] {
        let elements = self.listElements
        return elements.isEmpty ? [""] : elements
    }
}
