/// A tag of FILES.md 9.2: `# @name value`, with its value read.
package enum SessionTag: Sendable, Hashable {
    // The file.
    case session(version: Int)
    case title(String)
    case include(path: String)
    case cookieJar(CookieJarChoice)
    case defaultQuery(name: String, value: String)
    case defaultHeader(name: String, value: String)
    case redact(String)
    case ignore(String)
    case pace(String)
    // The file or a request.
    case set(name: String, value: String)
    case expect(Expectation)
    // A request.
    case name(String)
    case skip(condition: String?)
    case command(String)
    case delay(Duration)
    case at(String)
    case timeout(Duration)
    case connectionTimeout(Duration)
    case noRedirect
    case noCookieJar
    case repetition(RepeatTag)
    case parallel(group: String)
    case retry(String)
    case capture(String)
    case recorded(RecordedSummary)
    case responseReference(path: String)

    /// How the tag is spelled, without `@`.
    package var name: String {
        switch self {
        case .session: "session"
        case .title: "title"
        case .include: "include"
        case .cookieJar: "cookie-jar"
        case .defaultQuery: "default-query"
        case .defaultHeader: "default-header"
        case .redact: "redact"
        case .ignore: "ignore"
        case .pace: "pace"
        case .set: "set"
        case .expect: "expect"
        case .name: "name"
        case .skip: "skip"
        case .command: "do"
        case .delay: "delay"
        case .at: "at"
        case .timeout: "timeout"
        case .connectionTimeout: "connection-timeout"
        case .noRedirect: "no-redirect"
        case .noCookieJar: "no-cookie-jar"
        case .repetition: "repeat"
        case .parallel: "parallel"
        case .retry: "retry"
        case .capture: "capture"
        case .recorded: "recorded"
        case .responseReference: "response-ref"
        }
    }

    /// The value as it is written; empty if the tag has none.
    package var value: String {
        switch self {
        case .session(let version): String(version)
        case .title(let text), .redact(let text), .ignore(let text), .pace(let text),
            .name(let text), .command(let text), .at(let text), .retry(let text),
            .capture(let text):
            text
        case .include(let path), .responseReference(let path): path
        case .cookieJar(let choice): choice.description
        case .defaultQuery(let name, let value): "\(name)=\(value)"
        case .defaultHeader(let name, let value): value.isEmpty ? "\(name):" : "\(name): \(value)"
        case .set(let name, let value): "\(name) \(value)"
        case .expect(let expectation): expectation.text
        case .skip(let condition): condition ?? ""
        case .delay(let duration), .timeout(let duration), .connectionTimeout(let duration):
            duration.fileText
        case .noRedirect, .noCookieJar: ""
        case .repetition(let repetition): repetition.description
        case .parallel(let group): group
        case .recorded(let summary): summary.description
        }
    }

    /// The place in the order that the writer keeps (FILES.md 9.3, rule 13).
    var rank: Int {
        switch self {
        case .session: 0
        case .title: 1
        case .include: 2
        case .name: 3
        case .skip: 4
        case .command: 5
        case .set: 6
        case .delay: 7
        case .at: 8
        case .timeout: 9
        case .connectionTimeout: 10
        case .noRedirect: 11
        case .noCookieJar: 12
        case .repetition, .parallel: 13
        case .retry: 14
        case .capture: 15
        case .cookieJar: 16
        case .defaultQuery: 17
        case .defaultHeader: 18
        case .redact: 19
        case .ignore: 20
        case .pace: 21
        case .expect: 22
        case .recorded: 23
        case .responseReference: 24
        }
    }

    /// Where the tag may stand.
    var scope: Scope {
        switch self {
        case .session, .title, .include, .cookieJar, .defaultQuery, .defaultHeader, .redact,
            .ignore, .pace:
            .file
        case .set, .expect: .both
        case .name, .skip, .command, .delay, .at, .timeout, .connectionTimeout, .noRedirect,
            .noCookieJar, .repetition, .parallel, .retry, .capture, .recorded, .responseReference:
            .request
        }
    }

    /// Where a tag may stand.
    enum Scope {
        /// Before the first block.
        case file
        /// Before a request line.
        case request
        /// In both places.
        case both
    }
}

/// The value of `@cookie-jar`.
package enum CookieJarChoice: Sendable, Hashable, CustomStringConvertible {
    /// A Netscape cookie file, relative to the session file.
    case file(String)
    /// A fresh store that is not kept.
    case memory
    /// Cookies are neither stored nor sent.
    case none

    package var description: String {
        switch self {
        case .file(let path): path
        case .memory: "memory"
        case .none: "none"
        }
    }
}

/// The value of `@repeat`: `N [parallel [M]]`.
package struct RepeatTag: Sendable, Hashable, CustomStringConvertible {
    /// How many times the request is sent, at least 1.
    package var count: Int
    /// Whether they overlap.
    package var parallelism: Parallelism

    /// Creates a repetition.
    package init(count: Int, parallelism: Parallelism = .none) {
        self.count = count
        self.parallelism = parallelism
    }

    /// How far repetitions overlap.
    package enum Parallelism: Sendable, Hashable {
        /// One after another.
        case none
        /// All at once.
        case all
        /// At most so many at once.
        case atMost(Int)
    }

    /// The greatest number of requests at once.
    package var width: Int {
        switch self.parallelism {
        case .none: 1
        case .all: self.count
        case .atMost(let limit): min(limit, self.count)
        }
    }

    package var description: String {
        switch self.parallelism {
        case .none: "\(self.count)"
        case .all: "\(self.count) parallel"
        case .atMost(let limit): "\(self.count) parallel \(limit)"
        }
    }
}
