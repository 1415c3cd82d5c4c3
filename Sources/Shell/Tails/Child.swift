import Subprocess
import SystemPackage

/// Runs `/bin/sh -c` with text that is handed over verbatim.
enum Child {
    /// What a child reads.
    enum Input {
        /// Our own standard input.
        case inherited
        /// Nothing.
        case nothing
        /// These bytes.
        case bytes([UInt8])
    }

    /// How a child ended.
    struct Ending {
        /// Its exit status, 128 + n for signal n.
        var status: Int
        /// What it printed, where that was captured.
        var output: [UInt8] = []
    }

    /// Runs a child that reads a pipe, which is closed here; its output is ours, or captured.
    static func run(
        _ text: String,
        reading pipe: FileDescriptor,
        environment: [String: String],
        isCaptured: Bool
    ) async throws(ShellProblem) -> Ending {
        do {
            let environment = Self.environment(environment)
            guard isCaptured else {
                let output = FileDescriptorOutput.currentStandardOutput
                return Ending(status: try await Self.run(text, pipe, environment, output).status)
            }
            let output = BytesOutput.bytes(limit: Files.limitBytes)
            let result = try await Self.run(text, pipe, environment, output)
            return Ending(status: result.status, output: result.output)
        } catch {
            throw .cannotRun(command: text, detail: "\(error)")
        }
    }

    private static func run<Output: OutputProtocol>(
        _ text: String,
        _ pipe: FileDescriptor,
        _ environment: Environment,
        _ output: Output
    ) async throws -> (status: Int, output: Output.OutputType) {
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: ["-c", text],
            environment: environment,
            platformOptions: Self.options,
            input: .fileDescriptor(pipe, closeAfterSpawningProcess: true),
            output: output,
            error: .currentStandardError
        )
        return (Self.status(result.terminationStatus), result.standardOutput)
    }

    /// Runs a child whose output is ours; returns its exit status, 128 + n for signal n.
    static func run(
        _ text: String,
        input: Input,
        environment: [String: String]
    ) async throws(ShellProblem) -> Int {
        do {
            switch input {
            case .inherited:
                // A task of its own, which ^C does not cancel: the terminal gives ^C to the child,
                // and an editor or another shell decides what it means.
                return try await Task {
                    Self.status(
                        try await Subprocess.run(
                            .path("/bin/sh"),
                            arguments: ["-c", text],
                            environment: Self.environment(environment),
                            input: .currentStandardInput,
                            output: .currentStandardOutput,
                            error: .currentStandardError
                        ).terminationStatus
                    )
                }.value
            case .nothing:
                return Self.status(
                    try await Subprocess.run(
                        .path("/bin/sh"),
                        arguments: ["-c", text],
                        environment: Self.environment(environment),
                        platformOptions: Self.options,
                        input: .none,
                        output: .currentStandardOutput,
                        error: .currentStandardError
                    ).terminationStatus
                )
            case .bytes(let bytes):
                return Self.status(
                    try await Subprocess.run(
                        .path("/bin/sh"),
                        arguments: ["-c", text],
                        environment: Self.environment(environment),
                        platformOptions: Self.options,
                        input: .inputWriter,
                        output: .currentStandardOutput,
                        error: .currentStandardError
                    ) { try await Self.feed(bytes, to: $0.standardInputWriter) }
                    .terminationStatus
                )
            }
        } catch {
            throw .cannotRun(command: text, detail: "\(error)")
        }
    }

    /// Runs a pager on `bytes`, which has the terminal; returns its exit status.
    static func page(
        _ bytes: [UInt8],
        through text: String,
        environment: [String: String]
    ) async -> Int {
        // A task of its own, which ^C does not cancel: to a pager it means something else.
        let task = Task { () -> Int in
            let result = try? await Subprocess.run(
                .path("/bin/sh"),
                arguments: ["-c", text],
                environment: Self.environment(environment),
                input: .inputWriter,
                output: .currentStandardOutput,
                error: .currentStandardError
            ) { try await Self.feed(bytes, to: $0.standardInputWriter) }
            return result.map { Self.status($0.terminationStatus) } ?? 127
        }
        return await task.value
    }

    /// Runs a child that reads `input`, and collects its output.
    static func capture(
        _ text: String,
        input: [UInt8],
        environment: [String: String]
    ) async throws(ShellProblem) -> (status: Int, output: [UInt8]) {
        do {
            let result = try await Subprocess.run(
                .path("/bin/sh"),
                arguments: ["-c", text],
                environment: Self.environment(environment),
                platformOptions: Self.options,
                input: .inputWriter,
                output: .bytes(limit: Files.limitBytes),
                error: .currentStandardError
            ) { try await Self.feed(input, to: $0.standardInputWriter) }
            return (Self.status(result.terminationStatus), result.standardOutput)
        } catch {
            throw .cannotRun(command: text, detail: "\(error)")
        }
    }

    /// Writes everything to a child that need not read it: `head` and `false` end before.
    ///
    /// Not as Subprocess does by itself with bytes: there the failed write leaves the pipe open,
    /// which ends our whole process.
    private static func feed(_ bytes: [UInt8], to writer: StandardInputWriter) async throws {
        // The reader is gone; the child's status says what that means.
        _ = try? await writer.write(bytes)
        try await writer.finish()
    }

    /// What is cancelled is asked to end first, as by ^C, before it is killed.
    private static var options: PlatformOptions {
        var options = PlatformOptions()
        options.teardownSequence = [
            .send(signal: .interrupt, allowedDurationToNextStep: .seconds(2))
        ]
        return options
    }

    private static func status(_ status: TerminationStatus) -> Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }

    private static func environment(_ updates: [String: String]) -> Subprocess.Environment {
        var keyed: [Subprocess.Environment.Key: String?] = [:]
        for (name, value) in updates { keyed[.init(stringLiteral: name)] = value }
        return .inherit.updating(keyed)
    }
}
