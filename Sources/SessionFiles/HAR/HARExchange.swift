package import HTTPModel

/// An exchange with what a HAR says of it beyond the exchange itself.
package struct HARExchange: Sendable {
    /// The exchange.
    package var exchange: Exchange
    /// Gives the content of the first request, when it is written; nil for none.
    package var requestContent: @Sendable () -> [UInt8]?
    /// Gives the decoded content of the final response, when it is written; nil if it is not kept.
    package var responseContent: @Sendable () -> [UInt8]?

    /// Creates an exchange to be written.
    package init(
        _ exchange: Exchange,
        requestContent: @escaping @Sendable () -> [UInt8]? = { nil },
        responseContent: @escaping @Sendable () -> [UInt8]? = { nil }
    ) {
        self.exchange = exchange
        self.requestContent = requestContent
        self.responseContent = responseContent
    }
}

/// What a HAR says that an exchange does not know.
package struct HARContext: Sendable {
    /// The version of linger.
    package var version: String
    /// What the page is called: the session's title, or a file's name.
    package var title: String
    /// Seconds since 1970 at the start of the monotonic clock.
    package var origin: Double
    /// What is said about the log as a whole: settings of the pool, counts.
    package var comment: String?
    /// What is kept out.
    package var secrets: ExportSecrets
    /// What `connection` is.
    package var connection = ConnectionNaming.number
    /// Our address and port on a connection.
    package var localAddress: @Sendable (ConnectionID) -> String?
    /// Why a new connection was opened, in words.
    package var reason: @Sendable (NewConnectionReason) -> String
    /// Why an exchange failed, in words.
    package var sentence: @Sendable (ExchangeFailure) -> String

    /// What names a connection in a HAR (FILES.md 10, rule 4).
    package enum ConnectionNaming: String, Sendable, Hashable, CaseIterable {
        /// Our number, as `sockets` shows it.
        case number
        /// Our port, for viewers that show it as one.
        case clientPort = "client-port"
    }

    /// Creates a context.
    package init(
        version: String,
        title: String,
        origin: Double,
        comment: String? = nil,
        secrets: ExportSecrets,
        localAddress: @escaping @Sendable (ConnectionID) -> String? = { _ in nil },
        reason: @escaping @Sendable (NewConnectionReason) -> String = { _ in "" },
        sentence: @escaping @Sendable (ExchangeFailure) -> String = { _ in "failed" }
    ) {
        self.version = version
        self.title = title
        self.origin = origin
        self.comment = comment
        self.secrets = secrets
        self.localAddress = localAddress
        self.reason = reason
        self.sentence = sentence
    }

    /// The day and time of an instant in UTC, with three decimals (FILES.md 10, rule 2).
    func text(of instant: Instant) -> String {
        let milliseconds =
            Int64((self.origin * 1000).rounded()) + instant.nanoseconds / 1_000_000
        return Self.text(millisecondsSince1970: milliseconds)
    }

    static func text(millisecondsSince1970 value: Int64) -> String {
        let seconds = value.flooredQuotient(1000)
        let days = seconds.flooredQuotient(86_400)
        let second = Int(seconds - days * 86_400)
        let (year, month, day) = Self.date(days)
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }
        let fraction = Self.padded(Int(value - seconds * 1000), 3)
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
            + "T\(time.joined(separator: ":")).\(fraction)Z"
    }

    /// The civil date of a day counted from 1970, by eras of 400 years that begin in March.
    private static func date(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
