import HTTPModel
import JSONPath

extension Expectation {
    /// Holds the expectation against a subject.
    package func evaluate(_ subject: ExpectationSubject) -> ExpectationResult {
        switch self.claim {
        case .value(let query, let predicate, let isNegated):
            self.evaluate(query, predicate, isNegated: isNegated, subject)
        case .connection(let claim):
            self.evaluate(claim, subject)
        case .connections(let quantity, let operation, let number):
            self.evaluate(quantity, operation, number, subject.session)
        }
    }

    private func evaluate(
        _ query: Query,
        _ predicate: Predicate,
        isNegated: Bool,
        _ subject: ExpectationSubject
    ) -> ExpectationResult {
        let observation = query.observe(subject)
        let passed: Bool
        if observation.isMissing {
            // A value that is not there fulfils nothing but "not exists".
            passed = predicate == .exists && isNegated
        } else if case .many(let values) = observation, isNegated, predicate.isAboutEach {
            // "not" of each, not "not of all".
            passed = values.allSatisfy { !predicate.holds(for: .json($0)) }
        } else {
            passed = predicate.holds(for: observation) != isNegated
        }
        return ExpectationResult(
            passed: passed,
            expectedText: self.text,
            actualText: passed && !subject.tellsWhatPassed
                ? "" : query.actualText(observation, subject),
            notes: passed ? [] : subject.use.map { _ in [subject.connectionText] } ?? []
        )
    }
}

extension Expectation.Query {
    /// What the query yields for a variable; nil if there is nothing.
    package func captured(from subject: ExpectationSubject) -> String? {
        switch self.observe(subject) {
        case .missing: nil
        case .texts(let texts): texts.first
        case .digest(let digest): digest
        case .number(let number): number.shortText
        case .duration(let duration): duration.fileText
        case .json(let value): value.text
        case .many(let values): values.first?.text
        }
    }
}

/// What a query finds.
private enum Observation {
    /// Nothing; why.
    case missing(String)
    /// One or several texts, as fields can have several values.
    case texts([String])
    /// The hexadecimal digits of a hash.
    case digest(String)
    case number(Double)
    case duration(Duration)
    case json(JSONValue)
    /// What a path that may find many values found.
    case many([JSONValue])

    var isMissing: Bool {
        if case .missing = self { true } else { false }
    }
}

extension Expectation.Query {
    fileprivate func observe(_ subject: ExpectationSubject) -> Observation {
        guard let status = subject.status else { return .missing("there was no response") }
        switch self {
        case .status: return .number(Double(status))
        case .header(let name):
            let values = subject.values(name)
            return values.isEmpty ? .missing("there was no field \(name)") : .texts(values)
        case .cookie(let name, let attribute):
            guard let cookie = subject.setCookie(name) else {
                return .missing("there was no cookie \(name)")
            }
            guard let attribute else { return .texts([cookie.value]) }
            guard let value = cookie.attributes[attribute] else {
                return .missing("cookie \(name) had no \(attribute)")
            }
            return .texts([value])
        case .jsonPath(let path, let text, let isCounted):
            guard let json = subject.json() else {
                let isThere = subject.content() != nil
                return .missing(isThere ? "the content is not JSON" : Self.absence(subject))
            }
            return Self.observe(path, text, isCounted: isCounted, in: json)
        case .body:
            guard let content = subject.content() else {
                return .missing(Self.absence(subject))
            }
            return .texts([String(decoding: content, as: UTF8.self)])
        case .sha256:
            return subject.sha256().map { .digest($0) } ?? .missing(Self.absence(subject))
        case .byteCount: return .number(Double(subject.contentLength))
        case .duration: return .duration(subject.duration)
        case .wait: return .duration(subject.wait ?? .zero)
        case .queue: return .duration(subject.queue ?? .zero)
        case .protocolName: return .texts([subject.version])
        case .redirectCount: return .number(Double(subject.redirectCount))
        case .retryCount: return .number(Double(subject.retryCount))
        case .url: return .texts([subject.url])
        }
    }

    private static func absence(_ subject: ExpectationSubject) -> String {
        subject.contentAbsence() ?? "the content was not kept"
    }

    /// A path that names one place has that value, and its elements are counted; one that may find
    /// many has them all, and they are counted.
    private static func observe(
        _ path: JSONPathQuery,
        _ text: String,
        isCounted: Bool,
        in json: JSONValue
    ) -> Observation {
        do throws(JSONPathOverrun) {
            guard path.isSingular else {
                let values = try path.values(in: json)
                if isCounted { return .number(Double(values.count)) }
                return values.isEmpty ? .missing("there was no \(text)") : .many(values)
            }
            guard let value = try path.firstMatch(in: json) else {
                return isCounted ? .number(0) : .missing("there was no \(text)")
            }
            return isCounted ? .number(Double(value.elementCount)) : .json(value)
        } catch {
            return .missing(error.sentence)
        }
    }

    fileprivate func actualText(_ observation: Observation, _ subject: ExpectationSubject) -> String
    {
        if case .missing(let why) = observation { return why }
        switch self {
        case .status:
            let reason = subject.reason.isEmpty ? "" : " " + subject.reason.escapedForDisplay
            return "status was \(subject.status ?? 0)\(reason)"
        case .header(let name):
            let secrets = subject.secrets()
            if secrets.hidesField(name) { return "\(name) was \(ExportSecrets.hidden)" }
            let values = subject.values(name).map { value in
                secrets.shownValue(of: FieldLine(name, value)).quotedForDisplay
            }
            return "\(name) was \(values.joined(separator: ", "))"
        case .cookie(let name, let attribute):
            let what = attribute.map { "cookie \(name)'s \($0)" } ?? "cookie \(name)"
            let isSecret = attribute == nil && subject.secrets().hidesCookie(name)
            return "\(what) was \(isSecret ? ExportSecrets.hidden : observation.text)"
        case .jsonPath(let path, let text, let isCounted):
            if isCounted { return "\(text) had \(observation.text) elements" }
            let secrets = subject.secrets()
            guard let json = subject.json(), !secrets.hides(path, in: json) else {
                return "\(text) was \(ExportSecrets.hidden)"
            }
            return "\(text) was \(observation.shown(without: secrets))"
        case .body, .sha256: return self.contentText(observation, subject)
        case .byteCount: return "body had \(subject.contentLength) bytes"
        case .duration: return "duration was \(subject.duration.spokenText)"
        case .wait: return "wait was \((subject.wait ?? .zero).spokenText)"
        case .queue: return "queue was \((subject.queue ?? .zero).spokenText)"
        case .protocolName: return "protocol was \(subject.version.escapedForDisplay)"
        case .redirectCount: return "redirects followed: \(subject.redirectCount)"
        case .retryCount: return "retries: \(subject.retryCount)"
        case .url:
            let url = subject.secrets().shownReference(subject.url)
            return "url was \(url.escapedForDisplay)"
        }
    }

    /// What the content, or its hash, was.
    private func contentText(
        _ observation: Observation,
        _ subject: ExpectationSubject
    ) -> String {
        let secrets = subject.secrets()
        let isHidden = secrets.redactions.hidesContent
        guard case .body = self else {
            // The hash of a short secret is as good as the secret.
            return "sha256 was \(isHidden ? ExportSecrets.hidden : observation.text)"
        }
        let size = "\(subject.contentLength) bytes"
        if isHidden { return "body was \(ExportSecrets.hidden), \(size)" }
        let type = subject.values("content-type").first ?? ""
        // More is not shown; a secret that begins within it is looked for beyond.
        let start = subject.content()?.prefix(Self.shownContentLimit) ?? []
        let text = secrets.shown(secrets.pieces(of: Array(start), mediaType: type))
        return "body was \(text.quotedForDisplay), \(size)"
    }

    /// How much of a content is looked at to show its start, in bytes.
    private static let shownContentLimit = 16_384
}

extension Observation {
    /// What was found in JSON, without what stands under sensitive keys in it.
    fileprivate func shown(without secrets: ExportSecrets) -> String {
        switch self {
        case .json(.string(let string)): secrets.shown(string).quotedForDisplay
        case .json(let value):
            secrets.shownJSON(value.compactText).shortened.escapedForDisplay
        case .many(let values):
            secrets.shownJSON(values.map(\.compactText).joined(separator: ", "))
                .shortened.escapedForDisplay
        case .missing, .texts, .digest, .number, .duration: self.text
        }
    }

    fileprivate var text: String {
        switch self {
        case .missing(let why): why
        case .texts(let texts): texts.map(\.quotedForDisplay).joined(separator: ", ")
        case .digest(let digest): digest
        case .number(let number): number.shortText
        case .duration(let duration): duration.spokenText
        case .json(.string(let string)): string.quotedForDisplay
        case .json(let value): value.compactText.shortened.escapedForDisplay
        case .many(let values):
            values.map(\.compactText).joined(separator: ", ").shortened.escapedForDisplay
        }
    }
}

extension Expectation.Predicate {
    /// Whether it is said of each of many values, and not of all together.
    fileprivate var isAboutEach: Bool {
        switch self {
        case .isEmpty, .includes, .exists: false
        case .compares, .contains, .startsWith, .endsWith, .matches, .isIn, .isBetween, .isOfType:
            true
        }
    }

    fileprivate func holds(for observation: Observation) -> Bool {
        switch observation {
        case .missing: false
        case .number(let number): self.holds(number: number)
        case .digest(let digest): self.holds(text: digest)
        case .duration(let duration): self.holds(duration: duration)
        case .json(let value): self.holds(json: value)
        case .many(let values): self.holds(many: values)
        case .texts(let texts):
            // A field with several values is different from v only if all of them are.
            if case .compares(.notEqual, _) = self {
                texts.allSatisfy { self.holds(text: $0) }
            } else {
                texts.contains { self.holds(text: $0) }
            }
        }
    }

    /// What is said of many values is said of each, and there must be one; but `isEmpty` says that
    /// there is none, and `includes` that it is among them.
    private func holds(many values: [JSONValue]) -> Bool {
        switch self {
        case .isEmpty: values.isEmpty
        case .includes(let literal):
            values.contains { $0.equals(literal) || self.holds(json: $0) }
        case .compares, .contains, .startsWith, .endsWith, .matches, .exists, .isIn, .isBetween,
            .isOfType:
            !values.isEmpty && values.allSatisfy { self.holds(json: $0) }
        }
    }

    private func holds(number: Double) -> Bool {
        switch self {
        case .compares(let operation, .number(let other)): operation.holds(number, other)
        case .isIn(let literals): literals.contains(.number(number))
        case .isBetween(let low, let high): (low...high).contains(number)
        case .exists: true
        case .compares, .contains, .startsWith, .endsWith, .matches, .isEmpty, .includes,
            .isOfType:
            false
        }
    }

    private func holds(duration: Duration) -> Bool {
        guard case .compares(let operation, .duration(let other)) = self else { return false }
        return operation.holds(duration, other)
    }

    private func holds(text: String) -> Bool {
        switch self {
        case .compares(let operation, let literal): Self.compare(text, operation, literal)
        case .contains(let other): text.utf8.holds(other.utf8)
        case .startsWith(let other): text.utf8.starts(with: other.utf8)
        case .endsWith(let other): text.utf8.reversed().starts(with: other.utf8.reversed())
        case .matches(let pattern): pattern.isFound(in: text)
        case .exists: true
        case .isEmpty: text.isEmpty
        case .isIn(let literals):
            literals.contains { Self.compare(text, .equal, $0) }
        case .isBetween(let low, let high):
            Double(text).map { (low...high).contains($0) } ?? false
        case .includes, .isOfType: false
        }
    }

    private static func compare(
        _ text: String,
        _ operation: Expectation.Operator,
        _ literal: Expectation.Literal
    ) -> Bool {
        guard case .text(let other) = literal else { return false }
        switch operation {
        case .equal: return text.utf8.elementsEqual(other.utf8)
        case .notEqual: return !text.utf8.elementsEqual(other.utf8)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let left = Double(text), let right = Double(other) else { return false }
            return operation.holds(left, right)
        }
    }

    private func holds(json value: JSONValue) -> Bool {
        switch self {
        case .compares(.equal, let literal): return value.equals(literal)
        case .compares(.notEqual, let literal): return !value.equals(literal)
        case .compares(let operation, .number(let other)):
            return value.number.map { operation.holds($0, other) } ?? false
        case .isIn(let literals): return literals.contains { value.equals($0) }
        case .isBetween(let low, let high):
            return value.number.map { (low...high).contains($0) } ?? false
        case .includes(let literal):
            guard case .array(let elements) = value else { return false }
            return elements.contains { $0.equals(literal) }
        case .isOfType(let type): return value.isOf(type)
        case .exists: return true
        case .isEmpty: return value.isContainerOrString && value.elementCount == 0
        case .compares: return false
        case .contains, .startsWith, .endsWith, .matches:
            return self.holds(text: value.text)
        }
    }
}

extension JSONValue {
    fileprivate var number: Double? {
        guard case .number(let spelling) = self else { return nil }
        return Double(spelling)
    }

    fileprivate var isContainerOrString: Bool {
        switch self {
        case .array, .object, .string: true
        case .null, .bool, .number: false
        }
    }

    /// Elements of an array, members of an object, characters of a string; 1 for anything else.
    fileprivate var elementCount: Int {
        switch self {
        case .array(let elements): elements.count
        case .object(let members): members.count
        case .string(let string): string.count
        case .null, .bool, .number: 1
        }
    }

    fileprivate func equals(_ literal: Expectation.Literal) -> Bool {
        switch (self, literal) {
        case (.string(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.number, .number(let right)): self.number == right
        case (.bool(let left), .boolean(let right)): left == right
        case (.null, .null): true
        case (_, .json(let right)): self.isEqual(to: right)
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    fileprivate func isOf(_ type: Expectation.JSONType) -> Bool {
        switch (type, self) {
        case (.string, .string), (.number, .number), (.boolean, .bool), (.object, .object),
            (.list, .array), (.collection, .array), (.collection, .object), (.null, .null):
            true
        case (.integer, .number(let spelling)): !spelling.contains { ".eE".contains($0) }
        case (.float, .number(let spelling)): spelling.contains { ".eE".contains($0) }
        case (.string, _), (.number, _), (.integer, _), (.float, _), (.boolean, _), (.object, _),
            (.list, _), (.collection, _), (.null, _):
            false
        }
    }
}

extension String.UTF8View {
    /// Whether `other` occurs, byte for byte.
    fileprivate func holds(_ other: String.UTF8View) -> Bool {
        let needle = Array(other)
        guard let first = needle.first else { return true }
        let bytes = Array(self)
        guard bytes.count >= needle.count else { return false }
        for start in 0...(bytes.count - needle.count)
        where bytes[start] == first && bytes[start..<start + needle.count].elementsEqual(needle) {
            return true
        }
        return false
    }
}

extension Double {
    /// The number without a fraction of zero.
    fileprivate var shortText: String {
        Int(exactly: self).map(String.init) ?? String(self)
    }
}
