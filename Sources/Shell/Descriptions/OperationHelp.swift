import HTTPModel
import OpenAPI
import Rendering
import ShellLanguage

/// Help on an operation: its parameters, an example of its body, a line that sends it.
struct OperationHelp {
    let description: APIDescription
    let operation: APIOperation
    let context: RenderingContext

    /// The lines of the help.
    var lines: [String] {
        let title = "\(self.operation.method) \(self.operation.path)"
        var lines = [
            self.context.palette.styled(Sanitizer.line(title), as: .strong)
                + (self.operation.summary.isEmpty
                    ? "" : " · " + Sanitizer.line(self.operation.summary))
        ]
        if self.operation.isDeprecated {
            lines.append(self.context.palette.styled("deprecated", as: .warning))
        }
        let text = self.description.text(of: self.operation)
        if !text.isEmpty, text.count > self.operation.summary.count + 2 {
            lines.append("")
            for paragraph in Sanitizer.text(text).split(separator: "\n").prefix(12) {
                lines += String(paragraph).wrapped(toCells: min(self.context.width ?? 80, 100))
            }
        }
        lines += self.parameterLines
        lines += self.bodyLines
        let responses = self.description.responses(of: self.operation).map { response in
            Sanitizer.line("\(response.status) \(response.summary)")
        }
        if !responses.isEmpty {
            let text = "answers: \(responses.joined(separator: ", "))"
            lines += [""] + self.context.folded(text)
        }
        if self.description.needsCredentials(self.operation) { lines.append("needs credentials") }
        return lines + ["", "for example:", "  " + self.exampleLine]
    }

    private var parameterLines: [String] {
        let parameters = self.description.parameters(of: self.operation)
        guard !parameters.isEmpty else { return [] }
        var table = Table(columns: [
            .init("parameter"), .init("in"), .init("type", priority: 1),
            .init("meaning", priority: 0),
        ])
        for parameter in parameters {
            table.append([
                .init(Sanitizer.line(parameter.name), role: .fieldName),
                .init(parameter.place.rawValue, role: .dim),
                .init(Self.type(of: parameter.value), role: .dim),
                .init(Self.meaning(parameter.isRequired, parameter.summary)),
            ])
        }
        return [""] + table.lines(width: self.context.width, palette: self.context.palette)
    }

    private var bodyLines: [String] {
        guard let content = self.description.content(of: self.operation).first else { return [] }
        var lines = ["", "body: " + Sanitizer.line(content.mediaType)]
        let fields = self.description.fields(of: content)
        if !fields.isEmpty {
            var table = Table(columns: [
                .init("member"), .init("type", priority: 1), .init("meaning", priority: 0),
            ])
            for field in fields {
                table.append([
                    .init(Sanitizer.line(field.name), role: .fieldName),
                    .init(Self.type(of: field.value), role: .dim),
                    .init(Self.meaning(field.isRequired, field.summary)),
                ])
            }
            lines += table.lines(width: self.context.width, palette: self.context.palette)
        }
        return lines + [""] + Self.laidOut(content.example, in: self.context)
    }

    private static func type(of value: APIValue) -> String {
        let choices = value.choices.prefix(8).map(\.text).joined(separator: "|")
        return Sanitizer.line(choices.isEmpty ? value.type : choices)
    }

    private static func meaning(_ isRequired: Bool, _ summary: String) -> String {
        let parts = [isRequired ? "required" : "", summary].filter { !$0.isEmpty }
        return Sanitizer.line(parts.joined(separator: " · "))
    }

    /// A value as JSON over several lines.
    static func laidOut(_ value: JSONValue, in context: RenderingContext) -> [String] {
        let text = BodyText.text(
            Array(value.compactText.utf8),
            contentType: "application/json",
            layout: .pretty,
            in: context
        )
        return text.split(separator: "\n").map(String.init)
    }

    /// A line that sends the operation, with examples for everything that it must have.
    var exampleLine: String {
        let parameters = self.description.parameters(of: self.operation)
        var words = [self.operation.method.lowercased(), self.path(parameters)]
        if !RequestOptionSyntax.methods.contains(words[0]) {
            words[0] = "send \(self.operation.method)"
        }
        for parameter in parameters where parameter.isRequired {
            let value = parameter.value.example.text
            switch parameter.place {
            case .query: words.append("\(parameter.name)==\(value)")
            case .header: words.append("\(parameter.name):\(value)")
            case .path, .cookie: continue
            }
        }
        if let content = self.description.content(of: self.operation).first {
            words += Self.items(of: content)
        }
        return Sanitizer.line(words.map(Self.quoted).joined(separator: " "))
    }

    /// The path with examples for its parameters.
    private func path(_ parameters: [APIParameter]) -> String {
        var path = self.operation.path.description
        for parameter in parameters where parameter.place == .path {
            let value = parameter.value.example.text
            let example = value == "string" || value.isEmpty ? "NAME" : value == "0" ? "1" : value
            path = path.replacing("{\(parameter.name)}", with: example.percentEncodingAll)
        }
        return path
    }

    private static func items(of content: APIContent) -> [String] {
        guard case .object(let members) = content.example else {
            return ["--raw", content.example.compactText]
        }
        let isForm = content.mediaType.contains("form")
        let option = content.mediaType.contains("multipart") ? "--multipart" : "--form"
        return (isForm ? [option] : [])
            + members.map { member in
                if case .string(let text) = member.value { return "\(member.key)=\(text)" }
                return isForm
                    ? "\(member.key)=\(member.value.text)"
                    : "\(member.key):=\(member.value.compactText)"
            }
    }

    /// The word with quotes where it needs them; behind `:=` JSON stands as it is.
    private static func quoted(_ word: String) -> String {
        word.contains(":=") ? word : Template(literal: word).wordText
    }
}
