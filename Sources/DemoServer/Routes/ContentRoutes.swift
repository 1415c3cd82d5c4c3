internal import NIOHTTP1

extension Routes {
    /// Routes whose content is the point: long, slow, coded, or hard to show.
    static let contentRoutes: [Route] = [
        Route(
            method: .GET,
            template: "/bytes/{count}",
            summary: "So many bytes, the same each time",
            group: .content,
            parameters: [.path("count", .integer, "0 to 4294967296.")],
            statuses: [200, 400],
            returns: "application/octet-stream"
        ) { request, _ throws(RouteError) in
            let count = try Input.pathInteger(request, "count", in: 0...(1 << 32))
            return DemoResponse(
                mediaType: "application/octet-stream",
                content: .stream(.pattern(length: count))
            )
        },
        Route(
            method: .GET,
            template: "/stream/{count}",
            summary: "So many lines of JSON, chunked, with a trailer field",
            group: .content,
            parameters: [
                .path("count", .integer, "0 to 1000000."),
                .query("ms", .number, "How many milliseconds pass between two lines."),
            ],
            statuses: [200, 400],
            returns: "application/x-ndjson"
        ) { request, _ throws(RouteError) in
            let count = try Input.pathInteger(request, "count", in: 0...1_000_000)
            let interval = try Input.duration(request, "ms", unit: .milliseconds(1)) ?? .zero
            let stream = ContentStream(
                interval: interval,
                trailers: [.init(name: "Line-Count", value: String(count))]
            ) { index in
                guard index < count else { return nil }
                return JSON.object([.init("line", .integer(index + 1))]).serialized
            }
            return DemoResponse(mediaType: "application/x-ndjson", content: .stream(stream))
                .adding("Trailer", "Line-Count")
        },
        Route(
            method: .GET,
            template: "/drip",
            summary: "Sends its content byte by byte",
            group: .content,
            parameters: [
                .query("bytes", .integer, "How many bytes, 0 to 10000; 10 if not given."),
                .query("ms", .number, "How many milliseconds pass between two; 100 if not given."),
            ],
            statuses: [200, 400],
            returns: "text/plain"
        ) { request, _ throws(RouteError) in
            let count = try Input.integer(request, "bytes", in: 0...10_000, default: 10)
            let interval = try Input.duration(request, "ms", unit: .milliseconds(1))
            let stream = ContentStream(length: count, interval: interval ?? .milliseconds(100)) {
                $0 < count ? [UInt8(ascii: "*")] : nil
            }
            return DemoResponse(mediaType: "text/plain", content: .stream(stream))
        },
        Route(
            method: .GET,
            template: "/events",
            summary: "A stream of events, as EventSource reads it",
            group: .content,
            parameters: [
                .query("count", .integer, "How many events, 0 to 10000; 5 if not given."),
                .query("ms", .number, "How many milliseconds pass between two; 200 if not given."),
            ],
            statuses: [200, 400],
            returns: "text/event-stream"
        ) { request, _ throws(RouteError) in
            let count = try Input.integer(request, "count", in: 0...10_000, default: 5)
            let interval = try Input.duration(request, "ms", unit: .milliseconds(1))
            let stream = ContentStream(interval: interval ?? .milliseconds(200)) { index in
                guard index < count else { return nil }
                return Array(
                    "id: \(index + 1)\nevent: tick\ndata: {\"tick\":\(index + 1)}\n\n".utf8
                )
            }
            return DemoResponse(mediaType: "text/event-stream", content: .stream(stream))
                .adding("Cache-Control", "no-store")
        },
        coded(.gzip, "/gzip"),
        coded(.deflate, "/deflate"),
        Route(
            method: .GET,
            template: "/big",
            summary: "One long JSON value",
            group: .content,
            parameters: [
                .query("items", .integer, "How many items, 0 to 100000; 1000 if not given.")
            ],
            statuses: [200, 400]
        ) { request, _ throws(RouteError) in
            let count = try Input.integer(request, "items", in: 0...100_000, default: 1000)
            let items = (0..<count).map { index in
                JSON.object([
                    .init("id", .integer(index + 1)),
                    .init("name", .string("item \(index + 1)")),
                ])
            }
            return .json(["items": .array(items)])
        },
        Route(
            method: .GET,
            template: "/hostile",
            summary: "Text that tries to drive your terminal",
            group: .content,
            returns: "text/plain"
        ) { _, _ in
            let text =
                "red: \u{1B}[31mred\u{1B}[0m\ntitle: \u{1B}]0;owned\u{7}\n"
                + "clear: \u{1B}[2J\u{1B}[H\nbidi: abc\u{202E}fed\u{202C}\nbell: \u{7}\n"
            return DemoResponse(
                mediaType: "text/plain; charset=utf-8",
                content: .bytes(Array(text.utf8) + [0xC3, 0x28, 0x9B, 0x0A])
            )
            .adding("X-Bidi", "abc\u{202E}fed")
        },
    ]

    private static func coded(_ coding: Compression, _ template: PathTemplate) -> Route {
        Route(
            method: .GET,
            template: template,
            summary: "Content coded with \(coding.rawValue)",
            group: .content
        ) { _, _ in
            let value: JSON = [
                "coding": .string(coding.rawValue),
                "text": .string(String(repeating: "All work and no play. ", count: 40)),
            ]
            return DemoResponse(
                mediaType: "application/json",
                content: .bytes(coding.encode(value.serialized))
            )
            .adding("Content-Encoding", coding.rawValue)
        }
    }
}

extension ContentStream {
    /// How many bytes a piece of a long content has.
    private static let pieceLength = 64 * 1024
    /// 251 is a prime: the pattern starts elsewhere in each piece, so a piece that is lost shows.
    private static let period = 251
    private static let patternBytes = (0..<(pieceLength + period)).map { UInt8($0 % period) }

    /// The bytes 0, 1 … 250, 0, 1 … up to a length of `length`.
    fileprivate static func pattern(length: Int) -> ContentStream {
        ContentStream(length: length) { index in
            let start = index * self.pieceLength
            guard start < length else { return nil }
            let first = start % self.period
            return Array(self.patternBytes[first..<(first + min(self.pieceLength, length - start))])
        }
    }
}
