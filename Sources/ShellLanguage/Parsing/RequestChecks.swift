/// Checks what the parts of a request say about each other (LANGUAGE.md section 5).
struct RequestChecks: Sendable {
    let line: RequestLine
    let source: SourceText

    func check() throws(Diagnostic) {
        try checkOptions()
        try checkBodies()
        try checkMethod()
    }

    // MARK: Options

    private func checkOptions() throws(Diagnostic) {
        for (index, option) in line.options.enumerated() {
            for other in line.options[..<index] {
                guard let group = option.content.exclusion, other.content.exclusion == group,
                    !(group == .format && option.content == other.content),
                    !(group == .follow && option.content == other.content)
                else { continue }
                throw conflict(name(other.span), name(option.span), option.span)
            }
            if case .http = option.content, let version = line.httpVersion {
                throw conflict("HTTP/\(version.rawValue)", name(option.span), option.span)
            }
        }
        guard let json = line.options.first(where: { $0.content == .json }),
            let upload = line.items.first(where: \.content.isUpload)
        else { return }
        throw conflict(name(json.span), source.text(upload.span), json.span)
    }

    private func conflict(_ first: String, _ second: String, _ span: SourceSpan) -> Diagnostic {
        Diagnostic(.request(.conflictingOptions(first, second)), span)
    }

    /// The option as typed, without its value.
    private func name(_ span: SourceSpan) -> String {
        let end = source.endOfRawWord(from: span.lowerBound)
        return source.text(span.lowerBound..<min(end, span.upperBound))
    }

    // MARK: Bodies

    private func checkBodies() throws(Diagnostic) {
        var bodies = line.items.filter(\.content.isWholeBody).map(\.span)
        for option in line.options {
            if case .raw = option.content { bodies.append(option.span) }
        }
        bodies.sort { $0.lowerBound < $1.lowerBound }
        guard let first = bodies.first else { return }
        if bodies.count > 1 {
            throw Diagnostic(
                .item(.secondBody(bodyName(bodies[1]), first: bodyName(first))),
                bodies[1]
            )
        }
        if let item = line.items.first(where: \.content.isData) {
            let text = source.text(item.span)
            throw Diagnostic(.item(.bodyAndItem(body: bodyName(first), item: text)), item.span)
        }
    }

    /// A body as typed; of `--raw` only the option.
    private func bodyName(_ span: SourceSpan) -> String {
        source.has("-", at: span.lowerBound) ? name(span) : source.text(span)
    }

    private func checkMethod() throws(Diagnostic) {
        guard Methods.withoutBody.contains(line.method),
            let item = line.items.first(where: \.content.isData),
            !line.options.contains(where: \.content.asksForBody)
        else { return }
        let text = source.text(item.span)
        // `get /users ?page=2`, a blank too many after the target, means `page==2`.
        let offer = item.content.asQuery.map { content in
            RequestItem(content: content, span: item.span).canonicalText
                .drop { $0 == "?" || $0 == "&" }
        }
        throw Diagnostic(
            .item(.dataWithoutBody(method: line.method, item: text)),
            item.span,
            suggestions: [offer.map(String.init) ?? "--multipart \(text)"]
        )
    }
}

/// Options of one group exclude each other.
private enum Exclusion: Hashable {
    case format, credentials, follow, connection, raw, name, timeout, http, output
}

extension RequestOption.Content {
    fileprivate var exclusion: Exclusion? {
        switch self {
        case .json, .form: .format
        case .raw: .raw
        case .name: .name
        case .fresh, .via: .connection
        case .noFollow, .follow: .follow
        case .timeout: .timeout
        case .auth, .bearer, .digest: .credentials
        case .http: .http
        case .output: .output
        case .multipart, .noCookies, .compress, .chunked, .download, .resume, .dryRun, .verbose:
            nil
        }
    }

    fileprivate var asksForBody: Bool {
        switch self {
        case .json, .form, .multipart, .raw: true
        case .name, .fresh, .via, .noFollow, .follow, .timeout, .noCookies, .auth, .bearer,
            .digest, .http, .compress, .chunked, .download, .output, .resume, .dryRun, .verbose:
            false
        }
    }
}

extension RequestItem.Content {
    /// Whether the item is a part of a body.
    package var isData: Bool {
        switch self {
        case .string, .stringFromFile, .json, .jsonFromFile, .upload: true
        case .field, .fieldFromFile, .removedField, .emptyField, .query, .queryFromFile,
            .bodyFromFile, .bodyFromStandardInput:
            false
        }
    }

    /// Whether the item is a whole body.
    package var isWholeBody: Bool {
        switch self {
        case .bodyFromFile, .bodyFromStandardInput: true
        case .field, .fieldFromFile, .removedField, .emptyField, .query, .queryFromFile, .string,
            .stringFromFile, .json, .jsonFromFile, .upload:
            false
        }
    }

    fileprivate var isUpload: Bool {
        if case .upload = self { true } else { false }
    }

    /// The query parameter with the same name and value.
    fileprivate var asQuery: RequestItem.Content? {
        switch self {
        case .string(let key, let value), .json(let key, let value):
            .query(name: key.flat, value: value)
        case .stringFromFile(let key, let path), .jsonFromFile(let key, let path):
            .queryFromFile(name: key.flat, path: path)
        case .field, .fieldFromFile, .removedField, .emptyField, .query, .queryFromFile, .upload,
            .bodyFromFile, .bodyFromStandardInput:
            nil
        }
    }
}
