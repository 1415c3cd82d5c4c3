/// The sentences for what is wrong with a line: the one renderer of language errors.
package struct DiagnosticSentences: Hashable, Sendable {
    /// What is wrong, without a capital at the start and a full stop at the end.
    package let message: String
    /// What to try next; `nil` if there is nothing to say but the help topic.
    package let hint: String?

    /// Makes the sentences for a diagnostic.
    package init(_ diagnostic: Diagnostic) {
        let words = Self.words(for: diagnostic.kind)
        message = words.message
        hint =
            words.hint ?? Self.offer(diagnostic.suggestions)
            ?? Self.lastResort(for: diagnostic.kind)
    }

    /// What to try where nothing is like what was typed.
    private static func lastResort(for kind: DiagnosticKind) -> String? {
        guard case .line(.unknownCommand) = kind else { return nil }
        return "`help` lists the commands"
    }

    /// Offers the texts that could stand there instead.
    private static func offer(_ texts: [String]) -> String? {
        guard let last = texts.last else { return nil }
        let rest = texts.dropLast().map { "`\($0)`" }.joined(separator: ", ")
        return "did you mean \(rest.isEmpty ? "" : "\(rest) or ")`\(last)`?"
    }

    /// A message, and a hint where the suggestions alone do not say it.
    fileprivate typealias Words = (message: String, hint: String?)

    private static func words(for kind: DiagnosticKind) -> Words {
        switch kind {
        case .word(let problem): problem.words
        case .line(let problem): problem.words
        case .request(let problem): problem.words
        case .item(let problem): problem.words
        case .tail(let problem): problem.words
        case .argument(let problem): problem.words
        }
    }
}

extension Diagnostic {
    /// The message and the hint in words.
    package var sentences: DiagnosticSentences { DiagnosticSentences(self) }
}

extension WordProblem {
    fileprivate var words: DiagnosticSentences.Words {
        switch self {
        case .unclosedQuote(let quote):
            ("the quote \(quote) is never closed", nil)
        case .unclosedBracket(let bracket):
            ("the bracket \(bracket) is never closed", nil)
        case .trailingBackslash:
            ("nothing follows the `\\` at the end", nil)
        case .invalidUnicodeEscape(let text):
            ("`\(text)` is no character", "write four hexadecimal digits, as in `\\u00e9`")
        case .commentAfterText:
            ("a comment stands on its own line", "to send a `#` at the start of a word write `\\#`")
        }
    }
}

extension LineProblem {
    fileprivate var words: DiagnosticSentences.Words {
        switch self {
        case .unknownCommand(let word):
            ("no command or method is called `\(word)`", nil)
        case .ambiguousCommand(let word, _):
            ("several commands start with `\(word)`", nil)
        case .abbreviatedCommand(let word, let name):
            ("`\(word)` is short for `\(name)` at the prompt only", "write `\(name)`")
        case .abbreviatedMethod(let word, let method):
            ("methods are never shortened: `\(word)`", "write `\(method)`")
        case .targetWithoutMethod(let word):
            ("no method stands before `\(word)`", nil)
        case .itemWithoutRequest(let word):
            ("`\(word)` is an item, and no request stands before it", nil)
        case .jsonPathWithoutPipe(let path):
            ("`\(path)` is a filter", nil)
        case .fieldWithoutBlank(let name, _):
            ("a default field has a blank after `\(name):`", nil)
        case .cookieAsField:
            ("cookies are not set as a field", nil)
        case .hostRemoved:
            ("`Host` can be replaced but not removed", "write `Host: name`")
        case .variableWithoutEquals(let name):
            ("`=` is missing after `@\(name)`", nil)
        case .invalidName(let name, let problem):
            ("`\(name)` cannot be a name: \(problem.reason)", nil)
        case .unknownTag(let name):
            ("no tag is called `@\(name)`", nil)
        case .fileInDefaultQuery(let name):
            (
                "a default for `\(name)` cannot come from a file",
                "a value that starts with @ is written `\(name)==\\@…`"
            )
        case .missingFilter:
            (
                "a filter is missing after `|`",
                "write a JSONPath (`| $.name`) or a command (`| jq .`)"
            )
        case .missingShellText:
            ("a shell command is missing after `!`", "write `!ls`, for example")
        }
    }
}

extension NameProblem {
    fileprivate var reason: String {
        switch self {
        case .reserved: "it has a meaning already"
        case .digits: "digits alone are the number of an exchange"
        case .dollar: "`$` stands before built-in names"
        case .command: "a command or method is called so"
        case .characters: "names are letters, digits, `_` and `-`, and do not start with a digit"
        }
    }
}

extension RequestProblem {
    fileprivate var words: DiagnosticSentences.Words {
        switch self {
        case .countWithoutRequest(let count):
            ("no request follows `\(count)`", "write `\(count) get /path`")
        case .invalidCount(let count):
            ("`\(count)` is no count", "write `200` or `200x8`, each at least 1")
        case .missingMethod:
            ("a method is missing after `send`", "write `send PURGE /path`")
        case .invalidMethod(let word):
            ("`\(word)` is no method", "a method is one word of letters, digits and `-`")
        case .connectRefused:
            ("CONNECT makes tunnels and is not sent", "to use a proxy write `set proxy URL`")
        case .unknownOption(let option):
            ("unknown option `\(option)`", nil)
        case .missingOptionValue(let option):
            ("a value is missing after `\(option)`", nil)
        case .invalidOptionValue(let option, let value, let form):
            ("`\(value)` is no value for `\(option)`", "write \(form.description)")
        case .optionWithEquals(let option, _):
            ("the value of `\(option)` is a word of its own", nil)
        case .conflictingOptions(let first, let second):
            ("`\(first)` and `\(second)` exclude each other", "leave one out")
        case .unsupportedVersion(let version):
            ("`\(version)` is not spoken here", nil)
        case .ambiguousTarget(let name, let text):
            ("`\(name):\(text)` may be a path or a field", nil)
        case .operatorInTarget(let symbol):
            ("`\(symbol)` inside a target", nil)
        }
    }
}

extension ItemProblem {
    fileprivate var words: DiagnosticSentences.Words {
        switch self {
        case .controlCharacter(let character, let place):
            ("\(character.words) cannot stand in a \(place.words)", "take it out")
        case .bareWord(let word):
            ("`\(word)` is no item", nil)
        case .wordAfterFieldName(let name, let word):
            ("`\(word)` stands apart from `\(name):`", nil)
        case .dataWithoutBody(let method, _):
            ("\(method) sends no body here", nil)
        case .secondBody(let body, let first):
            ("`\(body)` is a second body after `\(first)`", "leave one out")
        case .bodyAndItem(let body, let item):
            ("`\(item)` cannot be added to the whole body `\(body)`", "leave one out")
        case .emptyKey(let separator):
            ("a name is missing before `\(separator)`", nil)
        case .missingFileName(let symbol):
            ("a file is missing after `\(symbol)`", nil)
        case .valueAfterSemicolon(let name, _):
            ("`\(name);` means an empty field, and text follows it", nil)
        case .invalidJSON(_, let value):
            ("`\(value)` is no JSON", nil)
        case .invalidKeyPath(let key):
            (
                "the brackets of `\(key)` do not fit",
                "write `a[b][0]=v`, or `\\[` for a plain bracket"
            )
        case .invalidFieldName(let name):
            ("`\(name)` is no field name", "names have no blanks, quotes, brackets or `/`")
        }
    }
}

extension ControlCharacter {
    fileprivate var words: String {
        switch self {
        case .carriageReturn: "a carriage return"
        case .lineFeed: "a line feed"
        case .null: "NUL"
        }
    }
}

extension TextPlace {
    fileprivate var words: String {
        switch self {
        case .field: "field"
        case .target: "target"
        }
    }
}

extension TailProblem {
    fileprivate var words: DiagnosticSentences.Words {
        switch self {
        case .tailNotAccepted(let command, let symbol):
            ("`\(command)` prints nothing that `\(symbol)` could take", nil)
        case .inputNotAccepted:
            ("`<` gives a request its body, and stands after a request only", nil)
        case .missingFile(let symbol):
            ("a file is missing after `\(symbol)`", nil)
        case .wordAfterRedirection(let word):
            (
                "`\(word)` stands after the file of `>`",
                "put the file last, and quotes around blanks"
            )
        case .filterAfterRedirection:
            ("a filter stands after the file of `>`", "put filters before `>`")
        case .misplacedAmpersand:
            ("`&` is the last word of a line", "write `\\&` for a plain one")
        case .backgroundWithoutRequest:
            ("only requests run in the background", "take the `&` out")
        }
    }
}

extension ArgumentProblem {
    fileprivate var words: DiagnosticSentences.Words {
        switch self {
        case .unknownWord(let word, .subcommand(let command)):
            ("`\(command)` has no `\(word)`", nil)
        case .unknownWord(let word, .setting):
            ("no setting is called `\(word)`", nil)
        case .unknownWord(let word, .topic):
            ("there is no help on `\(word)`", nil)
        case .unknownWord(let word, .option(let command)):
            ("`\(command)` has no option `\(word)`", nil)
        case .unknownWord(let word, .noun(let noun)):
            ("`\(word)` is no \(noun)", nil)
        case .missingWord(let expected):
            ("\(expected.description) is missing", nil)
        case .unexpectedWord(let word):
            ("`\(word)` is a word too many", nil)
        case .invalidValue(let value, let name, let form):
            ("`\(value)` is no value for `\(name)`", "write \(form.description)")
        }
    }
}

extension ExpectedWord: CustomStringConvertible {
    /// What is expected, with an article.
    package var description: String {
        switch self {
        case .subcommand(let command): "a word after `\(command)`"
        case .setting: "the name of a setting"
        case .topic: "a topic"
        case .option(let command): "an option of `\(command)`"
        case .noun(let noun): "the \(noun)"
        }
    }
}

extension ValueForm: CustomStringConvertible {
    /// What a value looks like, to stand after "write".
    package var description: String {
        switch self {
        case .duration: "`250ms`, `5s` or `2m`"
        case .size: "`64KiB` or `10MB`"
        case .onOff: "`on` or `off`"
        case .number(let range) where range.upperBound == .max:
            "a number from \(range.lowerBound) on"
        case .number(let range):
            "a number from \(range.lowerBound) to \(range.upperBound)"
        case .connection: "a connection's number, as in `#3`"
        case .httpVersion: "`1.1` or `2`"
        case .name: "a name of letters, digits, `_` and `-`"
        case .oneOf(let words): words.map { "`\($0)`" }.joined(separator: ", ")
        case .noun(let noun): "a \(noun)"
        }
    }
}
