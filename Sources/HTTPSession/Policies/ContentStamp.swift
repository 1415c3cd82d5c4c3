import Glibc
import HTTPModel

/// What tells whether a request's content can be sent a second time: its files are regular and have
/// not changed since (SESSION.md, RD6).
struct ContentStamp: Sendable {
    private struct File: Sendable {
        let path: String
        let identity: FileIdentity
    }

    private let files: [File]
    /// What spoke against it from the beginning.
    private let firstObstacle: ReplayObstacle?

    /// Notes the state of the files of `body`, before it is sent first.
    init(_ body: RequestBody) {
        guard case .parts(let parts) = body else {
            self.files = []
            self.firstObstacle = nil
            return
        }
        var files: [File] = []
        var obstacle: ReplayObstacle?
        for case .file(let path, let size) in parts {
            guard let identity = FileIdentity(path: path) else {
                obstacle = fileStatus(path) == nil ? .gone(path: path) : .readOnce
                continue
            }
            if identity.size != size { obstacle = .changed(path: path) }
            files.append(File(path: path, identity: identity))
        }
        self.files = files
        self.firstObstacle = obstacle
    }

    /// Whether the content could be sent again now.
    var isReplayable: Bool { self.obstacle == nil }

    /// Why the content could not be sent again now; nil if it could.
    var obstacle: ReplayObstacle? {
        if let firstObstacle { return firstObstacle }
        for file in self.files where FileIdentity(path: file.path) != file.identity {
            return fileStatus(file.path) == nil
                ? .gone(path: file.path) : .changed(path: file.path)
        }
        return nil
    }
}
