import HTTPModel
import Testing

@testable import SessionFiles

@Suite("curl command lines")
struct CurlImportTests {
    struct Row: Sendable {
        let text: String
        let expected: String

        init(_ text: String, _ expected: String) {
            self.text = text
            self.expected = expected
        }
    }

    private static let files = ["f.txt": "one\r\ntwo\n", "x.json": "{}", "h": "A: 1\nB: 2\n"]
    private static let form = "Content-Type: application/x-www-form-urlencoded"

    @Test(arguments: [
        Row("curl h", "GET http://h/"),
        Row("curl 'https://h/a?b#c'", "GET https://h/a?b"),
        Row("curl -I h", "HEAD http://h/"),
        Row("curl -X PURGE h", "PURGE http://h/"),
        Row("curl -XDELETE h/1", "DELETE http://h/1"),
        Row("curl -sSLo out -XPUT h", "PUT http://h/"),
        Row("curl h -H 'A: b' -H 'C;' -H 'D:' -H e", "GET http://h/\nA: b\nC: \nD removed"),
        Row("curl h -H @h", "GET http://h/\nA: 1\nB: 2"),
        Row(
            "curl h -A x -e 'y;auto' -r 0-9",
            "GET http://h/\nUser-Agent: x\nReferer: y\nRange: bytes=0-9"
        ),
        Row("curl h -A '' ", "GET http://h/\nUser-Agent removed"),
        Row("curl h -A x -H 'user-agent: y'", "GET http://h/\nuser-agent: y"),
        Row("curl h -b a=1 -b 'b=2; c=3'", "GET http://h/\nCookie: a=1; b=2; c=3"),
        Row("curl h -d a=1 -d b=2", "POST http://h/\n\(form)\n= a=1&b=2"),
        Row("curl h -d @f.txt", "POST http://h/\n\(form)\n= onetwo"),
        Row("curl h --data-binary @f.txt", "POST http://h/\n\(form)\n< f.txt"),
        Row("curl h --data-raw @f.txt", "POST http://h/\n\(form)\n= @f.txt"),
        Row("curl h --data-binary @f.txt -d x", "POST http://h/\n\(form)\n= one\r\ntwo\n&x"),
        Row("curl h -d @- <<< x", "POST http://h/\n\(form)\n= x"),
        Row("curl h --data-binary @- < f.txt", "POST http://h/\n\(form)\n< f.txt"),
        Row("curl h --data-binary @-", "POST http://h/\n\(form)\n< -"),
        Row(
            "curl h --data-urlencode 'a=b c&d' --data-urlencode '=e/' --data-urlencode 'f~é'",
            "POST http://h/\n\(form)\n= a=b+c%26d&e%2F&f~%C3%A9"
        ),
        Row("curl h --data-urlencode n@x.json", "POST http://h/\n\(form)\n= n=%7B%7D"),
        Row("curl h -d '' ", "POST http://h/\n\(form)\n= "),
        Row(
            "curl h -d x -H 'content-type: text/plain'",
            "POST http://h/\ncontent-type: text/plain\n= x"
        ),
        Row("curl h -X GET -d x", "GET http://h/\n\(form)\n= x"),
        Row(
            "curl h --json '{' --json '}'",
            "POST http://h/\nContent-Type: application/json\nAccept: application/json\n= {}"
        ),
        Row("curl -G h?x -d a=1 -d b=2", "GET http://h/?x&a=1&b=2"),
        Row("curl -G -I h -d a=1", "HEAD http://h/?a=1"),
        Row(
            "curl 'h?x&' --url-query 'a=b c' --url-query +raw=%20",
            "GET http://h/?x&a=b+c&raw=%20"
        ),
        Row("curl -T f.txt h/up/", "PUT http://h/up/f.txt\nContent-Type removed\n< f.txt"),
        Row("curl -T - h/up < f.txt", "PUT http://h/up\nContent-Type removed\n< f.txt"),
        Row(
            "curl -F a=1 -F 'f=@f.txt' -F 'g=@x.json;type=application/json' h",
            "POST http://h/\na=1\nf@f.txt;type=text/plain\ng@x.json;type=application/json"
        ),
        Row(
            "curl -F 'a=\"x; \\\"y\\\"\"' --form-string 'b=@c;type=d' -F 'c=<f.txt' h",
            "POST http://h/\na=x; \"y\"\nb=@c;type=d\nc=one\r\ntwo\n"
        ),
        Row("curl -u a:b:c h", "GET http://h/\nbasic a:b:c"),
        Row("curl -u a h", "GET http://h/\nbasic a:?"),
        Row("curl -u :x h", "GET http://h/\nbasic :x"),
        Row("curl http://a%40:b@h/", "GET http://h/\nbasic a@:b"),
        Row("curl --digest -u a:b h", "GET http://h/\ndigest a:b"),
        Row("curl --oauth2-bearer t h", "GET http://h/\nbearer t"),
        Row("curl -u a:b -H 'Authorization: x' h", "GET http://h/\nAuthorization: x"),
        Row("curl --max-ti 5 --no-keepalive h", "GET http://h/"),
        Row("curl -- -h", "GET http://-h/"),
        Row("curl.exe h", "GET http://h/"),
        Row("/usr/bin/curl h", "GET http://h/"),
        Row("$ curl h", "GET http://h/"),
        Row("curl -g 'h/{a}[1]'", "GET http://h/{a}[1]"),
        Row("curl 'http://[::1]:8080/a'", "GET http://[::1]:8080/a"),
    ])
    func `a command line makes the request that curl would send`(_ row: Row) throws {
        let request = try CurlImport.only(row.text, files: Self.files)
        #expect(request.summary == row.expected)
    }

    @Test
    func `options beside the request are kept`() throws {
        let request = try CurlImport.only("curl -L --compressed -m 2.5 -o out h/a")
        #expect(request.followsRedirects && request.acceptsCompression)
        #expect(request.timeout == .milliseconds(2500))
        #expect(request.outputFile == "out")
        #expect(try CurlImport.only("curl -O h/a/b.tar.gz?x").outputFile == "b.tar.gz")
        #expect(try CurlImport.only("curl h > o").outputFile == "o")
        #expect(try CurlImport.only("curl h").followsRedirects == false)
    }

    @Test
    func `several URLs and --next are several requests`() throws {
        let text = "curl -H 'A: 1' h/1 h/2 --next -d x h/3\ncurl h/4 # no\n"
        let imported = try CurlImport(text)
        #expect(imported.requests.map(\.url.path) == ["/1", "/2", "/3", "/4"])
        #expect(imported.requests.map(\.fields.count) == [1, 1, 1, 0])
    }

    @Test(arguments: [
        ("curl -k http://h", CurlNote("-k", .noEffect)),
        ("curl -L -X POST -d a=b http://h", CurlNote("-X", .methodOfRedirects("POST"))),
        ("curl -k https://h", CurlNote("-k", .advice(.setting(name: "tls.verify", value: "off")))),
        ("curl -s h", CurlNote("-s", .output)), ("curl h -w '%{x}'", CurlNote("-w", .output)),
        ("curl h | jq .", CurlNote("| jq .", .shellText)),
        ("curl h$X", CurlNote("$X", .emptyVariable)),
        ("curl h -b none.txt", CurlNote("-b none.txt", .noCookieFile)),
        ("curl h -c jar", CurlNote("-c", .advice(.line("cookies save FILE")))),
        ("curl h -H foo", CurlNote("-H foo", .noHeader)),
        ("curl h -A x -H 'User-Agent: y'", CurlNote("-A", .overridden)),
        (
            "curl h --connect-timeout 5",
            CurlNote("--connect-timeout", .advice(.setting(name: "timeout.connect", value: "5")))
        ),
    ])
    func `what is left out is told`(_ text: String, _ note: CurlNote) throws {
        let imported = try CurlImport(text)
        #expect(imported.notes == [note])
        #expect(!note.sentence.isEmpty)
    }

    @Test(arguments: [
        ("curl", CurlProblem.Kind.noURL), ("wget h", .notCurl("wget")), ("", .empty),
        ("curl --folow h", .unknownOption("--folow", nearest: nil)),
        (
            "curl --dat x h",
            .ambiguousOption(
                "--dat",
                among: ["--data", "--data-ascii", "--data-binary", "--data-raw"]
            )
        ),
        ("curl -@ h", .unknownOption("-@", nearest: nil)),
        ("curl h -H", .missingValue(option: "-H")),
        ("curl h --url", .missingValue(option: "--url")),
        ("curl -x p:1 h", .refused(option: "-x", .setting(name: "proxy", value: "p:1"))),
        (
            "curl --ntlm -u a:b h",
            .refused(
                option: "--ntlm",
                .unsupported("basic, digest and bearer are what linger can do")
            )
        ),
        ("curl --ftp-port - h", .refused(option: "--ftp-port", .otherProtocol)),
        ("curl -d a -F b=c h", .conflict("-d", "-F")),
        ("curl -d a -T f.txt h", .conflict("-d", "-T")),
        ("curl -I -d a h", .conflict("-d", "-I")),
        ("curl ftp://h/", .invalidURL("ftp://h/")),
        ("curl 'http://h:x/'", .invalidURL("http://h:x/")),
        ("curl 'h/{a,b}'", .globbing), ("curl 'h/[1-3]'", .globbing),
        ("curl -d @gone h", .unreadable(path: "gone", detail: "")),
        ("curl -T gone h", .unreadable(path: "gone", detail: "")),
        ("curl -F a=@gone h", .unreadable(path: "gone", detail: "")),
        ("curl -d @- h", .standardInput(option: "-d")),
        ("curl -m x h", .invalidValue(option: "-m", expected: "seconds")),
        ("curl -H $'A: b\\nC: d' h", .invalidValue(option: "-H", expected: "Name: value")),
        ("curl $'h\\xff'", .notText(option: "URL")),
        ("curl -F a h", .invalidValue(option: "-F", expected: "name=content")),
        ("curl -F a=1 -H 'Content-Type: x/y' h", .conflict("-H Content-Type", "-F")),
    ])
    func `what cannot be kept is named`(_ text: String, _ kind: CurlProblem.Kind) {
        #expect {
            _ = try CurlImport.only(text, files: Self.files)
        } throws: { error in
            let problem = error as? CurlProblem
            #expect(problem?.kind.sentence.isEmpty == false)
            return problem?.kind == kind
        }
    }

    @Test
    func `text with a media type makes a form that is written out`() throws {
        let text = "curl h -F 'a={};type=application/json' -F f=@x.json"
        let request = try CurlImport.only(text, files: Self.files)
        guard case .form(let bytes, let boundary) = request.body else {
            Issue.record("\(request.body)")
            return
        }
        let body = String(decoding: bytes, as: UTF8.self)
        #expect(
            body == """
                --\(boundary)\r
                Content-Disposition: form-data; name="a"\r
                Content-Type: application/json\r
                \r
                {}\r
                --\(boundary)\r
                Content-Disposition: form-data; name="f"; filename="x.json"\r
                Content-Type: application/octet-stream\r
                \r
                {}\r
                --\(boundary)--\r

                """
        )
    }

    @Test
    func `every option of curl is known once`() {
        #expect(CurlOption.byName.count == CurlOption.all.count)
        #expect(CurlOption.byName.count > 240)
    }

    @Test(arguments: 0..<50)
    func `damaged command lines are problems, never traps`(_ seed: UInt64) throws {
        let whole = Array(
            "curl -sS 'http://h/a?b' -H $'A: \\u00e9' -d \"x=$Y\" -F 'a=@f;type=b' <<E".utf8
        )
        var state = seed
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(state >> 33) % bytes.count
                if state & 1 == 0 {
                    bytes[place] = UInt8(truncatingIfNeeded: state >> 20)
                } else {
                    bytes.removeSubrange(place..<min(place + Int(state >> 60), bytes.count))
                }
                if bytes.isEmpty { bytes = whole }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                _ = try CurlImport(text)
            } catch {
                #expect(error.range.upperBound <= text.utf8.count, "\(text)")
            }
        }
    }
}
