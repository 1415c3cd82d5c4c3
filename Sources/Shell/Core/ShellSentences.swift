import HTTPModel
import HTTPSession
import HTTPTypes
import JSONPath
import OpenAPI
import Rendering
import SessionFiles
import ShellLanguage

/// Makes the words of what went wrong with a line: the one renderer of `ShellProblem`.
enum ShellSentences {
    /// What is said of a problem.
    struct Words {
        /// The machine kind, for `--json`.
        var kind: String
        /// What happened.
        var message: String
        /// What stands behind the caret, or below: the next thing to try.
        var note: String?
        /// The topic of `help`.
        var help: String?
        /// Where it stands in the line.
        var span: SourceSpan?
    }

    /// The words for a problem; nil for one that has been shown already.
    static func words(for problem: ShellProblem) -> Words? {
        switch problem {
        case .syntax(let diagnostic): Self.syntax(diagnostic)
        case .usage(let command, let usage, let span): Self.usage(command, usage, span)
        case .unknownSetting(let name, let near, let span): Self.unknownSetting(name, near, span)
        case .settingValue(let name, let value, let expected, let span):
            Self.settingValue(name, value, expected, span)
        case .connectionOptions(let error, let span): Self.connectionOptions(error, span)
        case .settingNeedsOrigin(let name, let base, let span): Self.unbound(name, base, span)
        case .settingNotYet(let name, let span): Self.settingNotYet(name, span)
        case .notYet(let what, let span):
            Words(kind: "not_yet", message: "\(what) is not supported yet", span: span)
        case .unresolved(let reference, let why, let span): Self.unresolved(reference, why, span)
        case .inDefault(let place, let problem): Self.inDefault(place, problem)
        case .target(let text, let error, let span): Self.target(text, error, span)
        case .noBase: Self.noBase
        case .field(let error, let span): Self.field(error, span)
        case .credentials(let error, let span): Self.credentials(error, span)
        case .request(let error, let span): Self.request(error, span)
        case .json(let text, let span): Self.json(text, span)
        case .dataPath(let key, let problem, let span): Self.dataPath(key, problem, span)
        case .cookie(let text, let span):
            Words(kind: "cookie", message: text, help: "cookies", span: span)
        case .curl(let problem, let span): Self.curl(problem, span)
        case .export(let problem): Self.export(problem)
        case .file(let path, let action, let detail, let span):
            Self.file(path, action, detail, span)
        case .noFile(let path, let offer, let span): Self.noFile(path, offer, span)
        case .apiDescription, .noDescription, .noOperation: Self.ofDescription(problem)
        case .probeFailed(let error): Self.probeFailed(error)
        case .noSuchExchange, .nothingToCompare, .noSuchConnection, .cannotPing, .noContent,
            .contentUnavailable, .answersNotKept, .answersNotChecked, .noMatch:
            Self.ofMissing(problem)
        case .exitStatus(let command, let status): Self.exitStatus(command, status)
        case .cannotRun(let command, let detail): Self.cannotRun(command, detail)
        case .jobFailed(let number):
            Words(kind: "job_failed", message: "job \(number) failed", note: "`why \(number)`")
        case .repetitionFailed(let count):
            Words(kind: "repetition_failed", message: "\(CountText.text(count, "request")) failed")
        case .statusClass(let status): Words(kind: "status", message: "the status was \(status)")
        case .environmentNotAllowed(let file, let names): Self.environment(file, names)
        case .noSuchStep(let name, let file, let names): Self.noSuchStep(name, file, names)
        // Shown where they happened; ^C is what the user did, and who is gone hears nothing.
        case .exchangeFailed, .expectationFailed, .replayFailed, .scriptFailed, .interrupted,
            .outputGone:
            nil
        }
    }

    private static func probeFailed(_ error: TransportError) -> Words {
        let rendered = ErrorSentences.render(error)
        return Words(kind: rendered.kind, message: rendered.message, note: rendered.hint)
    }

    /// The words for what concerns descriptions of services; nil for anything else.
    private static func ofDescription(_ problem: ShellProblem) -> Words? {
        if case .apiDescription(let error, let source) = problem {
            return Self.description(error, source)
        }
        if case .noDescription(let source) = problem {
            return Words(
                kind: "no_description",
                message: "there is no description of a service at \(Sanitizer.line(source))",
                note: "`openapi FILE|URL` reads one from elsewhere",
                help: "openapi"
            )
        }
        guard case .noOperation(let text) = problem else { return nil }
        return Words(
            kind: "no_operation",
            message: "the description has no \(Sanitizer.line(text))",
            note: "`ls --all` lists what it has",
            help: "ls"
        )
    }

    private static func description(_ error: APIDescriptionError, _ source: String) -> Words {
        let what =
            switch error {
            case .syntax(let detail, let line):
                "cannot be read: \(Sanitizer.line(detail))" + (line.map { " in line \($0)" } ?? "")
            case .notADescription: "has neither `openapi` nor `swagger`: it describes no service"
            case .unknownVersion(let version):
                "is OpenAPI \(Sanitizer.line(version)); 2.0, 3.0 and 3.1 are understood"
            }
        return Words(
            kind: "api_description",
            message: "\(Sanitizer.line(source)) \(what)",
            help: "openapi"
        )
    }

    /// The note is the whole command to run.
    private static func environment(_ file: String, _ names: [String]) -> Words {
        let list = names.joined(separator: ",")
        // People paste the note into their shell, and the names are the file's.
        let words = ["linger", "replay", "--allow-env", list, file]
        return Words(
            kind: "environment",
            message: Sanitizer.line("\(file) reads from the environment: \(list)"),
            note: Sanitizer.line(words.map(Self.shellWord).joined(separator: " "))
        )
    }

    /// A word for a POSIX shell: plain, or in single quotes.
    private static func shellWord(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            "_./,:@%+-".utf8.contains(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        }
        return isPlain && !text.isEmpty ? text : text.posixQuoted
    }

    private static func curl(_ problem: CurlProblem, _ span: SourceSpan?) -> Words {
        Words(
            kind: "curl",
            message: problem.kind.sentence,
            note: problem.kind.hint,
            help: "import",
            span: span
        )
    }

    private static func export(_ problem: CommandExport.Problem) -> Words {
        switch problem {
        case .inexpressible(let tool, let part):
            Words(
                kind: "export",
                message: "\(tool) has no notation for \(Sanitizer.line(part))",
                note: "`export curl` has",
                help: "export"
            )
        }
    }

    private static func unknownSetting(
        _ name: String,
        _ nearest: [String],
        _ span: SourceSpan?
    ) -> Words {
        Words(
            kind: "unknown_setting",
            message: "unknown setting \(name)",
            note: nearest.isEmpty ? "`set` lists all settings" : Self.didYouMean(nearest),
            help: "set",
            span: span
        )
    }

    private static func settingValue(
        _ name: String,
        _ value: String,
        _ expected: String,
        _ span: SourceSpan?
    ) -> Words {
        Words(
            kind: "setting_value",
            message: "\(name) cannot be \(value)",
            note: "it takes \(expected)",
            help: "set",
            span: span
        )
    }

    private static func connectionOptions(
        _ error: ConnectionOptionsError,
        _ span: SourceSpan?
    ) -> Words {
        let rendered = ErrorSentences.render(error)
        return Words(
            kind: rendered.kind,
            message: rendered.message,
            note: rendered.hint,
            help: "set",
            span: span
        )
    }

    private static func unbound(
        _ name: String,
        _ base: Origin?,
        _ span: SourceSpan?
    ) -> Words {
        Words(
            kind: "needs_origin",
            message: "\(name) belongs to one origin, and "
                + (base.map { "the base \($0) is not https" } ?? "there is no base"),
            note: "`base https://…` first, or `set \(name) FILE --for https://…`",
            help: "set",
            span: span
        )
    }

    private static func settingNotYet(_ name: String, _ span: SourceSpan?) -> Words {
        Words(
            kind: "not_yet",
            message: "\(name) has no effect yet, so it cannot be set",
            span: span
        )
    }

    private static func file(
        _ path: String,
        _ action: ShellProblem.FileAction,
        _ detail: String,
        _ span: SourceSpan?
    ) -> Words {
        Words(
            kind: "file",
            message: "cannot \(action.rawValue) \(Sanitizer.line(path)): \(detail)",
            span: span
        )
    }

    private static func noFile(_ path: String, _ offer: String?, _ span: SourceSpan?) -> Words {
        Words(
            kind: "file",
            message: "cannot read \(Sanitizer.line(path)): \(Self.absence(of: path))",
            note: offer.map { Sanitizer.line("did you mean `\($0)`?") },
            span: span
        )
    }

    /// Why a path cannot be the content of a request.
    private static func absence(of path: String) -> String {
        if Files.isFolder(path) { return "it is a folder" }
        guard Files.exists(path) else { return "there is no such file" }
        return "it is no regular file, and its length must be known before it is sent"
    }

    private static func noSuchStep(_ name: String, _ file: String, _ names: [String]) -> Words {
        Words(
            kind: "no_such_request",
            message: "\(Sanitizer.line(file)) has no request \(Sanitizer.line(name))",
            note: names.isEmpty
                ? "requests are numbered from 1"
                : "its requests: \(Sanitizer.line(names.prefix(20).joined(separator: ", ")))"
        )
    }

    private static func dataPath(
        _ key: String,
        _ problem: DataPathProblem,
        _ span: SourceSpan?
    ) -> Words {
        let why =
            switch problem {
            case .occupied(let kind): "\(kind) stands there already"
            case .tooManyElements(let limit): "an array has at most \(limit) elements"
            }
        return Words(
            kind: "data_path",
            message: "\(Sanitizer.line(key)): \(why)",
            help: "items",
            span: span
        )
    }

    /// Who has jq in mind writes `.name`, which the shell does not find.
    private static func exitStatus(_ command: String, _ status: Int) -> Words {
        let isMeantForJQ = [126, 127].contains(status) && command.hasPrefix(".")
        let shown = Sanitizer.line(command)
        return Words(
            kind: "exit_status",
            message: "`\(shown)` ended with status \(status)",
            note: isMeantForJQ
                ? "`| $\(shown)` is a path into JSON, `| jq '\(shown)'` is jq's" : nil
        )
    }

    private static func cannotRun(_ command: String, _ detail: String) -> Words {
        Words(
            kind: "cannot_run",
            message: "cannot run `\(Sanitizer.line(command))`: \(Sanitizer.line(detail))"
        )
    }

    static func didYouMean(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else {
            return "did you mean \(names.first ?? "")?"
        }
        return "did you mean \(names.dropLast().joined(separator: ", ")) or \(last)?"
    }

    private static func syntax(_ diagnostic: Diagnostic) -> Words {
        let sentence = DiagnosticSentences(diagnostic)
        return Words(
            kind: "syntax",
            message: Sanitizer.line(sentence.message),
            note: sentence.hint.map { Sanitizer.line($0) },
            help: diagnostic.helpTopic,
            span: diagnostic.span
        )
    }

    private static func usage(
        _ command: String,
        _ usage: UsageProblem,
        _ span: SourceSpan?
    ) -> Words {
        var words = Words(kind: "usage", message: "", help: Self.topic(of: command), span: span)
        switch usage {
        case .missing(let what): words.message = "\(command) needs \(what)"
        case .unexpected(let word):
            words.message = "\(command) does not take \(Sanitizer.line(word))"
        case .unknownSubcommand(let word, let known):
            words.message = "\(command) has no \(Sanitizer.line(word))"
            let nearest = NearestNames.of(word, among: known)
            if command == "help", nearest.isEmpty {
                words.note = "`help` lists the commands"
                words.help = nil
                break
            }
            words.note =
                nearest.isEmpty
                ? "there is \(known.joined(separator: ", "))" : Self.didYouMean(nearest)
        case .invalid(let word, let expected):
            words.message = "\(command): \(Sanitizer.line(word)) will not do"
            words.note = expected
        case .clashes(let other, let instead):
            words.message = "\(command) does not go with \(other)"
            words.note = instead
        }
        return words
    }

    /// The topic of `help` for what a problem calls a command: `pool size`, `--name`, `# @timeout`.
    private static func topic(of command: String) -> String? {
        if command.hasPrefix("#") { return "lines" }
        if command.hasPrefix("-") { return "options" }
        return command.split(separator: " ").first.map(String.init)
    }

    private static func target(_ text: String, _ error: URIError, _ span: SourceSpan?) -> Words {
        let rendered = ErrorSentences.render(error)
        return Words(
            kind: rendered.kind,
            message: "\(Sanitizer.line(text)): \(rendered.message)",
            note: rendered.hint,
            span: span
        )
    }

    private static var noBase: Words {
        Words(
            kind: "no_base",
            message: "there is no base to start from",
            note: "`base URL` sets one; or give the whole URL",
            help: "base"
        )
    }

    private static func credentials(_ error: CredentialsError, _ span: SourceSpan?) -> Words {
        let why =
            switch error {
            case .controlCharacter: "a blank or control character is in it"
            case .colonInUser: "a user's name cannot hold a colon"
            case .emptyToken: "the token is empty"
            }
        return Words(
            kind: "credentials",
            message: "these credentials cannot be sent: \(why)",
            help: "auth",
            span: span
        )
    }

    private static func request(_ error: SessionRequestError, _ span: SourceSpan?) -> Words {
        let message =
            switch error {
            case .method(let method): "\(Sanitizer.line(method)) cannot be sent as a method"
            case .userInformation: "the user information in the URL cannot be sent"
            case .contentType: "the content type has a control character"
            case .target(let error): ErrorSentences.render(error).message
            }
        return Words(kind: "request", message: message, span: span)
    }

    private static func json(_ text: String, _ span: SourceSpan?) -> Words {
        Words(
            kind: "json",
            message: "\(Sanitizer.line(text)) is not JSON",
            note: "`=` makes it a string",
            span: span
        )
    }

    private static func field(_ error: FieldError, _ span: SourceSpan?) -> Words {
        var words = Words(kind: "field", message: "", help: "headers", span: span)
        switch error {
        case .invalidName(let name):
            words.message = "\(Sanitizer.line(name)) is no field name"
        case .invalidValue(let name):
            words.message = "the value of \(name) has a line break or control character"
            words.note = "nothing was sent"
        case .ownedByTransport(let name):
            words.message = "\(name) is decided by the content"
        case .hostCannotBeRemoved:
            words.message = "Host can be given, never removed"
        case .cookieIsNoDefault:
            words.message = "Cookie is made from the cookie store"
            words.note = "`cookies set NAME=VALUE; Path=/` adds one for the base's origin"
        case .needsOrigin(let name):
            words.message = "\(name) belongs to one origin, and there is no base"
            words.note = "`base URL` first, or `headers set \(name) VALUE --for URL`"
        }
        return words
    }

    private static func inDefault(_ place: DefaultPlace, _ problem: ShellProblem) -> Words? {
        let name =
            switch place {
            case .field(let name, _): name.rawName
            case .query(let name, _): "\(name)=="
            }
        guard var words = Self.words(for: problem) else { return nil }
        words.message = Sanitizer.line("the default \(name): ") + words.message
        // It stands in the line that set the default, which is not this one.
        words.span = nil
        return words
    }

    private static func unresolved(
        _ reference: String,
        _ why: ReferenceProblem,
        _ span: SourceSpan?
    ) -> Words {
        let shown = Sanitizer.line("{{\(reference)}}")
        var words = Words(kind: "unresolved", message: "", help: "references", span: span)
        switch why {
        case .unknownVariable(let nearest):
            // The `%` before a name only asks for encoding.
            let name = Sanitizer.line(
                reference.hasPrefix("%") ? String(reference.dropFirst()) : reference
            )
            words.message = "no variable \(name)"
            words.note = nearest.isEmpty ? "`@\(name) = …` sets it" : Self.didYouMean(nearest)
        case .noExchange: words.message = "\(shown): there is no such exchange"
        case .nothingYet: words.message = "\(shown): there is no response yet"
        case .noResponse: words.message = "\(shown): that exchange has no response"
        case .noField(let name): words.message = "\(shown): there is no field \(name)"
        case .notJSON: words.message = "\(shown): the content is not JSON"
        case .content(let problem): words.message = "\(shown): \(problem.sentence)"
        case .answersNotKept(let numbers):
            let other = Self.answersNotKept(numbers, nil)
            words.message = "\(shown): \(other.message)"
            words.note = other.note
        case .noMatch(let path): words.message = "\(shown): \(path) matches nothing"
        case .badPath(let path, let error):
            words.message = "\(Sanitizer.line(path)) is no path"
            words.note = Sanitizer.line(error.sentence)
            words.help = "filters"
        case .pathTooCostly(let path, let overrun):
            words.message = "\(Sanitizer.line(path)): \(overrun.sentence)"
        case .notInEnvironment(let name):
            words.message = "\(shown): the environment has no \(Sanitizer.line(name))"
        case .notNamedBefore(let name):
            words.message = "\(shown): the file does not say before that it reads this"
            words.note = "`--allow-env \(Sanitizer.line(name))` lets it"
        case .unknownDynamic(let known):
            words.message = "\(shown) has no meaning"
            words.note = "there is \(known.map { "$\($0)" }.joined(separator: ", "))"
        case .badArguments(let expected): words.message = "\(shown) takes \(expected)"
        case .secretWithoutTerminal(let name):
            words.message = "the secret \(name) cannot be asked for without a terminal"
            words.note = "give it with `--var \(name)=…`"
        case .secretNotGiven(let name):
            words.message = "the secret \(name) was not entered, so nothing was sent"
        case .notRepeating: words.message = "\(shown) has a value only in a repetition"
        case .unknownPart(let part):
            let what = part.isEmpty ? "two parts:" : "no \(Sanitizer.line(part)); it has"
            words.message = "\(shown): a message has \(what) body and headers"
        case .changesHost:
            words.message = "\(shown) has an @, which would make another host of what is before it"
            words.note = "`{{%…}}` encodes a value"
        }
        return words
    }

    /// What is said of a default that cannot be made yet; nil if waiting does not help.
    static func untilSent(_ reference: String, _ problem: ReferenceProblem) -> String? {
        let shown = "{{\(Sanitizer.line(reference))}}"
        switch problem {
        case .unknownVariable(let nearest):
            let hint = nearest.isEmpty ? "" : "; \(Self.didYouMean(nearest))"
            return "\(shown) is made at each send, and there is no such variable yet\(hint)"
        case .notRepeating: return "\(shown) has a value in repetitions only"
        case .noExchange, .nothingYet, .noResponse, .noField, .notJSON, .content,
            .answersNotKept, .noMatch, .badPath, .pathTooCostly,
            .notInEnvironment, .notNamedBefore, .unknownDynamic, .badArguments,
            .secretWithoutTerminal, .secretNotGiven, .unknownPart, .changesHost:
            return nil
        }
    }
}
