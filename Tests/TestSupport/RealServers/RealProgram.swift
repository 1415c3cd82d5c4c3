internal import Glibc
package import Testing

/// A program that tests against real servers need, and that a machine may lack.
///
///     @Suite(.requires(.nginx, .openssl)) struct KeepAliveTests { … }
///
/// Where one is missing those tests are skipped, and say why; under `LINGER_REQUIRE_SERVERS=1`,
/// as in CI, they fail instead.
package enum RealProgram: String, Sendable, CaseIterable {
    /// The web server.
    case nginx
    /// The HTTP/2 server of nghttp2.
    case nghttpd
    /// The proxy in front of servers, which speaks HTTP/2.
    case haproxy
    /// The command that makes certificates.
    case openssl
    /// The SOCKS proxy.
    case microsocks
    /// The HTTP proxy.
    case tinyproxy
    /// Python 3, whose `http.server` speaks HTTP/1.0.
    case python
    /// httpbin under gunicorn, in the Python that `LINGER_TEST_PYTHON` names.
    case httpbin
    /// A browser without a window, steered by Selenium in the Python that `LINGER_TEST_PYTHON`
    /// names.
    case chromium
    /// The command that imports and exports are measured by.
    case curl
    /// HTTPie, in the same Python as httpbin.
    case httpie
    /// A reader of HAR files, in the same Python as httpbin.
    case haralyzer
    /// The reader of JUnit reports, in the same Python as httpbin.
    case junitparser
    /// Perl's harness, which reads TAP.
    case prove

    /// The path of the program; nil if it is missing.
    package var path: String? {
        switch self {
        case .nginx: Self.find("nginx")
        case .nghttpd: Self.find("nghttpd")
        case .haproxy: Self.find("haproxy")
        case .openssl: Self.find("openssl")
        case .microsocks: Self.find("microsocks")
        case .tinyproxy: Self.find("tinyproxy")
        case .python: Self.find("python3")
        case .httpbin, .httpie, .haralyzer, .junitparser:
            Self.testPython ?? Self.find("python3")
        case .chromium: Self.find("chromium")
        case .curl: Self.find("curl")
        case .prove: Self.find("prove")
        }
    }

    /// The Python that has httpbin, if the tests were told of one.
    private static var testPython: String? { self.variable("LINGER_TEST_PYTHON") }

    /// Whether it can be used.
    package var isAvailable: Bool {
        guard let path = self.path else { return false }
        switch self {
        case .nginx, .nghttpd, .haproxy, .openssl, .microsocks, .tinyproxy, .python, .curl, .prove:
            return true
        case .junitparser: return Self.canImport(["junitparser"], in: path)
        case .httpbin: return Self.canImport(["httpbin", "gunicorn"], in: path)
        case .httpie: return Self.canImport(["httpie"], in: path)
        case .haralyzer: return Self.canImport(["haralyzer", "jsonschema"], in: path)
        case .chromium:
            guard let python = Self.seleniumPython, Self.find("chromedriver") != nil else {
                return false
            }
            return Self.canImport(["selenium"], in: python)
        }
    }

    /// The Python that steers the browser.
    package static var seleniumPython: String? { Self.testPython ?? Self.find("python3") }

    private static func canImport(_ modules: [String], in python: String) -> Bool {
        let script = """
            import importlib.util as u, sys
            sys.exit(0 if all(u.find_spec(m) for m in sys.argv[1:]) else 1)
            """
        let output = try? ProcessRunner.run(
            python,
            ["-c", script] + modules,
            environment: Self.environment
        )
        return output?.status == .exited(0)
    }

    /// Whether tests that need `programs` can run; throws if they must, but cannot.
    package static func canRun(
        _ programs: [RealProgram],
        areRequired: Bool,
        isAvailable: (RealProgram) -> Bool = { $0.isAvailable }
    ) throws(MissingProgram) -> Bool {
        guard let missing = programs.first(where: { !isAvailable($0) }) else { return true }
        guard !areRequired else { throw MissingProgram(program: missing) }
        return false
    }

    /// How to get it.
    package var remedy: String {
        switch self {
        case .nginx: "apt-get install nginx-light"
        case .nghttpd: "apt-get install nghttp2-server"
        case .haproxy: "apt-get install haproxy"
        case .openssl: "apt-get install openssl"
        case .microsocks: "apt-get install microsocks"
        case .tinyproxy: "apt-get install tinyproxy-bin"
        case .python: "apt-get install python3"
        case .httpbin:
            "pip install httpbin gunicorn, with LINGER_TEST_PYTHON naming that Python"
        case .chromium:
            "apt-get install chromium chromium-driver, pip install selenium as for httpbin"
        case .curl: "apt-get install curl"
        case .httpie: "pip install httpie, with LINGER_TEST_PYTHON naming that Python"
        case .haralyzer:
            "pip install haralyzer jsonschema, with LINGER_TEST_PYTHON naming that Python"
        case .junitparser:
            "pip install junitparser, with LINGER_TEST_PYTHON naming that Python"
        case .prove: "apt-get install perl"
        }
    }

    /// The environment that the programs get: where to find things, and nothing else.
    static var environment: [String: String] {
        ["PATH": self.searchPath, "HOME": self.variable("HOME") ?? "/nonexistent"]
    }

    private static var searchPath: String {
        (self.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin"
    }

    static func variable(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return value.pointee == 0 ? nil : String(cString: value)
    }

    private static func find(_ name: String) -> String? {
        self.searchPath.split(separator: ":").lazy.map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }
}

/// A program is missing where none may be.
package struct MissingProgram: Error, Hashable, CustomStringConvertible {
    /// The program.
    package let program: RealProgram

    /// Creates the error.
    package init(program: RealProgram) {
        self.program = program
    }

    package var description: String {
        "\(self.program.rawValue) is missing: \(self.program.remedy)"
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where one of `programs` is missing; fails them if none may be.
    package static func requires(_ programs: RealProgram...) -> Self {
        let names = programs.map { "\($0.rawValue) (\($0.remedy))" }.joined(separator: ", ")
        return .enabled("needs \(names)") {
            let areRequired = RealProgram.variable("LINGER_REQUIRE_SERVERS") == "1"
            return try RealProgram.canRun(programs, areRequired: areRequired)
        }
    }
}
