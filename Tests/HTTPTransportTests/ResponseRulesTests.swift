import HTTPModel
import Testing

@testable import HTTPTransport

@Suite("Response rules")
struct ResponseRulesTests {
    private func head(
        _ status: Int = 200,
        _ version: String = "HTTP/1.1",
        fields: [(String, String)]
    ) -> ResponseHead {
        ResponseHead(
            status: status,
            version: version,
            fields: fields.map { FieldLine($0.0, $0.1) }
        )
    }

    struct Delimiting: Sendable, CustomTestStringConvertible {
        var status = 200
        var toHEAD = false
        var fields: [(String, String)] = []
        let expected: ResponseFraming.Delimiter?

        var testDescription: String { "\(self.status) \(self.fields)" }
    }

    @Test(
        arguments: [
            Delimiting(
                toHEAD: true,
                fields: [("Content-Length", "5")],
                expected: ResponseFraming.Delimiter.none
            ),
            Delimiting(
                toHEAD: true,
                fields: [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
                expected: ResponseFraming.Delimiter.none
            ),
            Delimiting(status: 100, expected: ResponseFraming.Delimiter.none),
            Delimiting(
                status: 103,
                fields: [("Content-Length", "5")],
                expected: ResponseFraming.Delimiter.none
            ),
            Delimiting(
                status: 204,
                fields: [("Content-Length", "5")],
                expected: ResponseFraming.Delimiter.none
            ),
            Delimiting(
                status: 304,
                fields: [("Transfer-Encoding", "chunked")],
                expected: ResponseFraming.Delimiter.none
            ),
            Delimiting(fields: [("transfer-ENCODING", "Chunked")], expected: .chunked),
            Delimiting(fields: [("Content-Length", "0")], expected: .length(0)),
            Delimiting(fields: [("content-length", "123")], expected: .length(123)),
            Delimiting(status: 205, fields: [("Content-Length", "1")], expected: .length(1)),
            Delimiting(
                fields: [("Content-Length", "7"), ("Content-Length", "7")],
                expected: .length(7)
            ),
            Delimiting(fields: [("Content-Length", "7, 7")], expected: .length(7)),
            Delimiting(fields: [], expected: .endOfConnection),
        ]
    )
    func `content is delimited by the rules in their order`(_ item: Delimiting) throws {
        let head = self.head(item.status, fields: item.fields)
        #expect(try ResponseRules.delimiter(of: head, toHEAD: item.toHEAD) == item.expected)
    }

    @Test(
        arguments: [
            (
                [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
                ProtocolViolation.contentLengthAndTransferEncoding
            ),
            ([("Content-Length", "5"), ("Content-Length", "6")], .invalidContentLength("5, 6")),
            ([("Content-Length", "5, 6")], .invalidContentLength("5, 6")),
            ([("Content-Length", "")], .invalidContentLength("")),
            ([("Content-Length", " , ")], .invalidContentLength("")),
            ([("Content-Length", "5"), ("Content-Length", "")], .invalidContentLength("5, ")),
            (
                [("Content-Length", "5"), ("Transfer-Encoding", "")],
                .contentLengthAndTransferEncoding
            ),
            ([("Transfer-Encoding", ",")], .unknownTransferCoding("")),
            ([("Content-Length", "-1")], .invalidContentLength("-1")),
            ([("Content-Length", "+1")], .invalidContentLength("+1")),
            ([("Content-Length", "1 ")], nil),
            ([("Content-Length", "0x1")], .invalidContentLength("0x1")),
            (
                [("Content-Length", "9223372036854775808")],
                .invalidContentLength("9223372036854775808")
            ),
            ([("Transfer-Encoding", "gzip, chunked")], .unknownTransferCoding("gzip, chunked")),
            ([("Transfer-Encoding", "identity")], .unknownTransferCoding("identity")),
            (
                [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
                .unknownTransferCoding("chunked, chunked")
            ),
        ] as [([(String, String)], ProtocolViolation?)]
    )
    func `framing that can be read in two ways is refused`(
        fields: [(String, String)],
        expected: ProtocolViolation?
    ) {
        var violation: ProtocolViolation?
        do throws(ProtocolFault) {
            _ = try ResponseRules.delimiter(of: self.head(fields: fields), toHEAD: false)
        } catch {
            violation = error.violation
        }
        #expect(violation == expected)
    }

    struct Persistence: Sendable, CustomTestStringConvertible {
        var version = "HTTP/1.1"
        var connection: [String] = []
        var asked = false
        var delimiter = ResponseFraming.Delimiter.length(5)
        let expected: CloseReason?

        var testDescription: String { "\(self.version) \(self.connection)" }
    }

    @Test(
        arguments: [
            Persistence(expected: nil),
            Persistence(connection: ["keep-alive"], expected: nil),
            Persistence(connection: ["Close"], expected: .serverClose),
            Persistence(connection: ["x, close"], expected: .serverClose),
            Persistence(connection: ["x", "close"], expected: .serverClose),
            Persistence(connection: ["closed"], expected: nil),
            Persistence(connection: ["keep-alive, close"], expected: .serverClose),
            Persistence(version: "HTTP/1.0", expected: .http10),
            Persistence(version: "HTTP/1.0", connection: ["Keep-Alive"], expected: nil),
            Persistence(
                version: "HTTP/1.0",
                connection: ["Keep-Alive"],
                delimiter: .chunked,
                expected: .http10
            ),
            Persistence(version: "HTTP/1.0", connection: ["close"], expected: .serverClose),
            Persistence(delimiter: .endOfConnection, expected: .untilEOF),
            Persistence(connection: ["close"], delimiter: .endOfConnection, expected: .serverClose),
            Persistence(delimiter: ResponseFraming.Delimiter.none, expected: nil),
            Persistence(connection: ["keep-alive"], asked: true, expected: .clientClose),
            Persistence(connection: ["close"], asked: true, expected: .clientClose),
        ]
    )
    func `a connection persists by version, field and framing`(_ item: Persistence) {
        let head = self.head(200, item.version, fields: item.connection.map { ("Connection", $0) })
        let reason = ResponseRules.reasonToClose(
            after: head,
            clientAskedToClose: item.asked,
            delimiter: item.delimiter
        )
        #expect(reason == item.expected)
    }

    @Test(
        arguments: [
            ("timeout=5", KeepAliveHint(timeout: .seconds(5))),
            ("timeout=5, max=100", KeepAliveHint(timeout: .seconds(5), max: 100)),
            ("max=1", KeepAliveHint(max: 1)),
            ("Timeout=\"7\"", KeepAliveHint(timeout: .seconds(7))),
            ("timeout=0", KeepAliveHint(timeout: .zero)),
            ("timeout=9223372036854775807", KeepAliveHint(timeout: .seconds(86_400))),
            ("timeout=9223372036854775808", nil),
            ("timeout=-1", nil),
            ("timeout=1.5", nil),
            ("timeout", nil),
            ("", nil),
            ("x=1, max=2", KeepAliveHint(max: 2)),
        ] as [(String, KeepAliveHint?)]
    )
    func `the Keep-Alive field is a hint`(value: String, expected: KeepAliveHint?) {
        #expect(
            ResponseRules.keepAliveHint(in: self.head(fields: [("keep-alive", value)])) == expected
        )
    }

    @Test(
        arguments: [
            ("", []), (" ", []), (",", []), ("a", ["a"]), (" a ", ["a"]), ("a,b", ["a", "b"]),
            (" a\t, ,b ,", ["a", "b"]),
        ] as [(String, [String])]
    )
    func `a list has its elements, without empty ones`(value: String, expected: [String]) {
        #expect(value.listElements == expected)
    }

    @Test(
        arguments: [
            ("close", true), ("CLOSE", true), ("clos", false), ("closed", false),
            ("cl\u{F6}se", false),
            ("", false), ("\u{212A}eep-alive", false),
        ]
    )
    func `names are compared in ASCII alone`(name: String, isEqual: Bool) {
        #expect(name.equalsASCII("close") == isEqual)
    }
}
