extension CurlProblem.Kind {
    /// What is wrong, in one sentence without a full stop.
    package var sentence: String {
        switch self {
        case .empty: "there is no curl command in this text"
        case .unclosedQuote(let quote): "the quote \(quote) is never closed"
        case .unclosedDocument(let delimiter):
            "the line \(delimiter.quotedForDisplay) that ends the input is missing"
        case .substitution(let text): "\(text) runs a command, and no shell is asked here"
        case .expansion(let text): "\(text.quotedForDisplay) is for a shell, and none is asked here"
        case .shellSyntax(let text): "\(text) outside quotes is for a shell"
        case .null: "no argument can hold the character with the code 0"
        case .notCurl(let name): "\(name.quotedForDisplay) is not curl"
        case .unknownOption(let option, _): "curl has no option \(option.quotedForDisplay)"
        case .ambiguousOption(let option, let names):
            "\(option.quotedForDisplay) could be \(names.joined(separator: ", "))"
        case .missingValue(let option): "\(option.escapedForDisplay) needs a value"
        case .invalidValue(let option, let expected):
            "\(option.escapedForDisplay) takes \(expected)"
        case .notText(let option): "\(option.escapedForDisplay) is not UTF-8 text"
        case .refused(let option, _):
            "\(option.escapedForDisplay) cannot be kept in a request line"
        case .conflict(let first, let second):
            "\(first) and \(second) exclude each other: each makes another request"
        case .noURL: "there is no URL"
        case .globbing: "curl would make several requests of the braces or brackets"
        case .invalidURL(let text): "\(text.quotedForDisplay) is no URL for HTTP"
        case .unreadable(let path, let detail):
            "cannot read \(path.quotedForDisplay)"
                + (detail.isEmpty ? "" : ": \(detail.escapedForDisplay)")
        case .standardInput(let option):
            "\(option.escapedForDisplay) would read standard input, joined with other content"
        case .fileInPieces(let option):
            "\(option.escapedForDisplay) would read a file while it is sent"
        }
    }

    /// The next thing to try.
    package var hint: String? {
        switch self {
        case .substitution, .expansion, .shellSyntax, .null:
            "put what it stands for in its place, in '…'"
        case .notCurl: "give one curl command after the other, nothing else"
        case .unknownOption(_, let nearest): nearest.map { "did you mean \($0)?" }
        case .refused(_, let advice): advice.sentence
        case .noURL: "curl URL"
        case .globbing: "write the URLs one by one, or add -g if the characters are meant"
        case .notText: "put it in a file, and name it: --data-binary @FILE"
        case .standardInput, .fileInPieces: "give all of it in one file: --data-binary @FILE"
        case .empty, .unclosedQuote, .unclosedDocument, .ambiguousOption, .missingValue,
            .invalidValue, .conflict, .invalidURL, .unreadable:
            nil
        }
    }
}

extension CurlAdvice {
    /// What to do, as a clause.
    package var sentence: String {
        switch self {
        case .setting(let name, let value):
            "first `set \(name) \(value.shortened.escapedForDisplay)`, then the line without it"
        case .line(let text): "instead: \(text.escapedForDisplay)"
        case .otherProtocol: "it is for another protocol or a proxy"
        case .unsupported(let text): text
        }
    }
}

extension CurlNote {
    /// What was left out, and what can be done about it, in one line.
    package var sentence: String {
        let option = self.option.shortened.escapedForDisplay
        switch self.kind {
        case .output: return "\(option) left out: it only concerns what curl prints or reads"
        case .methodOfRedirects(let method):
            let others = method == "POST" ? "301, 302 and 303" : "303"
            return "\(option): curl sends \(method) to where any redirect leads; linger sends GET"
                + " after \(others)"
        case .noEffect: return "\(option) left out: it makes no difference here"
        case .advice(.setting(let name, let value)):
            return "\(option) left out: `set \(name) \(value.shortened.escapedForDisplay)` is for"
                + " the session"
        case .advice(let advice): return "\(option) left out; \(advice.sentence)"
        case .overridden: return "\(option) left out: -H says it already"
        case .emptyVariable: return "\(option) is not set, so it is empty, as in Bash"
        case .variable: return "\(option) was replaced by its value"
        case .noCookieFile: return "\(option): there is no such file, so no cookies, as with curl"
        case .noHeader: return "\(option) left out: curl does not send it either"
        case .shellText: return "left out behind the command: \(option)"
        }
    }
}
