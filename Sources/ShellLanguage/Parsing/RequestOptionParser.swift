/// The options of requests by their names (LANGUAGE.md section 5).
enum RequestOptionName: String, CaseIterable, Hashable, Sendable {
    case json, form, multipart, raw, name, fresh, via, follow, timeout, auth, bearer, digest, http
    case compress, chunked, download, output, resume, verbose
    case noFollow = "no-follow"
    case noCookies = "no-cookies"
    case dryRun = "dry-run"

    /// The option with its dashes.
    var long: String { "--\(rawValue)" }

    /// The short form, where there is one.
    var short: String? {
        switch self {
        case .json: "-j"
        case .form: "-f"
        case .follow: "-F"
        case .auth: "-a"
        case .download: "-d"
        case .output: "-o"
        case .verbose: "-v"
        case .multipart, .raw, .name, .fresh, .via, .timeout, .bearer, .digest, .http, .compress,
            .chunked, .resume, .noFollow, .noCookies, .dryRun:
            nil
        }
    }

    /// Whether a value follows.
    var takesValue: Bool { contentWithoutValue == nil }

    /// Finds an option by its long or short form.
    init?(option: String) {
        guard let name = Self.allCases.first(where: { $0.long == option || $0.short == option })
        else { return nil }
        self = name
    }
}

/// Reads an option and its value (LANGUAGE.md section 5).
struct RequestOptionParser: Sendable {
    let source: SourceText

    /// Reads the option that a word is; the lexer stands after the word.
    func parse(_ word: LexedWord, _ lexer: inout WordLexer) throws(Diagnostic) -> RequestOption {
        let text = source.text(word.span)
        guard let name = RequestOptionName(option: text) else { throw unknown(text, word.span) }
        if let content = name.contentWithoutValue {
            return RequestOption(content: content, span: word.span)
        }
        guard case .word(let value) = try lexer.next(name == .raw ? .rawValue : .argument) else {
            throw Diagnostic(.request(.missingOptionValue(option: text)), word.span)
        }
        return RequestOption(
            content: try content(of: name, as: text, value),
            span: word.span.union(value.span)
        )
    }

    private func unknown(_ text: String, _ span: SourceSpan) -> Diagnostic {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, let name = RequestOptionName(option: String(parts[0])),
            name.contentWithoutValue == nil
        {
            return Diagnostic(
                .request(.optionWithEquals(option: String(parts[0]), value: String(parts[1]))),
                span,
                suggestions: ["\(parts[0]) \(parts[1])"]
            )
        }
        let word = String(parts[0])
        let near =
            word.hasPrefix("--")
            ? NearestNames.of(
                String(word.dropFirst(2)),
                among: RequestOptionName.allCases.map(\.rawValue)
            ).map { "--\($0)" }
            : RequestOptionName.allCases.compactMap(\.short)
                .filter { $0.lowercased() == word.lowercased() }
        return Diagnostic(.request(.unknownOption(text)), span, suggestions: near)
    }

    private func content(
        of name: RequestOptionName,
        as option: String,
        _ value: LexedWord
    ) throws(Diagnostic) -> RequestOption.Content {
        let template = value.word.template
        func literal<Value>(
            _ expected: ValueForm,
            _ read: (String) -> Value?
        ) throws(Diagnostic) -> Value {
            if let text = template.literalText, let result = read(text) { return result }
            let problem = RequestProblem.invalidOptionValue(
                option: option,
                value: source.text(value.span),
                expected: expected
            )
            throw Diagnostic(.request(problem), value.span)
        }
        switch name {
        case .raw: return .raw(template)
        case .output:
            return .output(try literalOrTemplate(template, option, value))
        case .bearer: return .bearer(template)
        case .auth: return .auth(credentials(value))
        case .digest: return .digest(credentials(value))
        case .name:
            return .name(try literal(.name) { Name.problem(in: $0) == nil ? $0 : nil })
        case .via: return .via(try literal(.connection, ConnectionLiteral.parse))
        case .timeout: return .timeout(try literal(.duration, DurationLiteral.parse))
        case .http:
            return .http(try literal(.httpVersion) { HTTPVersionChoice(rawValue: $0) })
        case .json, .form, .multipart, .fresh, .follow, .compress, .chunked, .download, .resume,
            .verbose, .noFollow, .noCookies, .dryRun:
            // Options without a value never come here; the word is one too many.
            throw Diagnostic(.argument(.unexpectedWord(source.text(value.span))), value.span)
        }
    }

    /// A file's name, which may hold references but not be empty.
    private func literalOrTemplate(
        _ template: Template,
        _ option: String,
        _ value: LexedWord
    ) throws(Diagnostic) -> Template {
        guard template.isEmpty else { return template }
        throw Diagnostic(.request(.missingOptionValue(option: option)), value.span)
    }

    /// Splits `USER:PASSWORD` at the first colon, before anything is substituted.
    private func credentials(_ value: LexedWord) -> TypedCredentials {
        let pieces = value.pieces
        let colon = pieces.firstIndex { $0.syntaxByte == UInt8(ascii: ":") } ?? pieces.endIndex
        let password = colon < pieces.endIndex ? pieces[(colon + 1)...] : nil
        return TypedCredentials(
            user: value.template(pieces[..<colon], escapes: .removed, span: value.span),
            password: password.map { value.template($0, escapes: .kept, span: value.span) }
        )
    }
}

extension RequestOptionName {
    /// What the option asks for, if it takes no value.
    fileprivate var contentWithoutValue: RequestOption.Content? {
        switch self {
        case .json: .json
        case .form: .form
        case .multipart: .multipart
        case .fresh: .fresh
        case .noFollow: .noFollow
        case .follow: .follow
        case .noCookies: .noCookies
        case .compress: .compress
        case .chunked: .chunked
        case .download: .download
        case .resume: .resume
        case .dryRun: .dryRun
        case .verbose: .verbose
        case .raw, .name, .via, .timeout, .auth, .bearer, .digest, .http, .output: nil
        }
    }
}
