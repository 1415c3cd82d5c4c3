import ShellLanguage
import Testing

/// Parsers with the commands that the tests use.
enum Parsers {
    static let commands = [
        CommandSignature("quit", alternativeNames: ["exit"]),
        CommandSignature("cookies", arguments: .words(rawAfter: ["set"]), acceptsTails: true),
        CommandSignature("headers", acceptsTails: true),
        CommandSignature("sockets", acceptsTails: true),
        CommandSignature("pool", acceptsTails: true),
        CommandSignature("set", acceptsTails: true),
        CommandSignature("unset"),
        CommandSignature("auth"),
        CommandSignature("base"),
        CommandSignature("cd"),
        CommandSignature("name"),
        CommandSignature("expect", arguments: .text),
        CommandSignature("echo", acceptsTails: true),
        CommandSignature("watch", arguments: .request, acceptsTails: true),
        CommandSignature(
            "tune",
            arguments: .request,
            acceptsTails: true,
            optionsAfterRequest: ["--sizes"]
        ),
        CommandSignature("import", arguments: .words(rawAfter: ["curl"])),
        CommandSignature("why", acceptsTails: true),
        CommandSignature("once", acceptsTails: true),
        CommandSignature("wait"),
        CommandSignature("save"),
        CommandSignature("replay"),
    ]

    static let script = ShellParser(commands: commands, isInteractive: false)
    static let terminal = ShellParser(
        commands: commands,
        aliases: ["u": "get /users", "uu": "u page==2"],
        isInteractive: true
    )
}

/// A line and what it becomes.
struct Row: Sendable, CustomTestStringConvertible {
    let source: String
    let expected: String

    init(_ source: String, _ expected: String) {
        self.source = source
        self.expected = expected
    }

    var testDescription: String { source }
}

/// What a diagnostic says, on one line: `COLUMN+LENGTH message | hint`.
func text(of diagnostic: Diagnostic, in source: String) -> String {
    let excerpt = SourceExcerpt(of: diagnostic.span, in: source)
    let words = diagnostic.sentences
    let line = excerpt.line > 1 ? "\(excerpt.line):" : ""
    let place = "\(line)\(excerpt.column)+\(excerpt.marked.count)"
    return "\(place) \(words.message)" + (words.hint.map { " | \($0)" } ?? "")
}

/// The canonical text of a line, or its diagnostic.
func outcome(_ source: String, _ parser: ShellParser = Parsers.script) -> String {
    do {
        return try parser.parse(source).canonicalText
    } catch {
        return "error: " + text(of: error, in: source)
    }
}

/// A value's structure as text, without where things stand.
func structure(_ value: Any) -> String {
    switch value {
    case is SourceSpan: return ""
    case let text as String: return text.debugDescription
    default: break
    }
    let mirror = Mirror(reflecting: value)
    guard !mirror.children.isEmpty else { return "\(value)" }
    let children = mirror.children.compactMap { child -> String? in
        // The text as typed differs where only its spelling does.
        let skipped = ["span", "nameSpan", "methodSpan", "valueSpan", "rawSpan", "source"]
        guard !skipped.contains(child.label ?? ""), child.label != "rawArguments" else {
            return nil
        }
        return "\(child.label ?? "_"): \(structure(child.value))"
    }
    return "(\(children.joined(separator: ", ")))"
}

/// SplitMix64: a generator whose whole run follows from its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
