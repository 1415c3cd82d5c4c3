internal import Glibc

extension ProcessRunner {
    /// What a program took, and what it left.
    package struct Measurement: Sendable {
        /// How it ended.
        package var status: ExitStatus
        /// From before it was started until it had ended.
        package var elapsed: Duration
        /// The processor time it used itself, all threads together.
        package var userTime: Duration
        /// The processor time the kernel used for it.
        package var systemTime: Duration
        /// The most memory it had resident at a time, in bytes.
        ///
        /// `posix_spawn` lets a program start in the memory of the one that starts it, and the
        /// kernel counts that: it is never less than the ``ownPeakMemory`` of that moment.
        package var peakMemory: Int
        /// What it wrote to standard output.
        package var standardOutput: String
        /// What it wrote to standard error.
        package var standardError: String
    }

    /// The most memory that this process has had resident at a time, in bytes.
    package static var ownPeakMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }

    /// Runs a program to its end and measures it, by the kernel's own count (`wait4`).
    ///
    /// What it writes goes to files, so nothing runs beside it but whoever it talks to. It reads
    /// nothing, and has no time limit.
    package static func measure(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String]? = nil
    ) throws -> Measurement {
        let folder = try TemporaryFolder()
        let input = try openFile("/dev/null", O_RDONLY)
        defer { close(input) }
        let output = try openFile("\(folder.path)/output", O_RDWR | O_CREAT)
        defer { close(output) }
        let error = try openFile("\(folder.path)/error", O_RDWR | O_CREAT)
        defer { close(error) }
        let start = ContinuousClock.now
        let process = try spawn(
            program,
            arguments,
            environment: environment ?? defaultEnvironment,
            descriptors: (input, output, error)
        )
        var status: CInt = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0 {
            guard errno == EINTR else {
                throw SystemCallError(call: "wait4", errorNumber: errno)
            }
        }
        return Measurement(
            status: ExitStatus(waitStatus: status),
            elapsed: ContinuousClock.now - start,
            userTime: duration(usage.ru_utime),
            systemTime: duration(usage.ru_stime),
            peakMemory: usage.ru_maxrss * 1024,
            standardOutput: contents(of: output),
            standardError: contents(of: error)
        )
    }

    private static func openFile(_ path: String, _ flags: CInt) throws -> CInt {
        let descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SystemCallError(call: "open \(path)", errorNumber: errno)
        }
        return descriptor
    }

    /// The file from its beginning, up to a megabyte.
    private static func contents(of descriptor: CInt) -> String {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while text.count < 1 << 20 {
            let count = pread(descriptor, &chunk, chunk.count, off_t(text.count))
            guard count > 0 else { break }
            text += chunk[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(Int64(time.tv_usec))
    }
}
