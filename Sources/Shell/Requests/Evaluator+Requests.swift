import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// Sends requests and shows what came of them.
extension Evaluator {
    /// Performs a request line: once, repeatedly, or in the background.
    func perform(_ line: RequestLine) async throws(ShellProblem) {
        let tags = self.takeTags()
        if let count = line.count {
            try await self.asRepetition(0) { () async throws(ShellProblem) in
                try await self.performRepeatedly(
                    line,
                    count: count,
                    parallel: line.parallel ?? 1,
                    tags: tags
                )
            }
            return
        }
        try line.checkOptions(for: .once)
        var line = line
        let built = try await self.build(line, tags: tags)
        line.tails = try await self.resolvingFile(of: line.tails)
        self.remarkOrigin(of: built)
        await self.remarkCredentials(of: built)
        if built.options.isDryRun {
            try await self.showPreview(of: built.request, tails: line.tails)
            return
        }
        if let name = built.request.name { try self.checkName(name) }
        let number = self.session.reserveNumber()
        self.typed.insert(try await self.typedRequest(line, built.request, tags: tags), for: number)
        if line.tails.isBackground {
            await self.startJob(built, line: line, number: number, tags: tags)
            return
        }
        let exchange = try await self.sendAndShow(
            built,
            number: number,
            tails: line.tails,
            isOnlyShown: !tags.concernsResponse
        )
        self.remarkPart(of: built, exchange)
        try await self.capture(tags.captures, from: exchange)
        try await self.check(exchange, tags.expectations)
        try self.check(outcomeOf: exchange)
    }

    /// Sends a request in the foreground, whose defaults are made, and shows its answer as it
    /// arrives.
    ///
    /// - Parameters:
    ///   - built: The request.
    ///   - number: The number of its exchange.
    ///   - tails: Where its answer goes.
    ///   - isOnlyShown: Whether nothing is checked or captured from its answer, which need not be
    ///     kept whole then.
    /// - Returns: The exchange.
    /// - Throws: Why its answer cannot be shown.
    func sendAndShow(
        _ built: BuiltRequest,
        number: Int,
        tails: Tails,
        isOnlyShown: Bool
    ) async throws(ShellProblem) -> Exchange {
        await self.remarkPause(of: built.request.target.origin)
        await self.showRequest(built, tails: tails)
        let answer = self.arrivingAnswer(
            tails,
            isSaved: built.isSaved,
            isVerbose: built.options.isVerbose
        )
        let isStreamed = answer is StreamedAnswer
        let exchange = await self.session.perform(
            built.request,
            number: number,
            to: isStreamed && isOnlyShown ? .shown : self.destination(of: built, tails: tails),
            observer: answer
        )
        await self.console.arrivingOutputTaken()
        self.learnSecrets(from: exchange)
        if isStreamed, exchange.failure != nil, self.console.outputIsGone { throw .outputGone }
        try await self.show(
            exchange,
            request: built,
            tails: tails,
            wasShown: answer?.wasShown ?? false
        )
        return exchange
    }

    /// The tails with the name of their file as it is now: what it refers to is looked up before
    /// anything is sent, so that a name that cannot be made sends nothing, nor does a path that is
    /// none.
    func resolvingFile(of tails: Tails) async throws(ShellProblem) -> Tails {
        for case .jsonPath(let path, let span) in tails.filters {
            _ = try Self.query(path, span: span)
        }
        guard var redirection = tails.redirection else { return tails }
        if redirection.path.literalText == nil {
            redirection = redirection.renamed(
                to: try await self.resolve(redirection.path.template)
            )
        }
        // A request whose answer would be lost is not sent.
        if let path = redirection.path.literalText,
            let detail = Files.obstacle(toWriting: self.localPath(path))
        {
            throw .file(path: path, .write, detail: detail, redirection.path.span)
        }
        var tails = tails
        tails.redirection = redirection
        return tails
    }

    /// Says what a request is about to wait for, if that is the end of a pause: it has the line, so
    /// nobody can end the pause on another one.
    func remarkPause(of origin: Origin) async {
        let snapshot = await self.session.transport.snapshot()
        guard snapshot.isPaused || snapshot.pausedOrigins.contains(origin) else { return }
        self.remark(WaitSentences.paused(snapshot.isPaused ? nil : origin))
    }

    /// Says where a request goes if that was not typed in full: a scheme that was chosen, or a name
    /// whose letters are not those on the wire.
    func remarkOrigin(of built: BuiltRequest) {
        let origin = built.request.target.origin
        if let name = HostName.display(origin.host), origin != self.base?.origin {
            self.remark("→ \(origin) (\(Sanitizer.line(name)))")
        } else if built.choseScheme {
            self.remark("→ \(origin)")
        }
    }

    /// Says, once for each origin, which credentials do not go there because they belong to others.
    func remarkCredentials(of built: BuiltRequest) async {
        guard built.request.usesDefaults else { return }
        let origin = built.request.target.origin
        let elsewhere = await self.session.credentialsElsewhere(than: origin)
        for (home, names) in elsewhere.sorted(by: { $0.key < $1.key }) {
            let text = "not sent to \(origin): \(names.joined(separator: ", ")) of \(home)"
            self.remarkOnce(Sanitizer.line(text))
        }
    }

    /// Where the content of a response goes.
    func destination(of built: BuiltRequest, tails: Tails) -> BodyDestination {
        if let download = built.download { return .download(download) }
        if let path = built.options.outputFile {
            return .file(path: path, mode: .replaceOrKeepPart)
        }
        return self.destination(of: tails)
    }

    /// Where the tails of a line have the content of a response go.
    func destination(of tails: Tails) -> BodyDestination {
        // With filters, the file gets what they print.
        guard tails.filters.isEmpty, let redirection = tails.redirection,
            let path = redirection.path.literalText
        else { return .memory }
        return .file(
            path: self.localPath(path),
            mode: redirection.appends ? .append : .replace
        )
    }

    /// Shows what would be sent: `--dry-run`.
    func showPreview(
        of request: SessionRequest,
        tails: Tails
    ) async throws(ShellProblem) {
        let lines = await self.lines(of: request, in: self.outputContext(for: tails))
        try await self.print(CommandOutput(lines), tails: tails)
    }

    // MARK: What a line comes to

    /// The problem that an exchange is for its line.
    func check(outcomeOf exchange: Exchange) throws(ShellProblem) {
        if let failure = exchange.failure {
            if case .transport(let error, _) = failure, error.cause == .cancelled {
                throw .interrupted
            }
            throw .exchangeFailed(exchange)
        }
        let status = exchange.response?.head.status ?? 0
        if self.checksStatus, status >= 300 { throw .statusClass(status) }
    }

    private func checkName(_ name: String) throws(ShellProblem) {
        guard Name.problem(in: name) == nil else {
            throw .usage(
                command: "--name",
                .invalid(name, expected: RequestTags.nameHint),
                nil
            )
        }
    }

    // MARK: Showing

    /// Shows an exchange, and sends its content through the tails.
    func show(
        _ exchange: Exchange,
        request: BuiltRequest,
        tails: Tails,
        wasShown: Bool
    ) async throws(ShellProblem) {
        if self.printsJSON {
            self.printJSON(of: exchange)
            guard exchange.response != nil, !tails.filters.isEmpty else { return }
            let content = try self.wholeContent(of: exchange)
            return try await self.send(content, through: tails, exchange: exchange)
        }
        let isVerbose = request.options.isVerbose
        let isHeadAside = isVerbose && (!tails.isEmpty || request.isSaved)
        if isHeadAside { self.showHeadAside(of: exchange) }
        if tails.isEmpty {
            var parts = self.shownParts(isVerbose: isVerbose)
            if isHeadAside { parts.subtract([.status, .headers]) }
            if !wasShown { try await self.showAnswer(exchange, parts) }
        } else if exchange.response != nil, !tails.filters.isEmpty {
            do throws(ShellProblem) {
                let content = try self.wholeContent(of: exchange)
                try await self.send(content, through: tails, exchange: exchange)
            } catch {
                // What was answered, and how, is often why a filter found nothing.
                self.showConnectionLine(of: exchange)
                throw error
            }
        }
        self.showConnectionLine(of: exchange)
        self.showHint(for: exchange)
    }

    /// Prints the JSON object of an exchange.
    func printJSON(of exchange: Exchange) {
        self.console.outLine(self.json(of: exchange))
    }

    /// The JSON object of an exchange.
    func json(of exchange: Exchange) -> String {
        // What went to a file is named, not printed.
        let isFile = exchange.content.saved != nil
        let content = isFile ? nil : try? exchange.content.bytes()
        return ExchangeJSON.line(for: exchange, content: content)
    }

    /// Head and content: on a terminal laid out, elsewhere the content as it is.
    private func showAnswer(
        _ exchange: Exchange,
        _ shown: Set<ShownPart>
    ) async throws(ShellProblem) {
        guard let response = exchange.response else { return }
        let isFile = exchange.content.saved != nil
        let context = self.console.outputContext
        var head = Self.headLines(of: response.head, shown, in: context)
        guard self.console.outputIsTerminal else {
            if !isFile { head.forEach(self.console.outLine) }
            guard shown.contains(.body), !isFile else { return }
            // What did not fit into memory once does not now.
            if case .spilled(let path, _) = exchange.content { return try self.copy(path) }
            self.console.out(try self.plainContent(of: exchange, response))
            return
        }
        guard shown.contains(.body), !isFile, exchange.content.count > 0 else {
            if !head.isEmpty { head.removeLast() }
            head.forEach(self.console.outLine)
            return
        }
        let text = BodyText.text(
            try self.wholeContent(of: exchange),
            contentType: response.head.first("content-type"),
            layout: self.laysOutContents ? .pretty : nil,
            in: context
        )
        await self.page(Array((head.map { "\($0)\n" }.joined() + text).utf8))
    }

    /// Copies a temporary file to standard output, piece by piece, until nobody reads any more.
    private func copy(_ path: String) throws(ShellProblem) {
        do {
            try Files.read(path) { piece in
                guard !self.console.outputIsGone else { return }
                self.console.out(piece)
            }
        } catch {
            let detail = (error as? Files.Failure)?.detail ?? "\(error)"
            throw .file(path: path, .read, detail: detail, nil)
        }
    }

    /// Whether contents that are shown are laid out: where somebody reads them, or asked for it.
    var laysOutContents: Bool {
        self.settings.jsonFormat == .pretty
            && (self.console.outputIsTerminal || self.settings.isJSONFormatExplicit)
    }

    /// The content without a terminal: as it came, unless a layout was asked for.
    private func plainContent(
        of exchange: Exchange,
        _ response: TransportResponse
    ) throws(ShellProblem) -> [UInt8] {
        let bytes = try self.wholeContent(of: exchange)
        let type = response.head.first("content-type")
        guard self.laysOutContents,
            BodyText.kind(of: bytes, contentType: type) == .json
        else { return bytes }
        let context = self.console.outputContext
        return Array(BodyText.text(bytes, contentType: type, layout: .pretty, in: context).utf8)
    }

    /// The line that says which connection carried an exchange, and why.
    func showConnectionLine(of exchange: Exchange) {
        guard self.settings.show.contains(.connection) || exchange.failure != nil else { return }
        let toTerminal = self.console.outputIsTerminal
        let context = toTerminal ? self.console.outputContext : self.console.errorContext
        var lines = ConnectionLine.lines(for: exchange, in: context)
        if let error = ErrorSentences.render(exchange), exchange.failure != nil {
            lines += error.lines(in: context, at: Self.place?.text)
        }
        if self.settings.timing { lines += TimingReport.lines(for: exchange, in: context) }
        lines.forEach(toTerminal ? self.console.outTalk : self.console.errLine)
    }

    /// What a 404 on `/path` may have meant, where the base has a path (LANGUAGE.md, section 4).
    private func showHint(for exchange: Exchange) {
        guard let base = self.base, base.path != "/", let attempt = exchange.attempts.first,
            exchange.attempts.count == 1, let status = exchange.response?.head.status,
            status == 404 || status == 405, attempt.target.origin == base.origin
        else { return }
        let folder = base.path.hasSuffix("/") ? base.path : base.path + "/"
        guard !attempt.target.path.hasPrefix(folder) else { return }
        let relative = String(attempt.target.path.dropFirst())
        self.remark("/\(relative) is from the origin; \(relative) would be \(folder)\(relative)")
    }
}
