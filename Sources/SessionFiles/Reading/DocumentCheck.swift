/// Checks what only the whole file shows: tags in the wrong place or twice, names that do not
/// exist.
struct DocumentCheck {
    let file: String
    private(set) var problems = ProblemList()
    private var linesOfNames: [String: Int] = [:]

    /// Creates a check for a file of this name.
    init(file: String) {
        self.file = file
    }

    /// Looks at a document.
    mutating func run(_ document: SessionDocument) {
        self.checkHeader(document.header)
        for block in document.blocks {
            self.checkPlaces(in: block)
            self.checkRepeats(block.tags, once: Self.onceInBlock)
            self.checkReferences(in: block)
        }
    }

    private static let onceInHeader: Set<String> = ["session", "title", "cookie-jar", "pace"]
    private static let onceInBlock: Set<String> = [
        "name", "skip", "delay", "at", "timeout", "connection-timeout", "repeat", "parallel",
        "retry", "recorded",
    ]

    private mutating func checkHeader(_ entries: [SessionEntry]) {
        var tags: [(tag: SessionTag, place: SourcePlace)] = []
        for entry in entries {
            guard case .tag(let tag) = entry.content else { continue }
            tags.append((tag, entry.place))
            if tag.needsRequest {
                self.report(
                    .tag(.misplacedTag(tag: tag.name, belongsInHeader: false)),
                    entry.place
                )
            }
        }
        self.checkRepeats(tags, once: Self.onceInHeader)
    }

    private mutating func checkPlaces(in block: SessionBlock) {
        for (tag, place) in block.tags where tag.needsHeader {
            self.report(.tag(.misplacedTag(tag: tag.name, belongsInHeader: true)), place)
        }
    }

    private mutating func checkRepeats(
        _ tags: [(tag: SessionTag, place: SourcePlace)],
        once: Set<String>
    ) {
        var lines: [String: Int] = [:]
        for (tag, place) in tags where once.contains(tag.name) {
            if let first = lines[tag.name] {
                self.report(.tag(.repeatedTag(tag: tag.name, firstLine: first)), place)
            } else {
                lines[tag.name] = place.line
            }
        }
    }

    private mutating func checkReferences(in block: SessionBlock) {
        for (tag, place) in block.tags {
            guard case .expect(let expectation) = tag, let name = expectation.referencedName,
                self.linesOfNames[name] == nil
            else { continue }
            self.report(.tag(.unknownName(name)), place)
        }
        for (tag, place) in block.tags {
            guard case .name(let name) = tag else { continue }
            if let first = self.linesOfNames[name] {
                self.report(.tag(.repeatedName(name, firstLine: first)), place)
            }
            self.linesOfNames[name] = place.line
        }
    }

    private mutating func report(_ kind: SessionFileProblem.Kind, _ place: SourcePlace) {
        self.problems.append(
            SessionFileProblem(
                file: self.file,
                line: place.line,
                column: place.column,
                kind: kind
            )
        )
    }
}

extension SessionTag {
    /// Whether the tag would be lost without a request after it.
    var needsRequest: Bool {
        switch self {
        case .expect(let expectation): !expectation.isAboutSession
        case .skip, .command, .delay, .timeout, .connectionTimeout, .noRedirect, .noCookieJar,
            .repetition, .parallel, .retry, .capture:
            true
        case .session, .title, .include, .cookieJar, .defaultQuery, .defaultHeader, .redact,
            .ignore, .pace, .set, .name, .at, .recorded, .responseReference:
            false
        }
    }

    /// Whether the tag would come too late in a block.
    fileprivate var needsHeader: Bool {
        switch self {
        case .session, .cookieJar, .defaultQuery, .defaultHeader, .redact, .ignore, .pace: true
        // Other tools write these two before requests.
        case .title, .include: false
        case .set, .expect, .name, .skip, .command, .delay, .at, .timeout, .connectionTimeout,
            .noRedirect, .noCookieJar, .repetition, .parallel, .retry, .capture, .recorded,
            .responseReference:
            false
        }
    }
}
