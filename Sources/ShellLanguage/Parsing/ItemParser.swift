/// Makes an item of a split word (LANGUAGE.md section 5).
struct ItemParser: Sendable {
    let source: SourceText
    let split: SplitItem

    func parse() throws(Diagnostic) -> RequestItem {
        RequestItem(content: try content(), span: split.word.span)
    }

    private func content() throws(Diagnostic) -> RequestItem.Content {
        if split.key.isEmpty { return try contentWithoutKey() }
        let value = split.valueTemplate
        if split.separator.takesFile, value.isEmpty {
            throw Diagnostic(
                .item(.missingFileName(after: source.text(split.word.span))),
                split.word.span
            )
        }
        switch split.separator {
        case .field:
            let name = try fieldName()
            if split.value.isEmpty, split.valueSpan.isEmpty {
                guard name.literalText?.lowercased() != "host" else {
                    throw Diagnostic(.line(.hostRemoved), split.word.span)
                }
                return .removedField(name: name)
            }
            if value.isEmpty { return .emptyField(name: name) }
            try value.checkControlCharacters(in: .field)
            return .field(name: name, value: value)
        case .fieldFile: return .fieldFromFile(name: try fieldName(), path: value)
        case .emptyField: return .emptyField(name: try fieldName())
        case .query: return .query(name: split.keyTemplate, value: value)
        case .queryFile: return .queryFromFile(name: split.keyTemplate, path: value)
        case .string: return .string(try dataKey(), value: value)
        case .stringFile: return .stringFromFile(try dataKey(), path: value)
        case .json: return try json(value)
        case .jsonFile: return .jsonFromFile(try dataKey(), path: value)
        case .upload: return try upload()
        }
    }

    /// `@file` and `@-`: only a whole body has no key.
    private func contentWithoutKey() throws(Diagnostic) -> RequestItem.Content {
        guard split.separator == .upload else {
            throw Diagnostic(
                .item(.emptyKey(separator: split.separator.rawValue)),
                split.word.span
            )
        }
        let path = split.valueTemplate
        guard !path.isEmpty else {
            throw Diagnostic(.item(.missingFileName(after: "@")), split.word.span)
        }
        return .wholeBody(path)
    }

    private func fieldName() throws(Diagnostic) -> Template {
        let name = split.keyTemplate
        for case .literal(let text) in name.parts where !text.isToken {
            throw Diagnostic(
                .item(.invalidFieldName(source.text(split.keySpan))),
                split.keySpan
            )
        }
        return name
    }

    private func json(_ value: Template) throws(Diagnostic) -> RequestItem.Content {
        let key = try dataKey()
        if let text = value.literalText, !JSONSyntax.isValid(text) {
            let string = RequestItem(content: .string(key, value: value), span: split.word.span)
            throw Diagnostic(
                .item(
                    .invalidJSON(
                        key: source.text(split.keySpan),
                        value: source.text(split.valueSpan)
                    )
                ),
                split.word.span,
                suggestions: [string.canonicalText]
            )
        }
        return .json(key, value: value)
    }

    private func dataKey() throws(Diagnostic) -> DataKey {
        guard let key = DataKeyReader(word: split.word, span: split.keySpan).read(split.key) else {
            throw Diagnostic(.item(.invalidKeyPath(source.text(split.keySpan))), split.keySpan)
        }
        return key
    }

    /// `k@file;type=mime`; a `\` keeps `;type=` in the file's name.
    private func upload() throws(Diagnostic) -> RequestItem.Content {
        let marker = Array(";type=".utf8)
        let start = split.value.indices.last { index in
            split.value[index...].prefix(marker.count).map(\.syntaxByte) == marker
        }
        let path = split.value[..<(start ?? split.value.endIndex)]
        guard !path.isEmpty else {
            throw Diagnostic(
                .item(.missingFileName(after: source.text(split.word.span))),
                split.word.span
            )
        }
        let type = start.map { index in
            split.word.template(
                split.value[(index + marker.count)...],
                escapes: .kept,
                span: split.valueSpan
            )
        }
        return .upload(
            name: split.keyTemplate,
            path: split.word.template(
                path,
                escapes: .removedBeforeSemicolon,
                span: split.valueSpan
            ),
            type: type
        )
    }
}

extension RequestItem.Content {
    /// A whole body: a file, or `-` for standard input.
    static func wholeBody(_ path: Template) -> RequestItem.Content {
        path.literalText == "-" ? .bodyFromStandardInput : .bodyFromFile(path: path)
    }
}
