/// What a line expects at its cursor, for Tab.
///
/// Only the text before the cursor counts, read by the same lexer that the parser uses; nothing
/// here knows what names there are.
package struct CompletionContext: Hashable, Sendable {
    /// What may stand at the cursor.
    package enum Expected: Hashable, Sendable {
        /// Nothing that could be listed: text for a shell, a comment, a value of one's own.
        case nothing
        /// The first word of a line: a command, a method, an alias, a field's name.
        case lineStart
        /// A method, after a count or `repeat 3`.
        case method
        /// The target of a request, up to its query.
        case target(PartialRequest)
        /// The name of a query parameter in a target, after `?` or `&`.
        case targetQuery(PartialRequest)
        /// The value of a query parameter, in a target or behind `==`.
        case queryValue(PartialRequest, name: String)
        /// An item or an option of a request.
        case item(PartialRequest)
        /// The value of a field, in a request or on a line of its own.
        case fieldValue(name: String)
        /// The value of a data item; `isJSON` behind `:=`.
        case dataValue(PartialRequest, key: String, isJSON: Bool)
        /// The value of an option, which is named with its dashes.
        case optionValue(option: String)
        /// A word of a command, after `words`.
        case argument(command: String, words: [String])
        /// The inside of `{{…}}`.
        case reference
        /// A path into the last body, behind `|`.
        case jsonPath
        /// A file's name.
        case file
        /// The name of a variable that is set, behind `@`.
        case variable
        /// The name of a tag, behind `# @`.
        case tag
        /// The number of a connection, behind `#` or `--via`.
        case connection
    }

    /// How text that is inserted must be written.
    package enum Quoting: Hashable, Sendable {
        /// As it is: raw text.
        case none
        /// Outside quotes: blanks and operators get a `\`.
        case plain
        /// In single quotes, which it cannot hold itself.
        case single
        /// In double quotes.
        case double
    }

    /// What may stand at the cursor.
    package var expected: Expected
    /// Where the text starts that a candidate replaces: an offset in UTF-8 bytes.
    package var start: Int
    /// What is typed of it, without quotes and escapes.
    package var prefix: String
    /// How a candidate must be written there.
    package var quoting: Quoting

    /// Creates a context.
    package init(
        _ expected: Expected,
        start: Int,
        prefix: String,
        quoting: Quoting = .none
    ) {
        self.expected = expected
        self.start = start
        self.prefix = prefix
        self.quoting = quoting
    }
}

/// What of a request stands before the cursor.
package struct PartialRequest: Hashable, Sendable {
    /// The method, in upper case if it is one with a name of its own.
    package var method: String
    /// The target without references' values; nil if it is the base, or not typed yet.
    package var target: String?
    /// The keys of items that are there already.
    package var keys: Set<String>
    /// The options that are there already, as typed.
    package var options: Set<String>

    /// Creates a partial request.
    package init(
        method: String,
        target: String? = nil,
        keys: Set<String> = [],
        options: Set<String> = []
    ) {
        self.method = method
        self.target = target
        self.keys = keys
        self.options = options
    }
}

extension CompletionContext.Quoting {
    /// The text as it must be written here.
    package func write(_ text: String) -> String {
        switch self {
        case .none: text
        case .plain: Self.escape(text) { " \t'\"\\|><&".unicodeScalars.contains($0) }
        case .double: Self.escape(text) { $0 == "\"" || $0 == "\\" }
        case .single: text
        }
    }

    private static func escape(_ text: String, _ isSpecial: (Unicode.Scalar) -> Bool) -> String {
        var result = String.UnicodeScalarView()
        for (index, scalar) in text.unicodeScalars.enumerated() {
            // Inside a word the operators are plain characters (LANGUAGE.md section 2, rule 6).
            let isOperator = "|><&".unicodeScalars.contains(scalar)
            if isSpecial(scalar), !isOperator || index == 0 { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }
}

extension ShellParser {
    /// What `text` expects at the offset `cursor`, in UTF-8 bytes.
    package func completionContext(of text: String, cursor: Int) -> CompletionContext {
        let bytes = Array(text.utf8.prefix(max(cursor, 0)))
        let before = String(decoding: bytes, as: UTF8.self)
        // Of several lines, the last one counts, unless it goes on from the one before.
        var start = bytes.startIndex
        for (index, byte) in bytes.enumerated()
        where byte == UInt8(ascii: "\n") && (index == 0 || bytes[index - 1] != UInt8(ascii: "\\")) {
            start = index + 1
        }
        let line = String(decoding: bytes[start...], as: UTF8.self)
        guard before.utf8.count == bytes.count else {
            return CompletionContext(.nothing, start: bytes.count, prefix: "")
        }
        var reader = CompletionReader(parser: self, text: line)
        var context = reader.context()
        context.start += start
        return context
    }
}

/// The options of requests, for completion and help.
package enum RequestOptionSyntax {
    /// All options: their long form, their short one if there is one, whether a value follows.
    package static let all: [(name: String, short: String?, takesValue: Bool)] = RequestOptionName
        .allCases.map {
            ($0.long, $0.short, $0.takesValue)
        }

    /// The long form of an option; nil if there is none such.
    package static func long(of option: String) -> String? {
        RequestOptionName(option: option)?.long
    }

    /// The methods that are commands of their own.
    package static let methods = Methods.all

    /// Whether a word begins a request: a method, or one of the other words that do.
    package static func beginsRequest(_ word: String) -> Bool {
        Methods.all.contains(word.lowercased()) || Methods.words.contains(word)
    }
}
