import Glibc
package import HTTPModel

extension FileIdentity {
    /// The identity of the regular file at a path; nil if there is none.
    package init?(path: String) {
        guard let status = fileStatus(path) else { return nil }
        self.init(status)
    }

    /// The identity of an open file; nil if it is no regular one.
    package init?(descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init?(_ status: stat) {
        guard status.isRegular else { return nil }
        self.init(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }
}
