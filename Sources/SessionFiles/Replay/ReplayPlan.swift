package import HTTPModel

/// What a replay of a session file does, in order; `{{…}}` is resolved by who runs it.
///
/// A plan exists only for a file that was understood in full (FILES.md 9.3: never send a request
/// that was understood only in part).
package struct ReplayPlan: Sendable, Hashable {
    /// The file's name as it was given.
    package var file: String
    /// The text of `@title`.
    package var title: String?
    /// `@set` of the header block.
    package var settings: [Setting]
    /// `@default-query`.
    package var defaultQuery: [SessionVariable]
    /// `@default-header`.
    package var defaultFields: [FieldLine]
    /// `@cookie-jar`; nil if the file says nothing.
    package var cookieJar: CookieJarChoice?
    /// `@x = v` before the first request, in order; a later one may refer to an earlier one.
    package var variables: [SessionVariable]
    /// What must not be shown.
    package var redactions: Redactions
    /// The requests in order.
    package var steps: [ReplayStep]
    /// Expectations of the header block, checked at the end.
    package var sessionExpectations: [PlacedExpectation]
    /// Files that are run first, in the same session: `@include`.
    package var includes: [Include] = []
    /// What is left out of comparisons with stored responses.
    package var ignored = IgnoreList()
    /// How far the pauses of the recording are kept.
    package var pace = Pace.none

    /// An `@include`.
    package struct Include: Sendable, Hashable {
        /// The path as written.
        package var path: String
        /// The line of the tag.
        package var line: Int
    }

    /// A `@set`.
    package struct Setting: Sendable, Hashable {
        /// The setting's name.
        package var name: String
        /// Its value as written.
        package var value: String
        /// The line of the tag.
        package var line: Int
    }

    /// An `@expect` and its line.
    package struct PlacedExpectation: Sendable, Hashable {
        /// What is expected.
        package var expectation: Expectation
        /// The file of the tag.
        package var file: String
        /// The line of the tag.
        package var line: Int
    }
}

/// One request of a plan, with what comes before and what is checked after.
///
/// Within a step the order is: variables, commands, settings, delay, request, expectations. The
/// order in which different tags stand in the file has no meaning.
package struct ReplayStep: Sendable, Hashable {
    /// The file of the request.
    package var file: String
    /// The place among the requests, from 1.
    package var ordinal: Int
    /// The identifier of `@name`.
    package var name: String?
    /// The text after `###`.
    package var title: String
    /// The line of the request.
    package var line: Int
    /// Variables that are set before it.
    package var variables: [SessionVariable]
    /// Shell lines that run before it: `@do`.
    package var commands: [Command]
    /// Settings that are made before it.
    package var settings: [ReplayPlan.Setting]
    /// The pause before it.
    package var delay: Duration?
    /// The bound on the exchange: `@timeout`.
    package var timeout: Duration?
    /// Whether redirects are followed.
    package var followsRedirects: Bool
    /// Whether cookies are stored and sent.
    package var usesCookieJar: Bool
    /// Whether `@skip` leaves it out.
    package var isSkipped: Bool
    /// When `@skip if …` leaves it out.
    package var skipCondition: SkipCondition?
    /// Requests of one group, one after another in the file, start together: `@parallel`.
    package var group: String?
    /// Whether and how it is sent again until it is answered as expected.
    package var retry: RetryRule?
    /// Variables that are set from the response.
    package var captures: [Capture] = []
    /// The bound on opening a connection: `@connection-timeout`.
    package var connectionTimeout: Duration?
    /// The offset in the recording: `@at`.
    package var offset: Duration?
    /// The stored response body that the content is compared with: `@response-ref`.
    package var responseReference: ResponseReference?
    /// How many times it is sent.
    package var repetition: RepeatTag
    /// The method.
    package var method: String
    /// The target, unresolved.
    package var target: String
    /// The version that the file asks for.
    package var version: String?
    /// The fields in order, unresolved; an empty value suppresses a default of that name.
    package var fields: [FieldLine]
    /// The content.
    package var content: [WrittenRequest.ContentPart]
    /// What is expected.
    package var expectations: [ReplayPlan.PlacedExpectation]
    /// What was recorded.
    package var recorded: RecordedSummary?
    /// The line of `@recorded`.
    package var recordedLine: Int?

    /// A `@do`.
    package struct Command: Sendable, Hashable {
        /// The shell line.
        package var text: String
        /// The line of the tag.
        package var line: Int
    }

    /// A `@response-ref`.
    package struct ResponseReference: Sendable, Hashable {
        /// The path as written.
        package var path: String
        /// The line of the tag.
        package var line: Int
    }

    /// Whether it must go over HTTP/2.
    package var wantsHTTP2: Bool { self.version?.hasPrefix("HTTP/2") == true }

    /// What failure texts call the request: its name, else its title, else method and target.
    package var label: String {
        if let name { return name }
        return self.title.isEmpty ? "\(self.method) \(self.target)" : self.title
    }
}
