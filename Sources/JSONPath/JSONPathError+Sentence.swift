extension JSONPathError {
    /// What is wrong, in words for the one who wrote the query.
    package var sentence: String {
        switch self.problem {
        case .missingRoot: "a path starts with $, as in $.items[0].name"
        case .missingName: "a name is missing after the dot"
        case .nameNeedsQuotes(let name): "\(name) is written ['\(name)']"
        case .missingSelector: "an index or a quoted name is missing"
        case .unexpectedCharacter: "this cannot stand here"
        case .invalidIndex: "an index is 0, 1, 2 …, or negative from the end"
        case .integerOutOfRange: "the number is beyond 9007199254740991"
        case .invalidNumber: "this is no number that JSON knows"
        case .invalidEscape: "after a backslash stands a quote, \\, /, b, f, n, r, t or uXXXX"
        case .controlCharacter: "a control character is written as an escape"
        case .unclosed: "a bracket or quote is not closed"
        case .missingExpression: "a condition is missing"
        case .literalNotCompared: "a value on its own is no condition: compare it"
        case .queryNotSingular:
            "this path may find many values: compare one, or count(…) them"
        case .notComparable: "this is true or false already: it cannot be compared"
        case .unknownFunction(let name, let nearest?):
            "there is no function \(name); did you mean \(nearest)?"
        case .unknownFunction(let name, nil):
            "there is no function \(name); there are length, count, match, search and value"
        case .wrongArgumentCount(let function, let expected):
            "\(function) takes \(expected == 1 ? "one argument" : "\(expected) arguments")"
        case .wrongArgument(let function, let number):
            switch function {
            case "count", "value": "\(function) takes a path"
            default: "argument \(number) of \(function) must be one value"
            }
        case .resultNotCompared(let function): "\(function)(…) is a value: compare it"
        case .tooDeep(let limit): "more than \(limit) filters and parentheses are open"
        case .tooLong(let limit): "a path has at most \(limit) bytes"
        }
    }
}

extension JSONPathOverrun {
    /// Which limit was passed, in words.
    package var sentence: String {
        switch self {
        case .tooManyNodes(let limit): "the path finds more than \(limit) values"
        case .tooManySteps(let limit): "the path takes more than \(limit) steps"
        case .patternTooLarge(let limit): "a pattern has more than \(limit) states"
        }
    }
}

extension PatternError {
    /// What is wrong, in words for the one who wrote the expression.
    package var sentence: String {
        switch self.problem {
        case .unexpectedCharacter: "character \(self.offset + 1) cannot stand there"
        case .unclosed: "the group or class at character \(self.offset + 1) is not closed"
        case .notSupported:
            "character \(self.offset + 1): not supported (what looks around or back never is)"
        case .nothingToRepeat: "nothing to repeat stands before character \(self.offset + 1)"
        case .emptyRange: "the range at character \(self.offset + 1) ends before it begins"
        case .unknownProperty: "there is no such property at character \(self.offset + 1)"
        case .tooDeep(let limit): "more than \(limit) groups are open"
        case .tooLarge(let limit): "it has more than \(limit) states"
        }
    }
}
