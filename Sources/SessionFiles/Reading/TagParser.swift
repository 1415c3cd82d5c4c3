import HTTPModel

/// Reads a comment line: a tag of ours, a tag of another tool's, or only a comment.
///
/// ```
/// tag = ( "#" | "//" ) [ " " ] "@" name [ [ " " ] "=" ] [ " " value ]
/// ```
enum TagParser {
    /// What a comment line is, and what is wrong with it.
    struct Result {
        var content: SessionEntry.Content
        var problem: (kind: SessionFileProblem.Kind, column: Int)?
    }

    /// Reads a line that begins with `#` or `//`.
    static func parse(_ line: String) -> Result {
        let comment = line.trimmed
        var rest = comment[...]
        rest = rest.hasPrefix("//") ? rest.dropFirst(2) : rest.dropFirst()
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        guard rest.first == "@" else { return Result(content: .comment(comment)) }
        rest.removeFirst()
        let name = Substring(rest.utf8.prefix { $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2D })
        guard let first = name.utf8.first, first.isASCIILetter else {
            return Result(content: .comment(comment))
        }
        var after = rest[name.endIndex...]
        if let next = after.first, next != " ", next != "\t", next != "=" {
            return Self.mistyped(name, before: after, comment: comment)
        }
        after = after.drop { $0 == " " || $0 == "\t" }
        // "= x" and "=x" both mean x; "== x" belongs to a value.
        if after.first == "=", !after.hasPrefix("==") { after = after.dropFirst() }
        let value = after.trimmed
        return self.tag(String(name), value: value, line: line)
    }

    /// `# @expect: status 200` has another tool's spelling, and would be lost as a comment.
    private static func mistyped(
        _ name: Substring,
        before rest: Substring,
        comment: String
    ) -> Result {
        guard rest.first == ":", let meant = self.meant(by: String(name)) else {
            return Result(content: .comment(comment))
        }
        return Result(
            content: .unknownTag(name: String(name), line: comment),
            problem: (.tag(.unknownTag(tag: "\(name):", nearest: meant)), 1)
        )
    }

    /// The tag of ours that was probably meant by a name that is none; letters of either case are
    /// equal.
    private static func meant(by name: String) -> String? {
        guard !ForeignTags.isKnown(name) else { return nil }
        let lowered = name.lowercased()
        return self.names.contains(lowered)
            ? lowered : Nearest.word(to: lowered, among: self.names)
    }

    private static func offset(of value: String, in line: String) -> Int {
        // The value is the end of the line but for white space.
        let trailing = line.reversed().prefix { $0 == " " || $0 == "\t" }.count
        return line.count - trailing - value.count
    }

    private static func tag(
        _ name: String,
        value: String,
        line: String
    ) -> Result {
        let unread = SessionEntry.Content.unknownTag(name: name, line: line.trimmed)
        do throws(TagError) {
            guard let tag = try self.read(name, value) else {
                let problem = self.meant(by: name).map { nearest in
                    (
                        kind: SessionFileProblem.Kind.tag(.unknownTag(tag: name, nearest: nearest)),
                        column: 1
                    )
                }
                return Result(content: unread, problem: problem)
            }
            return Result(content: .tag(tag))
        } catch {
            let column = self.offset(of: value, in: line) + 1
            return Result(content: unread, problem: error.problem(name, value, column: column))
        }
    }

    /// The names of our tags.
    static let names = [
        "session", "title", "include", "cookie-jar", "default-query", "default-header", "redact",
        "ignore", "pace", "set", "expect", "name", "skip", "do", "delay", "at", "timeout",
        "connection-timeout", "no-redirect", "no-cookie-jar", "repeat", "parallel", "retry",
        "capture", "recorded", "response-ref",
    ]

    /// The tag of this name; nil if it is none of ours.
    private static func read(_ name: String, _ value: String) throws(TagError) -> SessionTag? {
        switch name {
        case "no-redirect": return .noRedirect
        case "no-cookie-jar": return .noCookieJar
        case "skip": return .skip(condition: value.isEmpty ? nil : value)
        case "title": return .title(value)
        default: break
        }
        guard self.names.contains(name) else { return nil }
        guard !value.isEmpty else { throw .missingValue }
        switch name {
        case "session": return .session(version: try self.version(value))
        case "include": return .include(path: value)
        case "cookie-jar": return .cookieJar(self.cookieJar(value))
        case "redact": return .redact(value)
        case "ignore": return .ignore(value)
        case "pace": return .pace(value)
        case "do": return .command(value)
        case "at": return .at(value)
        case "retry": return .retry(value)
        case "capture": return .capture(value)
        case "response-ref": return .responseReference(path: value)
        case "parallel": return .parallel(group: value)
        default: return try self.structured(name, value)
        }
    }

    private static func structured(
        _ name: String,
        _ value: String
    ) throws(TagError) -> SessionTag? {
        switch name {
        case "name": return .name(try self.name(value))
        case "set":
            let (setting, text) = value.firstWord
            guard !text.isEmpty else { throw .badValue }
            return .set(name: setting, value: text)
        case "default-query":
            let (name, text) = try self.pair(value, separator: "=")
            return .defaultQuery(name: name, value: text)
        case "default-header":
            let (name, text) = try self.pair(value, separator: ":")
            guard name.utf8.allSatisfy(\.isTokenByte) else { throw .badValue }
            return .defaultHeader(name: name, value: text)
        case "delay": return .delay(try self.duration(value))
        case "timeout": return .timeout(try self.duration(value))
        case "connection-timeout": return .connectionTimeout(try self.duration(value))
        case "repeat": return .repetition(try self.repetition(value))
        case "recorded":
            guard let summary = RecordedSummary(value) else { throw .badValue }
            return .recorded(summary)
        case "expect":
            do throws(ExpectationError) {
                return .expect(try Expectation.parse(value))
            } catch {
                throw .expectation(error)
            }
        default: return nil
        }
    }

    private static func version(_ value: String) throws(TagError) -> Int {
        guard value.prefix(while: { $0 != "." }) == "1" else { throw .unknownVersion }
        return 1
    }

    private static func cookieJar(_ value: String) -> CookieJarChoice {
        switch value {
        case "memory": .memory
        case "none": .none
        default: .file(value)
        }
    }

    /// A name as other tools spell it; hyphens are read, never written (FILES.md 2.4, row 2).
    private static func name(_ value: String) throws(TagError) -> String {
        guard value != "last", !value.utf8.allSatisfy(\.isASCIIDigit),
            value.utf8.allSatisfy(\.isVariableNameByte)
        else { throw .badValue }
        return value
    }

    private static func pair(
        _ value: String,
        separator: Character
    ) throws(TagError) -> (String, String) {
        guard let index = value.firstIndex(of: separator), index != value.startIndex else {
            throw .badValue
        }
        return (value[..<index].trimmed, value[value.index(after: index)...].trimmed)
    }

    private static func duration(_ value: String) throws(TagError) -> Duration {
        guard let duration = Duration(fileText: value) else { throw .badValue }
        return duration
    }

    private static func repetition(_ value: String) throws(TagError) -> RepeatTag {
        let words = value.split(separator: " ")
        guard let count = Int(words[0]), count >= 1 else { throw .badValue }
        switch words.count {
        case 1: return RepeatTag(count: count)
        case 2 where words[1] == "parallel":
            return RepeatTag(count: count, parallelism: .all)
        case 3 where words[1] == "parallel":
            guard let width = Int(words[2]), width >= 1 else { throw .badValue }
            return RepeatTag(count: count, parallelism: .atMost(width))
        default: throw .badValue
        }
    }
}

/// Why the value of a tag cannot be read.
private enum TagError: Error {
    case missingValue
    case badValue
    case unknownVersion
    case expectation(ExpectationError)

    func problem(
        _ tag: String,
        _ value: String,
        column: Int
    ) -> (kind: SessionFileProblem.Kind, column: Int) {
        switch self {
        case .missingValue: (.tag(.missingTagValue(tag: tag)), 1)
        case .badValue: (.tag(.badTagValue(tag: tag, value: value)), column)
        case .unknownVersion: (.text(.unknownVersion(value)), column)
        case .expectation(let error): (.tag(.expectation(error.kind)), column + error.offset)
        }
    }
}
