import Dispatch
import Glibc
import Shell

/// Reads scripts.
enum Scripts {
    /// How much is read at a time, in bytes.
    private static let limitBytes = 64 << 20
    /// Reads wait for whoever writes; no thread that has other work may.
    private static let queue = DispatchQueue(label: "linger.input")

    /// Runs a file of shell lines; `-` is standard input, whose lines run as they arrive.
    static func run(_ path: String, with evaluator: Evaluator) async -> ShellProblem? {
        guard path != "-" else {
            return await evaluator.runScript("-") { await Self.nextPiece() }
        }
        return await evaluator.runScript(at: path)
    }

    /// What arrives next on standard input; nil once the task is cancelled.
    private static func nextPiece() async -> ScriptPiece? {
        let (pieces, continuation) = AsyncStream.makeStream(
            of: ScriptPiece.self,
            bufferingPolicy: .bufferingOldest(1)
        )
        Self.queue.async {
            continuation.yield(Self.readInput(toEnd: false))
            continuation.finish()
        }
        for await piece in pieces { return piece }
        return nil
    }

    /// Everything on standard input.
    static func standardInput() -> [UInt8] { Self.readInput(toEnd: true).bytes }

    /// Reads what there is, and waits only while that is nothing; or else to the end.
    private static func readInput(toEnd: Bool) -> ScriptPiece {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count < Self.limitBytes {
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = poll(&input, 1, toEnd || bytes.isEmpty ? -1 : 0)
            if ready == 0 { return ScriptPiece(bytes, isLast: false) }
            let count = ready < 0 ? -1 : read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return ScriptPiece(bytes, isLast: true) }
            bytes += buffer[..<count]
        }
        return ScriptPiece(bytes, isLast: false)
    }
}
