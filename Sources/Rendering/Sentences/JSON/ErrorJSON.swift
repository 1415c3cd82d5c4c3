/// The `error` object of `--json`.
package enum ErrorJSON {
    /// The object on one line; line and column are those of the script, where there is one.
    package static func line(for error: RenderedError, line: Int? = nil, column: Int? = nil)
        -> String
    {
        Self.line(kind: error.kind, message: error.message, line: line, column: column)
    }

    /// The object on one line, for errors that are not about requests, such as `syntax`.
    package static func line(
        kind: String,
        message: String,
        line: Int? = nil,
        column: Int? = nil
    ) -> String {
        JSONLine.text("error") { object in
            object.member("kind", kind)
            object.member("message", message)
            object.member("line", line)
            object.member("column", column)
        }
    }
}
