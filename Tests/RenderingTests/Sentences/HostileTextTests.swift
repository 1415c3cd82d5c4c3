import HTTPModel
import Testing

@testable import Rendering

@Suite("Hostile text")
struct HostileTextTests {
    /// Texts with which servers have tried to drive terminals.
    static let texts = [
        "\u{1B}[2J\u{1B}]0;owned\u{07}\u{0}\u{8}\u{7F}", "\r\nSet-Cookie: a=b\r\t\n",
        "\u{9B}31m\u{202E}\u{2066}\u{061C}\u{200F}\u{2028}\u{2029}",
    ]

    static let contexts = [
        RenderingContext.plain, RenderingContext(width: 40, isTerminal: true, isASCII: true),
        RenderingContext(palette: .colored, width: 100, isTerminal: true),
    ]

    @Test(arguments: Self.texts)
    func `a server's text never reaches the terminal as a control`(text: String) {
        for context in Self.contexts {
            for line in Outputs(samples: Samples(text: text), context: context).lines {
                let rest = context.palette.isColored ? line.withoutColor : line
                let control = rest.unicodeScalars.first(where: \.drivesTerminals)
                #expect(control == nil, "in \(rest.debugDescription)")
            }
        }
    }

    @Test
    func `under a C locale everything is ASCII`() {
        let context = RenderingContext(width: 80, isTerminal: true, isASCII: true)
        for line in Outputs(samples: Samples(), context: context).lines where !line.isJSON {
            #expect(line.utf8.allSatisfy { $0 < 0x80 }, "in \(line)")
        }
    }

    @Test
    func `every object of --json is one line of JSON`() throws {
        for text in Self.texts {
            let outputs = Outputs(samples: Samples(text: text), context: .plain)
            for line in outputs.lines where line.isJSON {
                let value = try JSONValue(parsing: line)
                #expect(value["type"] != nil)
            }
        }
    }

    @Test
    func `content cannot drive the terminal`() {
        let types = [
            nil, "text/plain", "text/plain; charset=latin1", "application/json", "image/png",
            "application/octet-stream", "text/html; charset=utf-16le", "te\u{1B}xt/\u{9B}",
        ]
        for text in Self.texts + ["{\"a\":\"\u{1B}[2J\u{202E}\"}"] {
            for type in types {
                for context in Self.contexts {
                    let shown = BodyText.text(Array(text.utf8), contentType: type, in: context)
                    let rest = context.palette.isColored ? shown.withoutColor : shown
                    let control = rest.unicodeScalars.first {
                        $0.drivesTerminals && $0 != "\n" && $0 != "\t"
                            && $0 != "\u{2028}" && $0 != "\u{2029}"
                    }
                    #expect(control == nil, "in \(rest.debugDescription)")
                }
            }
        }
    }
}

extension String {
    /// Whether this is an object of `--json`.
    var isJSON: Bool { self.hasPrefix("{\"type\":") }

    /// The text without the sequences that colour it, which are linger's own.
    var withoutColor: String {
        self.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    }
}

extension Unicode.Scalar {
    /// Whether terminals act on it, or reorder text by it.
    var drivesTerminals: Bool {
        switch self.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069:
            true
        default: false
        }
    }
}
