import HTTPModel
import Testing

@testable import Rendering

@Suite("Timing report")
struct TimingReportTests {
    @Test
    func `2.7.2: phases that did not happen are dashes, and bars follow one another`() {
        var attempt = ConnectionLineTests.attempt(
            ConnectionLineTests.use(.new(NewConnectionReason(.noneYet)), number: 1)
        )
        guard case .response(var response) = attempt.result else {
            Issue.record("the sample has no response")
            return
        }
        response.timings = Timings(
            connect: .microseconds(400),
            send: .microseconds(10),
            wait: .microseconds(500),
            receive: .microseconds(100),
            total: .microseconds(1010)
        )
        attempt.result = .response(response)
        let exchange = ConnectionLineTests.exchange([attempt])
        let context = RenderingContext(width: 39)
        #expect(
            TimingReport.lines(for: exchange, in: context) == [
                "1 · GET /users · 200 OK · #1 new: first to this origin",
                "  queue         –",
                "  dns           –",
                "  connect  0.4 ms  ████████",
                "  tls           –",
                "  send      10 µs          █",
                "  wait     0.5 ms          ██████████",
                "  receive  0.1 ms                    ██",
                "  total    1.0 ms",
            ]
        )
    }

    @Test
    func `each attempt has its block, and the sum comes last`() throws {
        let use = ConnectionLineTests.use(.reused(idle: .zero))
        let uri = try URI("http://127.0.0.1:8080/a")
        let record = RedirectRecord(status: 302, from: uri, to: uri)
        let exchange = ConnectionLineTests.exchange([
            ConnectionLineTests.attempt(use),
            ConnectionLineTests.attempt(use, cause: .redirect(record)),
        ])
        let lines = TimingReport.lines(for: exchange)
        #expect(lines.count == 19)
        #expect(lines[0] == "1 · GET /users · 200 OK · #1 reused (2nd request)")
        #expect(lines[9] == "1.2 · GET /users · 200 OK · #1 reused (2nd request)")
        #expect(lines[18] == "1 · 0.9 ms in all · 2 attempts")
    }

    @Test
    func `without attempts there are no timings`() {
        #expect(
            TimingReport.lines(for: ConnectionLineTests.exchange([]))
                == ["1 · not sent: there are no timings"]
        )
    }

    @Test(arguments: [20, 34, 35, 36, 80, 200])
    func `bars stay within the width`(width: Int) {
        for exchange in Samples().exchanges.prefix(20) {
            let lines = TimingReport.lines(for: exchange, in: RenderingContext(width: width))
            for line in lines where line.hasPrefix("  ") {
                #expect(line.cellWidth <= max(width, 33))
            }
        }
    }
}

@Suite("Exchange log")
struct ExchangeLogTests {
    @Test
    func `a row for each exchange, with what is worth knowing`() throws {
        let use = ConnectionLineTests.use(.reused(idle: .zero))
        var named = ConnectionLineTests.exchange([ConnectionLineTests.attempt(use)])
        named.name = "login"
        let uri = try URI("http://127.0.0.1:8080/a")
        let new = ConnectionLineTests.use(
            .new(NewConnectionReason(.noneYet)),
            connection: 2,
            number: 1
        )
        let record = RedirectRecord(status: 302, from: uri, to: uri)
        var redirected = ConnectionLineTests.exchange([
            ConnectionLineTests.attempt(use),
            ConnectionLineTests.attempt(new, cause: .redirect(record)),
        ])
        redirected.number = 2
        redirected.isBackground = true
        let error = TransportError(
            phase: .connect,
            origin: ConnectionLineTests.origin,
            cause: .refused(addresses: []),
            elapsed: .microseconds(300)
        )
        var failed = ConnectionLineTests.exchange([
            ConnectionLineTests.attempt(result: .failed(.transport(error, retryRefusal: nil)))
        ])
        failed.number = 3
        failed.content = .none
        #expect(
            ExchangeTable.lines(of: [named, redirected, failed]) == [
                " #  name   method  target                       status  size    time  connection",
                " 1  login  GET     http://127.0.0.1:8080/users  200 OK  61 B  0.9 ms  #1 reused",
                " 2         GET     http://127.0.0.1:8080/users  200 OK  61 B  0.9 ms  #2 new"
                    + "      1 redirect · background",
                " 3         GET     http://127.0.0.1:8080/users  failed     –  0.3 ms  –"
                    + "           connection refused",
            ]
        )
    }

    @Test
    func `without names there is no column for them`() {
        let use = ConnectionLineTests.use(.reused(idle: .zero))
        let exchange = ConnectionLineTests.exchange([ConnectionLineTests.attempt(use)])
        let header = ExchangeTable.lines(of: [exchange]).first
        #expect(
            header == " #  method  target                       status  size    time  connection"
        )
        #expect(ExchangeTable.lines(of: []) == ["no exchanges yet; `get /` makes one"])
    }
}

@Suite("Heads of requests and responses")
struct HeadTextTests {
    @Test
    func `names stay as the server spelled them`() {
        let head = ResponseHead(
            status: 404,
            reason: "Not Found",
            version: "HTTP/1.1",
            fields: [FieldLine("Content-TYPE", "text/plain"), FieldLine("x-empty", "")]
        )
        #expect(
            ResponseHeadText.lines(of: head)
                == ["HTTP/1.1 404 Not Found", "Content-TYPE: text/plain", "x-empty:"]
        )
        #expect(
            ResponseHeadText.lines(of: head, in: RenderingContext(palette: .colored)) == [
                "\u{1B}[35mHTTP/1.1 404 Not Found\u{1B}[0m",
                "\u{1B}[36mContent-TYPE\u{1B}[0m: text/plain", "\u{1B}[36mx-empty\u{1B}[0m:",
            ]
        )
    }

    @Test
    func `what a server hides in a field is shown`() {
        let head = ResponseHead(
            status: 200,
            version: "HTTP/1.1",
            fields: [FieldLine("a\u{1B}", "b\u{9B}\r\n")]
        )
        #expect(
            ResponseHeadText.lines(of: head)
                == ["HTTP/1.1 200", "a\\x1b: b\\u{9b}\\x0d\\x0a"]
        )
    }

    @Test
    func `secrets of a request are not shown`() {
        var attempt = ConnectionLineTests.attempt(ConnectionLineTests.use(.reused(idle: .zero)))
        attempt.method = "POST"
        attempt.contentLength = 12
        attempt.sentFields = [
            FieldLine("Host", "127.0.0.1:8080"), FieldLine("Authorization", "Basic YTpi"),
        ]
        #expect(
            RequestText.lines(of: attempt, isSecret: { $0 == "Authorization" }) == [
                "POST /users HTTP/1.1", "Host: 127.0.0.1:8080", "Authorization: (redacted)",
                "Content-Length: 12", "", "(12 B of content)",
            ]
        )
        let chunked = RequestText.lines(of: attempt, isChunked: true, isSecret: { _ in false })
        #expect(chunked.contains("Transfer-Encoding: chunked"))
        attempt.contentLength = nil
        let lines = RequestText.lines(of: attempt, isSecret: { _ in false })
        #expect(lines.last == "Content-Length: 0")
        attempt.method = "GET"
        #expect(
            RequestText.lines(of: attempt, isSecret: { _ in false }).last
                == "Authorization: Basic YTpi"
        )
        var use = ConnectionLineTests.use(.reused(idle: .zero))
        use.isHTTP2 = true
        let multiplexed = ConnectionLineTests.attempt(use)
        #expect(
            RequestText.lines(of: multiplexed, isSecret: { _ in false }).first?.hasSuffix(" HTTP/2")
                == true
        )
    }
}

@Suite("Rendering context")
struct RenderingContextTests {
    @Test
    func `the locale is that of the first variable that is set`() {
        let rows: [([String: String], Bool)] = [
            ([:], false), (["LC_ALL": "C"], true), (["LC_ALL": "POSIX"], true),
            (["LC_ALL": "C.UTF-8"], false), (["LC_ALL": "", "LANG": "C"], true),
            (["LC_ALL": "en_US.UTF-8", "LANG": "C"], false),
            (["LC_CTYPE": "C", "LANG": "en_US.UTF-8"], true), (["LANG": ""], false),
        ]
        for (environment, isASCII) in rows {
            #expect(RenderingContext.isASCII(environment: environment) == isASCII)
        }
    }

    @Test
    func `our own characters have a form in ASCII`() {
        let context = RenderingContext(isASCII: true)
        let use = ConnectionLineTests.use(
            .reused(idle: .milliseconds(3200)),
            handshake: .microseconds(40)
        )
        let exchange = ConnectionLineTests.exchange([ConnectionLineTests.attempt(use)])
        #expect(
            ConnectionLine.lines(for: exchange, in: context) == [
                "1 | 200 OK | 61 B | 0.9 ms | #1 reused (2nd request, idle 3.2 s) | saved 40 us"
            ]
        )
    }
}
