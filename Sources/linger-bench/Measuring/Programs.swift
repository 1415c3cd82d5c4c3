import Glibc
import TestSupport

/// The programs that are measured, and what is known of them.
struct Programs {
    /// The path of linger.
    let linger: String
    /// Whether that linger loads no Swift library when it starts.
    let isStatic: Bool
    /// The path of curl; nil if there is none.
    let curl: String?
    /// The path of a Python that has requests; nil if there is none.
    let python: String?
    /// What each calls itself, one line each.
    private let descriptions: [String]

    /// linger is not where it should be.
    struct NoLinger: Error, CustomStringConvertible {
        let path: String

        var description: String {
            "no linger at \(self.path): swift build -c release --product linger, or --linger PATH"
        }
    }

    /// Finds the programs, and asks each for its version.
    init(linger: String?) throws {
        let path = try linger ?? builtProgram("linger")
        guard access(path, X_OK) == 0 else { throw NoLinger(path: path) }
        self.linger = path
        self.isStatic = try Self.isStatic(path)
        self.curl = Self.find("curl")
        self.python = Self.pythonWithRequests()
        let kind = self.isStatic ? "static" : "loads the Swift libraries"
        var descriptions = ["\(Self.firstLine(path, ["--version"])) at \(path): \(kind)"]
        if let curl = self.curl {
            let words = Self.firstLine(curl, ["--version"]).split(separator: " ")
            descriptions.append(words.prefix(2).joined(separator: " "))
        } else {
            descriptions.append("no curl: its rows are skipped")
        }
        if let python = self.python {
            let script = "import requests, sys; print(requests.__version__, sys.version.split()[0])"
            let versions = Self.firstLine(python, ["-c", script]).split(separator: " ")
            descriptions.append("requests \(versions.joined(separator: " under Python "))")
        } else {
            descriptions.append("no Python with requests (LINGER_TEST_PYTHON): its row is skipped")
        }
        if RealProgram.nginx.path == nil {
            descriptions.append("no nginx (\(RealProgram.nginx.remedy)): what needs it is skipped")
        }
        self.descriptions = descriptions
    }

    /// What is measured, one line each.
    var text: String { self.descriptions.joined(separator: "\n") }

    private static func isStatic(_ path: String) throws -> Bool {
        // ldd fails for a program that loads nothing at all.
        let output = try ProcessRunner.run("/usr/bin/ldd", [path])
        return !output.standardOutput.contains("libswiftCore")
    }

    private static func pythonWithRequests() -> String? {
        let named = getenv("LINGER_TEST_PYTHON").map { String(cString: $0) } ?? ""
        guard let path = named.isEmpty ? Self.find("python3") : named else { return nil }
        let output = try? ProcessRunner.run(path, ["-c", "import requests"])
        return output?.status == .exited(0) ? path : nil
    }

    /// The path of a program that may be missing.
    static func find(_ name: String) -> String? {
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return folders.split(separator: ":").lazy.map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }

    private static func firstLine(_ program: String, _ arguments: [String]) -> String {
        let output = try? ProcessRunner.run(program, arguments)
        return output?.standardOutput.split(separator: "\n").first.map(String.init) ?? "?"
    }
}

extension ProcessRunner {
    /// A program that is measured did not do what it was told to.
    struct Unsuccessful: Error, CustomStringConvertible {
        let command: String
        let standardError: String

        var description: String { "\(self.command) failed: \(self.standardError)" }
    }

    /// Runs a program that must succeed, and measures it.
    static func measureSuccess(_ program: String, _ arguments: [String]) throws -> Measurement {
        let measurement = try self.measure(program, arguments)
        guard measurement.status == .exited(0) else {
            throw Unsuccessful(
                command: ([program] + arguments).joined(separator: " "),
                standardError: measurement.standardError
            )
        }
        return measurement
    }
}
