package import HTTPModel

/// The head of a response as it came: status line and fields, names spelled as the server did.
package enum ResponseHeadText {
    /// The lines of a head, the status line coloured by its class.
    package static func lines(
        of head: ResponseHead,
        in context: RenderingContext = .plain
    ) -> [String] {
        [Self.statusLine(of: head, in: context)] + Self.fields(head.fields, in: context)
    }

    /// The status line alone.
    package static func statusLine(
        of head: ResponseHead,
        in context: RenderingContext = .plain
    ) -> String {
        let text = "\(Sanitizer.line(head.version)) \(head.statusText)"
        return context.adapted(context.styled(text, as: .status(head.status)))
    }

    /// Field lines, or the trailer fields of a response.
    package static func fields(
        _ fields: [FieldLine],
        in context: RenderingContext = .plain
    ) -> [String] {
        fields.map { context.adapted(Self.field($0, in: context)) }
    }

    /// One field line.
    static func field(_ field: FieldLine, in context: RenderingContext) -> String {
        let name = context.styled(Sanitizer.line(field.name), as: .fieldName)
        let value = Sanitizer(.line, palette: context.palette).sanitized(field.value)
        return value.isEmpty ? "\(name):" : "\(name): \(value)"
    }
}
