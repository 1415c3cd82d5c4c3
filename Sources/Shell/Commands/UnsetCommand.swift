import HTTPModel
import ShellLanguage

/// `unset NAME`: back to the default; `unset @name` removes a variable.
struct UnsetCommand: ShellCommand {
    let signature = CommandSignature("unset")
    let group = CommandGroup.session
    let summary = "a setting back to its default, or a variable removed"
    let help = CommandHelp(
        usage: ["unset NAME … [--for ORIGIN]", "unset @NAME …"],
        text: """
            Puts settings back to their defaults, for single origins too; with --for only what was
            said for that one. Removes variables.
            """,
        examples: ["unset pool.size", "@id = 7", "unset @id"]
    )
    let completions: [String: [CompletionSource]] = [
        "NAME": [.settings, .queryDefaults], "@NAME": [.variables], "ORIGIN": [.origins],
    ]

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        var scope: Origin?
        if let origin = try arguments.takeOption("--for", "an origin") {
            scope = try evaluator.origin(named: origin)
        }
        var name = try arguments.take("a setting or @variable")
        while true {
            if let scope {
                let setting = try Evaluator.setting(name.text, name.span)
                try Evaluator.checkIsPerOrigin(setting, name)
                try await evaluator.unset(setting, for: scope, name.span)
            } else {
                try await self.unset(name, evaluator)
            }
            guard let next = arguments.take() else { return .none }
            name = next
        }
    }

    private func unset(
        _ name: Arguments.Argument,
        _ evaluator: isolated Evaluator
    ) async throws(ShellProblem) {
        guard !name.text.hasPrefix("@") else {
            let variable = String(name.text.dropFirst())
            if variable == "base" {
                evaluator.base = nil
                return
            }
            guard evaluator.variables[variable] != nil else {
                throw .unresolved(
                    reference: variable,
                    .unknownVariable(
                        nearest: NearestNames.of(variable, among: evaluator.variables.names)
                    ),
                    name.span
                )
            }
            evaluator.variables[variable] = nil
            return
        }
        let setting = try Evaluator.setting(name.text, name.span)
        try await evaluator.set(
            setting.name,
            to: setting.get(SettingsValues()),
            from: .session,
            name.span
        )
        evaluator.settingSources[setting.name] = nil
        try await evaluator.unset(setting, for: nil, name.span)
        if setting.name == "format.json" { evaluator.settings.isJSONFormatExplicit = false }
    }
}
