import HTTPModel
import Testing

@testable import SessionFiles

@Suite("Redactions: what they learn")
struct RedactionLearningTests {
    private func secrets(_ tag: String, content: String) throws -> ExportSecrets {
        var redactions = Redactions()
        let isRead = redactions.add(tag)
        #expect(isRead)
        let exchange = try HARWriterTests.exchange(
            1,
            request: [FieldLine("X-Key", "key-of-mine"), FieldLine("Cookie", "a=1; sid=sent-sid")],
            response: [
                FieldLine("Set-Cookie", "sid=given-sid; Path=/long-path"),
                FieldLine("X-Secret", "secret-field"),
            ]
        )
        redactions.learn(from: exchange) { Array(content.utf8) }
        return ExportSecrets(
            isSensitiveField: { _ in false },
            isSensitiveKey: { _ in false },
            redactions: redactions,
            values: redactions.values
        )
    }

    @Test(arguments: [
        ("header X-Secret", "/a/secret-field"), ("header X-Key", "/a?k=key-of-mine"),
        ("cookie sid", "/given-sid"), ("cookie sid", "/sent-sid"),
        ("jsonpath $.token", "/json-token"), ("jsonpath $.list[*]", "/json-item"),
        ("jsonpath $.a", "/json-deep"),
    ])
    func `what stood where it is kept out is kept out elsewhere`(
        _ row: (tag: String, text: String)
    ) throws {
        let secrets = try self.secrets(
            row.tag,
            content: #"{"token":"json-token","list":["json-item"],"a":{"b":"json-deep"}}"#
        )
        #expect(secrets.shown(row.text).hasSuffix("(redacted)"))
        #expect(secrets.shown("/json-other /long-path") == "/json-other /long-path")
    }
}
