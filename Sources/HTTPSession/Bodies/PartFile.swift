import Glibc

/// Holds the file that a download grows in, so that no other download writes to it.
///
/// It is held from before the first byte until the file has its name: two downloads whose targets
/// end alike would otherwise write over each other, in this process or in another one.
final class PartFile: Sendable {
    /// Where it is.
    let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        _ = close(self.descriptor)
    }

    /// Takes the file at `path`, or else one with a number in its name.
    ///
    /// - Throws: `FileError` if it cannot be created, or a hundred are held by others.
    static func take(_ path: String) throws(FileError) -> PartFile {
        for number in 0..<100 {
            let candidate = number == 0 ? path : "\(path).\(number)"
            if let file = try self.hold(candidate) { return file }
        }
        throw FileError(path: path, detail: "a hundred downloads are writing to this name")
    }

    /// Takes the file at `path`, creating it; nil if another download holds it.
    static func hold(_ path: String) throws(FileError) -> PartFile? {
        while true {
            let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
            let descriptor = open(path, flags, 0o666)
            guard descriptor >= 0 else { throw .current(path) }
            let file = PartFile(path: path, descriptor: descriptor)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                guard errno == EWOULDBLOCK else { throw .current(path) }
                return nil
            }
            // Its holder may just have given it its name, and that is a whole file now.
            if file.isInPlace { return file }
        }
    }

    /// Whether what is held is still what stands at the path.
    private var isInPlace: Bool {
        var held = stat()
        guard fstat(self.descriptor, &held) == 0, let standing = fileStatus(self.path) else {
            return false
        }
        return held.st_ino == standing.st_ino && held.st_dev == standing.st_dev
    }
}
