import HTTPModel
import HTTPSession
import HTTPTypes
import Rendering
import ShellLanguage

/// `headers`: the default fields, where each comes from and where it goes.
struct HeadersCommand: ShellCommand {
    let signature = CommandSignature("headers", acceptsTails: true)
    let group = CommandGroup.session
    let summary = "default fields, and where each comes from"
    let help = CommandHelp(
        usage: [
            "headers", "headers set NAME VALUE [--for ORIGIN|all]", "headers rm NAME",
            "NAME: VALUE", "NAME:",
        ],
        text: """
            Lists the fields that go out with every request. `NAME: VALUE` on a line of its own
            sets one, `NAME:` removes one, built-in ones too: then it is truly absent. Sensitive
            fields (see `set redirect.sensitive`) belong to the origin of the base when they are
            entered, and go there only.
            """,
        examples: ["headers", "Accept: application/json", "headers rm Accept"]
    )
    let completions: [String: [CompletionSource]] = ["NAME": [.fields], "ORIGIN": [.origins]]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation, setsDefault: true)
        guard let action = arguments.take() else {
            return await self.list(evaluator, invocation.tails)
        }
        switch action.text {
        case "set": return try await self.set(&arguments, invocation.words, evaluator)
        case "rm": return try await self.remove(&arguments, evaluator)
        default: throw arguments.unknown(action, known: ["set", "rm"])
        }
    }

    private func set(
        _ arguments: inout Arguments,
        _ words: [Word],
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var scope = DefaultScope.automatic(base: evaluator.base?.origin)
        if let wanted = try arguments.takeOption("--for", "an origin or all") {
            scope = wanted.text == "all" ? .all : .only(try evaluator.origin(named: wanted))
        }
        let name = try arguments.take("a field name")
        let value = try arguments.take("a value")
        try arguments.end()
        let field: DefaultField
        do {
            field = try await evaluator.session.setField(name.text, to: value.text, scope: scope)
        } catch {
            throw .field(error, name.span)
        }
        let template = words.first { $0.span == value.span }?.template
        try await evaluator.keepLive(template, as: .field(field.name, scope: field.scope))
        guard let origin = field.scope else { return .none }
        return .remark("\(field.name.rawName) goes to \(origin) only")
    }

    private func remove(
        _ arguments: inout Arguments,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        let name = try arguments.take("a field name")
        try arguments.end()
        do {
            let removed = try await evaluator.session.removeField(name.text)
            return removed.isEmpty
                ? .remark("there is no default field \(Sanitizer.line(name.text))") : .none
        } catch {
            throw .field(error, name.span)
        }
    }

    private func list(_ evaluator: isolated Evaluator, _ tails: Tails) async -> CommandOutput {
        let context = evaluator.outputContext(for: tails)
        let sensitive = evaluator.settings.session.sensitiveFields
        var table = Table(columns: [
            .init("field"), .init("value"), .init("from"), .init("goes to"),
        ])
        var json: [String] = []
        for field in await evaluator.session.fields {
            let isSecret = sensitive.contains(field.name.canonicalName)
            let value = isSecret ? RequestText.redacted : field.value
            let scope = field.scope?.description
            table.append([
                .init(field.name.rawName, role: .fieldName), .init(Sanitizer.line(value)),
                .init(field.source.rawValue, role: .dim), .init(scope ?? "all", role: .dim),
            ])
            var writer = JSONWriter()
            writer.object { object in
                object.member("type", "field")
                object.member("name", field.name.rawName)
                object.member("value", value)
                object.member("source", field.source.rawValue)
                object.member("origin", scope)
            }
            json.append(writer.text)
        }
        var lines = table.lines(width: context.width, palette: context.palette)
        let absent = await evaluator.session.absentBuiltInFields.map(\.rawName)
        if !absent.isEmpty { lines.append(" removed: \(absent.joined(separator: ", "))") }
        for parameter in await evaluator.session.query {
            let scope = parameter.scope.map { " (\($0) only)" } ?? ""
            lines.append(
                " query \(Sanitizer.line("\(parameter.name)==\(parameter.value)"))\(scope)"
            )
        }
        return CommandOutput(lines, json: json)
    }
}
