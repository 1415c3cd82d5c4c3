import ShellLanguage
import Testing

@Suite("Lines: source and diagnostic")
struct DiagnosticTests {
    @Test(arguments: [
        Row("get 'a", "5+1 the quote ' is never closed"),
        Row("echo a \"b c", "8+1 the quote \" is never closed"),
        Row("post /x a:={\"b\": [1}", "12+1 the bracket { is never closed"),
        Row("post /x --raw [1, 2", "15+1 the bracket [ is never closed"),
        Row("get /x \\", "8+1 nothing follows the `\\` at the end"),
        Row("!ls \\", "5+1 nothing follows the `\\` at the end"),
        Row("get /x | jq \\", "13+1 nothing follows the `\\` at the end"),
        Row("curl x \\", "8+1 nothing follows the `\\` at the end"),
        Row("curl 'x", "6+1 the quote ' is never closed"),
        Row(
            "get \"\\u12\"",
            "6+4 `\\u12` is no character | write four hexadecimal digits, as in `\\u00e9`"
        ),
        Row(
            "get \"\\uD800\"",
            "6+6 `\\uD800` is no character | write four hexadecimal digits, as in `\\u00e9`"
        ),
        Row(
            "get /x # all",
            "8+1 a comment stands on its own line"
                + " | to send a `#` at the start of a word write `\\#`"
        ),
        Row(
            "pool size 3 #x",
            "13+2 a comment stands on its own line"
                + " | to send a `#` at the start of a word write `\\#`"
        ),
    ])
    func `words`(_ row: Row) {
        #expect(outcome(row.source) == "error: \(row.expected)")
    }

    @Test(arguments: [
        Row(
            "sokets",
            "1+6 no command or method is called `sokets` | did you mean `sockets`?"
        ),
        Row("gte /x", "1+3 no command or method is called `gte` | did you mean `get`?"),
        Row(
            "zzzzzz",
            "1+6 no command or method is called `zzzzzz` | `help` lists the commands"
        ),
        Row("> f", "1+1 no command or method is called `>` | `help` lists the commands"),
        Row("coo", "1+3 `coo` is short for `cookies` at the prompt only | write `cookies`"),
        Row("del /x", "1+3 methods are never shortened: `del` | write `delete`"),
        Row("/users", "1+6 no method stands before `/users` | did you mean `get /users`?"),
        Row(
            "http://h/x",
            "1+10 no method stands before `http://h/x` | did you mean `get http://h/x`?"
        ),
        Row(
            "{{base}}/x",
            "1+10 no method stands before `{{base}}/x` | did you mean `get {{base}}/x`?"
        ),
        Row(
            "example.com/a",
            "1+13 no method stands before `example.com/a` | did you mean `get example.com/a`?"
        ),
        Row(
            "name=Ann",
            "1+8 `name=Ann` is an item, and no request stands before it"
                + " | did you mean `post name=Ann` or `@name = Ann`?"
        ),
        Row(
            "a:=1",
            "1+4 `a:=1` is an item, and no request stands before it | did you mean `post a:=1`?"
        ),
        Row("$.a", "1+3 `$.a` is a filter | did you mean `| $.a`?"),
        Row(
            "Accept:text/html",
            "1+16 a default field has a blank after `Accept:` | did you mean `Accept: text/html`?"
        ),
        Row(
            "localhost:8080/x",
            "1+16 a default field has a blank after `localhost:`"
                + " | did you mean `get localhost:8080/x` or `localhost: 8080/x`?"
        ),
        Row(
            "X-Count:5",
            "1+9 a default field has a blank after `X-Count:`"
                + " | did you mean `X-Count: 5` or `get X-Count:5`?"
        ),
        Row(
            "Cookie: a=b",
            "1+11 cookies are not set as a field | did you mean `cookies set a=b`?"
        ),
        Row("get /x host:", "8+5 `Host` can be replaced but not removed | write `Host: name`"),
        Row("host:", "1+5 `Host` can be replaced but not removed | write `Host: name`"),
        Row("X: a\nb", "4+1 a line feed cannot stand in a field | take it out"),
        Row("X: a\0b", "4+3 NUL cannot stand in a field | take it out"),
        Row("@token abc", "1+6 `=` is missing after `@token` | did you mean `@token = abc`?"),
        Row(
            "@expect status 200",
            "1+7 `=` is missing after `@expect` | did you mean `# @expect status 200`?"
        ),
        Row("@last = 1", "2+4 `last` cannot be a name: it has a meaning already"),
        Row("@12 = 1", "2+2 `12` cannot be a name: digits alone are the number of an exchange"),
        Row("@$a = 1", "2+2 `$a` cannot be a name: `$` stands before built-in names"),
        Row(
            "@a.b = 1",
            "2+3 `a.b` cannot be a name: names are letters, digits, `_` and `-`,"
                + " and do not start with a digit"
        ),
        Row("# @expct status 200", "4+5 no tag is called `@expct` | did you mean `expect`?"),
        Row("# @name", "8+0 the value of `@name` is missing"),
        Row(
            "q==@f",
            "1+5 a default for `q` cannot come from a file"
                + " | a value that starts with @ is written `q==\\@…`"
        ),
        Row("q==a b", "6+1 `b` is a word too many"),
        Row("==b", "1+3 a name is missing before `==`"),
        Row(
            "|",
            "1+1 a filter is missing after `|`"
                + " | write a JSONPath (`| $.name`) or a command (`| jq .`)"
        ),
        Row("!", "1+1 a shell command is missing after `!` | write `!ls`, for example"),
    ])
    func `lines`(_ row: Row) {
        #expect(outcome(row.source) == "error: \(row.expected)")
    }

    @Test func `a prefix of several commands names them at the prompt`() {
        let expected = "error: 1+1 several commands start with `s`"
        #expect(
            outcome("s", Parsers.terminal)
                == "\(expected) | did you mean `save`, `send`, `set` or `sockets`?"
        )
    }

    @Test(arguments: [
        Row("20x4", "1+4 no request follows `20x4` | write `20x4 get /path`"),
        Row("3 pool", "1+1 no request follows `3` | write `3 get /path`"),
        Row("0 get /x", "1+1 `0` is no count | write `200` or `200x8`, each at least 1"),
        Row("3x get /x", "1+2 `3x` is no count | write `200` or `200x8`, each at least 1"),
        Row(
            "99999999999999999999 get /x",
            "1+20 `99999999999999999999` is no count | write `200` or `200x8`, each at least 1"
        ),
        Row("repeat", "1+6 the count is missing"),
        Row("repeat get /x", "8+3 `get` is no count | write `200` or `200x8`, each at least 1"),
        Row("send", "1+4 a method is missing after `send` | write `send PURGE /path`"),
        Row("send /x", "6+2 `/x` is no method | a method is one word of letters, digits and `-`"),
        Row(
            "send connect h:80",
            "6+7 CONNECT makes tunnels and is not sent | to use a proxy write `set proxy URL`"
        ),
        Row("get /x --folow", "8+7 unknown option `--folow` | did you mean `--follow`?"),
        Row("get /x -V", "8+2 unknown option `-V` | did you mean `-v`?"),
        Row("get /x --timeout", "8+9 a value is missing after `--timeout`"),
        Row("get /x --raw | jq", "8+5 a value is missing after `--raw`"),
        Row(
            "get /x --timeout soon",
            "18+4 `soon` is no value for `--timeout` | write `250ms`, `5s` or `2m`"
        ),
        Row(
            "get /x --via x",
            "14+1 `x` is no value for `--via` | write a connection's number, as in `#3`"
        ),
        Row("get /x --http 3", "15+1 `3` is no value for `--http` | write `1.1` or `2`"),
        Row(
            "get /x --name 7",
            "15+1 `7` is no value for `--name` | write a name of letters, digits, `_` and `-`"
        ),
        Row(
            "get /x --timeout=5",
            "8+11 the value of `--timeout` is a word of its own | did you mean `--timeout 5`?"
        ),
        Row(
            "get /x --fresh --via #3",
            "16+8 `--fresh` and `--via` exclude each other | leave one out"
        ),
        Row(
            "post /x --json --form",
            "16+6 `--json` and `--form` exclude each other | leave one out"
        ),
        Row("post /x --json f@g", "9+6 `--json` and `f@g` exclude each other | leave one out"),
        Row(
            "get /x --http 2 HTTP/1.1",
            "8+8 `HTTP/1.1` and `--http` exclude each other | leave one out"
        ),
        Row("get a:b", "5+3 `a:b` may be a path or a field | did you mean `./a:b` or `. a:b`?"),
        Row(
            "get Accept:text/html",
            "5+16 `Accept:text/html` may be a path or a field"
                + " | did you mean `./Accept:text/html` or `. Accept:text/html`?"
        ),
        Row("get :x", "5+2 `:x` may be a path or a field | did you mean `./:x`?"),
        Row("get /a|jq", "5+5 `|` inside a target | did you mean `/a | jq`?"),
        Row("get /a>>f", "5+5 `>>` inside a target | did you mean `/a >> f`?"),
        Row("get ''", "5+2 the target is missing"),
        Row("get \"/a\\nb\"", "5+7 a line feed cannot stand in a target | take it out"),
        Row(
            "get /x HTTP/3",
            "8+6 `HTTP/3` is not spoken here | did you mean `HTTP/1.1` or `HTTP/2`?"
        ),
        Row("get /x HTTP/1.1 a==1", "8+8 `HTTP/1.1` is no item"),
    ])
    func `methods, targets and options`(_ row: Row) {
        #expect(outcome(row.source) == "error: \(row.expected)")
    }

    @Test(arguments: [
        Row("post /x foo", "9+3 `foo` is no item"),
        Row(
            "get /x Accept: text/html",
            "8+17 `text/html` stands apart from `Accept:` | did you mean `Accept:text/html`?"
        ),
        Row("get /x a=1", "8+3 GET sends no body here | did you mean `a==1`?"),
        Row("delete /x a:=1", "11+4 DELETE sends no body here | did you mean `a==1`?"),
        Row("head /x a=@f", "9+4 HEAD sends no body here | did you mean `a==@f`?"),
        Row("options /x a[b]=1", "12+6 OPTIONS sends no body here | did you mean `a[b]==1`?"),
        Row("trace /x a@f", "10+3 TRACE sends no body here | did you mean `--multipart a@f`?"),
        Row("get name=x", "5+6 GET sends no body here | did you mean `name==x`?"),
        Row("get /x ?a=1", "8+4 GET sends no body here | did you mean `a==1`?"),
        Row("post /x @a @b", "12+2 `@b` is a second body after `@a` | leave one out"),
        Row("post /x < a --raw b", "13+7 `--raw` is a second body after `< a` | leave one out"),
        Row("post /x @a k=v", "12+3 `k=v` cannot be added to the whole body `@a` | leave one out"),
        Row(
            "post /x k=v --raw x",
            "9+3 `k=v` cannot be added to the whole body `--raw` | leave one out"
        ),
        Row("post /x =v", "9+2 a name is missing before `=`"),
        Row("post /x :v", "9+2 a name is missing before `:`"),
        Row("post /x @", "9+1 a file is missing after `@`"),
        Row("post /x k=@", "9+3 a file is missing after `k=@`"),
        Row("post /x k@;type=a", "9+9 a file is missing after `k@;type=a`"),
        Row("post /x < | x", "9+1 a file is missing after `<`"),
        Row("post /x a:=abc", "9+6 `abc` is no JSON | did you mean `a=abc`?"),
        Row("post /x a:={\"b\" 1}", "9+10 `{\"b\" 1}` is no JSON | did you mean `a='{\"b\" 1}'`?"),
        Row(
            "post /x a[b=1",
            "9+3 the brackets of `a[b` do not fit"
                + " | write `a[b][0]=v`, or `\\[` for a plain bracket"
        ),
        Row(
            "post /x a[]b=1",
            "9+4 the brackets of `a[]b` do not fit"
                + " | write `a[b][0]=v`, or `\\[` for a plain bracket"
        ),
        Row(
            "get /x a/b:c",
            "8+3 `a/b` is no field name | names have no blanks, quotes, brackets or `/`"
        ),
        Row("get /x X:\"a\\rb\"", "10+6 a carriage return cannot stand in a field | take it out"),
    ])
    func `items`(_ row: Row) {
        #expect(outcome(row.source) == "error: \(row.expected)")
    }

    @Test(arguments: [
        Row("quit | x", "6+1 `quit` prints nothing that `|` could take"),
        Row("auth > f", "6+1 `auth` prints nothing that `>` could take"),
        Row(
            "pool < f",
            "6+1 `<` gives a request its body, and stands after a request only"
        ),
        Row(
            "get /x > f < g",
            "12+1 `<` gives a request its body, and stands after a request only"
        ),
        Row("get /x >", "8+1 a file is missing after `>`"),
        Row("get /x >> | y", "8+2 a file is missing after `>>`"),
        Row(
            "get /x > a b",
            "12+1 `b` stands after the file of `>` | put the file last, and quotes around blanks"
        ),
        Row(
            "get /x > a | b",
            "12+1 a filter stands after the file of `>` | put filters before `>`"
        ),
        Row("get /x & a==1", "8+1 `&` is the last word of a line | write `\\&` for a plain one"),
        Row("pool &", "6+1 only requests run in the background | take the `&` out"),
        Row("pool | x &", "10+1 only requests run in the background | take the `&` out"),
        Row("| x &", "5+1 only requests run in the background | take the `&` out"),
        Row(
            "get /x | ",
            "8+1 a filter is missing after `|`"
                + " | write a JSONPath (`| $.name`) or a command (`| jq .`)"
        ),
        Row("get /x | $.a &b", "14+2 `&b` is a word too many"),
    ])
    func `tails`(_ row: Row) {
        #expect(outcome(row.source) == "error: \(row.expected)")
    }

    @Test func `a caret can be put under a span of a later line`() {
        let source = "post /x \\\n  a=1 b=é \\\n  --folow"
        #expect(
            outcome(source) == "error: 3:3+7 unknown option `--folow` | did you mean `--follow`?"
        )
        let excerpt = SourceExcerpt(of: SourceSpan(16, 20), in: source)
        #expect(excerpt.line == 2)
        #expect(excerpt.text == "  a=1 b=é \\")
        #expect(excerpt.before == "  a=1 ")
        #expect(excerpt.marked == "b=é")
        #expect(excerpt.column == 7)
    }

    @Test(arguments: [-1, 0, 4, 5, 6, 1000])
    func `an excerpt of a place outside the text is at its end`(_ offset: Int) {
        let excerpt = SourceExcerpt(of: SourceSpan(offset, offset + 3), in: "ab\ncd")
        #expect(excerpt.text == (offset < 3 ? "ab" : "cd"))
        #expect(excerpt.line == (offset < 3 ? 1 : 2))
    }

    @Test func `kinds that the evaluator makes have sentences too`() {
        let span = SourceSpan(0, 0)
        func words(_ problem: ArgumentProblem) -> String {
            text(of: Diagnostic(.argument(problem), span, suggestions: []), in: "")
        }
        #expect(words(.unknownWord("siez", .subcommand(of: "pool"))) == "1+0 `pool` has no `siez`")
        #expect(words(.unknownWord("a", .setting)) == "1+0 no setting is called `a`")
        #expect(words(.unknownWord("a", .topic)) == "1+0 there is no help on `a`")
        #expect(words(.unknownWord("-a", .option(of: "ls"))) == "1+0 `ls` has no option `-a`")
        #expect(words(.unknownWord("a", .noun("exchange"))) == "1+0 `a` is no exchange")
        #expect(
            words(.invalidValue("x", for: "pool.size", expected: .number(1...64)))
                == "1+0 `x` is no value for `pool.size` | write a number from 1 to 64"
        )
        #expect(
            words(.invalidValue("x", for: "a", expected: .number(0...Int.max)))
                == "1+0 `x` is no value for `a` | write a number from 0 on"
        )
        let diagnostic = Diagnostic(.argument(.unknownWord("a", .setting)), span)
        #expect(diagnostic.helpTopic == "set")
    }
}
