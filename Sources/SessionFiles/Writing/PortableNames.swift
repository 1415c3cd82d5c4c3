import HTTPModel

extension SessionDocument {
    /// The document with names that every tool can reference (FILES.md 9.3, rule 4), and with all
    /// references changed to follow.
    var withPortableNames: SessionDocument {
        var names: [String: String] = [:]
        var taken = Set(self.blocks.compactMap(\.name).filter(\.isPortableName))
        for name in self.blocks.compactMap(\.name)
        where !name.isPortableName && names[name] == nil {
            let portable = name.portableName(notIn: taken)
            taken.insert(portable)
            names[name] = portable
        }
        return names.isEmpty ? self : self.renaming(names)
    }

    private func renaming(_ names: [String: String]) -> SessionDocument {
        func text(_ text: String) -> String {
            ReferenceSyntax.replacing(text) { $0.renamingFirstComponent(names) }
        }
        var document = self
        document.header = self.header.map { $0.renaming(names, in: text) }
        document.blocks = self.blocks.map { block in
            var block = block
            block.leading = block.leading.map { $0.renaming(names, in: text) }
            block.request = block.request.map { request in
                var request = request
                request.target = text(request.target)
                request.fields = request.fields.map { field in
                    SessionField(field.line.name, text(field.line.value), place: field.place)
                }
                request.body = request.body.mapText(text)
                return request
            }
            return block
        }
        return document
    }
}

extension SessionEntry {
    fileprivate func renaming(
        _ names: [String: String],
        in text: (String) -> String
    ) -> SessionEntry {
        var entry = self
        switch self.content {
        case .blank, .comment, .unknownTag: break
        case .variable(let variable):
            entry.content = .variable(
                SessionVariable(name: variable.name, value: text(variable.value))
            )
        case .tag(.name(let name)): entry.content = .tag(.name(names[name] ?? name))
        case .tag(.expect(let expectation)):
            entry.content = .tag(.expect(expectation.renaming(names)))
        case .tag(.command(let command)): entry.content = .tag(.command(text(command)))
        case .tag(.defaultHeader(let name, let value)):
            entry.content = .tag(.defaultHeader(name: name, value: text(value)))
        case .tag(.defaultQuery(let name, let value)):
            entry.content = .tag(.defaultQuery(name: name, value: text(value)))
        case .tag: break
        }
        return entry
    }
}

extension Expectation {
    fileprivate func renaming(_ names: [String: String]) -> Expectation {
        guard let old = self.referencedName, let new = names[old] else { return self }
        guard case .connection(let claim) = self.claim else { return self }
        switch claim {
        case .sameAs:
            return Expectation(text: "connection same-as \(new)", claim: .connection(.sameAs(new)))
        case .notSameAs:
            return Expectation(
                text: "connection not-same-as \(new)",
                claim: .connection(.notSameAs(new))
            )
        case .reused, .new, .any, .idle, .requests: return self
        }
    }
}

extension SessionBody {
    /// The body with its text changed; files and bytes without references stay.
    func mapText(_ transform: (String) -> String) -> SessionBody {
        switch self {
        case .none, .file, .content(_, hasReferences: false): self
        case .text(let text): .text(transform(text))
        case .content(let bytes, hasReferences: true):
            .content(
                Array(transform(String(decoding: bytes, as: UTF8.self)).utf8),
                hasReferences: true
            )
        case .parts(let parts):
            .parts(
                parts.map { part in
                    switch part {
                    case .text(let text): .text(transform(text))
                    case .file: part
                    }
                }
            )
        }
    }
}

extension String {
    /// Whether every tool can reference a request of this name.
    package var isPortableName: Bool {
        self.isIdentifier && !Self.javaScriptKeywords.contains(self) && self != "last"
    }

    /// The nearest portable name that is not taken.
    func portableName(notIn taken: Set<String>) -> String {
        let letters = self.map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
        }
        var name = String(letters)
        if name.isEmpty || name.first?.isNumber == true { name = "_" + name }
        if !name.isPortableName { name += "_" }
        guard taken.contains(name) else { return name }
        var number = 2
        while taken.contains("\(name)_\(number)") { number += 1 }
        return "\(name)_\(number)"
    }

    /// The content of a reference with the name before the first dot replaced.
    fileprivate func renamingFirstComponent(_ names: [String: String]) -> String {
        let sign = self.hasPrefix("%") ? "%" : ""
        let rest = self.dropFirst(sign.count)
        // A name can hold dots itself, so the text before ".request" or ".response" is tried.
        for marker in [".response", ".request"] {
            guard let range = rest.firstRange(of: marker) else { continue }
            guard let new = names[String(rest[..<range.lowerBound])] else { continue }
            return sign + new + rest[range.lowerBound...]
        }
        return self
    }

    private static let javaScriptKeywords: Set<String> = [
        "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger",
        "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally",
        "for", "function", "if", "implements", "import", "in", "instanceof", "interface", "let",
        "new", "null", "package", "private", "protected", "public", "return", "static", "super",
        "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void", "while",
        "with", "yield",
    ]
}
