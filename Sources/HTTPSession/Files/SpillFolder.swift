import Glibc
import Synchronization

/// The folder for contents that are too long for memory: 0700, made when first needed.
final class SpillFolder: Sendable {
    private let parent: String
    private let path = Mutex<String?>(nil)

    init(parent: String) {
        self.parent = parent
    }

    deinit { self.remove() }

    /// Creates a file in it, which only its owner can read.
    func makeFile() throws(FileError) -> OpenFile {
        try .temporary(prefix: "\(self.folder())/body-")
    }

    private func folder() throws(FileError) -> String {
        try self.path.withLock { (path) throws(FileError) in
            if let path { return path }
            var template = Array("\(self.parent)/linger-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw .current(self.parent) }
            let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
            let made = String(decoding: bytes, as: UTF8.self)
            path = made
            return made
        }
    }

    /// Removes one of its files.
    func remove(_ file: String) {
        _ = unlink(file)
    }

    /// Removes it with all its files; the next file makes a new one.
    func remove() {
        let path = self.path.withLock { path in
            defer { path = nil }
            return path
        }
        guard let path, let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { _ = unlink("\(path)/\(name)") }
        }
        closedir(folder)
        _ = rmdir(path)
    }
}
