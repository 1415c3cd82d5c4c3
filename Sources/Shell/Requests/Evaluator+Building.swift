import HTTPModel
import HTTPSession
import ShellLanguage

/// A request line with everything substituted.
struct BuiltRequest: Sendable {
    /// The request.
    var request: SessionRequest
    /// Whether the scheme of the target was chosen for the user.
    var choseScheme = false
    /// What its options ask of the shell.
    var options = ShellOptions()

    /// The options that are the shell's own.
    struct ShellOptions: Sendable {
        /// `--output`.
        var outputFile: String?
        /// `--download`, which `--resume` implies.
        var isDownload = false
        /// `--resume`.
        var resumes = false
        /// `--dry-run`.
        var isDryRun = false
        /// `--verbose`.
        var isVerbose = false
    }
}

extension BuiltRequest {
    /// Whether an option says that the response goes to a file.
    var isSaved: Bool { self.options.isDownload || self.options.outputFile != nil }

    /// Where the response is saved; nil if it is not.
    var download: Download? {
        guard self.options.isDownload else { return nil }
        let path = self.options.outputFile
        return Download(
            folder: path.map { Files.folder(of: $0) } ?? "",
            chosenName: path.map { Files.name(of: $0) },
            suggestedName: DownloadName.suggested(by: self.request.target),
            resumes: self.options.resumes
        )
    }
}

extension Evaluator {
    /// Makes the request that a line asks for, and the tags before it.
    func build(
        _ line: RequestLine,
        tags: RequestTags
    ) async throws(ShellProblem) -> BuiltRequest {
        var built = try await self.buildLine(line, tags: tags)
        try await self.makeDefaults(for: &built.request)
        return built
    }

    /// The same without the defaults that are made anew for it.
    func buildLine(
        _ line: RequestLine,
        tags: RequestTags
    ) async throws(ShellProblem) -> BuiltRequest {
        try await self.checkFirstWord(of: line)
        let target = try await self.target(of: line)
        var parts = RequestParts()
        for item in line.items {
            // Thousands of items take a while, and ^C is heard meanwhile.
            if Task.isCancelled { throw .interrupted }
            try await self.add(item, to: &parts)
        }
        let request = try await self.makeRequest(line, target: target.uri, parts: &parts)
        var built = BuiltRequest(request: request, choseScheme: target.choseScheme)
        for option in line.options { try await self.apply(option, to: &built) }
        if let download = built.download { try Self.add(download, to: &built.request) }
        tags.apply(to: &built.request)
        // `HTTP/1.1` is what files write behind every request, and asks for nothing.
        if line.httpVersion == .http2 { built.request.version = .http2 }
        return built
    }

    /// A first word with `@` is an upload or the body; if there is no such file it may be meant as
    /// a path (LANGUAGE.md, section 4).
    private func checkFirstWord(of line: RequestLine) async throws(ShellProblem) {
        guard line.target == nil, let item = line.items.first else { return }
        let path: Template
        switch item.content {
        case .upload(_, let template, _): path = template
        case .bodyFromFile(let template):
            // `< FILE` is no path in any case.
            let source = Array(line.source.utf8)
            guard source.indices.contains(item.span.lowerBound),
                source[item.span.lowerBound] == UInt8(ascii: "@")
            else { return }
            path = template
        case .field, .fieldFromFile, .removedField, .emptyField, .query, .queryFromFile, .string,
            .stringFromFile, .json, .jsonFromFile, .bodyFromStandardInput:
            return
        }
        let file = self.localPath(try await self.resolve(path))
        guard !Files.exists(file) else { return }
        throw .noFile(path: file, offer: "./\(item.canonicalText)", item.span)
    }

    private func target(of line: RequestLine) async throws(ShellProblem)
        -> TargetResolver.Resolution
    {
        let resolver = TargetResolver(base: self.lineBase)
        guard let target = line.target else {
            return try resolver.resolve(nil, form: .base, span: line.methodSpan)
        }
        let text = try await self.resolve(target: target.template, form: target.form)
        return try resolver.resolve(text, form: target.form, span: target.span)
    }

    private func makeRequest(
        _ line: RequestLine,
        target: URI,
        parts: inout RequestParts
    ) async throws(ShellProblem) -> SessionRequest {
        var format = BodyBuilder.Format.json
        for option in line.options {
            switch option.content {
            case .json: format = .json
            case .form: format = .form
            case .multipart: format = .multipart
            case .raw(let template):
                let text = try await self.resolve(template)
                let isJSON = (try? JSONValue(parsing: text)) != nil
                parts.whole = BodyBuilder.Content(
                    body: .bytes(Array(text.utf8)),
                    type: isJSON ? "application/json" : "text/plain; charset=utf-8"
                )
            case .name, .fresh, .via, .noFollow, .follow, .timeout, .noCookies, .auth, .bearer,
                .digest, .http, .compress, .chunked, .download, .output, .resume, .dryRun,
                .verbose:
                break
            }
        }
        if parts.hasUpload { format = .multipart }
        let content: BodyBuilder.Content
        if let whole = parts.whole {
            content = whole
        } else {
            content = try BodyBuilder.content(of: parts.data, as: format) {
                "linger-\(UInt64.random(in: .min ... .max, using: &self.generator))"
            }
        }
        do {
            return try SessionRequest(
                line.method,
                target,
                fields: parts.fields,
                query: parts.query,
                body: content.body,
                contentType: content.type
            )
        } catch {
            throw .request(error, line.methodSpan)
        }
    }

    // MARK: Options

    private func apply(
        _ option: RequestOption,
        to built: inout BuiltRequest
    ) async throws(ShellProblem) {
        switch option.content {
        case .json, .form, .multipart, .raw: return
        case .name(let name): built.request.name = name
        case .fresh: built.request.wantsFreshConnection = true
        case .via(let number):
            let snapshot = await self.session.transport.snapshot()
            guard
                (snapshot.connections + snapshot.closed).contains(where: {
                    $0.id == ConnectionID(number)
                })
            else { throw .noSuchConnection(number, option.span) }
            built.request.via = ConnectionID(number)
        case .noFollow: built.request.followsRedirects = false
        case .follow: built.request.followsRedirects = true
        case .timeout(let duration): built.request.totalTimeout = duration
        case .noCookies: built.request.usesCookies = false
        case .auth(let credentials):
            built.request.credentials = try await self.credentials(
                credentials,
                span: option.span,
                make: HTTPSession.Credentials.basic
            )
        case .digest(let credentials):
            built.request.credentials = try await self.credentials(
                credentials,
                span: option.span,
                make: HTTPSession.Credentials.digest
            )
        case .bearer(let template):
            let token = try await self.resolve(template)
            built.request.credentials = try Self.checked(option.span) {
                () throws(CredentialsError) in try .bearer(token)
            }
        case .output(let path):
            built.options.outputFile = self.localPath(try await self.resolve(path))
        case .dryRun: built.options.isDryRun = true
        case .verbose: built.options.isVerbose = true
        case .http(.http11): built.request.version = .http1
        case .http(.http2): built.request.version = .http2
        case .compress: built.request.coding = .gzip
        case .chunked: built.request.sendsChunked = true
        case .download: built.options.isDownload = true
        case .resume:
            built.options.isDownload = true
            built.options.resumes = true
        }
    }

    /// Asks for what a download needs, unless the request says something else itself.
    private static func add(
        _ download: Download,
        to request: inout HTTPSession.SessionRequest
    ) throws(ShellProblem) {
        do {
            for field in try download.fields()
            where !request.fields.contains(where: { $0.name == field.name }) {
                request.fields.append(field)
            }
        } catch {
            throw .field(error, nil)
        }
    }

    /// Credentials with a password, which is asked for if it was not given.
    private func credentials(
        _ credentials: TypedCredentials,
        span: SourceSpan,
        make: (_ user: String, _ password: String) throws(CredentialsError) ->
            HTTPSession.Credentials
    ) async throws(ShellProblem) -> HTTPSession.Credentials {
        let user = try await self.resolve(credentials.user)
        let password: String
        if let template = credentials.password {
            password = try await self.resolve(template)
        } else {
            password = try await self.askPassword(of: user, span)
        }
        return try Self.checked(span) { () throws(CredentialsError) in try make(user, password) }
    }

    /// Asks for a password without echo.
    func askPassword(of user: String, _ span: SourceSpan?) async throws(ShellProblem) -> String {
        guard let ask = self.configuration.askSecret,
            let answer = await ask("password of \(user)")
        else { throw .unresolved(reference: user, .secretWithoutTerminal("password"), span) }
        return answer
    }

    static func checked(
        _ span: SourceSpan?,
        _ make: () throws(CredentialsError) -> HTTPSession.Credentials
    ) throws(ShellProblem) -> HTTPSession.Credentials {
        do {
            return try make()
        } catch {
            throw .credentials(error, span)
        }
    }

    /// A path on this machine, with `~/` expanded.
    func localPath(_ path: String) -> String {
        Files.expandingHome(path, environment: self.configuration.environment)
    }
}
