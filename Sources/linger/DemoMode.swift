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

    @Flag(
        name: .long,
        help: "Serve over TLS too, with HTTP/2, on the next port; its CA is thrown away at the end."
    )
    var tls = false

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
        guard !self.tls || self.port < 65_535 else {
            throw ValidationError(
                "--port takes 0 to 65534 with --tls, which takes the next one too"
            )
        }
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let demo: DemoAPI
        do {
            demo = try await DemoAPI.start(
                port: self.port,
                securePort: self.tls ? (self.port == 0 ? 0 : self.port + 1) : nil,
                group: group
            )
        } catch {
            let ports =
                switch (self.port, self.tls) {
                case (0, _): ""
                case (let port, true): " on ports \(port) and \(port + 1)"
                case (let port, false): " on port \(port)"
                }
            let why =
                (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            let next = self.port == 0 ? "" : "\nhelp: `--port 0` picks a free one"
            Console.Streams.write("error: cannot listen\(ports): \(why)\(next)\n", toError: true)
            throw ExitCode(1)
        }
        let authority: AuthorityFile?
        do throws(AuthorityFile.Failure) {
            authority = try demo.secure.map { secure throws(AuthorityFile.Failure) in
                try AuthorityFile(secure)
            }
        } catch {
            Console.Streams.write("error: \(error)\n", toError: true)
            throw ExitCode(1)
        }
        let status =
            self.listen
            ? await self.serve(demo, authority) : await self.openShell(on: demo, authority)
        authority?.remove()
        await demo.stop()
        try? await group.shutdownGracefully()
        throw ExitCode(Int32(status))
    }

    /// Serves until INT, TERM or HUP.
    private func serve(_ demo: DemoAPI, _ authority: AuthorityFile?) async -> Int {
        // First: who reads that it listens may end it at once.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        Console.Streams.write("the demo API listens on \(demo.baseURL)\n", toError: false)
        if let authority, let url = demo.secureBaseURL {
            Console.Streams.write(
                "and on \(url); to trust its CA: --set tls.ca=\(authority.path)\n",
                toError: false
            )
        }
        for await _ in signals { break }
        return 0
    }

    private func openShell(on demo: DemoAPI, _ authority: AuthorityFile?) async -> Int {
        let isInteractive =
            self.commands.isEmpty && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        let runtime = Runtime(isInteractive: isInteractive, inputIsData: !self.commands.isEmpty)
        let status = await self.run(runtime, demo, authority)
        await runtime.shutDown()
        return status
    }

    private func run(
        _ runtime: Runtime,
        _ demo: DemoAPI,
        _ authority: AuthorityFile?
    ) async -> Int {
        if let problem = await runtime.apply(self.shared) { return problem.exitStatus }
        if let authority, let problem = await self.trust(authority, of: demo, in: runtime) {
            return problem.exitStatus
        }
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
        if let url = demo.secureBaseURL {
            runtime.console.errLine(
                "and on \(url), which is {{secure}}; try `get {{secure}}/small`"
            )
        }
        let status = runtime.runInteractively()
        _ = await runtime.evaluator.finish(cancellingJobs: true)
        return status
    }

    /// Has the shell trust the server's authority, for the server alone, and know where it is.
    private func trust(
        _ authority: AuthorityFile,
        of demo: DemoAPI,
        in runtime: Runtime
    ) async -> ShellProblem? {
        guard let secure = demo.secure, let url = demo.secureBaseURL else { return nil }
        for origin in [url, "https://localhost:\(secure.port)"] {
            let value = "\(authority.path) --for \(origin)"
            if let problem = await runtime.evaluator.applyOption("tls.ca", value) {
                return problem
            }
        }
        return await runtime.evaluator.applyVariable("secure", url)
    }
}

/// The certificate of the demo's throw-away authority in a file, for who is to trust it.
struct AuthorityFile {
    /// Where it is: in a folder of its own below TMPDIR.
    let path: String

    /// Why there is no such file.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes the file.
    init(_ secure: DemoAPI.Secure) throws(Failure) {
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(temporary)/linger-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(description: "cannot make a folder in \(temporary) for the demo's CA")
        }
        let folder = template.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? temporary
        }
        self.path = "\(folder)/ca.pem"
        let bytes = Array(secure.authority.utf8)
        let file = Glibc.open(self.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        defer { if file >= 0 { close(file) } }
        guard file >= 0, write(file, bytes, bytes.count) == bytes.count else {
            unlink(self.path)
            rmdir(folder)
            throw Failure(description: "cannot write \(self.path)")
        }
    }

    /// Removes it again, with its folder.
    func remove() {
        unlink(self.path)
        rmdir(String(self.path.dropLast("/ca.pem".count)))
    }
}
