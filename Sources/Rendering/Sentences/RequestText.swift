package import HTTPModel

/// A request as it was sent: request line and fields, for `show N request`.
package enum RequestText {
    /// What stands in the place of a secret value.
    package static let redacted = "(redacted)"

    /// The lines of a request's head, and how much content followed.
    ///
    /// Values of fields that `isSecret` names are not shown.
    package static func lines(
        of attempt: Attempt,
        isSecret: (String) -> Bool,
        in context: RenderingContext = .plain
    ) -> [String] {
        let line = "\(Sanitizer.line(attempt.label.description)) HTTP/1.1"
        let fields = attempt.sentFields.map { field in
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
