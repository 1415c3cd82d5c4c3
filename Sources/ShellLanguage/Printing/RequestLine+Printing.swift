extension RequestLine {
    /// The request on one line that reads back as the same request: method, target, items, options,
    /// version, tails.
    package var canonicalText: String {
        var words: [String] = []
        if let count { words.append("\(count)\(parallel.map { "x\($0)" } ?? "")") }
        let known = method.lowercased()
        words += Methods.all.contains(known) ? [known] : ["send", method]
        let itemTexts = items.map(\.canonicalText)
        if let target {
            words.append(target.canonicalText)
        } else if let first = itemTexts.first, !LexedWord.isItemInPlaceOfTarget(first) {
            // Never after parsing: only a request that was made can start with such an item.
            words.append(".")
        }
        words += itemTexts
        words += options.map(\.canonicalText)
        if let httpVersion { words.append("HTTP/\(httpVersion.rawValue)") }
        return words.joined(separator: " ") + tails.canonicalText
    }
}

extension Target {
    /// The target as one word that reads back with the same form.
    package var canonicalText: String {
        var escapes: WordWriter.Escapes = [.operators]
        switch form {
        case .bare:
            escapes.formUnion([.itemInTarget, .colonInTarget])
            if case .literal(let text) = template.parts.first, text.hasPrefix("[") {
                escapes.insert(.brackets)
            }
        case .host, .localPort, .absolute, .reference: escapes.insert(.itemInTarget)
        case .schemeRelative, .originPath, .relativePath, .base, .query, .asterisk: break
        }
        let text = WordWriter.escaped(template, escapes, isWordStart: true)
        // Quotes keep a path that looks like a version from being one.
        return text.hasPrefix("HTTP/") ? "\"H\"\(text.dropFirst())" : text
    }
}

extension RequestOption {
    /// The option with its value.
    package var canonicalText: String { content.canonicalText }
}

extension RequestOption.Content {
    /// The option with its value.
    package var canonicalText: String {
        switch self {
        case .json: "--json"
        case .form: "--form"
        case .multipart: "--multipart"
        case .raw(let text): "--raw \(text.rawOptionText)"
        case .name(let name): "--name \(name)"
        case .fresh: "--fresh"
        case .via(let number): "--via \(ConnectionLiteral.text(number))"
        case .noFollow: "--no-follow"
        case .follow: "--follow"
        case .timeout(let duration): "--timeout \(DurationLiteral.text(duration))"
        case .noCookies: "--no-cookies"
        case .auth(let credentials): "--auth \(credentials.canonicalText)"
        case .bearer(let token): "--bearer \(WordWriter.value(token, isWordStart: true))"
        case .digest(let credentials): "--digest \(credentials.canonicalText)"
        case .http(let version): "--http \(version.rawValue)"
        case .compress: "--compress"
        case .chunked: "--chunked"
        case .download: "--download"
        case .output(let path): "--output \(WordWriter.value(path, isWordStart: true))"
        case .resume: "--resume"
        case .dryRun: "--dry-run"
        case .verbose: "--verbose"
        }
    }
}

extension TypedCredentials {
    /// `USER:PASSWORD` as one word, or `USER`.
    package var canonicalText: String {
        let name = WordWriter.escaped(user, .separators, isWordStart: true)
        guard let password else { return name.isEmpty ? "\"\"" : name }
        return "\(name):\(WordWriter.value(password))"
    }
}
