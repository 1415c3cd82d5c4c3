extension Reference {
    /// Reads what stands between braces, without blanks at its ends.
    ///
    /// ```
    /// content  = ["%"] ( NAME | exchange | "$" path | "$" dynamic )
    /// exchange = ( NAME | digits | "last" ) "." ( "response" | "request" ) "." part
    /// part     = "body" [ ".*" | ".$" path ] | "headers." NAME
    /// ```
    ///
    /// - Returns: `nil` if the content is no reference by grammar; it stays literal text then.
    static func parse(_ content: String) -> (reference: Reference, isEncoded: Bool)? {
        var text = content[...]
        let isEncoded = text.first == "%"
        if isEncoded { text = text.dropFirst().drop { $0 == " " || $0 == "\t" } }
        let reference = text.first == "$" ? builtIn(text) : named(text)
        return reference.map { ($0, isEncoded) }
    }

    /// Reads `name` and `name.response.…`.
    private static func named(_ text: Substring) -> Reference? {
        guard let dot = text.firstIndex(of: ".") else {
            return Name.isWellFormed(text) ? .variable(name: String(text)) : nil
        }
        let rest = text[dot...].dropFirst()
        let messages: [(name: String, message: ExchangeMessage)] = [
            ("response", .response), ("request", .request),
        ]
        guard let exchange = ExchangeReference(text[..<dot]),
            let found = messages.first(where: { rest.hasPrefix($0.name) })
        else { return nil }
        let part = rest.dropFirst(found.name.count)
        guard part.isEmpty || part.first == "." else { return nil }
        return .exchange(exchange, message: found.message, part: MessagePart(part.dropFirst()))
    }

    /// Reads `$.path` and `$name arguments`.
    private static func builtIn(_ text: Substring) -> Reference? {
        let content = text.dropFirst()
        if content.isEmpty || content.first == "." || content.first == "[" {
            return .lastBody(path: String(text))
        }
        let name = content.prefix {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._".contains($0))
        }
        guard name.first?.isLetter == true else { return nil }
        guard let arguments = arguments(content[name.endIndex...]) else { return nil }
        let environment = "env."
        if name.hasPrefix(environment), arguments.isEmpty {
            let variable = name.dropFirst(environment.count)
            return variable.isEmpty ? nil : .environment(name: String(variable))
        }
        switch (name, arguments.count) {
        case ("processEnv", 1): return .environment(name: arguments[0])
        case ("secret", 1): return .secret(name: arguments[0])
        case ("index", 0): return .index
        default: return .dynamic(name: String(name), arguments: arguments)
        }
    }

    /// Reads ` a "b c"` or `(a, b)`; `nil` if it is neither.
    private static func arguments(_ text: Substring) -> [String]? {
        if text.first == "(" {
            guard text.last == ")", text.count >= 2 else { return nil }
            let inner = text.dropFirst().dropLast()
            if inner.allSatisfy({ $0 == " " }) { return [] }
            return inner.split(separator: ",", omittingEmptySubsequences: false)
                .map { String($0.trimmingBlanks()) }
        }
        guard text.isEmpty || text.first == " " || text.first == "\t" else { return nil }
        var words: [String] = []
        var rest = text.trimmingBlanks()
        while let first = rest.first {
            if first == "'" || first == "\"", let end = rest.dropFirst().firstIndex(of: first) {
                words.append(String(rest[..<end].dropFirst()))
                rest = rest[end...].dropFirst().trimmingBlanks()
            } else {
                let word = rest.prefix { $0 != " " && $0 != "\t" }
                words.append(String(word))
                rest = rest[word.endIndex...].trimmingBlanks()
            }
        }
        return words
    }
}

extension ExchangeReference {
    fileprivate init?(_ text: Substring) {
        if text == "last" {
            self = .last
        } else if text.isAllDigits, let number = Int(text) {
            self = .number(number)
        } else if Name.isWellFormed(text) {
            self = .name(String(text))
        } else {
            return nil
        }
    }
}

extension MessagePart {
    fileprivate init(_ text: Substring) {
        let field = "headers."
        if text == "body" || text == "body.*" {
            self = .wholeBody
        } else if text.hasPrefix("body.$") {
            self = .body(path: String(text.dropFirst("body.".count)))
        } else if text.hasPrefix(field), text.dropFirst(field.count).isToken {
            self = .field(name: String(text.dropFirst(field.count)))
        } else {
            self = .unknown(String(text))
        }
    }
}

extension Substring {
    /// The text without spaces and TABs at its ends.
    fileprivate func trimmingBlanks() -> Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return text
    }
}
