package import HTTPModel

/// A request as it was sent: request line and fields, for `show N request`.
package enum RequestText {
    /// What stands in the place of a secret value.
    package static let redacted = "(redacted)"

    /// The fields as a connection has them: with the one that delimits the content, and over HTTP/2
    /// without those that speak of the connection.
    package static func fields(
        _ fields: [FieldLine],
        framing: FieldLine?,
        isHTTP2: Bool
    ) -> [FieldLine] {
        (fields + [framing].compactMap(\.self)).filter { field in
            !isHTTP2 || !FieldLine.connectionSpecificNames.contains(field.name.lowercased())
        }
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
        let isHTTP2 = attempt.use?.isHTTP2 == true
        let version = isHTTP2 ? "HTTP/2" : "HTTP/1.1"
        let line = "\(Sanitizer.line(attempt.label.description)) \(version)"
        // What was never sent, because a wait before it was ended, has none.
        let framing =
            attempt.sentFields.isEmpty
            ? nil
            : FieldLine.framing(
                of: attempt.method,
                length: attempt.contentLength,
                isChunked: isChunked
            )
        let sent = Self.fields(attempt.sentFields, framing: framing, isHTTP2: isHTTP2)
        let fields = sent.map { field in
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
