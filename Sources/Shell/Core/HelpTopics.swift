import Rendering
import ShellLanguage

/// What there is to read besides the commands.
package enum HelpTopics {
    private static let topics: [(name: String, text: String, examples: [String])] = [
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
            """,
            [
                "get /users size==2",
                "post /orders item=tea count:=2",
                "send PROPFIND /anything",
                "4x2 get /small",
            ]
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
            """,
            [
                "Accept: application/json",
                "@id = 7",
                "get /users/{{id}}",
            ]
        ),
        (
            "words",
            """
            Blanks separate words; '…' and "…" keep them together, and hide nothing else. In '…' all
            is literal; in "…" stand \\" \\\\ \\n \\t \\r \\uXXXX. Outside quotes, \\ takes away the
            meaning of a blank, a quote, \\ | > < & and #; and of : = @ [ ] ; in the key of an item.

            {{…}} is one unit everywhere; \\{{ is a literal {{.
            """,
            [
                #"get /anything q=="two words""#,
                "post /anything 'a b'=c",
            ]
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
            """,
            [
                "post /anything a[b]=1 a[c]:=true",
                "get /anything X-A:b X-B; q==1",
            ]
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
            """,
            [
                "get /users | $.items[*].name",
                "get /users | $.items[?@.age > 40].name",
                "get /users | head -c 20",
            ]
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
            """,
            [
                "get /users/7",
                "get /anything/{{$.name}}",
                "get /anything u=={{$uuid}}",
            ]
        ),
        (
            "files",
            """
            A session file holds requests, with lines that begin with ### between them; what linger
            adds stands in comments, so that VS Code and JetBrains IDEs open it too. `save FILE`
            writes one, `replay FILE` and `linger replay FILE …` send it.

            Before a request, each on a line of its own after `# `: @name N, @expect status 200,
            @capture NAME = QUERY, @retry 5 every 1 s until status 200, @repeat 20 parallel 4,
            @parallel GROUP, @do pool size 2, @delay 250 ms, @timeout 5000 ms, @skip if {{x}} == y.

            Before the first ### so: @set NAME VALUE, @default-header Name: value, @default-query
            NAME=VALUE, @cookie-jar FILE, @redact header NAME, @ignore jsonpath PATH, @include FILE,
            @expect connections max 2; and without `# ` variables: @name = value.

            A block that is a curl command, as a browser copies it, is read as the request that it
            is. Of a Markdown file the blocks marked ```http are read.

            What is saved has variables in place of secrets. A file with secrets or cookies that
            lies in a git work tree which does not ignore it is told when it is written.
            """,
            ["get /users", "expect status 200", "save session.http", "replay session.http"]
        ),
        (
            "targets",
            """
            /path is from the origin of the base, users is below the base, ?q=1 and . are the base
            itself. host:8080/x, //host/x and :3000/x name a host. Without a scheme, http is chosen
            for loopback, private addresses and explicit ports other than 443, else https.
            """,
            [
                "get /users",
                "get ?q=1",
            ]
        ),
        (
            "retries",
            """
            A request is sent again only where that does no harm, and a line says so, with its rule:

            rule 5: a 421 says that the connection does not lead to who answers; once, on a new one.

            rule 34: a reused connection ended before a byte of the response; once, on a new one, if
            the method is idempotent or there is an Idempotency-Key. At the prompt you are asked
            about any other; a script has an error.

            rule 35: the server has proved not to have acted on it (HTTP/2: GOAWAY, REFUSED_STREAM);
            any method, twice at most.

            rule 36: a 408 on a reused connection; as by rule 34, but nobody is asked.

            rule 37: as retry.max, retry.status and retry.backoff say.
            """,
            []
        ),
        (
            "keys",
            """
            ^C at the prompt drops the line, during a command it cancels the request; ^D on an
            empty line leaves; ^Z suspends; ^R searches the history; M-Enter inserts a line break.
            A paste waits for Enter, however many lines it has.
            """,
            []
        ),
        (
            "status",
            """
            Scripts end with 0 fine, 1 a request, filter or job failed, 2 usage and syntax, 3, 4, 5
            by the final status under --check-status, 6 too many redirects, 7 an expectation or a
            replay failed, 130 interrupted. `linger replay` ends with 0 passed, 1 usage, 2 a file
            could not be read, 3 a request failed, 4 an expectation failed.
            """,
            []
        ),
    ]

    /// The topics that have examples, and those.
    package static var examples: [(topic: String, lines: [String])] {
        self.topics.filter { !$0.examples.isEmpty }.map { ($0.name, $0.examples) }
    }

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
        let examples = topic.examples.map { "  \($0)" }
        return HelpText.wrapped(topic.text, context)
            + (examples.isEmpty ? [] : ["", "for example:"] + examples)
    }
}
