internal import Glibc
internal import Synchronization

/// Runs a program to its end, and collects what it wrote.
package enum ProcessRunner {
    /// What a program left.
    package struct Output: Hashable, Sendable {
        /// How it ended.
        package var status: ExitStatus
        /// What it wrote to standard output.
        package var standardOutput: String
        /// What it wrote to standard error.
        package var standardError: String
    }

    /// The program did not end in time; it was killed.
    package struct TimedOut: Error, CustomStringConvertible {
        /// What it had written.
        package let output: String
        /// What it had written to standard error.
        package let error: String

        package var description: String {
            "no end in time; standard output:\n\(output)\nstandard error:\n\(error)"
        }
    }

    /// Runs a program.
    ///
    /// - Parameters:
    ///   - program: The path of the program.
    ///   - arguments: Its arguments, without its name.
    ///   - input: What it reads from standard input, which ends there.
    ///   - environment: Its whole environment; nil gives it a small fixed one.
    ///   - directory: Where it runs; nil is where the tests run.
    ///   - timeout: How long it may take.
    /// - Returns: How it ended, and what it wrote.
    /// - Throws: ``TimedOut`` or ``SystemCallError``.
    package static func run(
        _ program: String,
        _ arguments: [String] = [],
        input: String = "",
        environment: [String: String]? = nil,
        directory: String? = nil,
        timeout: Duration = .seconds(30)
    ) throws -> Output {
        let standardInput = try Pipe()
        let standardOutput = try Pipe()
        let standardError = try Pipe()
        // glibc's chdir action for posix_spawn is not visible from Swift.
        let wrapper = directory.map { ["/usr/bin/env", "-C", $0, program] } ?? [program]
        let process = try spawn(
            wrapper[0],
            wrapper.dropFirst() + arguments,
            environment: environment ?? defaultEnvironment,
            descriptors: (standardInput.reader, standardOutput.writer, standardError.writer)
        )
        standardInput.closeReader()
        standardOutput.closeWriter()
        standardError.closeWriter()
        prepareDescriptor(standardInput.writer)
        var transfer = Transfer(
            input: standardInput,
            outputs: [standardOutput, standardError],
            rest: Array(input.utf8)[...]
        )
        let deadline = Deadline(after: timeout)
        while transfer.isOpen, !deadline.hasPassed {
            transfer.step(deadline)
        }
        let texts = transfer.collected.map { String(decoding: $0, as: UTF8.self) }
        guard let status = awaitExit(process, deadline) else {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            throw TimedOut(output: texts[0], error: texts[1])
        }
        return Output(status: status, standardOutput: texts[0], standardError: texts[1])
    }

    /// The environment that programs get if a test names no other.
    package static var defaultEnvironment: [String: String] {
        ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"]
    }

    /// Feeds a program and drains it, without one waiting for the other.
    private struct Transfer {
        var input: Pipe
        var outputs: [Pipe]
        var rest: ArraySlice<UInt8>
        var collected: [[UInt8]] = [[], []]

        var isOpen: Bool {
            outputs.contains(where: \.isReaderOpen)
        }

        mutating func step(_ deadline: Deadline) {
            if rest.isEmpty {
                input.closeWriter()
            }
            var descriptors = [pollfd(fd: input.writer, events: Int16(POLLOUT), revents: 0)]
            descriptors += outputs.map { pollfd(fd: $0.reader, events: Int16(POLLIN), revents: 0) }
            poll(&descriptors, nfds_t(descriptors.count), deadline.milliseconds(atMost: 10_000))
            if descriptors[0].revents != 0 {
                let count = rest.withUnsafeBytes {
                    send(to: input.writer, $0)
                }
                // Whoever does not read its input to the end is right, too.
                rest = count < 0 ? [] : rest.dropFirst(count)
            }
            for index in outputs.indices where descriptors[index + 1].revents != 0 {
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let count = read(outputs[index].reader, &chunk, chunk.count)
                if count > 0 {
                    collected[index] += chunk[..<count]
                } else {
                    outputs[index].closeReader()
                }
            }
        }

        private func send(to descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
            withoutBrokenPipeSignal {
                write(descriptor, bytes.baseAddress, bytes.count)
            }
        }
    }
}

/// Writes to a pipe whose reader may be gone: an error, and no signal that ends the tests.
func withoutBrokenPipeSignal<Result>(_ body: () -> Result) -> Result {
    var blocked = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGPIPE)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    let result = body()
    // SIGPIPE is sent to the thread that wrote; take it before it is let in again.
    var noTime = timespec()
    sigtimedwait(&blocked, nil, &noTime)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return result
}

/// Waits until a program has ended; nil if it has not by the deadline.
func awaitExit(_ process: pid_t, _ deadline: Deadline) -> ExitStatus? {
    var status: CInt = 0
    while true {
        if waitpid(process, &status, WNOHANG) == process {
            return ExitStatus(waitStatus: status)
        }
        guard !deadline.hasPassed else {
            return nil
        }
        // Its descriptors are closed already, so it is about to end; look again in a moment.
        poll(nil, 0, 2)
    }
}

/// A pipe, closed with the last value that refers to it.
final class Pipe {
    private(set) var reader: CInt
    private(set) var writer: CInt

    init() throws {
        var ends: [CInt] = [-1, -1]
        let failure = descriptorLock.withLock { _ -> CInt in
            guard pipe(&ends) == 0 else {
                return errno
            }
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
            return 0
        }
        guard failure == 0 else {
            throw SystemCallError(call: "pipe", errorNumber: failure)
        }
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        closeReader()
        closeWriter()
    }

    var isReaderOpen: Bool {
        reader >= 0
    }

    func closeReader() {
        if reader >= 0 {
            close(reader)
        }
        reader = -1
    }

    func closeWriter() {
        if writer >= 0 {
            close(writer)
        }
        writer = -1
    }
}
