internal import Glibc

/// A folder that is removed with all it holds when the value goes.
package struct TemporaryFolder: ~Copyable {
    /// Where it is.
    package let path: String

    /// Makes an empty folder.
    package init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/linger-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw SystemCallError(call: "mkdtemp", errorNumber: errno)
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        _ = try? ProcessRunner.run("/bin/rm", ["-rf", path])
    }
}
