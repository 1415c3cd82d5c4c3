import Glibc

/// Reads a whole file of at most `limit` bytes as text; bytes that are not UTF-8 are repaired.
func readTextFile(_ path: String, limit: Int) throws(FileError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .current(path) }
    defer { _ = close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        guard count > 0 else {
            guard errno == EINTR else { throw .current(path) }
            continue
        }
        guard bytes.count + count <= limit else {
            throw FileError(path: path, detail: "longer than \(limit) bytes")
        }
        bytes.append(contentsOf: chunk[..<count])
    }
}

/// Writes a file that only its owner can read: to a temporary name beside it, then renamed.
func writePrivateFile(_ bytes: [UInt8], to path: String) throws(FileError) {
    let target = resolvingLinks(path)
    let file = try OpenFile.temporary(prefix: "\(target).")
    do throws(FileError) {
        try file.write(bytes.span.bytes)
        guard fsync(file.descriptor) == 0 else { throw .current(path) }
        guard rename(file.path, target) == 0 else { throw .current(path) }
    } catch {
        file.discard()
        throw error
    }
    try file.close()
}

/// The path with symbolic links followed, so that a rename replaces the file and not the link.
package func resolvingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// What the system knows of a file; nil if it is not there or cannot be asked.
func fileStatus(_ path: String) -> stat? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status
}

extension stat {
    /// Whether it is a regular file, as opposed to a pipe or a device.
    var isRegular: Bool { self.st_mode & S_IFMT == S_IFREG }
}
