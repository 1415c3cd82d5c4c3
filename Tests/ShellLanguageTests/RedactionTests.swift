import ShellLanguage
import Testing

@Suite("Secrets in the history")
struct RedactionTests {
    private let names = SensitiveNames(fieldPatterns: [
        "authorization", "cookie", "proxy-authorization", "x-api-key", "*-token", "*-key",
        "*-secret",
    ])

    private func redacted(_ line: String) -> String? {
        Parsers.terminal.redactedForHistory(line, names: names)
    }

    @Test(arguments: [
        Row("Authorization: Bearer abc", "Authorization: Bearer {{$secret Authorization}}"),
        Row("authorization:  Basic YTpi", "authorization:  Basic {{$secret authorization}}"),
        Row("X-Api-Key: abc", "X-Api-Key: {{$secret X-Api-Key}}"),
        Row("X-Auth-Token: a b", "X-Auth-Token: {{$secret X-Auth-Token}}"),
        Row("@token = abc", "@token = {{$secret token}}"),
        Row("@password=hunter2", "@password={{$secret password}}"),
        Row("@base = http://u:pw@h/", "@base = http://u:{{$secret password}}@h/"),
        Row("token==abc", "token=={{$secret token}}"),
        Row("get /x Authorization:abc", "get /x Authorization:{{$secret Authorization}}"),
        Row(
            "get /x 'Authorization:Bearer abc'  q==1",
            "get /x Authorization:\"Bearer {{$secret Authorization}}\"  q==1"
        ),
        Row(
            "post /login user=ann password=hunter2",
            "post /login user=ann password={{$secret password}}"
        ),
        Row("post /x 'api key'=1", "post /x api\\ key={{$secret api_key}}"),
        Row(
            "post /x otp=1 pin=2 mypin=3 spin=4",
            "post /x otp={{$secret otp}} pin={{$secret pin}} mypin={{$secret mypin}}"
                + " spin={{$secret spin}}"
        ),
        Row("post /x user[password]=a", "post /x user[password]={{$secret user_password}}"),
        Row("post /x password:=123", "post /x password:={{$secret password}}"),
        Row("post /x password:='\"abc\"'", "post /x password:='\"{{$secret password}}\"'"),
        Row(
            "post /x u:={\"user\": \"a\", \"password\": \"b\", \"n\": 1}",
            "post /x u:={\"user\": \"a\", \"password\": \"{{$secret password}}\", \"n\": 1}"
        ),
        Row(
            "post /x --raw {\"token\":\"a\\\"b\",\"pin\":12}",
            "post /x --raw {\"token\":\"{{$secret token}}\",\"pin\":{{$secret pin}}}"
        ),
        Row(
            "post /x --raw 'user=a&password=b'",
            "post /x --raw user=a&password={{$secret password}}"
        ),
        Row("get /x?token=abc&page=2", "get /x?token={{$secret token}}&page=2"),
        Row("get http://ann:pw@h/x", "get http://ann:{{$secret password}}@h/x"),
        Row("get /x --auth ann:pw", "get /x --auth ann:{{$secret password}}"),
        Row("get /x -a 'ann:p w' -v", "get /x -a ann:{{$secret password}} -v"),
        Row("get /x --digest ann:pw", "get /x --digest ann:{{$secret password}}"),
        Row("get /x --bearer abc | jq .token", "get /x --bearer {{$secret token}} | jq .token"),
        Row("3x2 get /x --bearer abc &", "3x2 get /x --bearer {{$secret token}} &"),
        Row(
            "headers set Authorization 'Bearer abc'",
            "headers set Authorization \"Bearer {{$secret Authorization}}\""
        ),
        Row("watch get /x --bearer abc", "watch get /x --bearer {{$secret token}}"),
        Row("get /x --bearer abc --folow", "get /x --bearer {{$secret token}} --folow"),
        Row("gte /x password=abc", "gte /x password={{$secret password}}"),
        Row("base http://ann:pw@h", "base http://ann:{{$secret password}}@h"),
        Row("get http://S@h/x", "get http://{{$secret user}}@h/x"),
        Row("@body = {\"password\":\"S\"}", "@body = {\"password\":\"{{$secret password}}\"}"),
        Row("X-Data: {\"pin\": 1}", "X-Data: {\"pin\": {{$secret pin}}}"),
        Row("get /x X-Data:'{\"pin\":1}'", "get /x X-Data:'{\"pin\":{{$secret pin}}}'"),
        Row(
            "post /x user:='{\"nested\":{\"secret\":[\"S\"]}}'",
            "post /x user:={\"nested\":{\"secret\":{{$secret secret}}}}"
        ),
        Row(
            "headers set --for all Authorization S T",
            "headers set --for all Authorization {{$secret Authorization}}"
                + " {{$secret Authorization}}"
        ),
        Row(
            "headers set X-Api-Key S --for all",
            "headers set X-Api-Key {{$secret X-Api-Key}} --for all"
        ),
        Row("cookies set sid=S; Path=/", "cookies set sid={{$secret sid}}; Path=/"),
        Row("coo set sid=S", "coo set sid={{$secret sid}}"),
        Row("atuh bearer S", "atuh bearer {{$secret token}}"),
    ])
    func `a secret is replaced by a question for it`(_ row: Row) {
        #expect(redacted(row.source) == row.expected)
        // What is kept can be redacted again and stays the same.
        #expect(redacted(row.expected) == row.expected)
    }

    @Test(arguments: [
        "", "  ", "get /users page==2", "Accept: text/html", "@page = 2", "get /x --auth ann",
        "get /x --bearer {{token}}", "Authorization: Bearer {{login.response.body.$.token}}",
        "@token = {{$.token}}", "post /x password={{$secret password}}",
        "get /x --auth {{u}}:{{p}}",
        "get http://h/a:b@c", "# token=abc", "!echo token", "| jq .token", "Authorization:",
        "!sort -u -b f", "get /x | sort -u", "get /x | $.token", "# @expect header X-Key exists",
        "get /x Authorization: -v", "headers set X-A --for all v", "cookies set sid={{s}}; Path=/",
        "post /x password=@file", "post /x u:={\"password\": {{pw}}}", "sockets #3",
        "get 'a", "get /x?token={{t}}", "expect header X-Api-Key exists",
        "expect status == 200", "expect header ETag == x", "headers rm Authorization",
        "pool size 3", "curl http://h/",
    ])
    func `a line without secrets stays as typed`(_ line: String) {
        #expect(redacted(line) == line)
    }

    @Test(arguments: [
        "curl -u a:b http://h", "curl -H 'Authorization: x' h", "$ curl --user a h",
        "post /x 'password=abc", "get /x --bearer \"abc",
        "get / --auth=ann:S", "get / --bearer=\"S\"", "get / -a'ann:S'", "get / --bearer=S",
        "get / --digest=ann:S", "get / -aann:S",
        "get /x Authorization: Bearer S", "get /x Authorization: YTpi==", "get /x X-Api-Key: -v S",
        "expect header Authorization == S", "# @expect header X-Api-Key == S",
        "expect jsonpath $.token == S", "!curl -H 'Authorization: Bearer S'", "!echo token=S",
        "!curl -u ann:S h", "!curl -uann:S h", "!curl http://ann:S@h", "| curl --user ann:S h",
        "get /x | curl -H 'X-Api-Key: S' h", "!PASSWORD=S cmd", "!cmd --password S",
        "!curl -d '{\"password\": \"S\"}' h", "!curl -b sid=S h",
    ])
    func `a line that cannot be read and may hold a secret is left out`(_ line: String) {
        let result = redacted(line)
        #expect(result == nil)
    }

    @Test func `the secret never survives, wherever it stands`() {
        let secret = "hunter2"
        for line in [
            "post /x password=\(secret)", "post /x \"password\"=\(secret)",
            "post /x pass\"word=\"\(secret)", "post /x password='a \(secret)'",
            "post /x a[b][token]=\(secret)", "Cookie: a=\(secret)", "get /x Cookie:a=\(secret)",
            "get /x X-Key:1 My-Key:\(secret)", "post /x u:=[{\"api_key\" : \"\(secret)\"}]",
            "post /x password=a{{x}}\(secret)", "get http://u:\(secret)@h?token=\(secret)",
            "get /x?a=1&api-key=\(secret)#f",
            "post /x --raw \"{\\\"token\\\": \\\"\(secret)\\\"}\"",
            "Authorization: Digest \(secret) x", "post /x token:=[\"\(secret)\"]",
        ] {
            let result = redacted(line) ?? ""
            #expect(!result.contains(secret), "\(line) became \(result)")
        }
    }
}
