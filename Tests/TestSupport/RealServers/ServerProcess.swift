internal import Glibc
internal import Synchronization

/// A server in a process of its own, which ends with the value, or with the tests.
///
/// A shell stands between: it ends the server when its standard input does, and so even if the
/// tests crash. First it closes the descriptors that it inherited: NIO's sockets are not marked
/// close-on-exec, and a connection of another test would stay open for as long as this server runs.
/// It is bash, because other shells cannot name a descriptor of more than one digit.
final class ServerProcess: Sendable {
    /// The server ended before it listened, or did not listen in time.
    struct NotReady: Error, CustomStringConvertible {
        let command: [String]
        let log: String

        var description: String {
            "\(self.command.joined(separator: " ")) did not start: \(self.log)"
        }
    }

    private static let guardScript = """
        for path in /proc/self/fd/*; do
            fd=${path##*/}
            if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
        done
        exec 3<&0
        "$@" 3<&- </dev/null & server=$!
        { read -r _ <&3; kill -TERM "$server"; } & watcher=$!
        wait "$server"; status=$?
        kill "$watcher" 2>/dev/null
        exit "$status"
        """

    private struct State: ~Copyable {
        var process: pid_t?
        /// The standard input of the shell; closing it ends the server.
        var lifeline: CInt
    }

    private let state: Mutex<State>

    /// Starts `command` and waits until every one of `ports` takes connections.
    init(_ command: [String], log: String, ports: [Int]) async throws {
        let input = try Pipe()
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw SystemCallError(call: "open \(log)", errorNumber: errno) }
        defer { close(output) }
        let process = try spawn(
            "/bin/bash",
            ["-c", Self.guardScript, "bash"] + command,
            environment: RealProgram.environment,
            descriptors: (input: input.reader, output: output, error: output)
        )
        let lifeline = fcntl(input.writer, F_DUPFD_CLOEXEC, 0)
        self.state = Mutex(State(process: process, lifeline: lifeline))
        input.closeReader()
        input.closeWriter()
        let deadline = Deadline(after: .seconds(20))
        var waiting = ports[...]
        while let port = waiting.first {
            if let descriptor = try? LoopbackSocket.connect(port: port) {
                close(descriptor)
                waiting.removeFirst()
                continue
            }
            guard !self.hasEnded, !deadline.hasPassed else {
                self.stop()
                throw NotReady(command: command, log: Self.text(of: log))
            }
            self.awaitEnd(atMostMilliseconds: deadline.milliseconds(atMost: 5))
            await Task.yield()
        }
        // Somebody else may have taken the port first: then ours has ended by now, or is about to.
        guard !self.hasEnded else { throw NotReady(command: command, log: Self.text(of: log)) }
    }

    deinit {
        self.stop()
    }

    /// Ends the server and waits until it has.
    func stop() {
        self.state.withLock { state in
            guard let process = state.process else { return }
            close(state.lifeline)
            state.process = nil
            if awaitExit(process, Deadline(after: .seconds(10))) == nil {
                kill(process, SIGKILL)
                waitpid(process, nil, 0)
            }
        }
    }

    private var hasEnded: Bool {
        self.state.withLock { state in
            guard let process = state.process else { return true }
            guard waitpid(process, nil, WNOHANG) == process else { return false }
            close(state.lifeline)
            state.process = nil
            return true
        }
    }

    /// Waits until the shell has ended, which leaves the lifeline without a reader, but no longer.
    ///
    /// No server tells when it listens, so its port is tried anew after each wait.
    private func awaitEnd(atMostMilliseconds limit: CInt) {
        var watched = pollfd(fd: self.state.withLock { $0.lifeline }, events: 0, revents: 0)
        poll(&watched, 1, limit)
    }

    private static func text(of path: String) -> String {
        String(((try? readFile(path)) ?? "").prefix(16_384))
    }
}

/// Writes a file of a test's server.
func writeFile(_ path: String, _ text: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemCallError(call: "open \(path)", errorNumber: errno) }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw SystemCallError(call: "write \(path)", errorNumber: errno) }
        rest = rest.dropFirst(count)
    }
}

/// Reads a file of a test's server.
func readFile(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemCallError(call: "open \(path)", errorNumber: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count >= 0 else { throw SystemCallError(call: "read \(path)", errorNumber: errno) }
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
    }
}

/// Makes a file of `length` zero bytes, which takes no room on the disk.
func makeFile(_ path: String, length: Int) throws {
    try writeFile(path, "")
    guard truncate(path, length) == 0 else {
        throw SystemCallError(call: "truncate \(path)", errorNumber: errno)
    }
}

/// Starts a server on a port that is free, and on another if somebody was faster.
func startOnFreePorts<Server>(
    _ count: Int,
    _ start: (_ ports: [Int]) async throws -> Server
) async throws -> Server {
    for _ in 0..<2 {
        let ports = try (0..<count).map { _ in try LoopbackSocket.unusedPort() }
        do {
            return try await start(ports)
        } catch is ServerProcess.NotReady {
            continue
        }
    }
    return try await start(try (0..<count).map { _ in try LoopbackSocket.unusedPort() })
}
