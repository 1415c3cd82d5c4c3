import Glibc
import Shell

/// Reads scripts.
enum Scripts {
    /// How much of a script is read, in bytes.
    private static let limitBytes = 64 << 20

    /// Runs a file of shell lines; `-` is standard input.
    static func run(_ path: String, with evaluator: Evaluator) async -> ShellProblem? {
        guard path != "-" else {
            return await evaluator.runScript(Self.standardInput(), file: "-")
        }
        return await evaluator.runScript(at: path)
    }

    /// Everything on standard input.
    static func standardInput() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count < Self.limitBytes {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
