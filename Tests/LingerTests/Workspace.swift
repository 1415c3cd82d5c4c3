import Glibc
import HTTPModel
import TestSupport
import Testing

/// A home of its own for the program: nothing of the person who runs the tests is read or written.
final class Workspace {
    private let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
        for name in ["home", "config", "state", "data", "work"] {
            mkdir("\(self.folder.path)/\(name)", 0o700)
        }
    }

    /// Where the program runs.
    var path: String { "\(self.folder.path)/work" }
    var configuration: String { "\(self.folder.path)/config" }
    var state: String { "\(self.folder.path)/state" }
    var data: String { "\(self.folder.path)/data" }

    /// The program: what `LINGER_BINARY` names, or what stands next to the tests.
    static var program: String {
        get throws {
            if let value = getenv("LINGER_BINARY") { return String(cString: value) }
            return try builtProgram("linger")
        }
    }

    /// The environment of the program.
    var environment: [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": "\(self.folder.path)/home",
            "XDG_CONFIG_HOME": self.configuration,
            "XDG_STATE_HOME": self.state,
            "XDG_DATA_HOME": self.data,
            "TMPDIR": self.folder.path,
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            // Tests look at the screen, not at a pager.
            "PAGER": "cat",
        ]
    }

    /// Runs the program to its end.
    func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:]
    ) throws -> ProcessRunner.Output {
        try ProcessRunner.run(
            try Self.program,
            arguments,
            input: input,
            environment: self.environment.merging(environment) { $1 },
            directory: self.path,
            timeout: .seconds(60)
        )
    }

    /// Runs lines as `-c` does, after `options`.
    func run(lines: [String], options: [String] = []) throws -> ProcessRunner.Output {
        try self.run(options + lines.flatMap { ["-c", $0] })
    }

    /// Runs lines with `--json`, and reads the objects.
    func json(
        lines: [String],
        options: [String] = [],
        status: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [JSONValue] {
        let output = try self.run(lines: lines, options: ["--json"] + options)
        #expect(
            output.status == .exited(status),
            "\(output.standardOutput)\(output.standardError)",
            sourceLocation: sourceLocation
        )
        return try output.objects
    }

    /// Runs the program at a terminal of its own.
    func terminal(
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        rows: Int = 24,
        columns: Int = 100
    ) throws -> PseudoTerminal {
        let program = try Self.program
        return try PseudoTerminal(
            "/usr/bin/env",
            ["-C", self.path, program] + arguments,
            environment: self.environment.merging(environment) { $1 },
            rows: rows,
            columns: columns
        )
    }

    /// Writes a file where the program runs; returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try self.write(name, Array(text.utf8))
    }

    /// Writes a file where the program runs; returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = name.hasPrefix("/") ? name : "\(self.path)/\(name)"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SetUpError.file(path) }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw SetUpError.file(path)
        }
        return path
    }

    /// Reads a file, by its name where the program runs or by its path.
    func read(_ name: String) throws -> [UInt8] {
        let path = name.hasPrefix("/") ? name : "\(self.path)/\(name)"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SetUpError.file(path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// Reads a file as text.
    func text(_ name: String) throws -> String {
        String(decoding: try self.read(name), as: UTF8.self)
    }

    /// Whether there is such a file.
    func exists(_ name: String) -> Bool {
        access(name.hasPrefix("/") ? name : "\(self.path)/\(name)", F_OK) == 0
    }

    /// The permission bits of a file.
    static func permissions(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    enum SetUpError: Error {
        case file(String)
        case noDemo
    }
}

/// `linger demo --listen` in a process of its own, which ends with the value.
final class Demo {
    let baseURL: String
    private let terminal: PseudoTerminal

    /// Starts the server, on a free port if it is 0, and waits until it listens.
    init(in workspace: Workspace, port: Int = 0) throws {
        let terminal = try workspace.terminal(["demo", "--listen", "--port", "\(port)"])
        let opening = "the demo API listens on "
        try terminal.expect(screenContains: opening)
        try terminal.expect("a whole line") { $0.cursorRow > 0 }
        guard let line = terminal.screen.lines.first(where: { $0.hasPrefix(opening) }) else {
            throw Workspace.SetUpError.noDemo
        }
        self.baseURL = String(line.dropFirst(opening.count))
        self.terminal = terminal
    }
}

extension PseudoTerminal {
    /// Waits for a prompt with nothing typed behind it.
    ///
    /// Before it a control character would meet the terminal in another mode, and be lost.
    func expectPrompt() throws {
        try self.expect("an empty prompt") { screen in
            let line = screen.lines[screen.cursorRow]
            guard let mark = line.firstIndex(of: "›") else { return false }
            return screen.cursorColumn == line.distance(from: line.startIndex, to: mark) + 2
        }
    }
}

extension ProcessRunner.Output {
    /// Standard output as JSON Lines.
    var objects: [JSONValue] {
        get throws {
            try self.standardOutput.split(separator: "\n").map { try JSONValue(parsing: "\($0)") }
        }
    }

    /// The lines of standard error.
    var errorLines: [String] { self.standardError.split(separator: "\n").map(String.init) }
}

extension JSONValue {
    /// Its text, as in `"type":"exchange"`; nil where there is no such member.
    func text(_ key: String) -> String? { self[key]?.text }

    /// A member by its path.
    func at(_ keys: String...) -> JSONValue? {
        keys.reduce(self) { $0?[$1] }
    }

    /// The names of an object, in order.
    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    /// The elements of an array.
    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}

extension [JSONValue] {
    /// The objects of one type.
    func ofType(_ type: String) -> [JSONValue] {
        self.filter { $0.text("type") == type }
    }
}
