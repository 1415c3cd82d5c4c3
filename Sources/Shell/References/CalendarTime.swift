import Glibc

/// A point in time as a calendar has it, in UTC or as the clocks here go (`TZ`), for
/// `{{$datetime …}}`.
struct CalendarTime {
    private var fields: tm
    private var milliseconds: Int
    private let isLocal: Bool

    /// The time `seconds` after 1970 began in UTC.
    init(secondsSince1970 seconds: Double, isLocal: Bool) {
        let whole = (seconds * 1_000).rounded(.down)
        self.milliseconds = Int(whole.truncatingRemainder(dividingBy: 1_000) + 1_000) % 1_000
        self.isLocal = isLocal
        self.fields = Self.fields(of: time_t((whole / 1_000).rounded(.down)), isLocal: isLocal)
    }

    private static func fields(of seconds: time_t, isLocal: Bool) -> tm {
        var (seconds, fields) = (seconds, tm())
        if isLocal {
            tzset()
            localtime_r(&seconds, &fields)
        } else {
            gmtime_r(&seconds, &fields)
        }
        return fields
    }

    // MARK: Parts

    private var year: Int { Int(self.fields.tm_year) + 1_900 }
    private var month: Int { Int(self.fields.tm_mon) + 1 }
    private var day: Int { Int(self.fields.tm_mday) }
    private var hour: Int { Int(self.fields.tm_hour) }
    /// The hour from 1 to 12.
    private var hourOfHalf: Int { (self.hour + 11) % 12 + 1 }

    private static let days = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    private var dayName: String { Self.days[Int(self.fields.tm_wday) % 7] }
    private var monthName: String { Self.months[Int(self.fields.tm_mon) % 12] }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// How far the clocks are ahead of UTC: `+09:00`.
    private func offset(separator: String) -> String {
        let minutes = Int(self.fields.tm_gmtoff) / 60
        let (hours, rest) = (minutes.magnitude / 60, minutes.magnitude % 60)
        let sign = minutes < 0 ? "-" : "+"
        return sign + Self.padded(Int(hours)) + separator + Self.padded(Int(rest))
    }

    // MARK: Arithmetic

    /// Whole seconds since 1970 began in UTC.
    var secondsSince1970: Int {
        var fields = self.fields
        return self.isLocal ? mktime(&fields) : timegm(&fields)
    }

    /// The same time of day some months later; the last day of a month that is too short.
    func adding(months: Int) -> CalendarTime {
        let sum = self.year * 12 + self.month - 1 + months
        var later = self
        // Backwards a year has twelve months as well.
        let year = sum >= 0 ? sum / 12 : (sum - 11) / 12
        let month = sum - year * 12
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = lengths[month] + (month == 1 && isLeap ? 1 : 0)
        later.fields.tm_year = Int32(year - 1_900)
        later.fields.tm_mon = Int32(month)
        later.fields.tm_mday = Int32(min(self.day, length))
        later.fields.tm_isdst = -1
        let seconds = self.isLocal ? mktime(&later.fields) : timegm(&later.fields)
        later.fields = Self.fields(of: seconds, isLocal: self.isLocal)
        return later
    }

    // MARK: Text

    /// As ISO 8601 has it: `2026-11-23T09:00:00.000Z`, or with the offset of the clocks here.
    var iso8601: String {
        self.formatted("YYYY-MM-DD[T]HH:mm:ss.SSS") + (self.isLocal ? self.formatted("Z") : "Z")
    }

    /// IMF-fixdate (RFC 9110, section 5.6.7), or the same with the offset of the clocks here.
    var rfc1123: String {
        self.formatted("ddd, DD MMM YYYY HH:mm:ss ") + (self.isLocal ? self.formatted("ZZ") : "GMT")
    }

    /// The time by a format of Day.js, which editors' HTTP clients take; what stands in brackets is
    /// text, and so is what is no token.
    func formatted(_ format: String) -> String {
        var text = ""
        var rest = format[...]
        while let first = rest.first {
            if first == "[", let end = rest.firstIndex(of: "]") {
                text += rest[..<end].dropFirst()
                rest = rest[end...].dropFirst()
                continue
            }
            let run = rest.prefix { $0 == first }
            let longest = Self.tokens.first { run.hasPrefix($0) }
            if let longest, let part = self.part(longest) {
                text += part
                rest = rest.dropFirst(longest.count)
            } else {
                text.append(first)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The tokens, of those that begin alike the longest first.
    private static let tokens = [
        "YYYY", "YY", "MMMM", "MMM", "MM", "M", "DD", "D", "dddd", "ddd", "dd", "d", "HH", "H",
        "hh", "h", "mm", "m", "ss", "s", "SSS", "ZZ", "Z", "A", "a",
    ]

    private func part(_ token: String) -> String? {
        switch token {
        case "YYYY": Self.padded(self.year, 4)
        case "YY": Self.padded(self.year % 100)
        case "MMMM": self.monthName
        case "MMM": String(self.monthName.prefix(3))
        case "MM": Self.padded(self.month)
        case "M": String(self.month)
        case "DD": Self.padded(self.day)
        case "D": String(self.day)
        case "dddd": self.dayName
        case "ddd": String(self.dayName.prefix(3))
        case "dd": String(self.dayName.prefix(2))
        case "d": String(self.fields.tm_wday)
        case "HH": Self.padded(self.hour)
        case "H": String(self.hour)
        case "hh": Self.padded(self.hourOfHalf)
        case "h": String(self.hourOfHalf)
        case "mm": Self.padded(Int(self.fields.tm_min))
        case "m": String(self.fields.tm_min)
        case "ss": Self.padded(Int(self.fields.tm_sec))
        case "s": String(self.fields.tm_sec)
        case "SSS": Self.padded(self.milliseconds, 3)
        case "ZZ": self.offset(separator: "")
        case "Z": self.offset(separator: ":")
        case "A": self.hour < 12 ? "AM" : "PM"
        case "a": self.hour < 12 ? "am" : "pm"
        default: nil
        }
    }
}
