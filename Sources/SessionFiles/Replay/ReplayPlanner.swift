import HTTPModel

/// Why a session file cannot be replayed: it holds what is wrong or not built.
package struct ReplayRefusal: Error, Sendable, Hashable {
    /// What is wrong, in order of lines; at least one.
    package var problems: [SessionFileProblem]
}

/// Caps on what a session file may ask for (FILES.md 9.8): it may come from someone else.
package struct ReplayCaps: Sendable, Hashable {
    /// How many times a request may be sent by `@repeat`.
    package var repetitions: Int
    /// How many requests may overlap.
    package var parallelism: Int
    /// What `pool.size` may be set to.
    package var poolSize: Int
    /// What `pool.total` and `pool.idle` may be set to.
    package var poolTotal: Int

    /// Creates caps.
    package init(
        repetitions: Int = 10_000,
        parallelism: Int = 256,
        poolSize: Int = 256,
        poolTotal: Int = 1_024
    ) {
        self.repetitions = repetitions
        self.parallelism = parallelism
        self.poolSize = poolSize
        self.poolTotal = poolTotal
    }

    /// The cap on a setting; nil if it has none.
    func cap(ofSetting name: String) -> Int? {
        switch name {
        case "pool.size", "h2.connections": self.poolSize
        case "pool.total", "pool.idle": self.poolTotal
        default: nil
        }
    }
}

extension ReplayPlan {
    /// Makes the plan of a file that has been read.
    ///
    /// - Parameters:
    ///   - reading: What came of reading the file.
    ///   - caps: Bounds on what the file may ask for.
    /// - Throws: `ReplayRefusal` if any of it is wrong or not built; then nothing of it may be
    ///   sent.
    package init(
        _ reading: SessionFileReading,
        caps: ReplayCaps = ReplayCaps()
    ) throws(ReplayRefusal) {
        var planner = ReplayPlanner(file: reading.file, caps: caps)
        let plan = planner.plan(reading.document)
        var problems = reading.errors + planner.problems.all
        guard problems.isEmpty else {
            problems.sort { ($0.line, $0.column) < ($1.line, $1.column) }
            throw ReplayRefusal(problems: problems)
        }
        self = plan
    }
}

/// Turns a document into a plan and collects what stands in the way.
private struct ReplayPlanner {
    let file: String
    let caps: ReplayCaps
    var problems = ProblemList()
    private var steps: [ReplayStep] = []
    /// Variables of blocks without a request; the next request takes them along.
    private var pendingVariables: [SessionVariable] = []

    init(file: String, caps: ReplayCaps) {
        self.file = file
        self.caps = caps
    }

    mutating func plan(_ document: SessionDocument) -> ReplayPlan {
        var plan = ReplayPlan(
            file: self.file,
            settings: [],
            defaultQuery: [],
            defaultFields: [],
            variables: [],
            redactions: Redactions(),
            steps: [],
            sessionExpectations: []
        )
        for entry in document.header { self.apply(entry, to: &plan) }
        self.steps.reserveCapacity(document.blocks.count)
        for block in document.blocks { self.add(block) }
        plan.steps = self.steps
        return plan
    }

    private mutating func refuse(_ kind: SessionFileProblem.Kind, _ place: SourcePlace) {
        self.problems.append(
            SessionFileProblem(
                file: self.file,
                line: max(place.line, 1),
                column: max(place.column, 1),
                kind: kind
            )
        )
    }

    // MARK: The header

    private mutating func apply(_ entry: SessionEntry, to plan: inout ReplayPlan) {
        let place = entry.place
        switch entry.content {
        case .blank, .comment: break
        case .variable(let variable): plan.variables.append(variable)
        case .unknownTag(let name, _): self.refuseIfDecisive(name, place)
        case .tag(let tag): self.apply(tag, place, to: &plan)
        }
    }

    private mutating func apply(
        _ tag: SessionTag,
        _ place: SourcePlace,
        to plan: inout ReplayPlan
    ) {
        switch tag {
        case .title(let title): plan.title = title
        case .cookieJar(let choice): plan.cookieJar = choice
        case .defaultQuery(let name, let value):
            plan.defaultQuery.append(SessionVariable(name: name, value: value))
        case .defaultHeader(let name, let value):
            plan.defaultFields.append(FieldLine(name, value))
            self.checkCredentials(FieldLine(name, value), place)
        case .redact(let value):
            if !plan.redactions.add(value) { self.refuseValue(of: tag, place) }
        case .set(let name, let value):
            self.checkSetting(name, value, place)
            plan.settings.append(ReplayPlan.Setting(name: name, value: value, line: place.line))
        case .expect(let expectation):
            plan.sessionExpectations.append(
                ReplayPlan.PlacedExpectation(
                    expectation: expectation,
                    file: self.file,
                    line: place.line
                )
            )
        case .pace(let value):
            guard let pace = Pace(value) else { return self.refuseValue(of: tag, place) }
            plan.pace = pace
        case .include(let path):
            plan.includes.append(ReplayPlan.Include(path: path, line: place.line))
        case .ignore(let value):
            if !plan.ignored.add(value) { self.refuseValue(of: tag, place) }
        // Those that need a request have been reported by the reader; the rest has no effect here.
        case .session, .name, .skip, .command, .delay, .at, .timeout, .connectionTimeout,
            .noRedirect, .noCookieJar, .repetition, .parallel, .retry, .capture, .recorded,
            .responseReference:
            break
        }
    }

    // MARK: Requests

    private mutating func add(_ block: SessionBlock) {
        var step = ReplayStep(block, file: self.file, ordinal: self.steps.count + 1)
        for entry in block.leading {
            switch entry.content {
            case .blank, .comment: break
            case .variable(let variable): step?.variables.append(variable)
            case .unknownTag(let name, _): self.refuseIfDecisive(name, entry.place)
            case .tag(let tag):
                if self.isRefused(tag, entry.place) { continue }
                step?.apply(tag, line: entry.place.line)
            }
        }
        guard var step else {
            self.pendingVariables += block.variables
            return
        }
        // A response that stands in the file is what once came (FILES.md 2.4, row 10).
        if step.recorded == nil, let response = block.recordedResponse {
            step.recorded = RecordedSummary(statuses: [response.status])
        }
        step.variables = self.pendingVariables + step.variables
        self.pendingVariables = []
        if let request = block.request,
            request.firstValue("x-request-type")?.lowercased() == "graphql"
        {
            // Another tool rewrites the content of such a request before it sends it.
            self.refuse(.unsupported(.protocolNotSupported("GraphQL")), request.place)
        }
        if let version = step.version, !Self.versions.contains(version) {
            self.refuse(
                .unsupported(.versionNotSupported(version)),
                block.request?.place ?? .nowhere
            )
        }
        for field in block.request?.fields ?? [] { self.checkCredentials(field.line, field.place) }
        self.steps.append(step)
    }

    /// Refuses credentials that other tools sign a request with: sent as they stand they would give
    /// the key away.
    private mutating func checkCredentials(_ field: FieldLine, _ place: SourcePlace) {
        guard field.name.lowercased() == "authorization" else { return }
        let words = field.value.split(separator: " ")
        let scheme = words.first.map { $0.uppercased() } ?? ""
        // `AWS KEY:SIGNATURE` is signed already.
        guard scheme == "AWS" && words.count > 2 || scheme == "COGNITO" && words.count > 1 else {
            return
        }
        self.refuse(.unsupported(.credentialsNotSupported(scheme)), place)
    }

    /// The versions that a request may ask for; `HTTP/1.1` stands behind most and asks for nothing.
    private static let versions: Set<String> = ["HTTP/1.1", "HTTP/2", "HTTP/2.0"]

    /// Whether the tag keeps the file from being replayed.
    private mutating func isRefused(_ tag: SessionTag, _ place: SourcePlace) -> Bool {
        switch tag {
        case .include:
            // Other tools run it before this request; ours runs it before all.
            self.refuse(.tag(.misplacedTag(tag: tag.name, belongsInHeader: true)), place)
            return true
        case .skip(condition: let condition?):
            if SkipCondition(condition) == nil { self.refuseValue(of: tag, place) }
        case .retry(let value):
            guard let rule = RetryRule(value) else {
                self.refuseValue(of: tag, place)
                return true
            }
            self.checkCap("@retry", rule.count, self.caps.repetitions, place)
        case .capture(let value):
            if Capture(value, line: place.line) == nil { self.refuseValue(of: tag, place) }
        case .at(let value):
            if Pace.offset(value) == nil { self.refuseValue(of: tag, place) }
        case .set(let name, let value): self.checkSetting(name, value, place)
        case .command(let command): self.checkCommand(command, place)
        case .repetition(let repetition):
            self.checkCap("@repeat", repetition.count, self.caps.repetitions, place)
            self.checkCap("@repeat parallel", repetition.width, self.caps.parallelism, place)
        case .session, .title, .cookieJar, .defaultQuery, .defaultHeader, .redact, .ignore, .pace,
            .expect, .name, .skip, .delay, .timeout, .connectionTimeout, .noRedirect,
            .noCookieJar, .parallel, .recorded, .responseReference:
            break
        }
        return false
    }

    private mutating func refuseValue(of tag: SessionTag, _ place: SourcePlace) {
        self.refuse(.tag(.badTagValue(tag: tag.name, value: tag.value)), place)
    }

    private mutating func refuseIfDecisive(_ name: String, _ place: SourcePlace) {
        if ForeignTags.isDecisive(name) {
            self.refuse(.unsupported(.tagNotSupported(tag: name)), place)
        }
    }

    // MARK: Caps

    private mutating func checkSetting(_ name: String, _ value: String, _ place: SourcePlace) {
        guard let cap = self.caps.cap(ofSetting: name), let number = Int(value.firstWord.word)
        else { return }
        self.checkCap(name, number, cap, place)
    }

    private mutating func checkCap(_ what: String, _ value: Int, _ cap: Int, _ place: SourcePlace) {
        if value > cap {
            self.refuse(.unsupported(.beyondCap(what: what, value: value, cap: cap)), place)
        }
    }

    /// Only what FILES.md 9.2 names may stand in `@do`: never a shell, a file or a request.
    private mutating func checkCommand(_ text: String, _ place: SourcePlace) {
        guard let command = FileCommand(text) else {
            return self.refuse(.unsupported(.commandNotAllowed(text)), place)
        }
        guard let limit = command.limit, let cap = self.caps.cap(ofSetting: limit.setting) else {
            return
        }
        guard let value = Int(limit.value) else {
            return self.refuse(.unsupported(.commandNotAllowed(text)), place)
        }
        self.checkCap(limit.what, value, cap, place)
    }
}

extension SessionBlock {
    fileprivate var variables: [SessionVariable] {
        self.leading.compactMap { entry in
            if case .variable(let variable) = entry.content { variable } else { nil }
        }
    }
}

extension ReplayStep {
    /// The step of a block, without its tags; nil if it has no request.
    fileprivate init?(_ block: SessionBlock, file: String, ordinal: Int) {
        guard let request = block.request else { return nil }
        self.init(
            file: file,
            ordinal: ordinal,
            title: block.title ?? "",
            line: request.place.line,
            variables: [],
            commands: [],
            settings: [],
            followsRedirects: true,
            usesCookieJar: true,
            isSkipped: false,
            repetition: RepeatTag(count: 1),
            method: request.method,
            target: request.target,
            version: request.version,
            fields: request.fields.map(\.line),
            content: request.contentParts,
            expectations: []
        )
    }

    /// Takes in a tag.
    fileprivate mutating func apply(_ tag: SessionTag, line: Int) {
        switch tag {
        case .name(let name): self.name = name
        case .command(let text): self.commands.append(Command(text: text, line: line))
        case .set(let name, let value):
            self.settings.append(ReplayPlan.Setting(name: name, value: value, line: line))
        case .delay(let duration): self.delay = duration
        case .timeout(let duration): self.timeout = duration
        case .noRedirect: self.followsRedirects = false
        case .noCookieJar: self.usesCookieJar = false
        case .skip(condition: nil): self.isSkipped = true
        case .skip(condition: let condition?): self.skipCondition = SkipCondition(condition)
        case .parallel(let group): self.group = group
        case .retry(let value): self.retry = RetryRule(value)
        case .capture(let value):
            if let capture = Capture(value, line: line) { self.captures.append(capture) }
        case .connectionTimeout(let duration): self.connectionTimeout = duration
        case .at(let value): self.offset = Pace.offset(value)
        case .responseReference(let path):
            self.responseReference = ResponseReference(path: path, line: line)
        case .repetition(let repetition): self.repetition = repetition
        case .expect(let expectation):
            self.expectations.append(
                ReplayPlan.PlacedExpectation(
                    expectation: expectation,
                    file: self.file,
                    line: line
                )
            )
        case .recorded(let summary):
            self.recorded = summary
            self.recordedLine = line
        case .session, .title, .include, .cookieJar, .defaultQuery, .defaultHeader, .redact,
            .ignore, .pace:
            break
        }
    }
}
