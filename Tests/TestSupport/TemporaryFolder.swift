internal import Glibc
internal import Synchronization

/// A folder that is removed with all it holds when the value goes.
///
/// A value that never goes, such as one in a static constant, has its folder removed when the
/// process exits.
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
        LiveFolders.insert(path)
    }

    deinit {
        LiveFolders.remove(path)
        Self.removeFromDisk([path])
    }

    fileprivate static func removeFromDisk(_ paths: [String]) {
        _ = try? ProcessRunner.run("/bin/rm", ["-rf"] + paths)
    }
}

/// The folders that there are now.
private enum LiveFolders {
    private static let paths = Mutex<Set<String>>([])

    /// Has the process remove at its exit what is left then; done once, with the first folder.
    private static let removalAtExit: Void = {
        atexit {
            let left = LiveFolders.paths.withLock { paths in
                defer { paths = [] }
                return paths
            }
            if !left.isEmpty { TemporaryFolder.removeFromDisk(left.sorted()) }
        }
    }()

    static func insert(_ path: String) {
        removalAtExit
        paths.withLock { _ = $0.insert(path) }
    }

    static func remove(_ path: String) {
        paths.withLock { _ = $0.remove(path) }
    }
}
