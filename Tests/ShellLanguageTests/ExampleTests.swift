import ShellLanguage
import Testing

/// The examples of the documentation, each with what it is read as.
@Suite("Examples")
struct ExampleTests {
    private func kind(_ line: String) throws -> String {
        switch try Parsers.script.parse(line) {
        case .blank: "blank"
        case .comment: "comment"
        case .connection: "connection"
        case .tag: "tag"
        case .variable: "variable"
        case .field: "field"
        case .query: "query"
        case .request: "request"
        case .command: "command"
        case .filters: "filters"
        case .shell: "shell"
        case .curl: "curl"
        }
    }

    @Test(arguments: [
        Row("get /users page==2", "request"),
        Row("post /users name=Ann age:=42", "request"),
        Row("Accept: application/json", "field"),
        Row("@token = {{$.token}}", "variable"),
        Row("put /users/{{$.items[0].id}} active:=true", "request"),
        Row("get /big | $.items[*].name", "request"),
        Row("get /x | jq .", "request"),
        Row("get /x > f", "request"),
        Row("get /slow &", "request"),
        Row("200x8 get /users", "request"),
        Row("repeat 200x8 get /users", "request"),
        Row("get /users/7", "request"),
        Row("pool size 1", "command"),
        Row("pool size 3", "command"),
        Row("get /users/{{%id}}", "request"),
        Row("#3", "connection"),
        Row("sockets #3", "command"),
        Row("unset @name", "command"),
        Row("@name =", "variable"),
        Row("NAME==value", "query"),
        Row("NAME==", "query"),
        Row("get ./x", "request"),
        Row("get //host/x", "request"),
        Row("get /nope:9", "request"),
        Row("get :3000/x", "request"),
        Row("cookies set sid=a; Path=/", "command"),
        Row("headers set NAME VALUE --for all", "command"),
        Row("set pool.size 2 --for api.example.com", "command"),
        Row("pool close #2", "command"),
        Row("why 3 #2", "command"),
        Row("watch 2s pool", "command"),
        Row("watch get /x", "command"),
        Row("once > f", "command"),
        Row("import curl 'http://h/' -H 'A: b'", "command"),
        Row("get /x --via #3", "request"),
        Row("post /x k=\\@x", "request"),
        Row("post /x k@file;type=mime", "request"),
        Row("post /x a[b][c]=v a[]=v a[0]=v []=v", "request"),
        Row("get /x HTTP/2", "request"),
        Row("# @repeat-is-no-tag-here", "error"),
        Row("!ls", "shell"),
        Row("curl http://h/", "curl"),
    ])
    func `each is read as what it is`(_ row: Row) {
        #expect((try? kind(row.source)) ?? "error" == row.expected)
    }
}
