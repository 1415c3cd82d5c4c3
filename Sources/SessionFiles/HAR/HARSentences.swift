import HTTPModel

extension HARProblem.Kind {
    /// What is wrong, in one sentence without a full stop.
    package var sentence: String {
        switch self {
        case .notJSON: "this is no JSON, so it is no HAR"
        case .truncated: "the file ends inside the log; it was not saved in full"
        case .noEntries: "there is no log.entries, so it is no HAR 1.2"
        case .malformed(let problem): "left out: the entry is malformed JSON (\(problem.words))"
        case .member(let path): "left out: the entry has no usable \(path)"
        case .url(let text): "left out: \(text.quotedForDisplay) is no URL of HTTP"
        case .cached: "left out: it came from the browser's cache"
        case .unanswered: "left out: it was never answered"
        case .noContent: "left out: the content that was uploaded is not in the HAR"
        }
    }
}

extension JSONSyntaxError.Problem {
    fileprivate var words: String {
        switch self {
        case .empty: "it is empty"
        case .unexpectedEnd: "it ends early"
        case .unexpectedByte: "a character that cannot stand there"
        case .controlCharacterInString: "a control character in a string"
        case .invalidEscape: "an escape that is none"
        case .tooDeep(let limit): "more than \(limit) levels"
        }
    }
}
