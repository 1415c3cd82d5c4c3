/// The algorithm that reads the `Expires` attribute (6265bis, "Dates"; SESSION.md, section 3.2).
///
/// Tokens are tried in order; each becomes the first of time, day, month and year that is not
/// known yet and that it can be. Zones are ignored: everything is UTC.
enum CookieDate {
    /// Seconds since 1970, or nil if `text` is no date.
    static func parse(_ text: some Sequence<UInt8>) -> Int64? {
        var parts = Parts()
        var token: [UInt8] = []
        for byte in text {
            if self.isDelimiter(byte) {
                parts.take(token)
                token.removeAll(keepingCapacity: true)
            } else {
                token.append(byte)
            }
        }
        parts.take(token)
        return parts.seconds
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x20...0x2F, 0x3B...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ].map { Array($0.utf8) }

    /// What has been found so far.
    private struct Parts {
        var time: (hour: Int, minute: Int, second: Int)?
        var day: Int?
        var month: Int?
        var year: Int?

        mutating func take(_ token: [UInt8]) {
            guard !token.isEmpty else { return }
            if self.time == nil, let time = CookieDate.time(token) {
                self.time = time
            } else if self.day == nil, let day = CookieDate.number(token, digits: 1...2) {
                self.day = day
            } else if self.month == nil, let month = CookieDate.month(token) {
                self.month = month
            } else if self.year == nil, let year = CookieDate.number(token, digits: 2...4) {
                self.year = year
            }
        }

        var seconds: Int64? {
            guard let time, let day, let month, var year else { return nil }
            if (70...99).contains(year) { year += 1900 }
            if (0...69).contains(year) { year += 2000 }
            guard year >= 1601, time.hour <= 23, time.minute <= 59, time.second <= 59,
                day >= 1, day <= CookieDate.days(inMonth: month, of: year)
            else { return nil }
            let days = CookieDate.daysSince1970(year: year, month: month, day: day)
            return Int64(((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second)
        }
    }

    /// A number of so many digits, followed by nothing or by anything but a digit.
    private static func number(_ token: [UInt8], digits: ClosedRange<Int>) -> Int? {
        let run = token.prefix { $0.isDigit }
        guard digits.contains(run.count) else { return nil }
        return run.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// `1-2DIGIT ":" 1-2DIGIT ":" 1-2DIGIT`, followed by nothing or by anything but a digit.
    private static func time(_ token: [UInt8]) -> (hour: Int, minute: Int, second: Int)? {
        var numbers: [Int] = []
        var rest = token[...]
        while numbers.count < 3 {
            let run = rest.prefix { $0.isDigit }
            guard (1...2).contains(run.count) else { return nil }
            numbers.append(run.reduce(0) { $0 * 10 + Int($1 - 0x30) })
            rest = rest.dropFirst(run.count)
            if numbers.count < 3 {
                guard rest.first == UInt8(ascii: ":") else { return nil }
                rest = rest.dropFirst()
            }
        }
        return (numbers[0], numbers[1], numbers[2])
    }

    private static func month(_ token: [UInt8]) -> Int? {
        let name = token.prefix(3).map { $0 | 0x20 }
        return self.months.firstIndex(of: name).map { $0 + 1 }
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar; eras of 400 years from March on.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension UInt8 {
    /// Whether this is `0` to `9`.
    var isDigit: Bool { (0x30...0x39).contains(self) }
}
