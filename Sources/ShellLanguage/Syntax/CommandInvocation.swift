/// How the words after a command's name are read.
package enum ArgumentStyle: Hashable, Sendable {
    /// Words, with quotes, escapes and references.
    ///
    /// After one of `rawAfter` as the first word, the rest of the line is raw text
    /// (`cookies set sid=a; Path=/`).
    case words(rawAfter: Set<String>)
    /// The rest of the line is raw text: no quotes, no `\`, no tails (`expect duration < 500 ms`).
    case text
    /// Words, then perhaps a request, from the first count or method on (`watch 5s get /users`).
    case request

    /// Words and nothing else.
    package static let words = ArgumentStyle.words(rawAfter: [])
}

/// What the parser knows of a command.
package struct CommandSignature: Hashable, Sendable {
    /// The name, in lower case.
    package let name: String
    /// Other whole names of the same command (`exit` for `quit`).
    package let alternativeNames: [String]
    /// How its arguments are read.
    package let arguments: ArgumentStyle
    /// Whether it prints, so that filters and `>` may follow.
    package let acceptsTails: Bool
    /// Its options that may stand behind its request too, each with a word (`--sizes 1,2`).
    package let optionsAfterRequest: Set<String>

    /// Describes a command.
    package init(
        _ name: String,
        alternativeNames: [String] = [],
        arguments: ArgumentStyle = .words,
        acceptsTails: Bool = false,
        optionsAfterRequest: Set<String> = []
    ) {
        self.name = name
        self.alternativeNames = alternativeNames
        self.arguments = arguments
        self.acceptsTails = acceptsTails
        self.optionsAfterRequest = optionsAfterRequest
    }
}

/// A command with its arguments.
package struct CommandInvocation: Hashable, Sendable {
    /// The command's whole name, whatever prefix or other name was typed.
    package let name: String
    /// Where the name stands.
    package let nameSpan: SourceSpan
    /// The words after the name; with raw text, only those before it, and with a request those
    /// behind it that are the command's.
    package let words: [Word]
    /// The text after the name, up to the tails, as typed, without blanks at its ends.
    ///
    /// Where the words end in one of `ArgumentStyle.words(rawAfter:)`, the text after that word.
    package let rawArguments: String
    /// Where `rawArguments` stands.
    package let rawSpan: SourceSpan
    /// The request of `ArgumentStyle.request`; tails are the request's then.
    package let request: RequestLine?
    /// What follows: filters and a redirection.
    package var tails: Tails
}

/// What follows a request or a command that prints (LANGUAGE.md section 6).
package struct Tails: Hashable, Sendable {
    /// A step that output is sent through.
    package enum Filter: Hashable, Sendable {
        /// A JSONPath, raw; it starts with `$`.
        case jsonPath(String, span: SourceSpan)
        /// Text for `/bin/sh -c`, verbatim; always the last filter.
        case shell(String, span: SourceSpan)
    }

    /// A file that output goes to.
    package struct Redirection: Hashable, Sendable {
        /// The file's name.
        package let path: Word
        /// Whether the file is appended to (`>>`).
        package let appends: Bool

        /// Makes a redirection that was not typed as one.
        package init(path: Word, appends: Bool) {
            self.path = path
            self.appends = appends
        }

        /// Returns the same to a file of this name, which is what its references come to.
        package func renamed(to name: String) -> Redirection {
            let template = Template(literal: name, span: path.span)
            return Redirection(
                path: Word(template: template, isQuoted: path.isQuoted),
                appends: appends
            )
        }
    }

    /// The filters in order.
    package var filters: [Filter] = []
    /// The file, if there is one.
    package var redirection: Redirection?
    /// Whether the line ends in `&`.
    package var isBackground = false

    /// No tails.
    package static let none = Tails()

    /// Whether there are no tails at all.
    package var isEmpty: Bool { self == .none }
}
