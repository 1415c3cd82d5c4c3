import Glibc
import TestSupport

/// The probe program at a terminal, with a pipe to tell its other threads what to do.
final class Probe {
    let terminal: PseudoTerminal
    let folder: TemporaryFolder
    private let control: CInt

    var historyPath: String {
        folder.path + "/state/history"
    }

    /// Starts the probe, from an interactive shell if it is to be suspended, and waits for its
    /// prompt.
    convenience init(
        environment: [String: String] = [:],
        rows: Int = 12,
        columns: Int = 40,
        shell: Bool = false,
        history: String? = nil
    ) throws {
        let folder = try TemporaryFolder()
        if let history {
            mkdir(folder.path + "/state", 0o700)
            try writeFile(folder.path + "/state/history", history)
        }
        try self.init(folder, environment, rows, columns, shell)
    }

    private init(
        _ folder: consuming TemporaryFolder,
        _ environment: [String: String],
        _ rows: Int,
        _ columns: Int,
        _ shell: Bool
    ) throws {
        let pipe = folder.path + "/control"
        guard mkfifo(pipe, 0o600) == 0 else {
            throw SetUpError.pipe
        }
        // Both ways, so that neither side waits for the other to open it.
        control = open(pipe, O_RDWR | O_CLOEXEC)
        var all = ["PROBE_CONTROL": pipe, "PROBE_HISTORY": folder.path + "/state/history"]
        all.merge(environment) { $1 }
        let program = try builtProgram("LineEditingProbe")
        if shell {
            all["PS1"] = "$ "
            terminal = try PseudoTerminal(
                "/bin/bash",
                ["--norc", "--noprofile", "-i"],
                environment: all,
                rows: rows,
                columns: columns
            )
            try terminal.expect(screenContains: "$")
            try terminal.send("exec 2>&1; clear; \(program)\r")
        } else {
            terminal = try PseudoTerminal(
                program,
                environment: all,
                rows: rows,
                columns: columns
            )
        }
        self.folder = folder
        try terminal.expect(screenContains: "host ›")
    }

    deinit {
        close(control)
    }

    /// Asks another thread of the probe for something.
    func ask(_ request: String) {
        let line = Array((request + "\n").utf8)
        _ = write(control, line, line.count)
    }

    /// Types, and waits until the last of it is on the screen.
    func type(_ text: String) throws {
        try terminal.send(text)
        let end = text.suffix(8)
        try terminal.expect("\"\(end)\" on the screen") { $0.lines.joined().contains(end) }
    }

    enum SetUpError: Error {
        case pipe, file
    }
}

/// Writes a file for a test.
func writeFile(_ path: String, _ text: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else {
        throw Probe.SetUpError.file
    }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard write(file, bytes, bytes.count) == bytes.count else {
        throw Probe.SetUpError.file
    }
}

/// Reads a file that a test expects.
func readFile(_ path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
        throw Probe.SetUpError.file
    }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(file, &bytes, bytes.count)
    guard count >= 0 else {
        throw Probe.SetUpError.file
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
}

/// The permission bits of a file or folder.
func permissions(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
}
