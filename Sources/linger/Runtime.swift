import Glibc
import HTTPModel
import HTTPSession
import HTTPTransport
import LineEditing
import NIOCore
import NIOPosix
import Shell
import UnixSignals

/// The parts of a running shell, wired together.
struct Runtime {
    /// The loop that carries the network.
    let group: MultiThreadedEventLoopGroup
    let executor: LoopExecutor
    let transport: PooledTransport
    let session: Session
    let evaluator: Evaluator
    let console: Console
    let events: EventLog
    let gauge: PoolGauge
    let secrets: SecretPrompter
    let watchGate = WatchGate()
    let environment: [String: String]
    let isInteractive: Bool

    /// Makes a session that is not connected to anything yet.
    ///
    /// - Parameters:
    ///   - isInteractive: Whether somebody sits at a terminal.
    ///   - inputIsData: Whether standard input may be the content of a request.
    init(isInteractive: Bool, inputIsData: Bool) {
        self.isInteractive = isInteractive
        self.environment = Self.processEnvironment()
        self.group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.executor = LoopExecutor(loop: self.group.next())
        let events = EventLog()
        let gauge = PoolGauge()
        let secrets = SecretPrompter()
        self.events = events
        self.gauge = gauge
        self.secrets = secrets
        let console = Console(streams: .standard(), environment: self.environment)
        self.console = console
        self.transport = PooledTransport(
            executor: self.executor,
            options: SettingsValues(environment: self.environment).connections,
            eventSink: { events.receive($0) }
        )
        var sessionConfiguration = SessionConfiguration(
            userAgent: "linger/\(lingerVersion)",
            clock: { MonotonicClock.now() },
            wallClock: { Int64(Self.secondsSince1970()) },
            emit: { events.receive($0) },
            wait: { try await RetryCountdown(console: console).wait($0) },
            temporaryFolder: self.environment["TMPDIR"] ?? "/tmp"
        )
        if isInteractive {
            sessionConfiguration.confirmDowngrade = { from, to in
                await secrets.confirmDowngrade(from: from, to: to)
            }
            sessionConfiguration.confirmResend = { request, evidence in
                await secrets.confirmResend(of: request, evidence)
            }
        }
        self.session = Session(
            transport: self.transport,
            executor: self.executor,
            configuration: sessionConfiguration
        )
        var configuration = Evaluator.Configuration(
            session: self.session,
            networkExecutor: self.executor,
            events: events,
            console: self.console,
            isInteractive: isInteractive,
            environment: self.environment,
            version: lingerVersion,
            clock: { MonotonicClock.now() },
            wallClock: { Self.secondsSince1970() }
        )
        if inputIsData { configuration.readStandardInput = { Self.readStandardInput() } }
        if isInteractive {
            configuration.askSecret = { await secrets.ask($0) }
            configuration.watchGate = self.watchGate
        }
        self.evaluator = Evaluator(configuration)
        self.listen()
    }

    /// Has events drive the gauge of the prompt and the notices, where somebody sees them.
    private func listen() {
        guard self.isInteractive else { return }
        let gauge = self.gauge
        let console = self.console
        let teller = NoticeTeller(console: console)
        self.events.listen { event in
            gauge.receive(event)
            teller.receive(event)
        }
    }

    /// Applies the options of the command line; the problem with them, if any.
    ///
    /// `base` is the URL that it gives: settings that say who we are are for its origin.
    func apply(_ options: SharedOptions, base: String? = nil) async -> ShellProblem? {
        // A script must not run under half of its settings; at the prompt they can be mended.
        if !options.noRC, let problem = await self.runRCFile(), !self.isInteractive {
            return problem
        }
        return await self.applyCommandLine(options, base: base)
    }

    /// Applies what the command line itself says, over what is there.
    func applyCommandLine(_ options: SharedOptions, base: String?) async -> ShellProblem? {
        if let base, let problem = await self.evaluator.applyBase(base) { return problem }
        if let color = options.color,
            let problem = await self.evaluator.applyOption("color", color)
        {
            return problem
        }
        if options.json {
            _ = await self.evaluator.applyOption("format", "jsonl")
        }
        for (name, value) in SharedOptions.pairs(options.set) {
            if let problem = await self.evaluator.applyOption(name, value) { return problem }
        }
        for (name, value) in SharedOptions.pairs(options.variables) {
            if let problem = await self.evaluator.applyVariable(name, value) { return problem }
        }
        return nil
    }

    private func runRCFile() async -> ShellProblem? {
        let configuration =
            self.environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? "\(self.environment["HOME"] ?? ".")/.config"
        let path = "\(configuration)/linger/rc"
        let problem = await self.evaluator.runRCFile(path)
        // From here on `alias` writes there; while the file runs it must not.
        await self.evaluator.keepConfiguration(in: path)
        return problem
    }

    /// Ends everything in order.
    func shutDown() async {
        await self.transport.shutdown()
        await self.session.close()
        try? await self.group.shutdownGracefully()
        await self.console.errorsTaken()
    }

    /// Runs `body` so that INT, TERM and HUP cancel it; a second signal ends the program at once.
    static func interruptible<Value: Sendable>(
        _ body: @escaping @Sendable () async -> Value
    ) async -> (value: Value, wasInterrupted: Bool) {
        // Before there is anything to interrupt: a signal that came earlier would kill the program.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let task = Task { await body() }
        let watcher = Task { () -> Bool in
            var count = 0
            for await _ in signals {
                count += 1
                task.cancel()
                if count > 1 { exit(130) }
                if Task.isCancelled { break }
            }
            return count > 0
        }
        let value = await task.value
        let wasCancelled = task.isCancelled
        watcher.cancel()
        return (value, wasCancelled)
    }

    private static func secondsSince1970() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func processEnvironment() -> [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return result
    }

    private static func readStandardInput() -> [UInt8]? {
        guard isatty(STDIN_FILENO) == 0 else { return nil }
        return Scripts.standardInput()
    }
}
