import Rendering
import ShellLanguage

/// What there is to read besides the commands.
package enum HelpTopics {
    private static let topics: [(name: String, text: String)] = [
        (
            "requests",
            """
            METHOD [TARGET] [ITEM …] [OPTION …] [| FILTER] [> FILE] [&]

            Items: Name:Value a field, Name: removes one, k==v a query parameter, k=v a string in
            the body, k:=json a JSON value, k@file an upload, @file or < file the whole body.

            Options: \(Self.optionNames); `help options` says what each does.
            METHOD is one of \(RequestOptionSyntax.methods.joined(separator: " ")), or `send NAME`
            for any other, as in `send PROPFIND /files`. 20x4 before it sends it 20 times, 4 at a
            time.

            Bodies never stick; default fields, query parameters, cookies, auth, variables and
            settings do.
            """
        ),
        (
            "lines",
            """
            METHOD [TARGET] [ITEM …] sends a request; 20x4 before it repeats it, & behind it sends
            it in the background. Name: value, with a blank, sets a default field and Name: removes
            it; k==v sets a default query parameter; @name = text sets a variable. !text runs in the
            shell; | FILTER works on the last body; # begins a comment. Everything else is a
            command.

            Lines before a request that are for it: # @name N, # @expect status 200,
            # @capture NAME = QUERY, # @timeout 2s, # @no-redirect.

            A line goes on after a last \\ and in an open bracket of --raw or :=.
            """
        ),
        (
            "words",
            """
            Blanks separate words; '…' and "…" keep them together, and hide nothing else. In '…' all
            is literal; in "…" stand \\" \\\\ \\n \\t \\r \\uXXXX. Outside quotes, \\ takes away the
            meaning of a blank, a quote, \\ | > < & and #; and of : = @ [ ] ; in the key of an item.

            {{…}} is one unit everywhere; \\{{ is a literal {{.
            """
        ),
        (
            "items",
            """
            Name:Value a field, Name: without it, Name; with an empty one, Name:@file from a file;
            k==v a query parameter; k=v a string and k:=json a JSON value in the body, k=@file and
            k:=@file from a file; a[b][c]=v, a[]=v and a[0]=v nest; k@file;type=mime is an upload;
            @file or < file the whole body, @- standard input.

            GET, HEAD, OPTIONS, TRACE and DELETE have no body unless --json, --form or --raw asks
            for one.
            """
        ),
        (
            "filters",
            """
            | $.path prints each value that a JSONPath (RFC 9535) finds in the body, one a line:
            | $.items[?@.price < 10].name, | $..id, | $.items[-1], | $.log[?search(@.text, 'x')].
            | COMMAND … hands the body to /bin/sh; > FILE and >> FILE write what comes out.
            Nothing is substituted in the text for the shell: variables are in its environment as
            linger_NAME, the exchange as LINGER_STATUS, LINGER_URL, LINGER_CONNECTION and
            LINGER_REUSED.
            """
        ),
        (
            "references",
            """
            {{name}} a variable; {{%name}} percent-encoded; {{$.path}} in the last response's body;
            {{3.response.body.$.id}}, {{login.response.headers.ETag}}, {{last.response.body.*}};
            {{$uuid}} {{$timestamp}} {{$isoTimestamp}} {{$randomInt 1 6}} {{$datetime iso8601}};
            {{$env.NAME}}; {{$secret NAME}} is asked once without echo; {{$index}} in a repetition.
            Default fields and query parameters are made anew at each send, but for what they take
            from the last response or from one by its number. What is substituted is data: it never
            becomes a word, an operator, an option or a file.
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
    static var names: [String] { Self.topics.map(\.name) + ["options", "topics"] }

    /// The options of requests in a row, for help that is no list of them.
    package static var optionNames: String {
        RequestOptionSyntax.all.map(\.name).joined(separator: " ")
    }

    /// What each option of a request does.
    private static func options(in context: RenderingContext) -> [String] {
        RequestOptionSyntax.all.flatMap { option in
            let name = option.name + (option.short.map { ", \($0)" } ?? "")
            let text = RequestOptionSummaries.text(of: option.name)
            return HelpText.row(name, text, context, column: 18)
        }
    }

    /// The lines of a topic; nil if there is none of this name.
    static func lines(for name: String, in context: RenderingContext) -> [String]? {
        if name == "topics" {
            return Self.names.dropLast().map { "  help \($0)" }
        }
        if name == "options" { return Self.options(in: context) }
        guard let topic = Self.topics.first(where: { $0.name == name }) else { return nil }
        return HelpText.wrapped(topic.text, context)
    }
}
