import ShellLanguage
import Testing

@Suite("Lines: source and canonical text")
struct CanonicalTextTests {
    @Test(arguments: [
        Row("", ""),
        Row("   \t", ""),
        Row("  # a comment ", "# a comment"),
        Row("#!/usr/bin/env linger", "#!/usr/bin/env linger"),
        Row("# 5 of them", "# 5 of them"),
        Row("#3", "#3"),
        Row("# @name login", "# @name login"),
        Row("#@name=login", "# @name login"),
        Row("# @expect  status 200 ", "# @expect status 200"),
        Row("# @expect = =a", "# @expect = =a"),
        Row("# @no-redirect", "# @no-redirect"),
        Row("# @timeout 5000 ms", "# @timeout 5000 ms"),
        Row("# @ 5pm", "# @ 5pm"),
        Row("@token = {{$.token}}", "@token = {{$.token}}"),
        Row("@token=  a 'b\\ | c > d # e  ", "@token = a 'b\\ | c > d # e"),
        Row("@name =", "@name ="),
        Row("@dir = C:\\", "@dir = C:\\"),
        Row("Accept: application/json", "Accept: application/json"),
        Row("X-A:\t a 'b \\ #c | d", "X-A: a 'b \\ #c | d"),
        Row("Accept:", "Accept:"),
        Row("Accept:   ", "Accept:"),
        Row("page==2", "page==2"),
        Row("q==\"a b\"", "q==\"a b\""),
        Row("page==", "page=="),
        Row("page==''", "page==\"\""),
        Row("\"\"!ls==1", "\"\"!ls==1"),
        Row("\"!ls -l | wc\"==\\@f", "\"\"!ls\\ -l\\ |\\ wc==\\@f"),
        Row("\\@a==1", "\\@a==1"),
        Row("| $.items[*].name", "| $.items[*].name"),
        Row("|jq .", "| jq ."),
        Row("! ls -l | wc", "!ls -l | wc"),
        Row("!ls a\\  ", "!ls a\\ "),
        Row("curl -H 'A: b' https://h/", "curl -H 'A: b' https://h/"),
        Row("$ curl https://h/", "curl https://h/"),
    ])
    func `each kind of line has one spelling`(_ row: Row) {
        #expect(outcome(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("get", "get"),
        Row("GET /users", "get /users"),
        Row("Patch /users", "patch /users"),
        Row("trace /", "trace /"),
        Row("send PURGE /x", "send PURGE /x"),
        Row("send M-SEARCH /x", "send M-SEARCH /x"),
        Row("send get /x", "get /x"),
        Row("20x4 get /users", "20x4 get /users"),
        Row("200 get /users", "200 get /users"),
        Row("repeat 200x8 get /users", "200x8 get /users"),
        Row("repeat 3 send PURGE /", "3 send PURGE /"),
        Row("get /x HTTP/1.1", "get /x HTTP/1.1"),
        Row("get /x a==1 HTTP/2", "get /x a==1 HTTP/2"),
        Row("get \"HTTP\"/1.1", "get \"H\"TTP/1.1"),
        Row("get 'a b'", "get a\\ b"),
        Row("get 'a|b'", "get a\\|b"),
        Row("get users\\>x", "get users\\>x"),
        Row("get . Accept:*/*", "get . Accept:*/*"),
        Row("get a\\=b", "get a\\=b"),
        Row("get a\\:b", "get a\\:b"),
        Row("get /a=b@c:d", "get /a=b@c:d"),
        Row("get localhost:8080/x", "get localhost:8080/x"),
        Row("get '-x'", "get \"-\"x"),
        Row("get name==x", "get name==x"),
    ])
    func `methods, counts and targets`(_ row: Row) {
        #expect(outcome(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("get /x A:b B: C; D:@f E:\"x y\"", "get /x A:b B: C; D:@f E:\"x y\""),
        Row("get /x 'A:x y'", "get /x A:\"x y\""),
        Row("get /x A:''", "get /x A;"),
        Row("get /x q==1 r==@f s==", "get /x q==1 r==@f s=="),
        Row("post /x a=1 b:=2 c=@f d:=@g e=", "post /x a=1 b:=2 c=@f d:=@g e="),
        Row("post /x k@f.txt k@f;type=text/plain", "post /x k@f.txt k@f;type=text/plain"),
        Row("post /x k@a\\;type=b", "post /x k@a\\;type=b"),
        Row("post /x a[b][c]=v a[]=v a[0]=v []=v", "post /x a[b][c]=v a[]=v a[0]=v []=v"),
        Row("post /x a[\\1]=v", "post /x a[\\1]=v"),
        Row("post /x a\\[b\\]=v", "post /x a\\[b\\]=v"),
        Row("post /x a\\:b=c a\\=b=c a\\@b=c", "post /x a\\:b=c a\\=b=c a\\@b=c"),
        Row("post /x 'a b'=c", "post /x a\\ b=c"),
        Row("post /x k=\\@x", "post /x k=\\@x"),
        Row("post /x k=\\=x", "post /x k=\\=x"),
        Row("post /x k=a\\:b", "post /x k='a\\:b'"),
        Row("post /x k=\"it's\"", "post /x k=\"it's\""),
        Row("post /x k='say \"x\"'", "post /x k='say \"x\"'"),
        Row("post /x k=\"a\\nb\\u00e9\\uD83D\\uDE00\"", "post /x k=\"a\\nbé😀\""),
        Row("post /x k=C:\\dir", "post /x k='C:\\dir'"),
        Row("post /x k='C:\\dir'", "post /x k='C:\\dir'"),
        Row("post /x k=a\\ b", "post /x k=\"a b\""),
        Row("post /x k=a|b k=a>b k=a&b k=a#b", "post /x k=a|b k=a>b k=a&b k=a#b"),
        Row("post /x \\#k=1", "post /x \\#k=1"),
        Row("post /x -- -k=1", "post /x \"-\"k=1"),
        Row("post /x u:={\"a\": [1, \"}\"]}", "post /x u:={\"a\": [1, \"}\"]}"),
        Row("post /x u:='{\"a\": 1}'", "post /x u:={\"a\": 1}"),
        Row("post /x u:=[\n1,\n2]", "post /x u:=[\n1,\n2]"),
        Row("post /x u:=\"[1]\"", "post /x u:=[1]"),
        Row("post /x a:=true b:='\"s\"'", "post /x a:=true b:='\"s\"'"),
        Row("post /x @body.json", "post /x @body.json"),
        Row("post /x < body.json", "post /x @body.json"),
        Row("post /x <body.json", "post /x @body.json"),
        Row("post /x @-", "post /x @-"),
        Row("post < 'a b'", "post @\"a b\""),
        Row("post name=Ann", "post name=Ann"),
        Row("get X:a=b", "get X:a=b"),
        Row("post f@a.txt", "post f@a.txt"),
    ])
    func `items keep their order and meaning`(_ row: Row) {
        #expect(outcome(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("post /x -j -v a=1", "post /x a=1 --json --verbose"),
        Row("get -F -d -o f /x", "get /x --follow --download --output f"),
        Row("post /x -f a=1", "post /x a=1 --form"),
        Row("post /x --multipart a=1", "post /x a=1 --multipart"),
        Row("get /x -a ann:secret", "get /x --auth ann:secret"),
        Row("get /x --auth ann", "get /x --auth ann"),
        Row("get /x --auth 'ann:a b:c'", "get /x --auth ann:\"a b:c\""),
        Row("get /x --digest ann:{{pw}}", "get /x --digest ann:{{pw}}"),
        Row("get /x --bearer {{token}}", "get /x --bearer {{token}}"),
        Row("get /x --timeout 5", "get /x --timeout 5s"),
        Row("get /x --timeout 120", "get /x --timeout 2m"),
        Row("get /x --timeout 250ms", "get /x --timeout 250ms"),
        Row("get /x --via #3 --name login", "get /x --via #3 --name login"),
        Row("get /x --via 3", "get /x --via #3"),
        Row("get /x --fresh --no-follow --no-cookies", "get /x --fresh --no-follow --no-cookies"),
        Row("post /x --http 2 --compress --chunked", "post /x --http 2 --compress --chunked"),
        Row("get /x --resume --dry-run", "get /x --resume --dry-run"),
        Row("post /x --raw {\"a\": \"b c\"}", "post /x --raw {\"a\": \"b c\"}"),
        Row("post /x --raw 'a b'", "post /x --raw \"a b\""),
        Row("post /x --raw '[a b'", "post /x --raw \"[a b\""),
        Row("post /x --raw ''", "post /x --raw \"\""),
        Row("post /x --raw {{body}}", "post /x --raw {{body}}"),
        Row("get /x --json a=1", "get /x a=1 --json"),
    ])
    func `options have long names and typed values`(_ row: Row) {
        #expect(outcome(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("get /x|", "error: 5+3 `|` inside a target | did you mean `/x | `?"),
        Row("get /x |jq .", "get /x | jq ."),
        Row("get /x | $ | jq .", "get /x | $ | jq ."),
        Row("get /x | $.a|jq .", "get /x | $.a | jq ."),
        Row("get /x | $.a[?(@.b > 'x|y')] > f", "get /x | $.a[?(@.b > 'x|y')] > f"),
        Row("get /x | $['a|b'].c >> f &", "get /x | $['a|b'].c >> f &"),
        Row("get /x | $HOME/bin/x", "get /x | $HOME/bin/x"),
        Row("get /x | jq .a | less > f &", "get /x | jq .a | less > f &"),
        Row("get /x | echo & &", "get /x | echo & &"),
        Row("get /x | echo a&", "get /x | echo a&"),
        Row("get /x >f", "get /x > f"),
        Row("get /x >> 'a b'", "get /x >> \"a b\""),
        Row("get /slow &", "get /slow &"),
        Row("get /x a==b&c", "get /x a==b&c"),
        Row("sockets | $.x > f", "sockets | $.x > f"),
        Row("once > f", "once > f"),
    ])
    func `tails follow the words`(_ row: Row) {
        #expect(outcome(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("exit", "quit"),
        Row("pool  size   3", "pool size 3"),
        Row("sockets #3 --closed", "sockets #3 --closed"),
        Row("unset @name", "unset @name"),
        Row("echo 'a b' c\\ d \"\" {{x}}", "echo \"a b\" c\\ d \"\" {{x}}"),
        Row("cookies set sid=it's; Path=/ | x", "cookies set sid=it's; Path=/ | x"),
        Row("cookies set", "cookies set"),
        Row("expect jsonpath $.a == \"x y\" > 'z", "expect jsonpath $.a == \"x y\" > 'z"),
        Row("watch 5s get /x q==1 | $.a", "watch 5s get /x q==1 | $.a"),
        Row("watch pool | cat", "watch pool | cat"),
        Row("watch 5 get /x", "watch 5 get /x"),
        Row("tune 20x4 GET /x", "tune 20x4 get /x"),
        Row("tune get /x --sizes 1,2 > out", "tune --sizes 1,2 get /x > out"),
        Row("tune get /x --sizes > out", "tune --sizes get /x > out"),
        Row("import curl -H 'A: b' x", "import curl -H 'A: b' x"),
    ])
    func `commands keep their words`(_ row: Row) {
        #expect(outcome(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("get /x \\\n a==1", "get /x a==1"),
        Row("get /us\\\r\ners", "get /users"),
        Row("post /x\n  a=1", "post /x a=1"),
        Row("post /x k='a\nb'", "post /x k=\"a\\nb\""),
    ])
    func `a line may go on over several`(_ row: Row) {
        #expect(outcome(row.source) == row.expected)
    }

    @Test(arguments: [
        Row("coo", "cookies"), Row("so #3", "sockets #3"), Row("repe 3 get /", "3 get /"),
        Row("po", "pool"), Row("sen PURGE /", "send PURGE /"), Row("quit", "quit"),
    ])
    func `a unique prefix works at the prompt`(_ row: Row) {
        #expect(outcome(row.source, Parsers.terminal) == row.expected)
    }

    @Test func `an alias is expanded once, and never shadows`() {
        var parser = Parsers.terminal
        #expect(parser.expandingAlias(in: " uu a==1") == " get /users page==2 a==1")
        #expect(parser.expandingAlias(in: "get uu") == "get uu")
        parser.aliases = ["get": "post", "x": "x y", "pool": "quit"]
        #expect(parser.expandingAlias(in: "get /") == "get /")
        #expect(parser.expandingAlias(in: "pool") == "pool")
        #expect(parser.expandingAlias(in: "x") == "x y")
    }
}
