extension DiagnosticKind {
    /// The topic of `help` that explains the rule; `nil` where the sentence says all.
    package var helpTopic: String? {
        switch self {
        case .word: "words"
        case .line(.unknownCommand): nil
        case .line: "lines"
        case .request(let problem): problem.helpTopic
        case .item: "items"
        case .tail: "filters"
        case .argument(let problem): problem.helpTopic
        }
    }
}

extension RequestProblem {
    fileprivate var helpTopic: String {
        switch self {
        case .countWithoutRequest, .invalidCount, .missingMethod, .invalidMethod, .connectRefused:
            "requests"
        case .unknownOption, .missingOptionValue, .invalidOptionValue, .optionWithEquals,
            .conflictingOptions, .unsupportedVersion:
            "options"
        case .ambiguousTarget, .operatorInTarget:
            "targets"
        }
    }
}

extension ArgumentProblem {
    fileprivate var helpTopic: String? {
        switch self {
        case .unknownWord(_, let expected), .missingWord(let expected): expected.helpTopic
        case .unexpectedWord: nil
        case .invalidValue(_, let name, _): name
        }
    }
}

extension ExpectedWord {
    fileprivate var helpTopic: String? {
        switch self {
        case .subcommand(let command), .option(let command): command
        case .setting: "set"
        case .topic: "help"
        case .noun: nil
        }
    }
}
