package import HTTPModel

/// What `save` puts in a file: plain values, with secrets already replaced by references.
package struct RecordedSession: Sendable, Hashable {
    /// The text of `@title`.
    package var title: String?
    /// Settings that differ from the defaults, in the order they are to be made.
    package var settings: [SessionVariable]
    /// Where cookies come from at the start.
    package var cookieJar: CookieJarChoice?
    /// Default query parameters.
    package var defaultQuery: [SessionVariable]
    /// Default fields.
    package var defaultFields: [FieldLine]
    /// Variables, unresolved where they refer to others.
    package var variables: [SessionVariable]
    /// The exchanges to save, in order.
    package var requests: [RecordedRequest]

    /// Creates a session.
    package init(
        title: String? = nil,
        settings: [SessionVariable] = [],
        cookieJar: CookieJarChoice? = nil,
        defaultQuery: [SessionVariable] = [],
        defaultFields: [FieldLine] = [],
        variables: [SessionVariable] = [],
        requests: [RecordedRequest] = []
    ) {
        self.title = title
        self.settings = settings
        self.cookieJar = cookieJar
        self.defaultQuery = defaultQuery
        self.defaultFields = defaultFields
        self.variables = variables
        self.requests = requests
    }
}

/// One exchange, or one repeated request, as it was typed, and what came of it.
package struct RecordedRequest: Sendable, Hashable {
    /// The number of the exchange, to which `{{N.…}}` refers.
    package var number: Int
    /// The number of the exchange that `{{last.…}}` and `{{$.…}}` meant in this request.
    package var lastNumber: Int?
    /// The name, if it was given one.
    package var name: String?
    /// The text after `###`; made from method and target if nil.
    package var title: String?
    /// The method.
    package var method: String
    /// The target as typed, with its references.
    package var target: String
    /// The fields as typed, defaults not among them.
    package var fields: [FieldLine]
    /// The content.
    package var body: Body
    /// Shell lines that changed the session before it: `@do`.
    package var commands: [String]
    /// Settings that were changed before it: `@set`.
    package var settings: [SessionVariable] = []
    /// Variables that are set before it.
    package var variables: [SessionVariable] = []
    /// Variables that are taken from its response, as `@capture` has them.
    package var captures: [String] = []
    /// What was expected of it when it was sent, as `@expect` has it.
    package var expectations: [Expectation] = []
    /// Whether it was asked to go over HTTP/2.
    package var wantsHTTP2 = false
    /// The bound on the exchange that was asked for.
    package var timeout: Duration?
    /// Whether redirects were followed.
    package var followsRedirects: Bool
    /// Whether cookies were stored and sent.
    package var usesCookieJar: Bool
    /// How many times it was sent.
    package var repetition: RepeatTag
    /// Whether another exchange ran at the same time.
    package var overlapped: Bool
    /// Whether a replay of the file gets a connection for it as it did: a new one or a used one.
    package var hasRepeatableConnection = true
    /// What came of each time it was sent.
    package var runs: [Run]
    /// When it was issued after the first one; only with `--timings`.
    package var offset: Duration?
    /// How long its connection had been idle; only with `--timings`.
    package var idle: Duration?
    /// The response that is stored beside the file; only with `--responses`.
    package var response: StoredResponse?

    /// A response stored beside the session file.
    package struct StoredResponse: Sendable, Hashable {
        /// The path relative to the session file's folder.
        package var path: String
        /// The decoded content.
        package var bytes: [UInt8]

        /// Creates a stored response.
        package init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// Creates a recorded request.
    package init(
        number: Int,
        lastNumber: Int? = nil,
        name: String? = nil,
        title: String? = nil,
        method: String,
        target: String,
        fields: [FieldLine] = [],
        body: Body = .none,
        commands: [String] = [],
        timeout: Duration? = nil,
        followsRedirects: Bool = true,
        usesCookieJar: Bool = true,
        repetition: RepeatTag = RepeatTag(count: 1),
        overlapped: Bool = false,
        runs: [Run] = []
    ) {
        self.number = number
        self.lastNumber = lastNumber
        self.name = name
        self.title = title
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
        self.commands = commands
        self.timeout = timeout
        self.followsRedirects = followsRedirects
        self.usesCookieJar = usesCookieJar
        self.repetition = repetition
        self.overlapped = overlapped
        self.runs = runs
    }

    /// Content as it was given.
    package enum Body: Sendable, Hashable {
        /// None.
        case none
        /// Text as typed, in which `{{…}}` is a reference.
        case template(String)
        /// Bytes as they were sent.
        case bytes([UInt8])
        /// A file, by its path relative to the session file.
        case file(path: String)
    }

    /// What came of a request.
    package struct Run: Sendable, Hashable {
        /// The final status.
        package var status: Int
        /// The connection that carried it.
        package var connection: ConnectionID
        /// Whether that connection had carried a complete exchange before.
        package var isReused: Bool
        /// The length of the decoded content.
        package var bodySize: Int
        /// The protocol if it was not HTTP/1.1, such as `h2`.
        package var protocolName: String?

        /// Creates a run.
        package init(
            status: Int,
            connection: ConnectionID,
            isReused: Bool,
            bodySize: Int,
            protocolName: String? = nil
        ) {
            self.status = status
            self.connection = connection
            self.isReused = isReused
            self.bodySize = bodySize
            self.protocolName = protocolName
        }
    }
}

/// How a session is saved.
package struct SaveOptions: Sendable, Hashable {
    /// What is expected of a replay.
    package var expectations: Expectations
    /// Whether default fields are written into each request, so that other tools send them too.
    package var isPortable: Bool

    /// Creates options.
    package init(expectations: Expectations = .status, isPortable: Bool = false) {
        self.expectations = expectations
        self.isPortable = isPortable
    }

    /// What is expected of a replay: `--expect`.
    package enum Expectations: String, Sendable, Hashable, CaseIterable {
        /// The status.
        case status
        /// The status, and whether the connection is new, where that is stable.
        case reuse
        /// Nothing.
        case none
    }
}

/// What should be said about a saved session.
package enum SaveNote: Sendable, Hashable {
    /// A request refers to an exchange that is not saved.
    case referenceToUnsaved(number: Int, from: Int)
    /// A request refers to the last exchange, but what that was is not known.
    case referenceToUnknown(from: Int)
    /// What was expected of a request names another one that is not saved before it.
    case expectationLeftOut(String, from: Int)
    /// A variable's value cannot stand on one line, so it was left out.
    case variableLeftOut(name: String)
    /// A variable's value holds a backslash, which other tools read as an escape.
    case variableNotPortable(name: String)
    /// A request was sent with credentials that no file can say.
    case credentialsLeftOut(from: Int)
    /// A secret variable had several values, and a replay is given one.
    case secretChanged(name: String)
    /// The content of a request holds a secret that could not be replaced.
    case secretKept(from: Int)
    /// The content of a request is a file that a replay may not read without leave.
    case fileOutside(path: String, from: Int)
}
