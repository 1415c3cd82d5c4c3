import Glibc
import HTTPModel

/// What tells whether a request's content can be sent a second time: its files are regular and have
/// not changed since (SESSION.md, RD6).
struct ContentStamp: Sendable {
    private struct File: Sendable {
        let path: String
        let identity: Identity
    }

    private struct Identity: Sendable, Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init?(path: String) {
            guard let status = fileStatus(path), status.isRegular else { return nil }
            self.device = UInt64(status.st_dev)
            self.inode = UInt64(status.st_ino)
            self.size = Int(status.st_size)
            self.seconds = status.st_mtim.tv_sec
            self.nanoseconds = status.st_mtim.tv_nsec
        }
    }

    private let files: [File]
    private let isRegular: Bool

    /// Notes the state of the files of `body`, before it is sent first.
    init(_ body: RequestBody) {
        guard case .parts(let parts) = body else {
            self.files = []
            self.isRegular = true
            return
        }
        var files: [File] = []
        var isRegular = true
        for case .file(let path, let size) in parts {
            guard let identity = Identity(path: path), identity.size == size else {
                isRegular = false
                continue
            }
            files.append(File(path: path, identity: identity))
        }
        self.files = files
        self.isRegular = isRegular
    }

    /// Whether the content could be sent again now.
    var isReplayable: Bool {
        self.isRegular && self.files.allSatisfy { Identity(path: $0.path) == $0.identity }
    }
}
