import HTTPModel
import HTTPSession
import JSONPath
import Rendering
import ShellLanguage
import SystemPackage

/// Sends output through filters and into files (LANGUAGE.md, section 6).
extension Evaluator {
    /// Sends `bytes` through the tails of a line, to standard output or a file.
    func send(
        _ bytes: [UInt8],
        through tails: Tails,
        exchange: Exchange?
    ) async throws(ShellProblem) {
        var bytes = bytes
        for filter in tails.filters {
            switch filter {
            case .jsonPath(let path, let span):
                bytes = try Self.apply(path: path, to: bytes, span: span)
            case .shell(let text, _):
                self.noteReferences(in: text)
                bytes = try await self.filter(
                    bytes,
                    through: text,
                    exchange: exchange,
                    capturing: tails.redirection != nil || self.printsJSON
                )
            }
        }
        guard let redirection = tails.redirection else {
            if self.printsJSON, !tails.filters.isEmpty {
                self.printJSON(ofOutput: bytes)
            } else {
                await self.page(self.safeForOutput(bytes, tails: tails))
            }
            return
        }
        let path = self.localPath(try await self.resolve(redirection.path.template))
        try await Self.write(bytes, to: path, appending: redirection.appends, redirection.path.span)
    }

    /// Prints each line of what is no object itself as one: `--json` promises JSON Lines.
    func printJSON(ofOutput bytes: [UInt8]) {
        Self.jsonLines(ofOutput: bytes).forEach(self.console.outLine)
    }

    /// The objects of the lines of output, numbered behind `count` others.
    static func jsonLines(ofOutput bytes: [UInt8], after count: Int = 0) -> [String] {
        // In the bytes: of CR LF, which is one character, no line break would be found.
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
        // What stands behind the last line break is no line.
        return lines.dropLast(lines.last == "" ? 1 : 0).enumerated().map { index, line in
            OutputJSON.line(count + index + 1, text: line)
        }
    }

    /// A path's matches are a server's text too: on a terminal they are made safe.
    private func safeForOutput(_ bytes: [UInt8], tails: Tails) -> [UInt8] {
        guard self.console.outputIsTerminal, case .jsonPath? = tails.filters.last else {
            return bytes
        }
        return Array(Sanitizer.text(bytes).utf8)
    }

    /// Sends the content of the last answer through filters: a line that starts with `|`.
    func filterLast(_ tails: Tails) async throws(ShellProblem) {
        let logged = try await self.exchange(nil as Arguments.Argument?)
        guard logged.exchange.response != nil else { throw .noContent }
        try await self.send(
            try self.wholeContent(of: logged.exchange),
            through: tails,
            exchange: logged.exchange
        )
    }

    // MARK: Paths

    /// Reads a path that stands at `span`.
    static func query(
        _ path: String,
        span: SourceSpan
    ) throws(ShellProblem) -> JSONPathQuery {
        do {
            return try JSONPathQuery(path)
        } catch {
            let start = span.lowerBound + error.offset
            let word = SourceSpan(min(start, span.upperBound - 1), span.upperBound)
            throw .unresolved(reference: path, .badPath(path, error), word)
        }
    }

    static func apply(
        path: String,
        to bytes: [UInt8],
        span: SourceSpan
    ) throws(ShellProblem) -> [UInt8] {
        let query = try Self.query(path, span: span)
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .unresolved(reference: path, .notJSON, span)
        }
        let matches: [JSONValue]
        do {
            matches = try query.values(in: value)
        } catch {
            throw .unresolved(reference: path, .pathTooCostly(path, error), span)
        }
        guard !matches.isEmpty else { throw .noMatch(path: path, span) }
        var lines: [UInt8] = []
        for match in matches {
            lines.append(contentsOf: match.text.utf8)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    // MARK: Children

    /// Runs `!` text; the child has the terminal.
    ///
    /// Where JSON Lines are wanted without one, what it prints becomes objects.
    func runShell(_ text: String) async throws(ShellProblem) {
        self.noteReferences(in: text)
        if self.printsJSON, !self.configuration.isInteractive {
            let (status, output) = try await Child.capture(
                text,
                input: [],
                environment: await self.childEnvironment(exchange: nil)
            )
            self.printJSON(ofOutput: output)
            return try Self.check(status, command: text)
        }
        // A child never inherits a standard input that holds commands.
        let environment = await self.childEnvironment(exchange: nil)
        let input: Child.Input = self.configuration.isInteractive ? .inherited : .nothing
        let status = try await self.console.holdingNotices { () async throws(ShellProblem) in
            try await Child.run(text, input: input, environment: environment)
        }
        try Self.check(status, command: text)
    }

    private func filter(
        _ bytes: [UInt8],
        through text: String,
        exchange: Exchange?,
        capturing: Bool
    ) async throws(ShellProblem) -> [UInt8] {
        let environment = await self.childEnvironment(exchange: exchange)
        if capturing {
            let (status, output) = try await Child.capture(
                text,
                input: bytes,
                environment: environment
            )
            try Self.check(status, command: text)
            return output
        }
        let status = try await Child.run(text, input: .bytes(bytes), environment: environment)
        try Self.check(status, command: text)
        return []
    }

    /// The problem that a child's exit status is.
    static func check(_ status: Int, command: String) throws(ShellProblem) {
        // 128 + SIGINT: ^C reached the child, perhaps before us.
        if status == 130 || Task.isCancelled && status > 128 { throw .interrupted }
        // 128 + SIGPIPE: a reader such as `head` that has seen enough is no failure.
        guard status == 0 || status == 141 else { throw .exitStatus(command: command, status) }
    }

    /// What a filter finds in its environment; says so where its text seems to expect more.
    func filterEnvironment(of text: String, exchange: Exchange) async -> [String: String] {
        self.noteReferences(in: text)
        return await self.childEnvironment(exchange: exchange)
    }

    /// What a child finds in its environment: nothing is substituted in shell text.
    private func childEnvironment(exchange given: Exchange?) async -> [String: String] {
        var updates: [String: String] = [:]
        for (name, value) in self.variables.all where !value.utf8.contains(0) {
            // A shell knows no name with a hyphen.
            updates["linger_\(name.replacing("-", with: "_"))"] = value
        }
        if let base = self.baseText { updates["linger_base"] = base }
        let exchange: Exchange?
        if let given {
            exchange = given
        } else {
            // After a repetition there is none that it could be about.
            let hasRepeated = await self.session.lastRepetition() != nil
            exchange = hasRepeated ? nil : await self.session.lastExchange()?.exchange
        }
        guard let exchange, let attempt = exchange.attempts.last else { return updates }
        updates["LINGER_URL"] = attempt.target.description
        if let status = exchange.response?.head.status { updates["LINGER_STATUS"] = "\(status)" }
        if let use = attempt.use {
            updates["LINGER_CONNECTION"] = "\(use.connection.number)"
            updates["LINGER_REUSED"] = use.decision.isReused ? "1" : "0"
        }
        return updates
    }

    /// Says that a reference in shell text stays as it is.
    private func noteReferences(in text: String) {
        guard !Template.parse(text).placeholders.isEmpty else { return }
        self.remarkOnce(
            "nothing is substituted in shell text: variables are in the environment as linger_NAME"
        )
    }

    // MARK: Files

    /// Writes output to a file; one that is no regular file, such as /dev/null, is written in
    /// place.
    static func write(
        _ bytes: [UInt8],
        to path: String,
        appending: Bool,
        _ span: SourceSpan?
    ) async throws(ShellProblem) {
        do {
            if SpecialFile.isSpecial(path) { return try await Self.write(bytes, toSpecial: path) }
            let file = try Files.openForOutput(path, appending: appending)
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch {
            throw .writing(path, error, span)
        }
    }

    /// Writes output to a pipe or a device, and waits for whoever reads it; ^C ends the wait.
    private static func write(_ bytes: [UInt8], toSpecial path: String) async throws {
        let file = try await SpecialFile.openForReader(path)
        var rest = bytes[...]
        while !rest.isEmpty {
            switch try file.write(rest.span.bytes) {
            case .wrote(let count): rest = rest.dropFirst(count)
            case .full:
                await file.untilWritable()
                try Task.checkCancellation()
            }
        }
    }
}

extension SpecialFile {
    /// Opens a pipe or a device, and waits until somebody reads it; cancelling ends the wait.
    ///
    /// `onWait` hears, once, that there is nobody yet; a reader may just be starting.
    static func openForReader(
        _ path: String,
        onWait: () -> Void = {}
    ) async throws -> SpecialFile {
        var looks = 0
        while true {
            if let file = try SpecialFile.open(path) { return file }
            looks += 1
            if looks == Self.readerPatience { onWait() }
            try await Task.sleep(for: .milliseconds(Self.readerInterval))
        }
    }
}

extension ShellProblem {
    /// The problem that an error is where a file is written.
    static func writing(_ path: String, _ error: any Error, _ span: SourceSpan?) -> Self {
        if error is CancellationError { return .interrupted }
        let detail =
            (error as? FileError)?.detail ?? (error as? Errno)?.description ?? "\(error)"
        return .file(path: path, .write, detail: detail, span)
    }
}
