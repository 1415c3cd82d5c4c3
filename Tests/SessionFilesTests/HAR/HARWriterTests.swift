import HTTPModel
import Testing

@testable import SessionFiles

@Suite("HAR: writing")
struct HARWriterTests {
    private static let secrets = ExportSecrets(
        isSensitiveField: { ["authorization", "cookie"].contains($0.lowercased()) },
        isSensitiveKey: { $0 == "password" || $0 == "token" }
    )

    private static func context(_ secrets: ExportSecrets = Self.secrets) -> HARContext {
        HARContext(
            version: "1",
            title: "t",
            origin: 1_700_000_000.25,
            comment: "pool.size 10",
            secrets: secrets,
            localAddress: { _ in "127.0.0.1:40000" },
            reason: { _ in "first to this origin" },
            sentence: { _ in "it failed" }
        )
    }

    static func log(
        _ exchanges: [HARExchange],
        _ secrets: ExportSecrets = Self.secrets
    ) throws -> JSONValue {
        var bytes: [UInt8] = []
        HARWriter.write(exchanges, in: Self.context(secrets)) { bytes += $0 }
        return try #require(try JSONValue(parsing: bytes)["log"])
    }

    static func exchange(
        _ number: Int,
        startedAt milliseconds: Int64 = 0,
        decision: ReuseDecision = .new(NewConnectionReason(.noneYet)),
        cause: Attempt.Cause = .initial,
        request: [FieldLine] = [],
        response: [FieldLine] = [FieldLine("Content-Type", "application/json")]
    ) throws -> Exchange {
        let isNew = !decision.isReused
        let timings = Timings(
            queue: .microseconds(1500),
            dns: isNew ? .microseconds(250) : nil,
            connect: isNew ? .microseconds(300) : nil,
            tls: isNew ? .microseconds(700) : nil,
            send: .microseconds(10),
            wait: .microseconds(2000),
            receive: .microseconds(40),
            total: .milliseconds(5)
        )
        let use = ConnectionUse(
            connection: ConnectionID(3),
            decision: decision,
            requestNumber: isNew ? 1 : 2,
            remoteAddress: "[::1]:8443"
        )
        let answer = TransportResponse(
            head: ResponseHead(status: 200, reason: "OK", version: "HTTP/1.1", fields: response),
            use: use,
            timings: timings,
            bytes: ByteCounts(sent: 120, received: 200, body: 33)
        )
        let attempt = Attempt(
            cause: cause,
            method: "POST",
            target: try URI("https://h:8443/login?a=1&token=secret"),
            sentFields: [FieldLine("Host", "h:8443")] + request,
            contentLength: 20,
            startedAt: Instant(nanoseconds: milliseconds * 1_000_000),
            result: .response(answer)
        )
        return Exchange(
            number: number,
            name: "login",
            issuedAt: attempt.startedAt,
            attempts: [attempt],
            content: .none
        )
    }

    private static func entry(_ log: JSONValue, _ index: Int = 0) throws -> JSONValue {
        try #require(log["entries"]?[index])
    }

    @Test
    func `a new connection shows what its handshake took`() throws {
        let log = try Self.log([HARExchange(try Self.exchange(1))])
        #expect(log["version"]?.text == "1.2")
        #expect(log["creator"]?.compactText == #"{"name":"linger","version":"1"}"#)
        #expect(log["comment"]?.text == "pool.size 10")
        let entry = try Self.entry(log)
        #expect(entry["startedDateTime"]?.text == "2023-11-14T22:13:20.250Z")
        #expect(
            entry["timings"]?.compactText
                == #"{"blocked":1.500,"dns":0.250,"connect":1.000,"send":0.010,"#
                + #""wait":2.000,"receive":0.040,"ssl":0.700}"#
        )
        #expect(entry["time"]?.text == "4.800")
        #expect(entry["connection"]?.text == "3" && entry["_connectionId"]?.text == "3")
        #expect(entry["serverIPAddress"]?.text == "::1" && entry["_serverPort"]?.text == "8443")
        #expect(entry["_clientPort"]?.text == "40000")
        #expect(entry["_connectionReused"] == .bool(false))
        #expect(entry["comment"]?.text == "new connection 3: first to this origin")
        #expect(entry["_requestName"]?.text == "login")
    }

    @Test
    func `a reused connection has no handshake, which is not a handshake of no time`() throws {
        let reused = try Self.exchange(1, decision: .reused(idle: .microseconds(4900)))
        let entry = try Self.entry(try Self.log([HARExchange(reused)]))
        #expect(
            entry["timings"]?.compactText
                == #"{"blocked":1.500,"dns":-1,"connect":-1,"send":0.010,"#
                + #""wait":2.000,"receive":0.040,"ssl":-1}"#
        )
        #expect(entry["time"]?.text == "3.550")
        #expect(entry["_connectionReused"] == .bool(true))
        #expect(entry["_connectionIdleMs"]?.text == "4.900")
        #expect(entry["comment"]?.text == "reused connection 3 (idle 4.900 ms)")
        #expect(entry["_connectionRequestNumber"]?.text == "2")
    }

    @Test
    func `secrets are hidden wherever they stand`() throws {
        let exchange = try Self.exchange(
            1,
            request: [
                FieldLine("Authorization", "Bearer abc"), FieldLine("Cookie", "sid=1; b=2"),
                FieldLine("Content-Type", "application/json"),
            ],
            response: [
                FieldLine("Content-Type", "application/json"),
                FieldLine("Set-Cookie", "sid=9; Path=/; HttpOnly"),
                FieldLine("Location", "/x?token=abc"),
            ]
        )
        let whole = HARExchange(
            exchange,
            requestContent: { Array(#"{"password":"hush!!"}"#.utf8.dropLast()) },
            responseContent: { Array(#"{"token":"abc","b":1}"#.utf8) }
        )
        let text = try Self.log([whole]).compactText
        for secret in ["abc", "sid=1", "b=2", "sid=9", "hush", "token=secret"] {
            #expect(!text.contains(secret), "\(secret) in \(text)")
        }
        let entry = try Self.entry(try Self.log([whole]))
        let names = entry["response"]?["headers"]
        #expect(names?[1]?["value"]?.text == "sid=(redacted); Path=/; HttpOnly")
        #expect(entry["request"]?["headers"]?[1]?["value"]?.text == "Bearer (redacted)")
        #expect(entry["request"]?["cookies"]?[1]?["name"]?.text == "b")
        #expect(entry["response"]?["cookies"]?[0]?["httpOnly"] == .bool(true))
        let shown = try Self.log([whole], .shown).compactText
        #expect(shown.contains("Bearer abc") && shown.contains("sid=9; Path"))
    }

    @Test
    func `content is text where it is text, and base64 where it is not`() throws {
        let exchange = try Self.exchange(1)
        let text = HARExchange(exchange, responseContent: { Array("é\n".utf8) })
        var content = try Self.entry(try Self.log([text]))["response"]?["content"]
        #expect(content?.compactText == #"{"size":3,"mimeType":"application/json","text":"é\n"}"#)
        let binary = HARExchange(exchange, responseContent: { [0xFF, 0x00] })
        content = try Self.entry(try Self.log([binary]))["response"]?["content"]
        #expect(content?["text"]?.text == "/wA=" && content?["encoding"]?.text == "base64")
        let gone = HARExchange(exchange, responseContent: { nil })
        content = try Self.entry(try Self.log([gone]))["response"]?["content"]
        #expect(content?["text"] == nil && content?["size"]?.text == "33")
    }

    /// What `postData` says of a content.
    private static func postData(_ type: String, _ content: [UInt8]) throws -> JSONValue? {
        var exchange = try Self.exchange(1, request: [FieldLine("Content-Type", type)])
        exchange.attempts[0].contentLength = content.count
        let whole = HARExchange(exchange, requestContent: { content })
        return try Self.entry(try Self.log([whole]))["request"]?["postData"]
    }

    @Test
    func `a form has its parameters and its text, both without secrets`() throws {
        let type = "application/x-www-form-urlencoded; charset=utf-8"
        let data = try Self.postData(type, Array("a=1+2&b%20c=%C3%A9&d&password=hush".utf8))
        #expect(data?["mimeType"]?.text == type)
        #expect(
            data?["params"]?.compactText
                == #"[{"name":"a","value":"1 2"},{"name":"b c","value":"é"},"#
                + #"{"name":"d","value":""},{"name":"password","value":"(redacted)"}]"#
        )
        #expect(data?["text"]?.text == "a=1+2&b%20c=%C3%A9&d&password=(redacted)")
        #expect(try Self.postData("text/plain", Array("a=1".utf8))?["params"] == nil)
    }

    @Test
    func `a form of parts says which are files`() throws {
        let head = "--b\r\nContent-Disposition: form-data; name="
        let text =
            head + "\"a\"\r\n\r\n1\r\n" + head + "\"password\"\r\n\r\nhush\r\n"
            + head + "\"f\"; filename=\"x.bin\"\r\nContent-Type: image/png\r\n\r\n"
        let type = "multipart/form-data; boundary=b"
        let params =
            #"[{"name":"a","value":"1"},{"name":"password","value":"(redacted)"},"#
            + #"{"name":"f","fileName":"x.bin","contentType":"image/png"}]"#
        let plain = try Self.postData(type, Array("\(text)data\r\n--b--\r\n".utf8))
        #expect(plain?["params"]?.compactText == params)
        #expect(plain?["text"]?.text.contains("\r\n\r\n(redacted)\r\n") == true)
        #expect(plain?["_encoding"] == nil)
        let bytes = Array(text.utf8) + [0xFF, 0x00] + Array("\r\n--b--\r\n".utf8)
        let binary = try Self.postData(type, bytes)
        #expect(binary?["params"]?.compactText == params)
        #expect(binary?["_encoding"]?.text == "base64")
        let decoded = binary?["text"].flatMap { Substring($0.text).utf8.base64Decoded } ?? []
        #expect(!String(decoding: decoded, as: UTF8.self).contains("hush"))
        #expect(decoded.firstRange(of: [0xFF, 0x00]) != nil)
    }

    @Test
    func `a redirect is an entry of its own, with where it led and its cookies`() throws {
        var exchange = try Self.exchange(1)
        let moved = try Self.exchange(
            1,
            response: [
                FieldLine("Location", "/next"),
                FieldLine("Set-Cookie", "a=1; Domain=h; Secure; SameSite=Lax"),
            ]
        ).attempts[0]
        var followed = exchange.attempts[0]
        followed.cause = .redirect(
            RedirectRecord(status: 302, from: moved.target, to: followed.target)
        )
        exchange.attempts = [moved, followed]
        let log = try Self.log([HARExchange(exchange)], .shown)
        #expect(log["entries"]?[1] != nil && log["entries"]?[2] == nil)
        let first = try Self.entry(log)
        #expect(first["response"]?["redirectURL"]?.text == "/next")
        #expect(
            first["response"]?["cookies"]?.compactText
                == #"[{"name":"a","value":"1","domain":"h","secure":true,"_sameSite":"Lax"}]"#
        )
        #expect(first["_redirectOf"] == nil)
        let second = try Self.entry(log, 1)
        #expect(second["_redirectOf"]?.text == "1")
        #expect(second["response"]?["redirectURL"]?.text == "")
    }

    @Test
    func `a stream of HTTP/2 has its version, and no handshake`() throws {
        var exchange = try Self.exchange(1, decision: .stream(beside: 3))
        guard case .response(var response) = exchange.attempts[0].result else {
            Issue.record("the sample has no response")
            return
        }
        response.head.version = "HTTP/2"
        exchange.attempts[0].result = .response(response)
        let entry = try Self.entry(try Self.log([HARExchange(exchange)]))
        #expect(entry["request"]?["httpVersion"]?.text == "HTTP/2")
        #expect(entry["response"]?["httpVersion"]?.text == "HTTP/2")
        #expect(entry["timings"]?["connect"]?.text == "-1")
        #expect(entry["_connectionReused"] == .bool(true))
        #expect(entry["comment"]?.text == "reused connection 3 (beside 3 on its streams)")
    }

    @Test
    func `over HTTP 2 no field says the host or concerns the connection`() throws {
        let fields = ["Host", "Connection", "Accept"].map { FieldLine($0, "x") }
        var exchange = try Self.exchange(1, request: fields)
        guard case .response(var response) = exchange.attempts[0].result else {
            Issue.record("the sample has no response")
            return
        }
        response.use.isHTTP2 = true
        exchange.attempts[0].result = .response(response)
        let entry = try Self.entry(try Self.log([HARExchange(exchange)]))
        #expect(
            entry["request"]?["headers"]?.compactText == #"[{"name":"Accept","value":"x"}]"#
        )
    }

    @Test(arguments: [("HEAD", 200, "0"), ("GET", 304, "0"), ("GET", 200, "58")])
    func `a length that no content came of is none`(
        _ row: (method: String, status: Int, size: String)
    ) throws {
        var exchange = try Self.exchange(1, response: [FieldLine("Content-Length", "58")])
        guard case .response(var response) = exchange.attempts[0].result else {
            Issue.record("the sample has no response")
            return
        }
        response.head.status = row.status
        exchange.attempts[0].method = row.method
        exchange.attempts[0].result = .response(response)
        let entry = try Self.entry(try Self.log([HARExchange(exchange)]))
        #expect(entry["response"]?["bodySize"]?.text == row.size)
    }

    @Test
    func `an attempt that was made again did not ask for a new connection`() throws {
        let evidence = StaleEvidence(
            connection: ConnectionID(1),
            completedExchanges: 1,
            reason: .peerClosed
        )
        let exchange = try Self.exchange(
            1,
            decision: .new(NewConnectionReason(.fresh)),
            cause: .staleRetry(evidence)
        )
        let entry = try Self.entry(try Self.log([HARExchange(exchange)]))
        #expect(entry["comment"]?.text == "new connection 3: made again")
    }

    @Test
    func `entries are in the order of their start`() throws {
        let late = HARExchange(try Self.exchange(1, startedAt: 20))
        let early = HARExchange(try Self.exchange(2, startedAt: 10))
        let log = try Self.log([late, early])
        #expect(try Self.entry(log)["_exchange"]?.text == "2")
        #expect(log["pages"]?[0]?["startedDateTime"]?.text == "2023-11-14T22:13:20.260Z")
    }

    @Test
    func `an exchange without an answer has status 0 and says why`() throws {
        var exchange = try Self.exchange(1)
        exchange.attempts[0].result = .failed(.tooManyRedirects(limit: 1, chain: []))
        let entry = try Self.entry(try Self.log([HARExchange(exchange)]))
        #expect(entry["response"]?["status"]?.text == "0")
        #expect(entry["response"]?["content"]?["mimeType"]?.text == "x-unknown")
        #expect(entry["_error"]?.text == "it failed")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"), (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func `times are days and hours in UTC`(_ value: Int64, _ text: String) {
        #expect(HARContext.text(millisecondsSince1970: value) == text)
    }
}
