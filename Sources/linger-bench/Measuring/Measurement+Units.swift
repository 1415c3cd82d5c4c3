import Glibc
import TestSupport

extension ProcessRunner.Measurement {
    /// The processor time, the kernel's for it included.
    var processorSeconds: Double { (self.userTime + self.systemTime).seconds }

    /// The peak of its memory in units of 10⁶ bytes.
    var megabytes: Double { Double(self.peakMemory) / 1e6 }
}

/// How long files are.
enum FileLength {
    /// The length of the file at `path`, in bytes.
    static func of(_ path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Missing(path: path) }
        return Int(status.st_size)
    }

    /// Makes a file of so many zeros, which takes no room on the disk.
    static func make(_ path: String, _ length: Int) throws {
        let descriptor = creat(path, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, length) == 0 else {
            throw Missing(path: path)
        }
        close(descriptor)
    }

    /// There is no such file.
    struct Missing: Error, CustomStringConvertible {
        let path: String

        var description: String { "no file \(self.path)" }
    }
}
