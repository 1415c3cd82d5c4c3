import ArgumentParser
import SessionFiles
import Shell

/// `linger replay FILE…`: replays session files and checks their expectations.
struct ReplayMode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay session files, check expectations, report.",
        discussion: """
            FILE may be a folder: its *.http files; or Markdown: its ```http blocks. Each file has \
            a session and a pool of its own.

            Variables: --var beats what is captured, then requests, the file, --env, and the \
            process's environment, which a file reads only with --allow-env. (JetBrains IDEs put \
            the environment file before the file's own.)

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

    @Flag(name: .long, help: "Show what would be sent, and send nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Write what came into recordings and literal expectations.")
    var update = false

    @Option(name: .long, help: "Only this request, by name or number; repeatable.")
    var only: [String] = []

    @Option(name: .long, help: "From this request on.")
    var from: String?

    @Option(name: .long, help: "Up to and with this request.")
    var to: String?

    @Option(name: .long, help: "Pauses: none, original, or xN for N times as fast.")
    var pace: String?

    @Option(name: .long, help: "An environment of http-client.env.json besides the file.")
    var env: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Environment variables a file may read.", valueName: "name,…")
    )
    var allowEnv: [String] = []

    @Flag(name: .long, help: "Side files may lie outside the session file's folder.")
    var allowOutside = false

    @Flag(name: .long, help: "Write the cookie jar of the file at the end.")
    var saveCookies = false

    @Option(name: .long, help: "How many files are replayed at once.")
    var jobs = 1

    @Option(name: .long, help: "Connections per origin, whatever the file says.")
    var poolSize: Int?

    @Option(
        name: .customLong("report-junit"),
        help: ArgumentHelp("Write a report as JUnit XML.", valueName: "file")
    )
    var junitReport: String?

    @Option(
        name: .customLong("report-tap"),
        help: ArgumentHelp("Write a report as TAP.", valueName: "file")
    )
    var tapReport: String?

    @Option(
        name: .customLong("report-json"),
        help: ArgumentHelp("Write a report as JSON Lines.", valueName: "file")
    )
    var jsonReport: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write a page that shows the connections in a browser; for one session file.",
            valueName: "file"
        )
    )
    var html: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the exchanges as HAR 1.2; for one session file.",
            valueName: "file"
        )
    )
    var har: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What names a connection in the HAR: number or client-port.",
            valueName: "name"
        )
    )
    var harConnection = HARContext.ConnectionNaming.number

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (1...64).contains(self.jobs) else {
            throw ValidationError("--jobs takes 1 to 64")
        }
        if let poolSize, poolSize < 1 { throw ValidationError("--pool-size takes 1 or more") }
        if let pace, Pace(pace) == nil {
            throw ValidationError("--pace takes none, original or xN, not \(pace)")
        }
    }

    func run() async throws {
        let empty = self.files.filter { Evaluator.sessionFiles(at: $0).isEmpty }
        for folder in empty {
            Console.Streams.write("\(ReplaySentences.emptyFolder(folder))\n", toError: true)
        }
        let paths = self.files.flatMap { Evaluator.sessionFiles(at: $0) }
        guard self.html == nil || paths.count == 1 else {
            throw ValidationError("--html takes one session file, and these are \(paths.count)")
        }
        guard self.har == nil || paths.count == 1 else {
            throw ValidationError("--har takes one session file, and these are \(paths.count)")
        }
        let pages = Pages(html: self.html, har: self.har, harConnection: self.harConnection)
        let options = self.options(forFiles: paths.count)
        let shared = self.shared
        let jobs = self.jobs
        let (outcomes, wasInterrupted) = await Runtime.interruptible {
            await Self.replay(paths, options: options, shared: shared, jobs: jobs, pages)
        }
        let reports = outcomes.map(\.reportOrFailure)
        var status = outcomes.map(\.status).max() ?? .passed
        if !empty.isEmpty { status = max(status, .unreadable) }
        if !self.write(reports) { status = max(status, .unreadable) }
        if wasInterrupted { throw ExitCode(130) }
        throw ExitCode(Int32(status.rawValue))
    }

    private func options(forFiles count: Int) -> Evaluator.ReplayOptions {
        var options = Evaluator.ReplayOptions()
        options.namesFile = count > 1
        options.keepsExchanges = self.har != nil || self.html != nil
        options.isStrict = self.strict
        options.continuesOnError = self.continueOnError
        options.isDryRun = self.dryRun
        options.updates = self.update
        options.selection.only = self.only
        options.selection.from = self.from
        options.selection.to = self.to
        options.pace = self.pace.flatMap(Pace.init)
        options.environment = self.env
        let names = self.allowEnv.flatMap { $0.split(separator: ",").map(String.init) }
        options.allowedEnvironment = Set(names)
        options.allowsOutside = self.allowOutside
        options.savesCookies = self.saveCookies
        if let poolSize { options.settings["pool.size"] = "\(poolSize)" }
        for (name, value) in SharedOptions.pairs(self.shared.variables) {
            options.variables[name] = value
        }
        return options
    }

    /// What is written of a session when its replay is over.
    private struct Pages: Sendable {
        var html: String?
        var har: String?
        var harConnection: HARContext.ConnectionNaming
    }

    /// A file with what came of it.
    private struct FileOutcome: Sendable {
        var path: String
        var status: ReplayStatus
        var report: ReplayReport?
        var refusals: [String] = []

        /// How many reasons a report has for one file.
        private static let reasonLimit = 20

        /// The report; of a file that could not be read, one that says so.
        var reportOrFailure: ReplayReport {
            if let report { return report }
            let isRead = self.status == .passed
            var reasons = Array(self.refusals.prefix(Self.reasonLimit))
            if self.status != .usage { reasons.insert("it could not be read", at: 0) }
            let more = self.refusals.count - Self.reasonLimit
            if more > 0 { reasons.append("… \(more) more") }
            let failure = ReplayReport.StepOutcome(
                label: "read the file",
                line: 1,
                state: .failed(reason: reasons.joined(separator: "\n"), requests: 0)
            )
            return ReplayReport(file: self.path, steps: isRead ? [] : [failure])
        }
    }

    /// Replays files, `jobs` at a time; what came of them is in their order.
    private static func replay(
        _ paths: [String],
        options: Evaluator.ReplayOptions,
        shared: SharedOptions,
        jobs: Int,
        _ pages: Pages
    ) async -> [FileOutcome] {
        await withTaskGroup(of: (Int, FileOutcome).self) { group in
            var outcomes: [Int: FileOutcome] = [:]
            var waiting = Array(paths.enumerated())[...]
            for _ in 0..<jobs {
                guard let (index, path) = waiting.popFirst() else { break }
                group.addTask { (index, await Self.replay(path, options, shared, pages)) }
            }
            while let (index, outcome) = await group.next() {
                outcomes[index] = outcome
                guard let (index, path) = waiting.popFirst() else { continue }
                group.addTask { (index, await Self.replay(path, options, shared, pages)) }
            }
            return outcomes.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private static func replay(
        _ path: String,
        _ options: Evaluator.ReplayOptions,
        _ shared: SharedOptions,
        _ pages: Pages
    ) async -> FileOutcome {
        let runtime = Runtime(isInteractive: false, inputIsData: false)
        if await runtime.apply(shared) != nil {
            await runtime.shutDown()
            return FileOutcome(path: path, status: .usage, report: nil)
        }
        let evaluator = runtime.evaluator
        // Everything of a replay runs on the loop: no hop between threads for each request.
        var outcome = await withTaskExecutorPreference(runtime.executor) {
            await evaluator.replay(path, options: options)
        }
        if let html = pages.html, await evaluator.writePage(to: html, title: path) != nil {
            outcome.status = max(outcome.status, .unreadable)
        }
        if let har = pages.har {
            let naming = pages.harConnection
            let problem = await evaluator.writeHAR(to: har, title: path, connection: naming)
            if problem != nil { outcome.status = max(outcome.status, .unreadable) }
        }
        await runtime.shutDown()
        return FileOutcome(
            path: path,
            status: outcome.status,
            report: outcome.report,
            refusals: outcome.refusals
        )
    }

    /// Writes the reports that were asked for; false after saying which could not be.
    private func write(_ reports: [ReplayReport]) -> Bool {
        let wanted: [(String?, () -> String)] = [
            (self.junitReport, { JUnitReport.text(of: reports, isStrict: self.strict) }),
            (self.tapReport, { TAPReport.text(of: reports, isStrict: self.strict) }),
            (self.jsonReport, { Evaluator.jsonReport(of: reports, isStrict: self.strict) }),
        ]
        var isWritten = true
        for (path, text) in wanted {
            guard let path else { continue }
            if let problem = Evaluator.writeReport(text(), to: path) {
                Console.Streams.write("\(problem)\n", toError: true)
                isWritten = false
            }
        }
        return isWritten
    }
}

extension HARContext.ConnectionNaming: ExpressibleByArgument {}
