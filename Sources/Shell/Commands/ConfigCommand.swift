import Rendering
import ShellLanguage

/// `config`: the rc file, which is its own manual.
struct ConfigCommand: ShellCommand {
    let signature = CommandSignature("config", acceptsTails: true)
    let group = CommandGroup.shell
    let summary = "the rc file: write it with all settings explained, or edit it"
    let help = CommandHelp(
        usage: ["config", "config write", "config edit", "config show"],
        text: """
            Lines of the rc file run when the shell starts, unless --no-rc is given. `write` makes
            one in which every setting stands as a comment with its meaning and default (it never
            replaces a file), `edit` opens it in $VISUAL or $EDITOR, `show` prints what `write`
            would write. Without a word it says where the file is.
            """,
        examples: ["config show"]
    )

    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput {
        var arguments = try await evaluator.arguments(of: invocation)
        let action = arguments.take()
        try arguments.end()
        if action?.text == "show" { return CommandOutput(Self.manual) }
        guard let path = evaluator.rcFile else {
            return .remark("no rc file is used: --no-rc, or a script; `config show` prints one")
        }
        switch action?.text {
        case nil: return self.place(path)
        case "write": return try self.write(to: path)
        case "edit":
            if Files.size(of: path) == nil { _ = try self.write(to: path) }
            try await evaluator.runEditor(on: path)
            return .remark("`source \(Sanitizer.line(path))` runs it now")
        default:
            throw action.map { arguments.unknown($0, known: ["write", "edit", "show"]) }
                ?? .noContent
        }
    }

    private func place(_ path: String) -> CommandOutput {
        let exists = Files.size(of: path) != nil
        let next = exists ? "`config edit` opens it" : "there is none; `config write` makes it"
        return .remark("\(Sanitizer.line(path)) · \(next)")
    }

    private func write(to path: String) throws(ShellProblem) -> CommandOutput {
        guard Files.size(of: path) == nil else {
            throw .file(path: path, .replace, detail: "it is there already: `config edit`", nil)
        }
        Files.makeFolder(Files.folder(of: path))
        do {
            let text = Self.manual.joined(separator: "\n") + "\n"
            try Files.write(Array(text.utf8), to: path, isPrivate: true)
        } catch {
            throw .file(path: path, .write, detail: error.detail, nil)
        }
        return .remark("wrote \(Sanitizer.line(path)); `config edit` opens it")
    }

    /// The file: comments, and every setting with its default.
    static var manual: [String] {
        var lines = [
            "# Lines that linger runs when it starts. What can be typed at the prompt can",
            "# stand here; a # begins a comment. `help topics` lists what there is to read.",
            "#",
            "# A default field:  Accept: application/json",
            "# A variable:       @user = ann",
            "# An alias:         alias u = get /users",
            "#",
            "# Settings, with their defaults. `set` lists them with where each comes from.",
        ]
        let defaults = SettingsValues()
        for setting in SettingsTable.all {
            lines += [
                "", "# \(setting.name): \(setting.summary); \(setting.expected)",
                "# set \(setting.name) \(setting.get(defaults))",
            ]
        }
        return lines
    }
}
