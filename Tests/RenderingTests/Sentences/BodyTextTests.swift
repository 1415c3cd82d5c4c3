import HTTPModel
import Testing

@testable import Rendering

@Suite("Body text")
struct BodyTextTests {
    struct KindCase {
        let content: [UInt8]
        let type: String?
        let kind: BodyText.Kind

        init(_ content: String, _ type: String?, _ kind: BodyText.Kind) {
            self.init(Array(content.utf8), type, kind)
        }

        init(_ content: [UInt8], _ type: String?, _ kind: BodyText.Kind) {
            self.content = content
            self.type = type
            self.kind = kind
        }
    }

    static let kinds = [
        KindCase("", "application/json", .empty),
        KindCase("{}", "application/json", .json),
        KindCase("{}", "Application/JSON; charset=utf-8", .json),
        KindCase("{}", "application/problem+json", .json),
        KindCase("{}", nil, .json),
        KindCase("  \n[1]", nil, .json),
        KindCase("1", nil, .text),
        KindCase("{}", "text/plain", .text),
        KindCase("{}", "application/octet-stream", .text),
        KindCase("{}\n{}", "application/x-ndjson", .jsonLines),
        KindCase("<svg/>", "image/svg+xml", .text),
        KindCase("a", "application/xml", .text),
        KindCase("a", "image/png", .binary),
        KindCase("a", "video/mp4", .binary),
        KindCase([0x50, 0x4B, 0x00], "application/zip", .binary),
        KindCase([0x61, 0x00], "text/plain", .binary),
        KindCase([0x61, 0x00], nil, .binary),
        KindCase([0xE9], nil, .binary),
        KindCase([0xE9], "text/plain", .text),
        KindCase([0xFF, 0xFE, 0x61, 0x00], nil, .text),
        KindCase([0x61, 0x00], "text/plain; charset=utf-16le", .text),
    ]

    @Test(arguments: Self.kinds)
    func `content is taken for what its type and its bytes say`(row: KindCase) {
        #expect(BodyText.kind(of: row.content, contentType: row.type) == row.kind)
    }

    @Test(arguments: [4093, 4094, 4095, 4096, 4097])
    func `a character cut by the end of the sample is no sign of binary`(length: Int) {
        let content = Array(repeating: UInt8(ascii: "a"), count: length) + Array("€€€€".utf8)
        #expect(BodyText.kind(of: content, contentType: nil) == .text)
        #expect(BodyText.kind(of: content + [0xFF], contentType: nil) == .text)
        #expect(BodyText.kind(of: [0xFF] + content, contentType: nil) == .binary)
    }

    @Test
    func `JSON is laid out as it was written`() {
        let content = #"{"b":1.0,"a":[1,2],"b":{}}"#
        #expect(
            Self.text(content, "application/json")
                == """
                {
                  "b": 1.0,
                  "a": [
                    1,
                    2
                  ],
                  "b": {}
                }

                """
        )
        #expect(Self.text(content, "application/json", layout: nil) == content + "\n")
        #expect(
            Self.text("{\"a\": 1}\n{\"a\": 2}\n", "application/x-ndjson")
                == "{\"a\":1}\n{\"a\":2}\n"
        )
    }

    @Test
    func `what claims to be JSON and is not is shown as it came, with a note`() {
        #expect(
            Self.text("{\"a\": oops}", "application/json")
                == "{\"a\": oops}\nnot valid JSON from byte 6 on, so shown as it came\n"
        )
        #expect(Self.text("{oops}", nil) == "{oops}\n")
    }

    @Test
    func `2.7.3: text is decoded by its charset`() {
        let rows: [([UInt8], String?, String)] = [
            ([0xE9, 0x80], "text/plain; charset=ISO-8859-1", "é€\n"),
            ([0xE9], "text/plain; charset=\"windows-1252\"", "é\n"),
            (Array("é".utf8), "text/plain", "é\n"),
            ([0xE9], "text/plain", "\\xe9\n"),
            ([0xEF, 0xBB, 0xBF, 0x61], "text/plain", "a\n"),
            ([0xFF, 0xFE, 0x61, 0x00, 0xAC, 0x20], "text/plain", "a€\n"),
            ([0xFE, 0xFF, 0x00, 0x61], "text/plain; charset=utf-8", "a\n"),
            ([0x61, 0x00], "text/plain; charset=utf-16", "a\n"),
            ([0x00, 0x61], "text/plain; charset=utf-16be", "a\n"),
            ([0x61, 0x00, 0x62], "text/plain; charset=utf-16le", "a\u{FFFD}\n"),
            ([0x3D, 0xD8, 0x00, 0xDE], "text/plain; charset=utf-16le", "😀\n"),
            ([0xC3, 0xA9], "text/plain; charset=koi8-r", "é\n"),
        ]
        for (content, type, text) in rows {
            #expect(BodyText.text(content, contentType: type, in: .plain) == text)
        }
    }

    @Test
    func `JSON in UTF-16 is decoded before it is laid out`() {
        let content: [UInt8] = [0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00]
        #expect(BodyText.text(content, contentType: "application/json", in: .plain) == "[]\n")
    }

    @Test
    func `binary is described`() {
        let content = Array(repeating: UInt8(0), count: 4100)
        #expect(
            BodyText.text(content, contentType: "image/png", in: .plain)
                == "image/png, 4.1 kB, not printed; > FILE saves it\n"
        )
        #expect(
            BodyText.description(ofBinary: 5, contentType: nil)
                == "binary, 5 B, not printed; > FILE saves it"
        )
    }

    @Test
    func `no content is nothing`() {
        #expect(Self.text("", "text/plain") == "")
        #expect(Self.text("", nil) == "")
    }

    @Test
    func `text ends with one line feed`() {
        #expect(Self.text("a", "text/plain") == "a\n")
        #expect(Self.text("a\n", "text/plain") == "a\n")
        #expect(Self.text("a\r\n", "text/plain") == "a\n")
    }

    private static func text(
        _ content: String,
        _ type: String?,
        layout: JSONFormatter.Layout? = .pretty
    ) -> String {
        BodyText.text(Array(content.utf8), contentType: type, layout: layout, in: .plain)
    }
}
