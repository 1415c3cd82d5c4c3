import ArgumentParser
import SessionFiles
import Shell

/// `linger replay FILE…`: replays session files and checks their expectations.
struct ReplayMode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay session files, check expectations, report.",
        discussion: """
            FILE may be a folder: its *.http files. Each file has a session of its own.

            Exit status: 0 all passed, 1 usage, 2 a file could not be read, 3 a request failed, \
            4 an expectation failed; with several files the highest.
            """
    )

    @Argument(help: "Session files, or folders of them.")
    var files: [String]

    @Flag(name: .long, help: "Differences from the recording are failures too.")
    var strict = false

    @Flag(name: .long, help: "Go on after a failed request.")
    var continueOnError = false

    @Flag(name: .long, help: "Side files may lie outside the session file's folder.")
    var allowOutside = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write a page that shows the connections in a browser; for one session file.",
            valueName: "file"
        )
    )
    var html: String?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let paths = self.files.flatMap { Evaluator.sessionFiles(at: $0) }
        guard self.html == nil || paths.count == 1 else {
            throw ValidationError("--html takes one session file, and these are \(paths.count)")
        }
        var highest = 0
        for path in paths { highest = max(highest, try await self.replay(path)) }
        throw ExitCode(Int32(highest))
    }

    private func replay(_ path: String) async throws -> Int {
        let runtime = Runtime(isInteractive: false, inputIsData: false)
        if await runtime.apply(self.shared) != nil {
            await runtime.shutDown()
            return 1
        }
        var options = Evaluator.ReplayOptions()
        options.isStrict = self.strict
        options.continuesOnError = self.continueOnError
        options.allowsOutside = self.allowOutside
        for (name, value) in SharedOptions.pairs(self.shared.variables) {
            options.variables[name] = value
        }
        let (status, wasInterrupted) = await runtime.interruptible { [options] in
            await runtime.evaluator.replay(path, options: options).rawValue
        }
        var problem: ShellProblem?
        if let html = self.html {
            problem = await runtime.evaluator.writePage(to: html, title: path)
        }
        await runtime.shutDown()
        if wasInterrupted { throw ExitCode(130) }
        return problem == nil ? status : max(status, 2)
    }
}
