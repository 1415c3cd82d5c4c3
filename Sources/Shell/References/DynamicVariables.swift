import FoundationEssentials
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
            return String(Int(now) + (try Self.offset(arguments)))
        case "isoTimestamp":
            return Self.iso8601(now + Double(try Self.offset(arguments)))
        case "datetime", "localDatetime":
            guard let format = arguments.first else {
                throw .badArguments(expected: "iso8601, rfc1123 or timestamp")
            }
            let then = now + Double(try Self.offset(Array(arguments.dropFirst())))
            switch format {
            case "iso8601": return Self.iso8601(then)
            case "rfc1123": return Self.rfc1123(then)
            case "timestamp": return String(Int(then))
            default: throw .badArguments(expected: "iso8601, rfc1123 or timestamp")
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

    /// `[n unit]`, in seconds: `-1 d`.
    private static func offset(_ arguments: [String]) throws(ReferenceProblem) -> Int {
        guard !arguments.isEmpty else { return 0 }
        let units = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard arguments.count == 2, let count = Int(arguments[0]), let unit = units[arguments[1]],
            count.magnitude < 1_000_000
        else { throw .badArguments(expected: "a number and s, m, h, d or w") }
        return count * unit
    }

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

    private static func iso8601(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true)
        ) + "Z"
    }

    /// IMF-fixdate (RFC 9110, section 5.6.7).
    private static func rfc1123(_ seconds: Double) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .weekday, .hour, .minute, .second],
            from: Date(timeIntervalSince1970: seconds)
        )
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        func two(_ number: Int?) -> String {
            let text = String(number ?? 0)
            return text.count < 2 ? "0" + text : text
        }
        let day = days[((parts.weekday ?? 1) - 1) % 7]
        let month = months[((parts.month ?? 1) - 1) % 12]
        let date = "\(day), \(two(parts.day)) \(month) \(parts.year ?? 1970)"
        return "\(date) \(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) GMT"
    }
}
