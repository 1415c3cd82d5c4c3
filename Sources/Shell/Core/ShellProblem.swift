package import HTTPModel
package import HTTPSession
package import JSONPath
package import OpenAPI
package import SessionFiles
package import ShellLanguage

/// What went wrong with a line: facts, from which `ShellSentences` makes the words.
package enum ShellProblem: Error, Sendable {
    /// The line is not the language's.
    case syntax(Diagnostic)
    /// A command's words are not what it takes.
    case usage(command: String, UsageProblem, SourceSpan?)
    /// No setting has this name.
    case unknownSetting(String, nearest: [String], SourceSpan?)
    /// A setting does not take this value.
    case settingValue(name: String, value: String, expected: String, SourceSpan?)
    /// Certificates or keys that a setting names cannot be used; nothing has changed.
    case connectionOptions(ConnectionOptionsError, SourceSpan?)
    /// A setting that says who we are, and so belongs to one origin of https; the base is none.
    case settingNeedsOrigin(String, base: Origin?, SourceSpan?)
    /// A setting that no part of linger honours yet.
    case settingNotYet(String, SourceSpan?)
    /// Something of the language that does nothing yet.
    case notYet(String, SourceSpan?)
    /// A reference yields nothing.
    case unresolved(reference: String, ReferenceProblem, SourceSpan?)
    /// A default cannot be made for a request; what is wrong with it, and not with the line.
    indirect case inDefault(DefaultPlace, ShellProblem)
    /// A target is no URI.
    case target(String, URIError, SourceSpan?)
    /// There is no base, and the line needs one.
    case noBase
    /// A field cannot be sent or kept.
    case field(FieldError, SourceSpan?)
    /// Credentials cannot be sent.
    case credentials(CredentialsError, SourceSpan?)
    /// A request that is none.
    case request(SessionRequestError, SourceSpan?)
    /// A JSON value in an item is none; what the parser says.
    case json(String, SourceSpan?)
    /// The paths of data items do not fit together.
    case dataPath(key: String, DataPathProblem, SourceSpan?)
    /// A cookie was refused.
    case cookie(String, SourceSpan?)
    /// A curl command line that cannot be taken over.
    case curl(CurlProblem, SourceSpan?)
    /// A request that another tool has no notation for.
    case export(CommandExport.Problem)
    /// A file could not be read or written.
    case file(path: String, FileAction, detail: String, SourceSpan?)
    /// A file that an item names is not there; how the item would be written without one.
    case noFile(path: String, offer: String?, SourceSpan?)
    /// A text that should describe a service does not.
    case apiDescription(APIDescriptionError, source: String)
    /// There is no description where one was looked for.
    case noDescription(source: String)
    /// A description has no operation like this.
    case noOperation(String)
    /// No exchange has this number or name.
    case noSuchExchange(String, SourceSpan?)
    /// There is no exchange before the one with this number to compare it with.
    case nothingToCompare(Int)
    /// No connection has this number.
    case noSuchConnection(Int, SourceSpan?)
    /// A connection cannot be asked for a sign of life.
    case cannotPing(Int, PingRefusal, SourceSpan?)
    /// A probe got no answer.
    case probeFailed(TransportError)
    /// There is no content to work on.
    case noContent
    /// The content of an exchange cannot be looked at any more.
    case contentUnavailable(exchange: Int, ContentProblem)
    /// It is about single answers of a repetition, which are not kept.
    case answersNotKept(ClosedRange<Int>, SourceSpan?)
    /// The same for what is expected of each of them.
    case answersNotChecked(ClosedRange<Int>)
    /// A path matched nothing.
    case noMatch(path: String, SourceSpan?)
    /// A filter or `!` ended with this status.
    case exitStatus(command: String, Int)
    /// A child could not be started.
    case cannotRun(command: String, detail: String)
    /// An exchange failed; it has been shown.
    case exchangeFailed(Exchange)
    /// Some exchanges of a repetition failed; it has been shown.
    case repetitionFailed(Int)
    /// A background job failed; it has been shown.
    case jobFailed(Int)
    /// The final status is 3xx, 4xx or 5xx under `--check-status`.
    case statusClass(Int)
    /// Expectations failed; they have been shown.
    case expectationFailed
    /// A replay did not pass; it has been shown. The status is `linger replay`'s.
    case replayFailed(status: Int)
    /// A session file reads environment variables that it was not given leave to read.
    case environmentNotAllowed(file: String, names: [String])
    /// A session file has no such request; the names that it has.
    case noSuchStep(String, file: String, names: [String])
    /// Lines of another place, or jobs, failed; what was wrong with them has been shown.
    case scriptFailed(status: Int)
    /// Nobody reads standard output any more, so the request was ended.
    case outputGone
    /// ^C.
    case interrupted

    /// What is done with a file.
    package enum FileAction: String, Sendable, Hashable {
        case read
        case write
        case replace
    }
}

/// What is wrong with the words of a command.
package enum UsageProblem: Sendable, Hashable {
    /// A word is missing; what it would be.
    case missing(String)
    /// A word too many.
    case unexpected(String)
    /// A sub-command that there is not; those there are.
    case unknownSubcommand(String, known: [String])
    /// A word that is not what stands there; what would be.
    case invalid(String, expected: String)
    /// An option that has no effect together with something else; what to do instead.
    case clashes(with: String, instead: String)
}

/// Why a data item cannot be put where its key leads.
package enum DataPathProblem: Sendable, Hashable {
    /// Another value stands there; what kind of one.
    case occupied(by: String)
    /// The element would lie beyond those that an array may have.
    case tooManyElements(limit: Int)
}

/// Why a reference yields nothing.
package enum ReferenceProblem: Error, Sendable, Hashable {
    /// No variable has this name; the nearest ones.
    case unknownVariable(nearest: [String])
    /// No exchange has this number or name.
    case noExchange
    /// There is no finished exchange yet.
    case nothingYet
    /// The exchange failed: it has no response.
    case noResponse
    /// The message has no such field.
    case noField(String)
    /// The content is not JSON.
    case notJSON
    /// The content cannot be looked at any more.
    case content(ContentProblem)
    /// It is a repetition with these numbers, whose single answers are not kept.
    case answersNotKept(ClosedRange<Int>)
    /// The path matches nothing.
    case noMatch(String)
    /// The path is malformed.
    case badPath(String, JSONPathError)
    /// Following the path went beyond a limit.
    case pathTooCostly(String, JSONPathOverrun)
    /// The environment has no such variable.
    case notInEnvironment(String)
    /// A replay would read it, and had not named it before its first request (FILES.md 9.8).
    case notNamedBefore(environment: String)
    /// No dynamic variable has this name; the known ones.
    case unknownDynamic(known: [String])
    /// The arguments of a dynamic variable are not what it takes; what it takes.
    case badArguments(expected: String)
    /// A secret would have to be asked for, and nobody can be.
    case secretWithoutTerminal(String)
    /// A secret was asked for, and ^C was the answer.
    case secretNotGiven(String)
    /// `{{$index}}` outside a repetition.
    case notRepeating
    /// A part of a message that there is not.
    case unknownPart(String)
    /// The value would make another host of what stands before it.
    case changesHost
}

extension ShellProblem {
    /// The problem of a file that cannot be read with the place of its name, if it has none yet.
    func pointing(at span: SourceSpan?) -> Self {
        guard case .file(let path, .read, let detail, nil) = self else { return self }
        return .file(path: path, .read, detail: detail, span)
    }

    /// The exit status of a script that this problem ends (PRODUCT.md, section 7).
    package var exitStatus: Int {
        switch self {
        case .syntax, .usage, .unknownSetting, .noSuchStep, .settingValue,
            .connectionOptions, .settingNeedsOrigin, .settingNotYet, .notYet, .target, .noBase,
            .field,
            .credentials, .request, .json, .dataPath, .cookie, .curl, .export:
            2
        case .file(_, .read, _, _), .noFile, .unresolved(_, .badPath, _): 2
        case .unresolved, .file, .apiDescription, .noDescription, .noOperation, .noSuchExchange,
            .nothingToCompare, .noSuchConnection, .cannotPing, .probeFailed, .noContent,
            .contentUnavailable, .answersNotKept, .answersNotChecked, .noMatch,
            .exitStatus, .cannotRun, .repetitionFailed, .jobFailed, .environmentNotAllowed,
            .outputGone:
            1
        case .exchangeFailed(let exchange):
            if case .tooManyRedirects? = exchange.failure { 6 } else { 1 }
        case .inDefault(_, let problem): problem.exitStatus
        case .statusClass(let status): status / 100
        case .expectationFailed, .replayFailed: 7
        case .scriptFailed(let status): status
        case .interrupted: 130
        }
    }
}
