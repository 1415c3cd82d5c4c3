/// An option of curl, and what becomes of it.
struct CurlOption: Sendable, Hashable {
    /// The long name, without `--`.
    let name: String
    /// The letter of the short form.
    let letter: Character?
    /// Whether it takes a value.
    let takesValue: Bool
    /// What becomes of it.
    let meaning: Meaning

    /// What becomes of an option.
    enum Meaning: Sendable, Hashable {
        /// It makes the request, or part of it.
        case request(RequestPart)
        /// It says what curl prints, writes beside or reads as its configuration.
        case output
        /// linger does it anyway, or it is of no consequence for what is sent.
        case noEffect
        /// It is the session's affair; without it the request is the same.
        case advised(CurlAdvice)
        /// Without it another request would be sent, or to someone else.
        case refused(CurlAdvice)
        /// A setting that takes the option's value; `isNeeded`: without it, the request goes wrong.
        case setting(String, isNeeded: Bool)
    }

    /// What of a request an option makes.
    enum RequestPart: Sendable, Hashable {
        case url, urlQuery, next
        case method, head, get
        case header, userAgent, referer, cookie, range, compressed
        case data(DataKind)
        case form, formString, upload
        case user, basic, digest, bearer
        case location, maxTime
        case output, remoteName
        case globOff, pathAsIs
        case http2, priorKnowledge
        case insecure, maxRedirects
    }

    /// How the value of a data option is read.
    enum DataKind: Sendable, Hashable {
        /// `-d`: `@FILE` loses its line ends.
        case ascii
        /// `--data-binary`: `@FILE` as it is.
        case binary
        /// `--data-raw`: `@` is nothing special.
        case raw
        /// `--data-urlencode`.
        case encoded
        /// `--json`.
        case json
    }

    /// All options by their long name.
    static let byName = Dictionary(uniqueKeysWithValues: Self.all.map { ($0.name, $0) })

    /// The options that have a short form.
    static let byLetter: [Character: CurlOption] = Dictionary(
        uniqueKeysWithValues: Self.all.compactMap { option in
            option.letter.map { ($0, option) }
        }
    )

    /// Finds a long option: by its name, its negation, or a beginning that fits one only.
    static func named(
        _ text: String,
        range: Range<Int>
    ) throws(CurlProblem) -> (option: CurlOption, isNegated: Bool) {
        if let option = Self.byName[text] { return (option, false) }
        if text.hasPrefix("no-"), let option = Self.byName[String(text.dropFirst(3))],
            !option.takesValue
        {
            return (option, true)
        }
        let beginning = Self.all.filter { $0.name.hasPrefix(text) }
        if let only = beginning.first, beginning.count == 1, !text.isEmpty { return (only, false) }
        guard beginning.isEmpty else {
            let names = beginning.prefix(4).map { "--\($0.name)" }
            throw CurlProblem(.ambiguousOption("--\(text)", among: names), range)
        }
        let nearest = Nearest.word(to: text, among: Self.all.map(\.name))
        throw CurlProblem(.unknownOption("--\(text)", nearest: nearest.map { "--\($0)" }), range)
    }
}
