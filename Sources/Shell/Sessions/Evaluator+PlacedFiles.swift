import SessionFiles

/// Where the contents that files hold stand for a session file.
extension Evaluator {
    /// Up to this size, in bytes, a file that lies elsewhere becomes part of what is saved.
    private static let copiedFileLimit = 1 << 20

    /// Has a request find its file from where it is saved: by its path below that folder; from
    /// elsewhere its content is taken over, because a replay reads nothing outside (FILES.md 9.8).
    static func placeFile(
        of recorded: inout RecordedRequest,
        besides path: String,
        _ notes: inout [SaveNote]
    ) {
        guard case .file(let typed) = recorded.body else { return }
        let file = Files.absolute(typed)
        if let below = self.path(of: file, below: path) {
            recorded.body = .file(path: "./\(below)")
            return
        }
        if let size = Files.size(of: file), size <= Self.copiedFileLimit,
            let bytes = try? Files.read(file)
        {
            recorded.body = .bytes(bytes)
            return
        }
        notes.append(.fileOutside(path: file, from: recorded.number))
    }

    /// The path of a file relative to the folder of a session file; nil if it lies elsewhere, or
    /// where no line of a session file could name it.
    private static func path(of file: String, below sessionFile: String) -> String? {
        guard let target = try? SideFilePath.resolve(file, besides: sessionFile),
            let own = try? SideFilePath.resolve(Files.name(of: sessionFile), besides: sessionFile)
        else { return nil }
        let folder = Files.folder(of: own)
        let below = target.dropFirst(folder == "/" ? 1 : folder.count + 1)
        let isPlain =
            below.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            && below.last != " " && !below.contains("{{")
        return isPlain ? String(below) : nil
    }
}
