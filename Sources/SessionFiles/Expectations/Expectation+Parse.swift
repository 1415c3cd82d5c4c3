import HTTPModel
import JSONPath
import ShellLanguage

extension Expectation {
    /// Reads the value of `@expect`.
    ///
    /// - Throws: `ExpectationError` with the place of the word that is wrong.
    package static func parse(_ text: String) throws(ExpectationError) -> Expectation {
        var parser = ExpectationParser(text)
        let claim = try parser.parse()
        return Expectation(text: text.trimmed, claim: claim)
    }
}

extension Expectation {
    /// Reads a query alone: what `@capture` takes a value from.
    ///
    /// - Throws: `ExpectationError` with the place of the word that is wrong.
    package static func parseQuery(_ text: String) throws(ExpectationError) -> Query {
        var parser = ExpectationParser(text)
        return try parser.parseQuery()
    }
}

/// Reads one expectation from left to right.
struct ExpectationParser {
    private var scanner: ExpectationScanner

    init(_ text: String) {
        self.scanner = ExpectationScanner(text)
    }

    private static let queryNames = [
        "status", "header", "cookie", "jsonpath", "body", "sha256", "bytes", "duration", "wait",
        "queue", "protocol", "redirects", "url", "connection", "connections", "retries",
    ]

    mutating func parse() throws(ExpectationError) -> Expectation.Claim {
        if self.scanner.isAtEnd() { throw ExpectationError(offset: 0, kind: .empty) }
        let start = self.scanner.offset
        let word = self.scanner.takeQueryWord()
        let claim: Expectation.Claim
        switch word {
        case "connection": claim = .connection(try self.connectionClaim())
        case "connections": claim = try self.sessionClaim()
        case "body-contains": claim = .value(.body, .contains(try self.text()), isNegated: false)
        case "md5", "xpath", "regex", "variable", "certificate", "ip":
            throw ExpectationError(offset: start, kind: .queryNotSupported(word))
        default:
            let query = try self.query(word, start: start)
            claim = try self.valueClaim(query, named: word)
        }
        guard self.scanner.isAtEnd() else {
            let offset = self.scanner.offset
            throw ExpectationError(offset: offset, kind: .trailing(self.scanner.takeRest()))
        }
        return claim
    }

    mutating func parseQuery() throws(ExpectationError) -> Expectation.Query {
        if self.scanner.isAtEnd() { throw ExpectationError(offset: 0, kind: .empty) }
        let start = self.scanner.offset
        let query = try self.query(self.scanner.takeQueryWord(), start: start)
        guard self.scanner.isAtEnd() else {
            let offset = self.scanner.offset
            throw ExpectationError(offset: offset, kind: .trailing(self.scanner.takeRest()))
        }
        return query
    }

    // MARK: Queries

    private mutating func query(
        _ word: String,
        start: Int
    ) throws(ExpectationError) -> Expectation.Query {
        switch word {
        case "status": return .status
        case "header": return .header(name: try self.operand(of: word))
        case "cookie": return Self.cookieQuery(try self.operand(of: word))
        case "jsonpath", "body-path":
            let (path, text) = try self.jsonPath(of: word)
            return .jsonPath(path, text: text, isCounted: self.scanner.take("count"))
        case "body": return .body
        case "sha256": return .sha256
        case "bytes":
            _ = self.scanner.take("count")
            return .byteCount
        case "duration": return .duration
        case "wait": return .wait
        // HAR's word for the wait for a connection is read too.
        case "queue", "blocked": return .queue
        case "protocol", "version": return .protocolName
        case "redirects":
            _ = self.scanner.take("count")
            return .redirectCount
        case "retries":
            _ = self.scanner.take("count")
            return .retryCount
        case "url": return .url
        default:
            let nearest = Nearest.word(to: word, among: Self.queryNames)
            throw ExpectationError(offset: start, kind: .unknownQuery(word, nearest: nearest))
        }
    }

    /// `sid` or `sid[HttpOnly]`.
    private static func cookieQuery(_ text: String) -> Expectation.Query {
        guard text.hasSuffix("]"), let bracket = text.lastIndex(of: "["), bracket > text.startIndex
        else { return .cookie(name: text, attribute: nil) }
        let attribute = text[text.index(after: bracket)...].dropLast().lowercased()
        let name = String(text[..<bracket])
        return .cookie(name: name, attribute: attribute == "value" ? nil : attribute)
    }

    /// The name or path after a query, quoted or bare.
    private mutating func operand(of query: String) throws(ExpectationError) -> String {
        if let quoted = try self.scanner.takeQuoted() { return quoted }
        let offset = self.scanner.offset
        let word = self.scanner.takeWord()
        guard !word.isEmpty else {
            throw ExpectationError(offset: offset, kind: .missingName(query: query))
        }
        return word
    }

    private mutating func jsonPath(of query: String) throws(ExpectationError) -> (
        JSONPathQuery, String
    ) {
        self.scanner.skipBlanks()
        let offset = self.scanner.offset
        let quoted = try self.scanner.takeQuoted()
        let text: String
        if let quoted {
            text = quoted
        } else {
            text = self.scanner.takePath()
        }
        guard !text.isEmpty else {
            throw ExpectationError(offset: offset, kind: .missingName(query: query))
        }
        do throws(JSONPathError) {
            return (try JSONPathQuery(text), text)
        } catch {
            let before = String(decoding: text.utf8.prefix(error.offset), as: UTF8.self).count
            let place = offset + (quoted == nil ? 0 : 1) + before
            throw ExpectationError(offset: place, kind: .badPath(error))
        }
    }

    // MARK: Predicates

    private mutating func valueClaim(
        _ query: Expectation.Query,
        named name: String
    ) throws(ExpectationError) -> Expectation.Claim {
        // `header Name` by itself: it must be there.
        if case .header = query, self.scanner.isAtEnd() {
            return .value(query, .exists, isNegated: false)
        }
        let isNegated = self.scanner.take("not")
        self.scanner.skipBlanks()
        let offset = self.scanner.offset
        let word = self.scanner.peekWord()
        let predicate = try self.predicate(for: query, isNegated: isNegated)
        guard query.takes(predicate) else {
            throw ExpectationError(offset: offset, kind: .predicateDoesNotFit(word, query: name))
        }
        return .value(query, predicate, isNegated: isNegated)
    }

    private mutating func predicate(
        for query: Expectation.Query,
        isNegated: Bool
    ) throws(ExpectationError) -> Expectation.Predicate {
        if self.scanner.isAtEnd() {
            throw ExpectationError(offset: self.scanner.offset, kind: .missingPredicate)
        }
        if let operation = self.scanner.takeOperator() {
            return .compares(operation, try self.literal(for: query))
        }
        let offset = self.scanner.offset
        let word = self.scanner.takeWord()
        switch word {
        case "exists": return .exists
        case "isEmpty": return .isEmpty
        case "contains": return .contains(try self.text())
        case "startsWith": return .startsWith(try self.text())
        case "endsWith": return .endsWith(try self.text())
        case "includes": return .includes(try self.literal(for: query))
        case "matches": return .matches(try self.pattern())
        case "in": return try self.range(for: query)
        default:
            if let type = Expectation.JSONType(rawValue: word) { return .isOfType(type) }
            return try self.shortForm(word, at: offset, for: query, isNegated: isNegated)
        }
    }

    /// `status 200`, `header Name value`, `protocol HTTP/1.1`: equality without a sign.
    ///
    /// Behind "not" a text needs quotes: a predicate with a slip in it would be a value that never
    /// comes, and pass.
    private mutating func shortForm(
        _ word: String,
        at offset: Int,
        for query: Expectation.Query,
        isNegated: Bool
    ) throws(ExpectationError) -> Expectation.Predicate {
        switch query {
        case .status, .retryCount, .redirectCount, .byteCount:
            if word.holdsDoubleBraces {
                self.scanner.goBack(to: offset)
                return .compares(.equal, try self.literal(for: query))
            }
            guard let number = Double(word), number.isFinite else {
                throw ExpectationError(offset: offset, kind: .unknownPredicate(word))
            }
            return .compares(.equal, .number(number))
        case .header, .cookie, .sha256, .protocolName, .url, .jsonPath:
            if Self.otherFilters.contains(word), !self.scanner.isAtEnd() {
                throw ExpectationError(offset: offset, kind: .filterNotSupported(word))
            }
            if isNegated, !word.hasPrefix("\"") {
                throw ExpectationError(offset: offset, kind: .unknownPredicate(word))
            }
            self.scanner.goBack(to: offset)
            return .compares(.equal, try self.literal(for: query))
        case .body, .duration, .wait, .queue:
            throw ExpectationError(offset: offset, kind: .unknownPredicate(word))
        }
    }

    /// Filters of Hurl's that are not built: as the beginning of a literal they would be compared.
    private static let otherFilters: Set<String> = [
        "base64Decode", "base64Encode", "base64UrlSafeDecode", "base64UrlSafeEncode", "count",
        "dateFormat", "daysAfterNow", "daysBeforeNow", "decode", "first", "format", "htmlEscape",
        "htmlUnescape", "jsonpath", "last", "location", "nth", "regex", "replace", "replaceRegex",
        "split", "toDate", "toFloat", "toHex", "toInt", "toString", "urlDecode", "urlEncode",
        "urlQueryParam", "utf8Decode", "utf8Encode", "xpath",
    ]

    private mutating func literal(
        for query: Expectation.Query
    ) throws(ExpectationError) -> Expectation.Literal {
        let offset = self.scanner.offset
        if self.scanner.isAtEnd() { throw ExpectationError(offset: offset, kind: .missingValue) }
        let valueOffset = self.scanner.offset
        if let quoted = try self.scanner.takeQuoted() {
            return query == .sha256 ? try Self.digest(quoted, at: valueOffset) : .text(quoted)
        }
        let rest = self.scanner.takeRest()
        if rest.holdsDoubleBraces { return .reference(rest) }
        return try Self.literal(rest, for: query, at: valueOffset)
    }

    /// What a value without quotes is.
    static func literal(
        _ rest: String,
        for query: Expectation.Query,
        at valueOffset: Int
    ) throws(ExpectationError) -> Expectation.Literal {
        switch query {
        case .sha256: return try Self.digest(rest, at: valueOffset)
        case .duration, .wait, .queue:
            guard rest.last?.isLetter == true, let duration = Duration(fileText: rest) else {
                throw ExpectationError(offset: valueOffset, kind: .notADuration(rest))
            }
            return .duration(duration)
        case .status, .byteCount, .redirectCount, .retryCount, .jsonPath(_, _, isCounted: true):
            guard let number = Double(rest), number.isFinite else {
                throw ExpectationError(offset: valueOffset, kind: .notANumber(rest))
            }
            return .number(number)
        case .jsonPath: return Self.jsonLiteral(rest)
        case .header, .cookie, .body, .protocolName, .url: return .text(rest)
        }
    }

    /// The digits of a SHA-256, also as Hurl writes them: `hex,…;`.
    private static func digest(
        _ text: String,
        at offset: Int
    ) throws(ExpectationError) -> Expectation.Literal {
        var digits = text[...]
        if digits.hasPrefix("hex,"), digits.hasSuffix(";") {
            digits = digits.dropFirst(4).dropLast()
        }
        guard digits.utf8.count == 64, digits.allSatisfy({ $0.isASCII && $0.isHexDigit })
        else {
            throw ExpectationError(offset: offset, kind: .notADigest(text))
        }
        return .text(digits.lowercased())
    }

    private static func jsonLiteral(_ text: String) -> Expectation.Literal {
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        case _ where text.hasPrefix("[") || text.hasPrefix("{"):
            return (try? JSONValue(parsing: text)).map { .json($0) } ?? .text(text)
        default:
            guard let first = text.utf8.first, first != UInt8(ascii: "+"),
                let number = Double(text), number.isFinite
            else { return .text(text) }
            return .number(number)
        }
    }

    /// `200..299` or `200,204`.
    private mutating func range(
        for query: Expectation.Query
    ) throws(ExpectationError) -> Expectation.Predicate {
        let offset = self.scanner.offset
        let text = self.scanner.takeRest()
        guard !text.isEmpty else { throw ExpectationError(offset: offset, kind: .missingValue) }
        if let dots = text.firstRange(of: "..") {
            let bounds = [text[..<dots.lowerBound].trimmed, text[dots.upperBound...].trimmed]
            let numbers = bounds.compactMap { Double($0) }
            guard numbers.count == 2, numbers[0] <= numbers[1] else {
                throw ExpectationError(offset: offset + 1, kind: .notANumber(text))
            }
            return .isBetween(numbers[0], numbers[1])
        }
        var literals: [Expectation.Literal] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            var parser = ExpectationParser(String(item))
            do throws(ExpectationError) {
                literals.append(try parser.literal(for: query))
            } catch {
                throw ExpectationError(offset: offset + 1, kind: error.kind)
            }
        }
        return .isIn(literals)
    }

    /// A text, quoted or the rest of the line.
    private mutating func text() throws(ExpectationError) -> String {
        let offset = self.scanner.offset
        if self.scanner.isAtEnd() { throw ExpectationError(offset: offset, kind: .missingValue) }
        if let quoted = try self.scanner.takeQuoted() { return quoted }
        return self.scanner.takeRest()
    }

    private mutating func pattern() throws(ExpectationError) -> Pattern {
        self.scanner.skipBlanks()
        let offset = self.scanner.offset
        let text: String
        if let slashed = self.scanner.takeSlashed() {
            text = slashed
        } else {
            text = try self.text()
        }
        do throws(PatternError) {
            return try Pattern(text, syntax: .common)
        } catch {
            throw ExpectationError(offset: offset, kind: .badPattern(text, error))
        }
    }

    // MARK: Connections

    private mutating func connectionClaim() throws(ExpectationError) -> Expectation.ConnectionClaim
    {
        self.scanner.skipBlanks()
        let offset = self.scanner.offset
        let word = self.scanner.takeWord()
        switch word {
        case "": throw ExpectationError(offset: offset, kind: .missingPredicate)
        case "reused": return .reused
        case "new": return .new
        case "any": return .any
        case "same-as": return .sameAs(try self.operand(of: word))
        case "not-same-as": return .notSameAs(try self.operand(of: word))
        case "idle":
            let (operation, text, place) = try self.comparison()
            guard text.last?.isLetter == true, let duration = Duration(fileText: text) else {
                throw ExpectationError(offset: place, kind: .notADuration(text))
            }
            return .idle(operation, duration)
        case "requests":
            let (operation, number) = try self.countComparison()
            return .requests(operation, number)
        default: throw ExpectationError(offset: offset, kind: .unknownPredicate(word))
        }
    }

    private mutating func sessionClaim() throws(ExpectationError) -> Expectation.Claim {
        self.scanner.skipBlanks()
        let offset = self.scanner.offset
        let word = self.scanner.takeWord()
        guard !word.isEmpty else {
            throw ExpectationError(offset: offset, kind: .missingPredicate)
        }
        guard let quantity = Expectation.SessionQuantity(rawValue: word) else {
            throw ExpectationError(offset: offset, kind: .unknownPredicate(word))
        }
        // "max 2" bounds the greatest number; "opened 2" is exact.
        if let number = Int(self.scanner.peekWord()), number >= 0 {
            _ = self.scanner.takeWord()
            return .connections(quantity, quantity == .max ? .lessOrEqual : .equal, number)
        }
        let (operation, number) = try self.countComparison()
        return .connections(quantity, operation, number)
    }

    private mutating func countComparison() throws(ExpectationError) -> (Expectation.Operator, Int)
    {
        let (operation, text, place) = try self.comparison()
        guard let number = Int(text), number >= 0 else {
            throw ExpectationError(offset: place, kind: .notANumber(text))
        }
        return (operation, number)
    }

    private mutating func comparison() throws(ExpectationError) -> (
        Expectation.Operator, String, Int
    ) {
        self.scanner.skipBlanks()
        let offset = self.scanner.offset
        // A bare value is compared for equality.
        let operation = self.scanner.takeOperator() ?? .equal
        self.scanner.skipBlanks()
        let place = self.scanner.offset
        let text = self.scanner.takeRest()
        guard !text.isEmpty else { throw ExpectationError(offset: offset, kind: .missingValue) }
        return (operation, text, place)
    }
}

extension Expectation.Query {
    /// Whether `predicate` says something about a value of this kind.
    fileprivate func takes(_ predicate: Expectation.Predicate) -> Bool {
        switch self {
        case .status, .byteCount, .redirectCount, .retryCount, .jsonPath(_, _, isCounted: true):
            switch predicate {
            case .compares(_, .number), .compares(_, .reference), .isIn, .isBetween: true
            case .compares, .contains, .startsWith, .endsWith, .matches, .exists, .isEmpty,
                .includes, .isOfType:
                false
            }
        case .duration, .wait, .queue:
            switch predicate {
            case .compares(_, .duration), .compares(_, .reference): true
            case .compares, .contains, .startsWith, .endsWith, .matches, .exists, .isEmpty,
                .isIn, .isBetween, .includes, .isOfType:
                false
            }
        case .sha256:
            switch predicate {
            case .compares(.equal, _), .compares(.notEqual, _), .isIn: true
            case .compares, .contains, .startsWith, .endsWith, .matches, .exists, .isEmpty,
                .isBetween, .includes, .isOfType:
                false
            }
        case .header, .cookie, .body, .protocolName, .url:
            switch predicate {
            case .compares, .contains, .startsWith, .endsWith, .matches, .exists, .isEmpty, .isIn,
                .isBetween:
                true
            case .includes, .isOfType: false
            }
        case .jsonPath: true
        }
    }
}
