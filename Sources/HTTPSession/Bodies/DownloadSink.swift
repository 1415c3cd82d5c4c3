import Glibc
import HTTPModel
import Synchronization

/// Saves a response as a download; what is no success is kept in memory, to be shown.
final class DownloadSink: ContentSink {
    let canPause = false

    private enum State {
        case waiting
        /// Not a file to save: an error page, for example.
        case showing(MemorySink)
        /// Growing.
        case saving(OpenFile, PartFile, Progress)
        /// It will not do; the next write or the end says so.
        case refused(FileError)
        case done(Exchange.Content)
        /// It broke off; what had arrived is in the file.
        case broken(part: String)
    }

    /// How far a file that grows has come.
    private struct Progress {
        let name: String
        var size: Int
        /// Whether the part is worth keeping if it breaks off.
        let canResume: Bool
        /// What is kept in memory besides; nil if the file had begun before.
        var copy: ShortCopy?
    }

    private let state = Mutex(State.waiting)
    private let download: Download
    private let copyLimit: Int
    private let makeMemory: @Sendable () -> MemorySink

    /// Creates a sink that keeps content of up to `limit` bytes in memory besides; `makeMemory`
    /// makes what keeps a response that is not saved.
    init(
        _ download: Download,
        keeping limit: Int,
        makeMemory: @escaping @Sendable () -> MemorySink
    ) {
        self.download = download
        self.copyLimit = limit
        self.makeMemory = makeMemory
    }

    deinit {
        self.fail()
    }

    func begin(_ head: ResponseHead) -> BodyDisposition {
        self.state.withLock { state in
            do throws(FileError) {
                return try self.begin(head, &state)
            } catch {
                state = .refused(error)
                return .deliverDecoded
            }
        }
    }

    private func begin(
        _ head: ResponseHead,
        _ state: inout State
    ) throws(FileError) -> BodyDisposition {
        let download = self.download
        let beginning = download.resumes ? download.beginning : nil
        let range = head.first("Content-Range").flatMap { ContentRange($0) }
        if head.status == 416, let beginning, range?.total == beginning.size {
            // Everything had arrived; only its name was missing.
            guard let part = try PartFile.hold(download.partPath) else {
                throw FileError(
                    path: download.partPath,
                    detail: "another download is writing to it"
                )
            }
            let path = try self.finish(part, name: self.name(for: head))
            let identity = FileIdentity(path: path)
            state = .done(
                .file(SavedContent(path: path, size: beginning.size, identity: identity))
            )
            return .drain
        }
        guard (200...299).contains(head.status) else {
            let memory = self.makeMemory()
            state = .showing(memory)
            return memory.begin(head)
        }
        var start = 0
        if head.status == 206 {
            guard let beginning, range?.start == beginning.size, Self.isPlain(head) else {
                throw FileError(
                    path: download.partPath,
                    detail: "the server sent another range than the one that was asked for"
                )
            }
            start = beginning.size
        }
        let part = try self.takePart(goingOn: start > 0)
        let flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | (start > 0 ? O_APPEND : O_TRUNC)
        let descriptor = open(part.path, flags)
        guard descriptor >= 0 else { throw .current(part.path) }
        let file = OpenFile(descriptor: descriptor, path: part.path)
        // Only what stands where `--resume` looks can be gone on with.
        let canResume =
            part.path == download.partPath && self.keepValidator(of: head, isPart: start > 0)
        let progress = Progress(
            name: self.name(for: head),
            size: start,
            canResume: canResume,
            copy: start == 0 ? ShortCopy(limit: self.copyLimit) : nil
        )
        state = .saving(file, part, progress)
        return .deliverDecoded
    }

    private func takePart(goingOn: Bool) throws(FileError) -> PartFile {
        let path = self.download.partPath
        guard goingOn else { return try PartFile.take(path) }
        guard let part = try PartFile.hold(path) else {
            throw FileError(path: path, detail: "another download is writing to it")
        }
        return part
    }

    private static func isPlain(_ head: ResponseHead) -> Bool {
        (head.first("Content-Encoding") ?? "identity").lowercasingASCII == "identity"
    }

    /// Notes which version the part is of; returns whether it could be gone on with.
    private func keepValidator(of head: ResponseHead, isPart: Bool) -> Bool {
        if isPart { return true }
        guard Self.isPlain(head), let validator = Download.validator(of: head),
            head.first("Accept-Ranges")?.lowercasingASCII != "none"
        else {
            _ = unlink(self.download.validatorPath)
            return false
        }
        let text = Array("\(validator)\n".utf8)
        return (try? writePrivateFile(text, to: self.download.validatorPath)) != nil
    }

    private func name(for head: ResponseHead) -> String {
        self.download.chosenName ?? DownloadName.suggested(by: head) ?? self.download.suggestedName
    }

    func write(_ bytes: RawSpan) throws(BodySinkError) -> BodyFlow {
        try self.state.withLock { (state) throws(BodySinkError) in
            switch state {
            case .showing(let memory): return try memory.write(bytes)
            case .refused(let error): throw BodySinkError(error)
            case .waiting, .done, .broken: return .continue
            case .saving(let file, let part, var progress):
                do throws(FileError) {
                    try file.write(bytes)
                } catch {
                    throw BodySinkError(error)
                }
                state = .waiting  // So that the copy has one reference and grows in place.
                progress.size += bytes.byteCount
                progress.copy?.append(bytes)
                state = .saving(file, part, progress)
                return .continue
            }
        }
    }

    func end() throws(BodySinkError) {
        try self.state.withLock { (state) throws(BodySinkError) in
            switch state {
            case .showing(let memory): try memory.end()
            case .refused(let error): throw BodySinkError(error)
            case .waiting, .done, .broken: return
            case .saving(let file, let part, let progress):
                state = .waiting
                do throws(FileError) {
                    let identity = FileIdentity(descriptor: file.descriptor)
                    try file.close()
                    let saved = SavedContent(
                        path: try self.finish(part, name: progress.name),
                        size: progress.size,
                        bytes: progress.copy?.bytes,
                        identity: identity
                    )
                    state = .done(.file(saved))
                } catch {
                    throw BodySinkError(error)
                }
            }
        }
    }

    /// Gives the part its name; returns where it is.
    ///
    /// A name that the user chose replaces what has it; any other never does.
    private func finish(_ held: PartFile, name: String) throws(FileError) -> String {
        let part = held.path
        defer { if part == self.download.partPath { _ = unlink(self.download.validatorPath) } }
        if self.download.chosenName != nil {
            let path = self.download.path(name)
            guard rename(part, path) == 0 else { throw .current(path) }
            return path
        }
        for number in 0...999 {
            let free = number == 0 ? name : DownloadName.numbered(name, number)
            let path = self.download.path(free)
            // `link` fails where there is something, in one step; `rename` would replace it.
            if link(part, path) == 0 {
                _ = unlink(part)
                return path
            }
            guard errno == EEXIST else { throw .current(path) }
        }
        throw FileError(path: self.download.path(name), detail: "a thousand files have this name")
    }

    func fail() {
        self.state.withLock { state in
            switch state {
            case .showing(let memory): memory.fail()
            case .waiting, .refused, .done, .broken: return
            case .saving(let file, let part, let progress):
                state = .waiting
                // Held until nothing is done to it any more.
                defer { withExtendedLifetime(part) {} }
                if !progress.canResume || progress.size == 0, part.path == self.download.partPath {
                    _ = unlink(self.download.validatorPath)
                }
                guard progress.size > 0 else { return file.discard() }
                // What has arrived is worth keeping: `--resume` goes on from there if it can.
                state = .broken(part: part.path)
                try? file.close()
            }
        }
    }

    func content() -> Exchange.Content {
        self.state.withLock { state in
            switch state {
            case .showing(let memory): memory.content()
            case .done(let content): content
            case .waiting, .saving, .refused, .broken: .none
            }
        }
    }

    var keptPart: String? {
        self.state.withLock { state in
            if case .broken(let part) = state { part } else { nil }
        }
    }
}
