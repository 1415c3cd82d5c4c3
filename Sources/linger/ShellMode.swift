import ArgumentParser
import Glibc
import LineEditing
import Shell
import UnixSignals

/// The shell: interactive, from `-c`, from `-f`, or from standard input.
struct ShellMode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "An HTTP shell whose connections linger.",
        usage: """
            linger [options] [URL]          the shell; URL sets the base
            linger replay [options] FILE …  replay session files, check, report
            linger demo [options]           the embedded demo API, and the shell on it
            """,
        discussion: """
            Without -c and -f it opens the shell; with no terminal on standard input it reads \
            shell lines from there. `linger replay --help` and `linger demo --help` have their \
            options; in the shell, `help` lists the commands.

            A request is METHOD TARGET [ITEM …] [OPTION …], with HTTPie's items; its options are \
            \(HelpTopics.optionNames). `linger -c 'help options'` says what each does.

            Exit status: 0 fine, 1 a request, filter or job failed, 2 usage and syntax, 3, 4, 5 \
            by the final status under --check-status, 6 too many redirects, 7 an expectation or \
            a replay failed, 130 interrupted.
            """
    )

    @Argument(help: "The base to start from.")
    var url: String?

    @Option(
        name: [.short, .customLong("command")],
        help: ArgumentHelp("Run a line; repeatable; then exit.", valueName: "line")
    )
    var commands: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Run a file of shell lines; then exit; - is standard input.")
    )
    var file: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Keep fields, cookies, variables and settings under this name, or ./PATH.",
            valueName: "name"
        )
    )
    var session: String?

    @Flag(name: .long, help: "Exit by the class of the status: 3, 4 or 5.")
    var checkStatus = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard let url, CommandRegistry.standard.begins(with: url) else { return }
        throw ValidationError("\(url) begins a line of the shell; the host is http://\(url)")
    }

    func run() async throws {
        let hasScript = !self.commands.isEmpty || self.file != nil
        let isInteractive = !hasScript && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        let readsInput = !hasScript && !isInteractive || self.file == "-"
        let runtime = Runtime(isInteractive: isInteractive, inputIsData: !readsInput)
        let status = await self.run(runtime)
        await runtime.shutDown()
        throw ExitCode(Int32(status))
    }

    private func run(_ runtime: Runtime) async -> Int {
        let statePath = self.session.map {
            Evaluator.statePath($0, environment: runtime.environment)
        }
        if let problem = await runtime.apply(self.shared, base: self.url) {
            return problem.exitStatus
        }
        if let statePath, let problem = await runtime.evaluator.takeUpState(in: statePath) {
            return problem.exitStatus
        }
        if self.checkStatus { await runtime.evaluator.checkStatus() }
        // The state has a base of its own.
        if let url, statePath != nil, let problem = await runtime.evaluator.applyBase(url) {
            return problem.exitStatus
        }
        let status: Int
        if runtime.isInteractive {
            if await runtime.evaluator.currentBase == nil {
                runtime.console.errLine(
                    "try `get example.com`, `base URL` and `help`; `linger demo` brings an API"
                )
            }
            status = runtime.runInteractively()
            _ = await runtime.evaluator.finish(cancellingJobs: true)
        } else {
            status = await self.runScript(runtime)
        }
        if let problem = await runtime.evaluator.keepState() {
            return status == 0 ? problem.exitStatus : status
        }
        return status
    }

    /// Runs `-c` lines, then the file; the status is that of the first failure.
    private func runScript(_ runtime: Runtime) async -> Int {
        let commands = self.commands
        let file = commands.isEmpty ? (self.file ?? "-") : self.file
        let (problem, wasInterrupted) = await Runtime.interruptible { () -> ShellProblem? in
            var first = await runtime.evaluator.runLines(commands)
            let policy = await runtime.evaluator.errorPolicy
            if let file, first == nil || policy == .continue {
                let failure = await Scripts.run(file, with: runtime.evaluator)
                first = first ?? failure
            }
            let failedJob = await runtime.evaluator.finish(cancellingJobs: Task.isCancelled)
            return first ?? failedJob
        }
        if wasInterrupted { return 130 }
        return problem?.exitStatus ?? (runtime.console.outputIsGone ? 1 : 0)
    }
}

extension Runtime {
    /// Runs the shell at the terminal until the user leaves.
    func runInteractively() -> Int {
        let state =
            self.environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? "\(self.environment["HOME"] ?? ".")/.local/state"
        do {
            let shell = try InteractiveShell(
                evaluator: self.evaluator,
                console: self.console,
                gauge: self.gauge,
                secrets: self.secrets,
                watchGate: self.watchGate,
                history: HistoryFile(path: "\(state)/linger/history"),
                historyLimit: 10_000
            )
            let wakeup = shell.wakeup
            // TERM and HUP end the shell in good order: the terminal is put back on the way out.
            let watcher = Task {
                for await _ in await UnixSignalsSequence(trapping: .sigterm, .sighup) {
                    wakeup.requestEnd()
                }
            }
            defer { watcher.cancel() }
            shell.run()
            return 0
        } catch {
            self.console.errLine("error: the terminal cannot be used: \(error)")
            return 1
        }
    }
}
