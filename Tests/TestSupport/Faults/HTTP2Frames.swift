/// Makes frames of HTTP/2 byte by byte (RFC 9113, section 4.1), right or wrong.
package enum HTTP2Frames {
    /// The types of frames that servers send.
    package enum Kind: UInt8, Sendable {
        case data = 0, headers, priority, reset, settings, pushPromise, ping, goAway
        case windowUpdate, continuation
    }

    /// Any frame.
    package static func frame(
        _ kind: Kind,
        flags: UInt8 = 0,
        stream: Int = 0,
        _ content: [UInt8] = []
    ) -> [UInt8] {
        Self.number(content.count, bytes: 3) + [kind.rawValue, flags]
            + Self.number(stream, bytes: 4) + content
    }

    /// SETTINGS with these parameters.
    package static func settings(_ settings: [(id: Int, value: Int)] = []) -> [UInt8] {
        Self.frame(
            .settings,
            settings.flatMap { Self.number($0.id, bytes: 2) + Self.number($0.value, bytes: 4) }
        )
    }

    /// SETTINGS that say how many streams may be open at once.
    package static func settings(maxConcurrentStreams count: Int) -> [UInt8] {
        Self.settings([(3, count)])
    }

    /// A header section; the client's table of fields is not used, so its size does not matter.
    package static func headers(
        _ fields: [(name: String, value: String)],
        stream: Int,
        isEnd: Bool = false
    ) -> [UInt8] {
        let block = fields.flatMap { name, value -> [UInt8] in
            // A literal without indexing, both parts plain (RFC 7541, section 6.2.2).
            [0x00] + Self.literal(name) + Self.literal(value)
        }
        return Self.frame(.headers, flags: isEnd ? 0x5 : 0x4, stream: stream, block)
    }

    /// Content.
    package static func data(_ bytes: [UInt8], stream: Int, isEnd: Bool = false) -> [UInt8] {
        Self.frame(.data, flags: isEnd ? 0x1 : 0, stream: stream, bytes)
    }

    /// A whole response.
    package static func response(
        stream: Int,
        status: Int = 200,
        fields: [(name: String, value: String)] = [],
        content: String = "hello"
    ) -> [UInt8] {
        let head = [(":status", String(status))] + fields
        return Self.headers(
            head + [("content-length", String(content.utf8.count))],
            stream: stream,
            isEnd: content.isEmpty
        ) + (content.isEmpty ? [] : Self.data(Array(content.utf8), stream: stream, isEnd: true))
    }

    /// RST_STREAM.
    package static func reset(stream: Int, code: Int) -> [UInt8] {
        Self.frame(.reset, stream: stream, Self.number(code, bytes: 4))
    }

    /// GOAWAY.
    package static func goAway(lastStream: Int, code: Int = 0, debug: String = "") -> [UInt8] {
        Self.frame(
            .goAway,
            Self.number(lastStream, bytes: 4) + Self.number(code, bytes: 4) + Array(debug.utf8)
        )
    }

    static func number(_ value: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func literal(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        // Lengths from 127 on are written in groups of seven bits (RFC 7541, section 5.1).
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest % 128) | 0x80)
            rest /= 128
        }
        return length + [UInt8(rest)] + bytes
    }
}
