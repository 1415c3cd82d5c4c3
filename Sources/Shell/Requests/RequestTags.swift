import HTTPModel
import HTTPSession
import SessionFiles
import ShellLanguage

/// What the `# @…` lines before a request ask of it (LANGUAGE.md, section 1).
///
/// A tag is read when its line is entered: one that is wrong fails there, and no request after it.
struct RequestTags: Sendable {
    /// `# @name`.
    private(set) var name: String?
    /// `# @timeout`.
    private(set) var timeout: Duration?
    /// `# @no-redirect`.
    private(set) var refusesRedirects = false
    /// `# @expect`, held against the response.
    private(set) var expectations: [Expectation] = []
    /// `# @capture`: variables that the response sets.
    private(set) var captures: [Capture] = []

    /// Whether something is to be done with the response.
    var concernsResponse: Bool { !self.expectations.isEmpty || !self.captures.isEmpty }

    /// Adds a tag.
    mutating func add(_ tag: TagLine) throws(ShellProblem) {
        switch tag.name {
        case .name:
            guard Name.problem(in: tag.value) == nil else {
                throw Self.wrong(tag, Self.nameHint)
            }
            self.name = tag.value
        case .noRedirect: self.refusesRedirects = true
        case .timeout:
            guard let timeout = DurationLiteral.parse(tag.value.filter { $0 != " " }) else {
                throw Self.wrong(tag, "a duration such as 5000 ms")
            }
            self.timeout = timeout
        case .expect:
            self.expectations.append(try Evaluator.expectation(tag.value, at: tag.valueSpan))
        case .capture:
            guard let capture = Capture(tag.value, line: 0) else {
                throw Self.wrong(tag, "NAME = QUERY, such as token = jsonpath $.token")
            }
            self.captures.append(capture)
        }
    }

    /// Does to a request what the tags say.
    func apply(to request: inout HTTPSession.SessionRequest) {
        if let name { request.name = name }
        if let timeout { request.totalTimeout = timeout }
        if self.refusesRedirects { request.followsRedirects = false }
    }

    /// What the name of an exchange is.
    static let nameHint = "letters, digits, _ and -, not only digits, not last"

    private static func wrong(_ tag: TagLine, _ expected: String) -> ShellProblem {
        .usage(
            command: "# @\(tag.name.rawValue)",
            .invalid(tag.value, expected: expected),
            tag.valueSpan
        )
    }
}

extension Evaluator {
    /// Takes the tags that wait for a request: whatever becomes of it, they are its own.
    func takeTags() -> RequestTags {
        defer { self.pendingTags = RequestTags() }
        return self.pendingTags
    }

    /// Sets the variables that `# @capture` lines ask for.
    func capture(_ captures: [Capture], from exchange: Exchange) async throws(ShellProblem) {
        guard !captures.isEmpty, exchange.response != nil else { return }
        let subject = await self.subject(for: exchange)
        for capture in captures {
            guard let value = capture.query.captured(from: subject) else {
                throw .noMatch(path: capture.text, nil)
            }
            if capture.name == "base" {
                try await self.setBase(value, span: nil)
            } else {
                self.assign(value, to: capture.name)
                self.remember(capture, value: value, of: exchange.number)
            }
        }
    }
}
