import HTTPModel

/// Writes exchanges as HAR 1.2, an entry a line (FILES.md, section 10).
///
/// One entry for each attempt: redirects and retries have their own (rule 1). Contents are asked
/// for one by one, so that no more than one of them is in memory.
package enum HARWriter {
    /// Writes a HAR, piece by piece.
    ///
    /// - Parameters:
    ///   - exchanges: The exchanges, in any order.
    ///   - context: What they do not know themselves.
    ///   - write: Takes the pieces in order.
    /// - Returns: How many entries were written.
    /// - Throws: What `write` throws.
    @discardableResult
    package static func write<Failure: Error>(
        _ exchanges: [HARExchange],
        in context: HARContext,
        to write: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        let places = Self.places(of: exchanges)
        var context = context
        for exchange in exchanges { context.secrets.hide(sentBy: exchange.exchange) }
        let start = places.first?.startedAt ?? .start
        try write(Self.head(start, context))
        var isFirst = true
        for place in places {
            let entry = HAREntryMaker(exchanges[place.exchange], context)
                .entry(ofAttempt: place.attempt)
            var bytes = Array((isFirst ? "\n" : ",\n").utf8)
            entry.append(to: &bytes)
            try write(bytes)
            isFirst = false
        }
        var tail = Array("\n]".utf8)
        if let comment = context.comment {
            tail += Array(",\"comment\":".utf8)
            JSONValue.string(comment).append(to: &tail)
        }
        try write(tail + Array("}}\n".utf8))
        return places.count
    }

    /// Where an attempt is, and when it began.
    private struct Place {
        let exchange: Int
        let attempt: Int
        let startedAt: Instant
    }

    /// The attempts in the order in which they began.
    private static func places(of exchanges: [HARExchange]) -> [Place] {
        let places = exchanges.enumerated().flatMap { index, exchange in
            exchange.exchange.attempts.enumerated().map { number, attempt in
                Place(exchange: index, attempt: number, startedAt: attempt.startedAt)
            }
        }
        // Stable, so that attempts that began at once keep their order.
        return places.enumerated().sorted { first, second in
            (first.element.startedAt, first.offset) < (second.element.startedAt, second.offset)
        }.map(\.element)
    }

    private static func head(_ start: Instant, _ context: HARContext) -> [UInt8] {
        let creator: JSONValue = .members([
            ("name", .string("linger")), ("version", .string(context.version)),
        ])
        let page: JSONValue = .members([
            ("startedDateTime", .string(context.text(of: start))),
            ("id", .string(Self.pageID)),
            ("title", .string(context.title)),
            ("pageTimings", .members([("onContentLoad", .integer(-1)), ("onLoad", .integer(-1))])),
        ])
        return Array(
            """
            {"log":{"version":"1.2","creator":\(creator.compactText),
            "pages":[\(page.compactText)],
            "entries":[
            """.utf8
        )
    }

    /// The page that all entries belong to.
    static let pageID = "session_1"
}

extension JSONValue {
    /// An object of these members, those without a value left out.
    static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    /// Milliseconds, to a microsecond (FILES.md 10, rule 2).
    static func milliseconds(_ duration: Duration) -> JSONValue {
        let microseconds = max(0, (duration.wholeNanoseconds + 500) / 1000)
        let fraction = String(microseconds % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        return .number("\(microseconds / 1000).\(zeros)\(fraction)")
    }
}
