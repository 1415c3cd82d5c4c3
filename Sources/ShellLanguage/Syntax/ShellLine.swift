/// One line of the shell language (LANGUAGE.md section 1).
package enum ShellLine: Hashable, Sendable {
    /// Nothing, or only blanks.
    case blank
    /// `# text`, without the `#`.
    case comment(String)
    /// `#3` alone: shows that connection, as `sockets #3` does.
    case connection(Int)
    /// `# @expect status 200`: applies to the next request.
    case tag(TagLine)
    /// `@name = text`.
    case variable(VariableLine)
    /// `Name: value` or `Name:`.
    case field(FieldLine)
    /// `name==value` or `name==`.
    case query(QueryLine)
    /// `get /users page==2`, and `repeat 20x4 get /users`.
    case request(RequestLine)
    /// `sockets #3`.
    case command(CommandInvocation)
    /// `| $.items[*].name`: sends the last body through filters.
    case filters(Tails)
    /// `!ls -l`, without the `!`.
    case shell(String)
    /// A line whose first word is `curl`, kept whole, from `curl` on.
    case curl(String)
}

/// The tags that may stand before a request (LANGUAGE.md section 1).
package enum TagName: String, CaseIterable, Hashable, Sendable {
    case name
    case expect
    case capture
    case timeout
    case noRedirect = "no-redirect"
}

/// A tag for the next request.
package struct TagLine: Hashable, Sendable {
    /// Which tag.
    package let name: TagName
    /// The text after the name, without blanks at its ends; a leading `=` is removed, as in files.
    package let value: String
    /// Where the value stands.
    package let valueSpan: SourceSpan
}

/// A variable that is set.
package struct VariableLine: Hashable, Sendable {
    /// The name, without `@`.
    package let name: String
    /// Where the name stands.
    package let nameSpan: SourceSpan
    /// The raw text, resolved once, now; nothing for `@name =`.
    package let value: Template
}

/// A default field that is set or removed.
package struct FieldLine: Hashable, Sendable {
    /// The field's name as typed.
    package let name: String
    /// Where the name stands.
    package let nameSpan: SourceSpan
    /// The raw value, or `nil` to remove the field.
    package let value: Template?
}

/// A default query parameter that is set or removed.
package struct QueryLine: Hashable, Sendable {
    /// The parameter's name.
    package let name: Template
    /// The value, or `nil` to remove the parameter.
    package let value: Template?

    /// Makes a line.
    package init(name: Template, value: Template?) {
        self.name = name
        self.value = value
    }
}
