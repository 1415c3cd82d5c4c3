import DemoServer
import Testing

@Suite("Demo API: routes", .timeLimit(.minutes(1)))
struct RouteTests {
    /// A request and what its response must have; `*` in `text` means that it contains the rest.
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "GET"
        var target: String
        var fields: [String] = []
        var content: String?
        var status = 200
        var has: [String: String] = [:]
        var text: String?

        var testDescription: String { "\(self.method) \(self.target) \(self.content ?? "")" }
    }

    static let json = ["Content-Type: application/json"]

    @Test(
        arguments: [
            Case(target: "/", text: #"*"GET /users":"Users, page by page""#),
            Case(target: "/nope", status: 404, text: "*There is no /nope here"),
            Case(
                target: "/users/7",
                has: ["ETag": "\"7-1\"", "Content-Type": "application/json"],
                text: #"{"id":7,"name":"Ann","email":"ann@example.com","age":62,"active":true}"#
            ),
            Case(target: "/users/7", fields: [#"If-None-Match: "7-1""#], status: 304),
            Case(target: "/users/7", fields: [#"If-None-Match: "x", W/"7-1""#], status: 304),
            Case(target: "/users/7", fields: ["If-None-Match: *"], status: 304),
            Case(target: "/users/7", fields: [#"If-None-Match: "7-2""#], status: 200),
            Case(target: "/users/0", status: 404),
            Case(target: "/users/24", text: #"*"name":"Zoe""#),
            Case(target: "/users/25", status: 404),
            Case(target: "/users/x", status: 404, text: "*There is no /users/x."),
            Case(target: "/users/", status: 404),
            Case(target: "/users", has: ["Link": #"</users?page=2&size=10>; rel="next""#]),
            Case(
                target: "/users?page=3&size=8",
                text: #"*"page":3,"size":8,"total":24,"next":null"#
            ),
            Case(
                target: "/users?page=99",
                text: #"{"items":[],"page":99,"size":10,"total":24,"next":null}"#
            ),
            Case(target: "/users?page=0", status: 400),
            Case(target: "/users?size=101", status: 400),
            Case(
                target: "/users?q=AN&size=1",
                text: #"*"total":3,"next":"/users?page=2&size=1&q=an""#
            ),
            Case(target: "/users/7/orders", text: #"*"userId":7"#),
            Case(target: "/users/99/orders", status: 404),
            Case(target: "/orders/1", text: #"{"id":1,"userId":1,"item":"tea","quantity":1}"#),
            Case(target: "/orders/17", status: 404),
        ]
    )
    func `reading`(_ row: Case) async throws { try await self.check(row) }

    @Test(
        arguments: [
            Case(
                method: "POST",
                target: "/users",
                fields: json,
                content: #"{"name":"Zed","id":1}"#,
                status: 201,
                has: ["Location": "/users/25"],
                text: #"{"id":25,"name":"Zed"}"#
            ),
            Case(
                method: "POST",
                target: "/users",
                fields: ["Content-Type: application/x-www-form-urlencoded"],
                content: "name=A+b%21&age=3&active=true",
                status: 201,
                text: #"{"id":25,"name":"A b!","age":3,"active":true}"#
            ),
            Case(
                method: "POST",
                target: "/users",
                fields: json,
                content: "{",
                status: 400,
                text: #"*"offset":1"#
            ),
            Case(method: "POST", target: "/users", fields: json, content: "[]", status: 422),
            Case(
                method: "POST",
                target: "/users",
                fields: json,
                content: #"{"name":""}"#,
                status: 422
            ),
            Case(
                method: "POST",
                target: "/users",
                fields: json,
                content: #"{"name":"a","age":"x"}"#,
                status: 422,
                text: #"*"member":"age""#
            ),
            Case(
                method: "POST",
                target: "/users",
                fields: json,
                content: #"{"name":"a","age":151}"#,
                status: 422
            ),
            Case(
                method: "PUT",
                target: "/users/7",
                fields: json,
                content: #"{"name":"Anna"}"#,
                has: ["ETag": "\"7-2\""],
                text: #"{"id":7,"name":"Anna"}"#
            ),
            Case(
                method: "PUT",
                target: "/users/7",
                fields: json + [#"If-Match: "7-2""#],
                content: #"{"name":"Anna"}"#,
                status: 412,
                has: ["ETag": "\"7-1\""]
            ),
            Case(
                method: "PUT",
                target: "/users/7",
                fields: json + [#"If-Match: "7-1""#],
                content: #"{"name":"Anna"}"#
            ),
            Case(
                method: "PUT",
                target: "/users/99",
                fields: json,
                content: #"{"name":"Anna"}"#,
                status: 404
            ),
            Case(
                method: "PATCH",
                target: "/users/7",
                fields: json,
                content: #"{"age":null,"email":null,"active":false,"x":[1]}"#,
                text: #"{"id":7,"name":"Ann","active":false,"x":[1]}"#
            ),
            Case(
                method: "PATCH",
                target: "/users/7",
                fields: json,
                content: #"{"name":null}"#,
                status: 422
            ),
            Case(method: "DELETE", target: "/users/7", status: 204),
            Case(method: "DELETE", target: "/users/99", status: 404),
            Case(
                method: "POST",
                target: "/orders",
                fields: json,
                content: #"{"item":"tea"}"#,
                status: 401,
                has: ["WWW-Authenticate": #"Bearer realm="demo""#]
            ),
        ]
    )
    func `writing`(_ row: Case) async throws { try await self.check(row) }

    @Test(
        arguments: [
            Case(target: "/slow?ms=1", text: #"{"ms":1}"#),
            Case(target: "/slow?seconds=0.002", text: #"{"ms":2}"#),
            Case(target: "/slow?ms=x", status: 400),
            Case(target: "/redirect/2", status: 302, has: ["Location": "/redirect/1"]),
            Case(target: "/redirect/1?status=307", status: 307, has: ["Location": "/anything"]),
            Case(
                target: "/redirect/3?status=307",
                status: 307,
                has: ["Location": "/redirect/2?status=307"]
            ),
            Case(target: "/redirect/0", status: 400),
            Case(target: "/redirect/101", status: 400),
            Case(
                target: "/redirect-to?url=http://h/%3Fx&status=308",
                status: 308,
                has: ["Location": "http://h/?x"]
            ),
            Case(method: "POST", target: "/redirect-to?url=/x", status: 302),
            Case(
                target: "/status/418",
                status: 418,
                text: #"{"status":418,"reason":"I'm a teapot"}"#
            ),
            Case(target: "/status/204", status: 204),
            Case(target: "/status/304", status: 304),
            Case(target: "/status/301", status: 301, has: ["Location": "/"]),
            Case(
                target: "/status/401",
                status: 401,
                has: ["WWW-Authenticate": #"Basic realm="demo""#]
            ),
            Case(method: "POST", target: "/status/503", status: 503),
            Case(target: "/status/199", status: 400),
            Case(target: "/status/600", status: 400),
            Case(target: "/etag", has: ["ETag": "\"demo-1\"", "Cache-Control": "no-cache"]),
            Case(
                target: "/etag",
                fields: [#"If-None-Match: "demo-1""#],
                status: 304,
                has: ["ETag": "\"demo-1\""]
            ),
            Case(target: "/small", has: ["Content-Type": "text/plain"], text: "hello, linger"),
            Case(
                target: "/headers",
                fields: ["X-A: 1", "X-a: 2"],
                text: #"{"fields":[["Host","demo"],["X-A","1"],["X-a","2"]]}"#
            ),
            Case(
                target: "/cookies",
                fields: ["Cookie: a=1; b=x=y", "Cookie: c"],
                text: #"{"cookies":{"a":"1","b":"x=y","c":""}}"#
            ),
            Case(
                target: "/cookies/set?a=b&delay=1",
                status: 302,
                has: ["Location": "/cookies", "Set-Cookie": "a=b; Path=/"]
            ),
            Case(target: "/anything/x%20y/z?a=1&b", text: #"*"target":"/anything/x%20y/z?a=1&b""#),
            Case(target: "/anything?a=1&b", text: #"*"query":{"a":"1","b":""}"#),
            Case(
                method: "PATCH",
                target: "/anything",
                content: #"{"a":[1.50]}"#,
                text: #"*"json":{"a":[1.50]}"#
            ),
            Case(target: "/stats", text: #"*"accepted":1"#),
            Case(target: "/connection", text: #"*{"connection":1,"request":1,"clientPort":"#),
            Case(
                target: "/big?items=2",
                text: #"{"items":[{"id":1,"name":"item 1"},{"id":2,"name":"item 2"}]}"#
            ),
            Case(target: "/hostile", text: "*\u{1B}[2J"),
        ]
    )
    func `answering`(_ row: Case) async throws { try await self.check(row) }

    private func check(_ row: Case) async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let response = try client.exchange(
                row.method,
                row.target,
                fields: row.fields,
                content: row.content
            )
            #expect(response.status == row.status)
            for (name, value) in row.has { #expect(response[name] == value) }
            if let text = row.text, text.hasPrefix("*") {
                #expect(response.text.contains(text.dropFirst()))
            } else if let text = row.text {
                #expect(response.text == text + "\n")
            }
            if response.status >= 400, !row.target.hasPrefix("/status") {
                #expect(response["Content-Type"] == "application/problem+json")
            }
        }
    }

    @Test func `logging in gives a cookie and a token, and logging out ends both`() async throws {
        try await withDemo { demo in
            let client = try RawClient(port: demo.port)
            let wrong = #"{"user":"ann","password":"x"}"#
            #expect(try client.exchange("POST", "/login", json: wrong).status == 401)
            #expect(try client.exchange("POST", "/login", json: #"{"user":"ann"}"#).status == 422)
            #expect(try client.get("/me").status == 401)

            let right = #"{"user":"Ann","password":"secret"}"#
            let login = try client.exchange("POST", "/login", json: right)
            #expect(login.text == "{\"user\":\"ann\",\"id\":7,\"token\":\"demo.ann.1\"}\n")
            let cookie = "session=s1-ann; Path=/; HttpOnly; SameSite=Lax"
            #expect(login["Set-Cookie"] == cookie)

            let token = "Authorization: Bearer demo.ann.1"
            #expect(try client.get("/me", fields: [token]).text.contains(#""user":"ann""#))
            #expect(try client.get("/me", fields: ["Cookie: a=b; session=s1-ann"]).status == 200)
            #expect(try client.get("/me", fields: ["Cookie: session=s2-ann"]).status == 401)

            let order = try client.exchange(
                "POST",
                "/orders",
                fields: [token, "Content-Type: application/json"],
                content: #"{"item":"tea"}"#
            )
            #expect(order.status == 201)
            #expect(order["Location"] == "/orders/17")
            let delete = { try client.exchange("DELETE", $0, fields: [token]).status }
            #expect(try delete("/orders/1") == 403)
            #expect(try delete("/orders/17") == 204)
            #expect(try delete("/orders/17") == 404)

            let logout = try client.exchange("POST", "/logout", fields: [token])
            #expect(logout["Set-Cookie"]?.contains("Max-Age=0") == true)
            #expect(try client.get("/me", fields: [token]).status == 401)
            #expect(try client.get("/me", fields: ["Cookie: session=s1-ann"]).status == 401)
        }
    }

    @Test(
        arguments: [
            (nil, 401), ("Basic YTpiOmM=", 200), ("basic YTpiOmM=", 200), ("Basic YTpi", 401),
            ("Basic ???", 401), ("Bearer YTpiOmM=", 401),
        ]
    )
    func `basic takes exactly its credentials`(value: String?, status: Int) async throws {
        try await withDemo { demo in
            let fields = value.map { ["Authorization: \($0)"] } ?? []
            let response = try RawClient(port: demo.port).get("/basic/a/b%3Ac", fields: fields)
            #expect(response.status == status)
            if status == 401 {
                let challenge = #"Basic realm="demo", charset="UTF-8""#
                #expect(response["WWW-Authenticate"] == challenge)
            }
        }
    }
}
