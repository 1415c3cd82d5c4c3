import HTTPModel

/// Makes a session file's document from what was recorded (FILES.md 9.3, rules 3, 4, 11 to 13).
///
/// Nothing volatile gets in: no times, no ports. Connections are numbered from 1 by first use
/// within the saved session, so that recording an unchanged session again gives the same file.
package struct SessionDocumentBuilder {
    private let session: RecordedSession
    private let options: SaveOptions
    private var names: [Int: String] = [:]
    private var ordinals: [ConnectionID: Int] = [:]
    private var notes: [SaveNote] = []

    /// Makes the document of a session, and says what could not be kept as it was.
    package static func build(
        _ session: RecordedSession,
        options: SaveOptions = SaveOptions()
    ) -> (document: SessionDocument, notes: [SaveNote]) {
        var builder = Self(session: session, options: options)
        builder.nameRequests()
        let header = builder.header
        let blocks = session.requests.enumerated().map { index, request in
            builder.block(request, ordinal: index + 1)
        }
        return (SessionDocument(header: header, blocks: blocks), builder.notes)
    }

    private init(session: RecordedSession, options: SaveOptions) {
        self.session = session
        self.options = options
    }

    // MARK: The header

    private var header: [SessionEntry] {
        mutating get {
            var tags: [SessionTag] = [.session(version: 1)]
            if let title = self.session.title?.onOneLine.trimmed, !title.isEmpty {
                tags.append(.title(title))
            }
            if let jar = self.session.cookieJar { tags.append(.cookieJar(jar)) }
            tags += self.session.settings.map { .set(name: $0.name, value: $0.value) }
            tags += self.session.defaultQuery.map { .defaultQuery(name: $0.name, value: $0.value) }
            if !self.options.isPortable {
                tags += self.session.defaultFields.map {
                    .defaultHeader(name: $0.name, value: $0.value)
                }
            }
            return tags.map { SessionEntry(.tag($0)) } + self.entries(of: self.session.variables)
        }
    }

    private mutating func entries(of variables: [SessionVariable]) -> [SessionEntry] {
        variables.compactMap { variable in
            // The reader trims values, and a line ends where it ends.
            guard variable.value == variable.value.onOneLine.trimmed else {
                self.notes.append(.variableLeftOut(name: variable.name))
                return nil
            }
            if variable.value.contains("\\") {
                self.notes.append(.variableNotPortable(name: variable.name))
            }
            return SessionEntry(.variable(variable))
        }
    }

    // MARK: Names

    /// Gives a name to every request that another one refers to (rule 12).
    private mutating func nameRequests() {
        var taken: Set<String> = []
        for request in self.session.requests {
            guard let name = request.name else { continue }
            self.names[request.number] = name
            taken.insert(name)
        }
        let wanted = Set(self.session.requests.flatMap(\.referencedNumbers))
        for request in self.session.requests
        where wanted.contains(request.number) && self.names[request.number] == nil {
            let name = request.madeName.portableName(notIn: taken)
            self.names[request.number] = name
            taken.insert(name)
        }
    }

    /// The text with `{{N.…}}`, `{{last.…}}` and `{{$.…}}` replaced by names (rule 12).
    private mutating func withNames(_ text: String, in request: RecordedRequest) -> String {
        ReferenceSyntax.replacing(text) { inner in
            guard let reference = NumberedReference(inner) else { return inner }
            let number: Int
            switch reference.exchange {
            case .number(let value): number = value
            case .last:
                guard let last = request.lastNumber else {
                    self.notes.append(.referenceToUnknown(from: request.number))
                    return inner
                }
                number = last
            }
            guard let name = self.names[number] else {
                self.notes.append(.referenceToUnsaved(number: number, from: request.number))
                return inner
            }
            return reference.text(name: name)
        }
    }

    // MARK: Blocks

    private mutating func block(_ recorded: RecordedRequest, ordinal: Int) -> SessionBlock {
        let recorded = recorded.withStableBoundary
        let target = self.withNames(recorded.target, in: recorded).encodingUnsafeInTarget
        // Some tools lose the query after a version on the first line, so it is left out there.
        let isSplit = WrittenRequest.needsQueryLines(target)
        let mayBeLeftOut = isSplit && recorded.method == recorded.method.uppercased()
        let version: String? =
            recorded.wantsHTTP2 ? "HTTP/2" : mayBeLeftOut ? nil : "HTTP/1.1"
        let fields = self.fields(of: recorded).map { field in
            SessionField(field.name, self.withNames(field.value, in: recorded))
        }
        let body: SessionBody =
            switch recorded.body {
            case .none: .none
            case .template(let text):
                .content(Array(self.withNames(text, in: recorded).utf8), hasReferences: true)
            case .bytes(let bytes): .content(bytes, hasReferences: false)
            case .file(let path): .file(FileReference(path: path))
            }
        let request = WrittenRequest(
            method: recorded.method,
            target: target,
            version: version,
            fields: fields,
            body: body
        )
        return SessionBlock(
            title: "\(ordinal) \(recorded.title ?? recorded.madeTitle)".onOneLine.trimmed,
            leading: self.entries(of: recorded.variables)
                + self.tags(of: recorded).map { SessionEntry(.tag($0)) },
            request: request
        )
    }

    private func fields(of recorded: RecordedRequest) -> [FieldLine] {
        guard self.options.isPortable else { return recorded.fields }
        let own = Set(recorded.fields.map { $0.name.lowercased() })
        return self.session.defaultFields.filter { !own.contains($0.name.lowercased()) }
            + recorded.fields
    }

    private mutating func tags(of recorded: RecordedRequest) -> [SessionTag] {
        var tags: [SessionTag] = []
        if let name = self.names[recorded.number] { tags.append(.name(name)) }
        for command in recorded.commands {
            tags.append(.command(self.withNames(command, in: recorded)))
        }
        tags += recorded.settings.map { .set(name: $0.name, value: $0.value) }
        if let offset = recorded.offset { tags.append(.at("+\(offset.offsetText)")) }
        if let timeout = recorded.timeout { tags.append(.timeout(timeout)) }
        if !recorded.followsRedirects { tags.append(.noRedirect) }
        if !recorded.usesCookieJar { tags.append(.noCookieJar) }
        if recorded.repetition.count > 1 { tags.append(.repetition(recorded.repetition)) }
        tags += recorded.captures.map { .capture($0) }
        guard !recorded.runs.isEmpty else { return tags }
        var summary = self.summary(of: recorded.runs)
        summary.idle = recorded.idle
        tags += self.expectations(of: recorded, summary).map { .expect($0) }
        tags.append(.recorded(summary))
        if let response = recorded.response {
            tags.append(.responseReference(path: "./\(response.path)"))
        }
        return tags
    }

    private mutating func summary(of runs: [RecordedRequest.Run]) -> RecordedSummary {
        var connections: [Int] = []
        for run in runs {
            let ordinal = self.ordinals[run.connection] ?? self.ordinals.count + 1
            self.ordinals[run.connection] = ordinal
            connections.append(ordinal)
        }
        return RecordedSummary(
            statuses: runs.map(\.status).uniqued,
            connections: connections.uniqued,
            uses: runs.map { $0.isReused ? .reused : .new }.uniqued,
            bodySizes: runs.map(\.bodySize).uniqued,
            protocolName: runs.compactMap(\.protocolName).first
        )
    }

    private mutating func expectations(
        of recorded: RecordedRequest,
        _ summary: RecordedSummary
    ) -> [Expectation] {
        guard self.options.expectations != .none else { return [] }
        let own = self.ownExpectations(of: recorded)
        // What was typed says more than what is made of the answer.
        var expectations =
            own.contains(where: \.isAboutStatus) ? [] : [Self.statusExpectation(summary.statuses)]
        expectations += own
        // Under parallel requests reuse is a matter of luck (FILES.md 9.4), so nothing is claimed.
        let isStable =
            !recorded.overlapped && recorded.hasRepeatableConnection
            && recorded.repetition.width == 1
        if self.options.expectations == .reuse, isStable, summary.uses.count == 1,
            let use = summary.uses.first, !own.contains(where: \.isAboutReuse)
        {
            let claim: Expectation.ConnectionClaim = use == .reused ? .reused : .new
            expectations.append(
                Expectation(text: "connection \(use.rawValue)", claim: .connection(claim))
            )
        }
        return expectations
    }

    /// What was typed, but for what names a request that is not saved before it.
    private mutating func ownExpectations(of recorded: RecordedRequest) -> [Expectation] {
        let earlier = Set(
            self.names.filter { $0.key < recorded.number }.map(\.value)
        )
        return recorded.expectations.filter { expectation in
            guard let name = expectation.referencedName, !earlier.contains(name) else {
                return true
            }
            self.notes.append(.expectationLeftOut(expectation.text, from: recorded.number))
            return false
        }
    }

    private static func statusExpectation(_ statuses: [Int]) -> Expectation {
        let literals = statuses.map { Expectation.Literal.number(Double($0)) }
        guard let first = literals.first, literals.count == 1 else {
            let list = statuses.map(String.init).joined(separator: ",")
            return Expectation(
                text: "status in \(list)",
                claim: .value(.status, .isIn(literals), isNegated: false)
            )
        }
        return Expectation(
            text: "status \(statuses[0])",
            claim: .value(.status, .compares(.equal, first), isNegated: false)
        )
    }
}

extension Expectation {
    /// Whether it is about the status.
    fileprivate var isAboutStatus: Bool {
        if case .value(.status, _, _) = self.claim { true } else { false }
    }

    /// Whether it says if the connection is new.
    fileprivate var isAboutReuse: Bool {
        guard case .connection(let claim) = self.claim else { return false }
        return claim == .reused || claim == .new || claim == .any
    }
}

extension Duration {
    /// Seconds with three decimals: `1.250s`.
    fileprivate var offsetText: String {
        let milliseconds = Int(self.milliseconds.rounded())
        return "\(milliseconds / 1_000).\(String(1_000 + milliseconds % 1_000).dropFirst())s"
    }
}

extension Array where Element: Hashable {
    /// The elements without repetitions, in order of first occurrence.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return self.filter { seen.insert($0).inserted }
    }
}

extension String {
    /// The target with what would end it percent-encoded, outside `{{…}}`.
    fileprivate var encodingUnsafeInTarget: String {
        ReferenceSyntax.pieces(of: self).reduce(into: "") { result, piece in
            switch piece {
            case .text(let text):
                result += String(text).percentEncoding { $0 > 0x20 && $0 != 0x7F }
            case .reference(let inner): result += "{{\(inner)}}"
            }
        }
    }
}
