/// What keeps a curl command line from being read: a fact and a place.
package struct CurlProblem: Error, Sendable, Hashable {
    /// What is wrong.
    package var kind: Kind
    /// Where it stands, in bytes of the text that was read.
    package var range: Range<Int>

    /// Creates a problem.
    package init(_ kind: Kind, _ range: Range<Int>) {
        self.kind = kind
        self.range = range
    }

    /// What can be wrong.
    package enum Kind: Sendable, Hashable {
        /// There is no command at all.
        case empty
        /// A quote that is never closed.
        case unclosedQuote(Character)
        /// A here-document whose last line is missing.
        case unclosedDocument(delimiter: String)
        /// A command or process substitution, which only a shell can do.
        case substitution(String)
        /// An expansion beyond `$NAME` and `${NAME}`.
        case expansion(String)
        /// Parentheses and the like, outside quotes.
        case shellSyntax(String)
        /// A character with the code 0, which no argument can hold.
        case null
        /// A program that is not curl.
        case notCurl(String)
        /// An option that curl does not have; the nearest one that it has.
        case unknownOption(String, nearest: String?)
        /// An option whose name could be several.
        case ambiguousOption(String, among: [String])
        /// An option without its value.
        case missingValue(option: String)
        /// A value that is not what the option takes.
        case invalidValue(option: String, expected: String)
        /// A value that is no UTF-8 where only text can stand.
        case notText(option: String)
        /// An option that has no counterpart, and without which it would be another request.
        case refused(option: String, CurlAdvice)
        /// Two options that curl does not take together.
        case conflict(String, String)
        /// There is no URL.
        case noURL
        /// A URL for which curl would make several requests: `{a,b}`, `[1-3]`.
        case globbing
        /// A URL that is none for HTTP.
        case invalidURL(String)
        /// A file that cannot be read.
        case unreadable(path: String, detail: String)
        /// Standard input, where nothing is known of it.
        case standardInput(option: String)
        /// A file that can only be read while sending, joined with other content.
        case fileInPieces(option: String)
    }
}

/// What to do instead of an option that has no counterpart in a request line.
package enum CurlAdvice: Sendable, Hashable {
    /// A setting of the session.
    case setting(name: String, value: String)
    /// A line of the shell.
    case line(String)
    /// It is another protocol's.
    case otherProtocol
    /// linger cannot do it; what it can.
    case unsupported(String)
}

/// What was left out of a request, or should be known about it.
package struct CurlNote: Sendable, Hashable {
    /// The option as it was written.
    package var option: String
    /// What about it.
    package var kind: Kind

    /// Creates a note.
    package init(_ option: String, _ kind: Kind) {
        self.option = option
        self.kind = kind
    }

    /// What can be said.
    package enum Kind: Sendable, Hashable {
        /// It only says what curl prints, or where it looks for its configuration.
        case output
        /// curl sends the method that it names to where a redirect leads, too.
        case methodOfRedirects(String)
        /// It does what linger does anyway, or nothing here.
        case noEffect
        /// It concerns the session; what to do there.
        case advice(CurlAdvice)
        /// The header that was given instead wins, as in curl.
        case overridden
        /// A variable of the environment that is not set: it is empty, as in Bash.
        case emptyVariable
        /// A variable of the environment, replaced by its value.
        case variable
        /// A cookie file that is not there: no cookies, as in curl.
        case noCookieFile
        /// A header without a colon, which curl does not send.
        case noHeader
        /// A pipe or a redirection, which stands behind the command.
        case shellText
    }
}
