import Rendering

/// What there is to read besides the commands.
enum HelpTopics {
    private static let topics: [(name: String, text: String)] = [
        (
            "requests",
            """
            METHOD [TARGET] [ITEM …] [OPTION …] [| FILTER] [> FILE] [&]

            Items: Name:Value a field, Name: removes one, k==v a query parameter, k=v a string in
            the body, k:=json a JSON value, k@file an upload, @file or < file the whole body.

            Options: --form --multipart --raw TEXT --name NAME --fresh --via #3 --no-follow
            --follow --timeout D --no-cookies --auth USER:PASSWORD --bearer TOKEN --output FILE
            --dry-run --verbose.

            Bodies never stick; default fields, query parameters, cookies, auth, variables and
            settings do.
            """
        ),
        (
            "references",
            """
            {{name}} a variable; {{%name}} percent-encoded; {{$.path}} in the last response's body;
            {{3.response.body.$.id}}, {{login.response.headers.ETag}}, {{last.response.body.*}};
            {{$uuid}} {{$timestamp}} {{$isoTimestamp}} {{$randomInt 1 6}} {{$datetime iso8601}};
            {{$env.NAME}}; {{$secret NAME}} is asked once without echo; {{$index}} in a repetition.

            What is substituted is data: it never becomes a word, an operator, an option or a file.
            """
        ),
        (
            "targets",
            """
            /path is from the origin of the base, users is below the base, ?q=1 and . are the base
            itself. host:8080/x, //host/x and :3000/x name a host. Without a scheme, http is chosen
            for loopback, private addresses and explicit ports other than 443, else https.
            """
        ),
        (
            "keys",
            """
            ^C at the prompt drops the line, during a command it cancels the request; ^D on an
            empty line leaves; ^Z suspends; ^R searches the history; M-Enter inserts a line break.
            A paste waits for Enter, however many lines it has.
            """
        ),
        (
            "status",
            """
            Scripts end with 0 fine, 1 a request, filter or job failed, 2 usage and syntax, 3, 4, 5
            by the final status under --check-status, 6 too many redirects, 7 an expectation or a
            replay failed, 130 interrupted. `linger replay` ends with 0 passed, 1 usage, 2 a file
            could not be read, 3 a request failed, 4 an expectation failed.
            """
        ),
    ]

    /// The names of the topics.
    static var names: [String] { Self.topics.map(\.name) + ["topics"] }

    /// The lines of a topic; nil if there is none of this name.
    static func lines(for name: String, in context: RenderingContext) -> [String]? {
        if name == "topics" {
            return Self.topics.map { "  help \($0.name)" }
        }
        guard let topic = Self.topics.first(where: { $0.name == name }) else { return nil }
        return HelpText.wrapped(topic.text, context)
    }
}
