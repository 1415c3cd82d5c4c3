import SessionFiles
package import ShellLanguage

/// A command of the shell: one file each, and everything about it in that file.
package protocol ShellCommand: Sendable {
    /// Its name and how its arguments are read.
    var signature: CommandSignature { get }
    /// Where `help` lists it.
    var group: CommandGroup { get }
    /// What it does, in a few words.
    var summary: String { get }
    /// How it is used: forms, meaning, examples.
    var help: CommandHelp { get }

    /// Where the words come from that may stand for a placeholder of its usage, where that is not
    /// what the placeholder says by itself (`CompletionSource.standard`).
    var completions: [String: [CompletionSource]] { get }

    /// Whether its lines may hold secrets, so that the history leaves out those that are wrong.
    var takesSecrets: Bool { get }

    /// The words of a line that hold secrets, which the history leaves out, with names for them.
    func secrets(in invocation: CommandInvocation) -> [(word: Word, name: String)]

    /// Does it.
    func run(
        _ invocation: CommandInvocation,
        in evaluator: isolated Evaluator
    ) async throws(ShellProblem) -> CommandOutput
}

extension ShellCommand {
    package var completions: [String: [CompletionSource]] { [:] }

    package var takesSecrets: Bool { false }

    package func secrets(in _: CommandInvocation) -> [(word: Word, name: String)] { [] }
}

/// The groups of commands, as PRODUCT.md lists them.
package enum CommandGroup: String, Sendable, Hashable, CaseIterable {
    case requests
    case location = "where"
    case session
    case pool
    case traffic
    case files
    case shell
}

/// The help of one command.
package struct CommandHelp: Sendable, Hashable {
    /// The forms it takes, such as `pool size N [--for HOST]`.
    package var usage: [String]
    /// What it does; paragraphs.
    package var text: String
    /// Lines that show it, each of which works on the demo API.
    package var examples: [String]

    /// Creates help.
    package init(usage: [String], text: String, examples: [String]) {
        self.usage = usage
        self.text = text
        self.examples = examples
    }
}

/// The commands there are.
package struct CommandRegistry: Sendable {
    /// All commands, in the order in which `help` lists them.
    package let commands: [any ShellCommand]
    private let byName: [String: any ShellCommand]

    /// Creates a registry.
    package init(_ commands: [any ShellCommand]) {
        self.commands = commands
        var byName: [String: any ShellCommand] = [:]
        for command in commands {
            byName[command.signature.name] = command
            for name in command.signature.alternativeNames { byName[name] = command }
        }
        self.byName = byName
    }

    /// The command called `name`.
    package func command(_ name: String) -> (any ShellCommand)? { self.byName[name] }

    /// Whether a word begins lines of the shell: a command or a method.
    package func begins(with word: String) -> Bool {
        self.command(word) != nil || RequestOptionSyntax.beginsRequest(word)
    }

    /// The arguments of a program as one line of the shell, quoted for a POSIX shell; nil if they
    /// do not begin like one: with a command or a method.
    package func line(ofArguments arguments: [String]) -> String? {
        guard let first = arguments.first, self.begins(with: first) else { return nil }
        return arguments.map { Template(literal: $0).requestWordText }.joined(separator: " ")
            .posixQuoted
    }

    /// What the parser must know.
    package var signatures: [CommandSignature] { self.commands.map(\.signature) }
}
