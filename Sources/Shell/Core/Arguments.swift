import HTTPModel
import ShellLanguage

/// The words of a command, substituted, taken one by one.
struct Arguments {
    /// A word and where it stands.
    struct Argument {
        var text: String
        /// Where it stands; nil if it does not stand on a line.
        var span: SourceSpan?
        /// Whether it stands on the line as it is, without quotes and references: only then can it
        /// be an option (LANGUAGE.md, section 3).
        var isLiteral = true
    }

    private let command: String
    private var rest: ArraySlice<Argument>

    init(command: String, _ words: [Argument]) {
        self.command = command
        self.rest = words[...]
    }

    /// Whether there are no more words.
    var isEmpty: Bool { self.rest.isEmpty }

    /// The next word, left where it is.
    var next: Argument? { self.rest.first }

    /// The words that are left.
    var remaining: [Argument] { Array(self.rest) }

    /// Takes the next word, if there is one.
    mutating func take() -> Argument? { self.rest.popFirst() }

    /// Takes the next word; `what` says what it would be.
    mutating func take(_ what: String) throws(ShellProblem) -> Argument {
        guard let argument = self.rest.popFirst() else {
            throw .usage(command: self.command, .missing(what), nil)
        }
        return argument
    }

    private func place(ofOption name: String) -> Int? {
        self.rest.firstIndex { $0.isLiteral && $0.text == name }
    }

    /// Takes a flag, wherever it stands.
    mutating func takeFlag(_ name: String) -> Bool {
        guard let place = self.place(ofOption: name) else { return false }
        self.rest.remove(at: place)
        return true
    }

    /// Takes `--name VALUE`, wherever it stands.
    mutating func takeOption(_ name: String, _ what: String) throws(ShellProblem) -> Argument? {
        guard let place = self.place(ofOption: name) else { return nil }
        let value = self.rest.index(after: place)
        guard value < self.rest.endIndex else {
            throw .usage(command: "\(self.command) \(name)", .missing(what), self.rest[place].span)
        }
        let argument = self.rest[value]
        self.rest.removeSubrange(place...value)
        return argument
    }

    /// Checks that no word is left.
    func end() throws(ShellProblem) {
        guard let extra = self.rest.first else { return }
        throw .usage(command: self.command, .unexpected(extra.text), extra.span)
    }

    /// Refuses options that nobody has taken, which else would be names of files.
    func refuseOptions() throws(ShellProblem) {
        guard let option = self.rest.first(where: { $0.isLiteral && $0.text.hasPrefix("--") })
        else { return }
        throw .usage(command: self.command, .unexpected(option.text), option.span)
    }

    /// Takes a number of at least `minimum`.
    mutating func takeNumber(
        _ what: String,
        minimum: Int
    ) throws(ShellProblem) -> (value: Int, span: SourceSpan?) {
        let argument = try self.take(what)
        guard let value = Int(argument.text), value >= minimum else {
            let hint =
                minimum == 1 && argument.text == "0" && self.command.hasPrefix("pool")
                ? "a whole number from 1 up; to stop sending, let nothing run"
                : "a whole number from \(minimum) up"
            throw .usage(
                command: self.command,
                .invalid(argument.text, expected: hint),
                argument.span
            )
        }
        return (value, argument.span)
    }

    /// Takes a connection, `#3` or `3`.
    mutating func takeConnection() throws(ShellProblem) -> ConnectionID? {
        guard let argument = self.rest.first else { return nil }
        guard let number = ConnectionLiteral.parse(argument.text) else { return nil }
        self.rest.removeFirst()
        return ConnectionID(number)
    }

    /// What is wrong with a sub-command that there is not.
    func unknown(_ argument: Argument, known: [String]) -> ShellProblem {
        .usage(
            command: self.command,
            .unknownSubcommand(argument.text, known: known),
            argument.span
        )
    }
}

extension Evaluator {
    /// The words of a command with everything substituted: each stays one word.
    ///
    /// A last `--json` behind a command that prints is for this line, and is taken here, but for
    /// `echo`, whose words are all its own.
    ///
    /// - Parameters:
    ///   - invocation: The command.
    ///   - setsDefault: Whether they are about a default, which can be resolved later.
    /// - Returns: The words.
    /// - Throws: What a word cannot be made of.
    func arguments(
        of invocation: CommandInvocation,
        setsDefault: Bool = false
    ) async throws(ShellProblem) -> Arguments {
        var words: [Arguments.Argument] = []
        for word in invocation.words {
            words.append(
                Arguments.Argument(
                    text: setsDefault
                        ? try await self.resolveDefault(word.template)
                        : try await self.resolve(word.template),
                    span: word.span,
                    isLiteral: !word.isQuoted && word.literalText != nil
                )
            )
        }
        let printsJSON =
            invocation.name != "echo"
            && self.registry.command(invocation.name)?.signature.acceptsTails == true
        if let last = words.last, last.isLiteral, last.text == "--json", printsJSON {
            words.removeLast()
            self.lineWantsJSON = true
        }
        return Arguments(command: invocation.name, words)
    }

    /// Whether a word where others could stand too is an origin: it has a scheme, a port or a dot,
    /// or is a host that is known.
    func looksLikeOrigin(_ text: String) -> Bool {
        text.contains { $0 == "." || $0 == ":" } || text == "localhost"
            || text == self.base?.origin.host
    }

    /// The origin that `--for` names: a URL, or host and port.
    func origin(named argument: Arguments.Argument) throws(ShellProblem) -> Origin {
        let resolver = TargetResolver(base: nil)
        let form: TargetForm =
            argument.text.contains("://")
            ? .absolute(scheme: "") : argument.text.hasPrefix(":") ? .localPort : .host
        // A host without a scheme means the base's, if it is the same host.
        let resolved = try resolver.resolve(argument.text, form: form, span: argument.span)
        // What is said of an origin holds for all its paths; one that was typed would be dropped.
        guard ["", "/"].contains(resolved.uri.path), resolved.uri.query == nil else {
            throw .usage(
                command: "origin",
                .invalid(argument.text, expected: "\(resolved.uri.origin), without a path"),
                argument.span
            )
        }
        if resolved.choseScheme, let base = self.base,
            base.origin.host == resolved.uri.origin.host,
            base.origin.port == resolved.uri.origin.port || !argument.text.contains(":")
        {
            return base.origin
        }
        return resolved.uri.origin
    }
}
