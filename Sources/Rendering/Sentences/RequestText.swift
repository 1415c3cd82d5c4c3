package import HTTPModel

/// A request as it was sent: request line and fields, for `show N request`.
package enum RequestText {
    /// What stands in the place of a secret value.
    package static let redacted = "(redacted)"

    /// The field that says how long the content is, which the transport adds to the others.
    ///
    /// Without content only methods that define some have one (RFC 9110, section 8.6).
    package static func framing(
        of method: String,
        length: Int?,
        isChunked: Bool
    ) -> [FieldLine] {
        guard let length else {
            let definesContent = ["POST", "PUT", "PATCH"].contains(method)
            return definesContent ? [FieldLine("Content-Length", "0")] : []
        }
        if isChunked { return [FieldLine("Transfer-Encoding", "chunked")] }
        return [FieldLine("Content-Length", "\(length)")]
    }

    /// The lines of a request's head, and how much content followed.
    ///
    /// Values of fields that `isSecret` names are not shown.
    package static func lines(
        of attempt: Attempt,
        isChunked: Bool = false,
        isSecret: (String) -> Bool,
        in context: RenderingContext = .plain
    ) -> [String] {
        let version = attempt.use?.isHTTP2 == true ? "HTTP/2" : "HTTP/1.1"
        let line = "\(Sanitizer.line(attempt.label.description)) \(version)"
        // What was never sent, because a wait before it was ended, has none.
        let framing =
            attempt.sentFields.isEmpty
            ? []
            : Self.framing(
                of: attempt.method,
                length: attempt.contentLength,
                isChunked: isChunked
            )
        let fields = (attempt.sentFields + framing).map { field in
            let shown = isSecret(field.name) ? FieldLine(field.name, Self.redacted) : field
            return ResponseHeadText.field(shown, in: context)
        }
        let content = attempt.contentLength.map { length in
            ["", context.styled("(\(ByteText.text(length)) of content)", as: .dim)]
        }
        let lines = [context.styled(line, as: .strong)] + fields + (content ?? [])
        return lines.map(context.adapted)
    }
}
