import HTTPModel
import HTTPSession
import HTTPTypes
import OpenAPI
import Rendering
import SessionFiles
import ShellLanguage

/// `edit`: a request in an editor.
struct EditCommand: ShellCommand {
    let signature = CommandSignature("edit")
    let group = CommandGroup.requests
    let summary = "a request in $VISUAL or $EDITOR, then on the prompt"
    let help = CommandHelp(
        usage: ["edit [N]", "edit METHOD PATH"],
        text: """
            Opens the request of an exchange (the last one, unless N is given) in $VISUAL, else
            $EDITOR, else vi: method and target, fields, an empty line, the body. With METHOD and
            PATH it begins with what the description of the service says: parameters and an example
            of the body.

            What was saved stands on the prompt and waits for Enter; nothing is sent if it is empty
            or the editor fails. In a script it is sent at once.
            """,
        examples: ["get /users/7", "edit", "edit post /orders"]
    )
    let completions: [String: [CompletionSource]] = [
        "METHOD": [.commands], "PATH": [.targets],
    ]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let first = arguments.take()
        let path = arguments.take()
        try arguments.end()
        let text: String
        if let first, RequestOptionSyntax.methods.contains(first.text.lowercased()) {
            text = try self.template(first.text.uppercased(), path?.text ?? ".", evaluator)
        } else if let path {
            throw .usage(command: "edit", .unexpected(path.text), path.span)
        } else {
            let logged = try await evaluator.exchange(first)
            text = RequestBlock.text(of: logged, typed: evaluator.typed[logged.exchange.number])
        }
        let edited = try await evaluator.edited(text, name: "request.http")
        guard edited.contains(where: { !$0.isWhitespace }) else {
            return .remark("the request is empty: nothing is sent")
        }
        guard evaluator.configuration.isInteractive else {
            try await evaluator.performBlock(edited)
            return .none
        }
        evaluator.proposedLines = [edited]
        return .none
    }

    /// A request to begin with, as far as the service is described.
    private func template(
        _ method: String,
        _ path: String,
        _ evaluator: isolated Evaluator
    ) throws(ShellProblem) -> String {
        guard let description = evaluator.currentDescription else {
            return "\(method) \(path)\n"
        }
        let whole = path.hasPrefix("/") ? path : "/\(path)"
        let operations =
            [whole, description.basePath + whole]
            .map { description.operations(onPath: $0) }.first { !$0.isEmpty } ?? []
        guard let operation = operations.first(where: { $0.method == method }) else {
            throw .noOperation("\(method) \(path)")
        }
        return RequestBlock.text(of: operation, in: description, path: path)
    }
}

/// Requests as session files write them, for an editor.
enum RequestBlock {
    /// The request of an exchange: as it was typed, where that is known.
    static func text(of logged: LoggedExchange, typed: TypedRequests.Entry?) -> String {
        guard let recorded = typed?.recorded else {
            var lines = ["\(logged.request.method.rawValue) \(logged.request.target)"]
            if let type = logged.request.contentType { lines.append("Content-Type: \(type)") }
            guard case .bytes(let bytes) = logged.request.body else {
                return lines.joined(separator: "\n") + "\n"
            }
            return (lines + ["", Sanitizer.text(bytes)]).joined(separator: "\n") + "\n"
        }
        var lines = ["\(recorded.method) \(recorded.target)"]
        lines += recorded.fields.map { "\($0.name): \($0.value)" }
        switch recorded.body {
        case .none: break
        case .template(let text): lines += ["", Self.laidOut(text)]
        case .bytes(let bytes): lines += ["", Self.laidOut(Sanitizer.text(bytes))]
        case .file(let path): lines += ["", "< \(path)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// JSON over several lines, anything else as it is.
    private static func laidOut(_ text: String) -> String {
        guard let value = try? JSONValue(parsing: text) else { return text }
        return OperationHelp.laidOut(value, in: .plain).joined(separator: "\n")
    }

    /// An operation with examples for what it takes; what need not be there is a comment.
    static func text(
        of operation: APIOperation,
        in description: APIDescription,
        path: String
    ) -> String {
        let parameters = description.parameters(of: operation)
        var lines: [String] = []
        if !operation.summary.isEmpty { lines.append("# \(Sanitizer.line(operation.summary))") }
        for parameter in parameters where parameter.place == .query && !parameter.isRequired {
            let summary = parameter.summary.isEmpty ? "" : "  \(parameter.summary)"
            lines.append(Sanitizer.line("# ?\(parameter.name)=…\(summary)"))
        }
        lines.append("\(operation.method) \(Sanitizer.line(path))")
        let query = parameters.filter { $0.place == .query && $0.isRequired }
        for (index, parameter) in query.enumerated() {
            let value = parameter.value.example.text.percentEncodingAll
            lines.append(Sanitizer.line("  \(index == 0 ? "?" : "&")\(parameter.name)=\(value)"))
        }
        for parameter in parameters where parameter.place == .header && parameter.isRequired {
            lines.append(
                Sanitizer.line("\(parameter.name): \(parameter.value.example.text)")
            )
        }
        if let content = description.content(of: operation).first {
            lines.append("Content-Type: \(Sanitizer.line(content.mediaType))")
            lines += [""] + OperationHelp.laidOut(content.example, in: .plain)
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Evaluator {
    /// The text as a person leaves it in their editor.
    func edited(_ text: String, name: String) async throws(ShellProblem) -> String {
        let path = try self.temporaryFile(Array(text.utf8), name: name)
        defer { Files.remove(path) }
        try await self.runEditor(on: path)
        do {
            return String(decoding: try Files.read(path), as: UTF8.self)
        } catch {
            throw .file(path: path, .read, detail: error.detail, nil)
        }
    }

    /// Opens a file in `$VISUAL`, `$EDITOR` or vi, which has the terminal.
    func runEditor(on path: String) async throws(ShellProblem) {
        let environment = self.configuration.environment
        let named = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }
        let editor = named.first { !$0.isEmpty } ?? "vi"
        let status = try await Child.run(
            "\(editor) \"$LINGER_FILE\"",
            input: self.configuration.isInteractive ? .inherited : .nothing,
            environment: ["LINGER_FILE": path]
        )
        guard status == 0 else { throw .exitStatus(command: editor, status) }
    }
}
