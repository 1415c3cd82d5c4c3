import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage
import SystemPackage

/// Where the contents of a repetition go, one after the other: through the paths of its line, and
/// on to a shell filter, a file or standard output.
///
/// Each has gone on before the next is taken, so that nothing is gathered here: whoever reads
/// slowly has the repetition wait, and whoever reads no more ends it.
actor RepetitionOutput {
    private let evaluator: Evaluator
    private let console: Console
    private let tails: Tails
    /// The text of the filter that is a child, if there is one.
    private let shellFilter: String?
    /// The file that the line names, if it names one, and whether it is added to.
    nonisolated let path: String?
    private var appends: Bool { self.tails.redirection?.appends ?? false }
    /// Whether standard output takes JSON Lines.
    private let isJSON: Bool
    /// The file of `>`, once the first content has come.
    private var file: FileDescriptor?
    /// What takes the content and may not do so at once: the filter, or what is no regular file.
    private var pipe: SpecialFile?
    /// Runs the filter.
    private var child: Task<Result<Child.Ending, ShellProblem>, Never>?
    private var childHasEnded = false
    /// How many lines standard output has got as JSON Lines.
    private var lineCount = 0
    /// Why the first content that did not get through did not.
    private var problem: ShellProblem?

    /// Creates the output of a line with these tails, whose file is at `path`.
    init(_ evaluator: Evaluator, tails: Tails, path: String?, isJSON: Bool) {
        self.evaluator = evaluator
        self.console = evaluator.console
        self.tails = tails
        self.path = path
        self.isJSON = isJSON
        self.shellFilter = tails.shellFilter
    }

    /// Takes the content of the next exchange; returns whether more is wanted.
    func take(_ exchange: Exchange) async -> Bool {
        // As with a single request: what has failed has no content.
        guard exchange.failure == nil else { return true }
        do throws(ShellProblem) {
            guard self.tails.filters.contains(where: \.isPath) else {
                try await self.begin(exchange)
                return try await self.copy(exchange.content)
            }
            guard let found = try await self.found(in: exchange) else { return true }
            try await self.begin(exchange)
            return try await self.write(found)
        } catch {
            self.problem = self.problem ?? error
            return false
        }
    }

    /// Sees everything to its end; fails with why something did not get through.
    func finish() async throws(ShellProblem) {
        // The filter reads to here.
        self.pipe = nil
        if let file = self.file {
            self.file = nil
            do {
                try file.close()
            } catch {
                self.problem = self.problem ?? self.fileProblem(error)
            }
        }
        if let child = self.child, let text = self.shellFilter {
            self.child = nil
            let result = await withTaskCancellationHandler {
                await child.value
            } onCancel: {
                child.cancel()
            }
            let ending = try result.get()
            for line in self.jsonLines(of: ending.output) {
                await self.console.outLineWaiting(line)
            }
            try Evaluator.check(ending.status, command: text)
        }
        if let problem = self.problem { throw problem }
    }

    // MARK: What is passed on

    /// What the paths find in a content, each asked by itself; nil where one finds nothing, from
    /// which the others need not suffer.
    private func found(in exchange: Exchange) async throws(ShellProblem) -> [UInt8]? {
        var content = try await self.evaluator.wholeContent(of: exchange)
        do throws(ShellProblem) {
            for case .jsonPath(let path, let span) in self.tails.filters {
                content = try Evaluator.apply(path: path, to: content, span: span)
            }
            return content
        } catch {
            self.problem = self.problem ?? error
            return nil
        }
    }

    /// Opens the file, or starts the filter, when the first content has come.
    private func begin(_ exchange: Exchange) async throws(ShellProblem) {
        guard self.file == nil, self.pipe == nil, self.child == nil else { return }
        if let text = self.shellFilter { return try await self.start(text, exchange) }
        guard let path = self.path else { return }
        do {
            if SpecialFile.isSpecial(path) {
                self.pipe = try await SpecialFile.openForReader(path) {
                    self.console.tellWait(forReaderOf: path)
                }
            } else {
                self.file = try Files.openForOutput(path, appending: self.appends)
            }
        } catch {
            throw self.fileProblem(error)
        }
    }

    private func start(_ text: String, _ exchange: Exchange) async throws(ShellProblem) {
        let environment = await self.evaluator.filterEnvironment(of: text, exchange: exchange)
        let reader: FileDescriptor
        do throws(FileError) {
            let (descriptor, writer) = try SpecialFile.pipe()
            reader = FileDescriptor(rawValue: descriptor)
            self.pipe = writer
        } catch {
            throw .cannotRun(command: text, detail: error.detail)
        }
        let isCaptured = self.isJSON
        // Not detached: `finish` waits for it.
        self.child = Task {
            let result: Result<Child.Ending, ShellProblem>
            do throws(ShellProblem) {
                result = .success(
                    try await Child.run(
                        text,
                        reading: reader,
                        environment: environment,
                        isCaptured: isCaptured
                    )
                )
            } catch {
                result = .failure(error)
            }
            self.endedChild()
            return result
        }
    }

    /// Learns that the filter has ended, which need not have read everything, nor have begun.
    private func endedChild() {
        self.childHasEnded = true
        self.pipe?.stopWaiting()
    }

    // MARK: Writing

    /// Writes a content that nothing has been taken from, piece by piece.
    private func copy(_ content: Exchange.Content) async throws(ShellProblem) -> Bool {
        switch content {
        // That of a repetition goes to no file but the one that is written here.
        case .none, .delivered, .file: return true
        case .memory(let bytes): return try await self.write(bytes)
        case .spilled(let path, _):
            do {
                let file = try FileDescriptor.open(path, .readOnly)
                defer { try? file.close() }
                while case let piece = try Files.readPiece(of: file), !piece.isEmpty {
                    guard try await self.write(piece) else { return false }
                }
                return true
            } catch {
                if let problem = error as? ShellProblem { throw problem }
                let detail = (error as? Files.Failure)?.detail ?? "\(error)"
                throw .file(path: path, .read, detail: detail, nil)
            }
        }
    }

    /// Writes bytes, once there is room for them; returns whether somebody still reads.
    private func write(_ bytes: [UInt8]) async throws(ShellProblem) -> Bool {
        do {
            if let pipe = self.pipe { return try await self.write(bytes, to: pipe) }
            if let file = self.file {
                _ = try file.writeAll(bytes)
                return true
            }
        } catch {
            // A filter such as `head` that has seen enough is no failure.
            if self.child != nil { return false }
            throw self.fileProblem(error)
        }
        if self.isJSON {
            for line in self.jsonLines(of: bytes) { await self.console.outLineWaiting(line) }
        } else {
            await self.console.outWaiting(self.safe(bytes))
        }
        return !self.console.outputIsGone
    }

    private func write(_ bytes: [UInt8], to pipe: SpecialFile) async throws -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard !self.childHasEnded, !Task.isCancelled else { return false }
            switch try pipe.write(rest.span.bytes) {
            case .wrote(let count): rest = rest.dropFirst(count)
            case .full: await pipe.untilWritable()
            }
        }
        return true
    }

    /// On a terminal what a path has found is made safe: it is a server's text.
    private func safe(_ bytes: [UInt8]) -> [UInt8] {
        guard self.console.outputIsTerminal, self.tails.filters.last?.isPath == true else {
            return bytes
        }
        return Array(Sanitizer.text(bytes).utf8)
    }

    private func jsonLines(of bytes: [UInt8]) -> [String] {
        let lines = Evaluator.jsonLines(ofOutput: bytes, after: self.lineCount)
        self.lineCount += lines.count
        return lines
    }

    private func fileProblem(_ error: any Error) -> ShellProblem {
        .writing(self.path ?? "", error, self.tails.redirection?.path.span)
    }
}

extension Tails {
    /// The text of the shell's filter, which is the last.
    fileprivate var shellFilter: String? {
        guard case .shell(let text, _)? = self.filters.last else { return nil }
        return text
    }
}

extension Tails.Filter {
    /// Whether it is a JSONPath.
    var isPath: Bool {
        switch self {
        case .jsonPath: true
        case .shell: false
        }
    }
}
