import ArgumentParser
import Glibc
import Shell

/// The program's version.
let lingerVersion = "0.1.0"

/// The program: parses its arguments, and ends with the documented status.
@main
enum Program {
    static func main() async {
        // A reader that goes away is an error of a write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        // ^\ ends the program, as it does others, and not with an account of a crash.
        signal(SIGQUIT, SIG_DFL)
        Self.occupyStandardDescriptors()
        do {
            var command = try Linger.parseAsRoot(Self.arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Self.end(with: error)
        }
    }

    /// What the program was given: its help is the shell's, which is what it is by itself.
    private static var arguments: [String] {
        let given = Array(CommandLine.arguments.dropFirst())
        return [["help"], ["--help"], ["-h"]].contains(given) ? ["shell", "--help"] : given
    }

    /// Opens /dev/null where we were started without a standard stream: otherwise a connection
    /// would get its number, and our output would go to a server.
    private static func occupyStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest free number is this one.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// The arguments as one line of the shell, quoted, where they begin like one: curl and HTTPie
    /// are called that way.
    private static var shellLine: String? {
        let words = CommandLine.arguments.dropFirst()
        guard words.first != "replay" else { return nil }
        return CommandRegistry.standard.line(ofArguments: Array(words))
    }

    /// Ends the program: usage is 2, never ArgumentParser's 64; in `replay` it is 1.
    private static func end(with error: any Error) -> Never {
        let code = Linger.exitCode(for: error)
        let isUsage = code == .validationFailure
        var message = Linger.fullMessage(for: error)
            .replacing("linger shell --help", with: "linger --help")
        // The one word that ArgumentParser spells otherwise than the shell does.
        if message.hasPrefix("Error: ") { message = "error: " + message.dropFirst(7) }
        if isUsage, let line = Self.shellLine { message += "\nhint: linger -c \(line)" }
        if !message.isEmpty {
            Console.Streams.write(message + "\n", toError: code != .success)
        }
        let isReplay = CommandLine.arguments.dropFirst().first == "replay"
        exit(isUsage ? (isReplay ? 1 : 2) : code.rawValue)
    }
}

/// `linger`: the shell, or one of its sub-commands.
struct Linger: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linger",
        abstract: "An HTTP shell whose connections linger.",
        version: "linger \(lingerVersion)",
        subcommands: [ShellMode.self, ReplayMode.self, DemoMode.self],
        defaultSubcommand: ShellMode.self
    )
}

/// Options that all modes share.
struct SharedOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("A setting; repeatable.", valueName: "name=value")
    )
    var set: [String] = []

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("A variable; repeatable.", valueName: "name=value")
    )
    var variables: [String] = []

    @Flag(name: .long, help: "Results as JSON Lines on standard output.")
    var json = false

    @Option(name: .long, help: "auto, always or never.")
    var color: String?

    @Flag(name: .customLong("no-rc"), help: "Do not run the rc file.")
    var noRC = false

    mutating func validate() throws {
        guard ["auto", "always", "never"].contains(self.color ?? "auto") else {
            throw ValidationError(
                "--color takes auto, always or never, not \(self.color ?? "")"
            )
        }
        for pair in self.set + self.variables where !pair.contains("=") {
            throw ValidationError("\(pair) is not NAME=VALUE")
        }
    }

    /// `NAME=VALUE` split at the first `=`.
    static func pairs(_ texts: [String]) -> [(name: String, value: String)] {
        texts.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
    }
}
