import ArgumentParser
import DemoServer
import Glibc
import NIOCore
import NIOPosix
import Shell
import UnixSignals

/// `linger demo`: the embedded demo API, and the shell on it.
struct DemoMode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Start the embedded demo API on loopback and open the shell on it."
    )

    @Flag(name: .long, help: "Only serve, until interrupted.")
    var listen = false

    @Option(name: .long, help: "The port; 0 picks a free one.")
    var port = 0

    @Option(
        name: [.short, .customLong("command")],
        help: ArgumentHelp("Run a line; repeatable; then exit.", valueName: "line")
    )
    var commands: [String] = []

    @OptionGroup var shared: SharedOptions

    mutating func validate() throws {
        guard (0...65_535).contains(self.port) else {
            throw ValidationError("--port takes 0 to 65535, not \(self.port)")
        }
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let demo: DemoAPI
        do {
            demo = try await DemoAPI.start(port: self.port, group: group)
        } catch {
            Console.Streams.write(
                "error: cannot listen on port \(self.port): \(error)\n",
                toError: true
            )
            throw ExitCode(1)
        }
        let status = self.listen ? await self.serve(demo) : await self.openShell(on: demo)
        await demo.stop()
        try? await group.shutdownGracefully()
        throw ExitCode(Int32(status))
    }

    /// Serves until INT, TERM or HUP.
    private func serve(_ demo: DemoAPI) async -> Int {
        // First: who reads that it listens may end it at once.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        Console.Streams.write("the demo API listens on \(demo.baseURL)\n", toError: false)
        for await _ in signals { break }
        return 0
    }

    private func openShell(on demo: DemoAPI) async -> Int {
        let isInteractive =
            self.commands.isEmpty && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        let runtime = Runtime(isInteractive: isInteractive, inputIsData: !self.commands.isEmpty)
        let status = await self.run(runtime, demo)
        await runtime.shutDown()
        return status
    }

    private func run(_ runtime: Runtime, _ demo: DemoAPI) async -> Int {
        if let problem = await runtime.apply(self.shared) { return problem.exitStatus }
        if let problem = await runtime.evaluator.applyBase(demo.baseURL) {
            return problem.exitStatus
        }
        guard runtime.isInteractive else {
            let commands = self.commands
            let (problem, wasInterrupted) = await Runtime.interruptible { () -> ShellProblem? in
                let first =
                    commands.isEmpty
                    ? await Scripts.run("-", with: runtime.evaluator)
                    : await runtime.evaluator.runLines(commands)
                let job = await runtime.evaluator.finish(cancellingJobs: Task.isCancelled)
                return first ?? job
            }
            return wasInterrupted ? 130 : problem?.exitStatus ?? 0
        }
        runtime.console.errLine("the demo API listens on \(demo.baseURL); try `get /` and `help`")
        let status = runtime.runInteractively()
        _ = await runtime.evaluator.finish(cancellingJobs: true)
        return status
    }
}
