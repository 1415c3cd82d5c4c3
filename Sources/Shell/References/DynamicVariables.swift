import ShellLanguage

/// Values that are new at each use: `{{$uuid}}`, `{{$timestamp}}`, `{{$randomInt 1 6}}`.
enum DynamicVariables {
    /// The value of a dynamic variable, in either family of names (VS Code's and JetBrains').
    static func value(
        of name: String,
        _ arguments: [String],
        secondsSince1970 now: Double,
        using generator: inout any RandomNumberGenerator & Sendable
    ) throws(ReferenceProblem) -> String {
        switch name {
        case "uuid", "guid": return Self.uuid(using: &generator)
        case "timestamp":
            return String(try Self.moment(now, arguments).wholeSeconds)
        case "isoTimestamp":
            return try Self.moment(now, arguments).calendar(isLocal: false).iso8601
        case "datetime", "localDatetime":
            guard let format = arguments.first else {
                throw .badArguments(expected: Self.formats)
            }
            let moment = try Self.moment(now, Array(arguments.dropFirst()))
            let calendar = moment.calendar(isLocal: name == "localDatetime")
            switch format {
            case "iso8601": return calendar.iso8601
            case "rfc1123": return calendar.rfc1123
            case "timestamp": return String(moment.wholeSeconds)
            // A word with letters that are in no token is rather one of those misspelt.
            case _ where Self.isNoFormat(format):
                throw .badArguments(expected: Self.formats)
            default: return calendar.formatted(format)
            }
        case "randomInt", "random.integer":
            let bounds = arguments.isEmpty ? [0, 1000] : arguments.compactMap(Int.init)
            guard bounds.count == 2, bounds[0] < bounds[1] else {
                throw .badArguments(expected: "two whole numbers, the smaller one first")
            }
            return String(Int.random(in: bounds[0]..<bounds[1], using: &generator))
        default: throw .unknownDynamic(known: Reference.dynamicNames)
        }
    }

    private static let formats =
        "iso8601, rfc1123, timestamp or a format such as \"YYYY-MM-DD HH:mm\""

    private static func isNoFormat(_ text: String) -> Bool {
        text.allSatisfy { $0.isLetter || $0.isNumber }
            && text.contains { $0.isLetter && !"YMDdHhmsSZAa".contains($0) }
    }

    /// A time, and how many months after it is meant.
    private struct Moment {
        var seconds: Double
        var months = 0

        /// Seconds since 1970 began in UTC.
        var wholeSeconds: Int {
            self.months == 0
                ? Int(self.seconds.rounded(.down)) : self.calendar(isLocal: false).secondsSince1970
        }

        func calendar(isLocal: Bool) -> CalendarTime {
            let time = CalendarTime(secondsSince1970: self.seconds, isLocal: isLocal)
            return self.months == 0 ? time : time.adding(months: self.months)
        }
    }

    /// Now, and `[n unit]` later: `-1 d`.
    private static func moment(
        _ now: Double,
        _ arguments: [String]
    ) throws(ReferenceProblem) -> Moment {
        guard !arguments.isEmpty else { return Moment(seconds: now) }
        let units = [
            "ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800,
        ]
        let months = ["M": 1, "y": 12]
        guard arguments.count == 2, let count = Int(arguments[0]), count.magnitude < 1_000_000
        else { throw Self.badOffset }
        if let unit = units[arguments[1]] { return Moment(seconds: now + Double(count) * unit) }
        // Beyond that a calendar has no names for the years.
        guard let unit = months[arguments[1]], count.magnitude * unit.magnitude < 12_000 else {
            throw Self.badOffset
        }
        return Moment(seconds: now, months: count * unit)
    }

    private static let badOffset = ReferenceProblem.badArguments(
        expected: "a number and y, M, w, d, h, m, s or ms"
    )

    private static func uuid(using generator: inout any RandomNumberGenerator & Sendable) -> String
    {
        var bytes: [UInt8] = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator)
        }
        // Version 4, variant 1 (RFC 9562, section 5.4).
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
