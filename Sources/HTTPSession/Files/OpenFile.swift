import Glibc

/// An open file; whoever holds it closes it once.
///
/// Writes block for as long as the disk does. That is accepted: a body is written on the event loop
/// in pieces of at most one read, and its connection is not read meanwhile.
struct OpenFile: Sendable {
    /// The descriptor.
    let descriptor: Int32
    /// Where it is, for errors.
    let path: String

    /// Opens a file for writing, creating it with `mode` less the umask.
    static func write(
        _ path: String,
        appending: Bool,
        mode: mode_t = 0o666
    ) throws(FileError) -> Self {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC)
        let descriptor = open(path, flags, mode)
        guard descriptor >= 0 else { throw .current(path) }
        return Self(descriptor: descriptor, path: path)
    }

    /// Creates a file under a name that nobody had: the prefix, and something random.
    static func temporary(prefix: String, mode: mode_t = 0o600) throws(FileError) -> Self {
        while true {
            let path = "\(prefix)\(String(UInt64.random(in: .min ... .max), radix: 36))"
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
            if descriptor >= 0 { return Self(descriptor: descriptor, path: path) }
            guard errno == EEXIST else { throw .current(path) }
        }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: RawSpan) throws(FileError) {
        var offset = 0
        while offset < bytes.byteCount {
            let rest = bytes.extracting(offset..<bytes.byteCount)
            let written = rest.withUnsafeBytes {
                Glibc.write(self.descriptor, $0.baseAddress, $0.count)
            }
            if written >= 0 {
                offset += written
            } else if errno != EINTR {
                throw .current(self.path)
            }
        }
    }

    /// Closes it.
    ///
    /// An error here is one of a delayed write.
    func close() throws(FileError) {
        guard Glibc.close(self.descriptor) == 0 || errno == EINTR else { throw .current(self.path) }
    }

    /// Closes it and removes it; what goes wrong meanwhile is of no interest any more.
    func discard() {
        _ = Glibc.close(self.descriptor)
        _ = unlink(self.path)
    }
}

extension FileError {
    /// The error that `errno` holds.
    static func current(_ path: String) -> Self {
        Self(path: path, detail: String(cString: strerror(errno)))
    }
}
