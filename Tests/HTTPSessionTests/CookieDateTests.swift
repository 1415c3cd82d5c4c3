import Testing

@testable import HTTPSession

@Suite("Cookie dates")
struct CookieDateTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        let seconds: Int64?
        init(_ text: String, _ seconds: Int64?) {
            self.text = text
            self.seconds = seconds
        }
        var testDescription: String { self.text }
    }

    private static let noon2021: Int64 = 1_610_971_200  // 2021-01-18T12:00:00Z

    @Test(arguments: [
        // The forms of HTTP dates.
        Case("Mon, 18 Jan 2021 12:00:00 GMT", noon2021),
        Case("Monday, 18-Jan-21 12:00:00 GMT", noon2021),
        Case("Mon Jan 18 12:00:00 2021", noon2021),
        Case("2021 18 jan 12:00:00", noon2021),
        // The colon is no delimiter; hyphen, comma, slash, backslash are.
        Case("18/Jan\\2021,12:00:00", noon2021),
        Case("18 Jan 2021 12 : 00 : 00", nil),
        // Zones are ignored.
        Case("18 Jan 2021 12:00:00 GMT+1", noon2021),
        Case("18 Jan 2021 12:00:00 -0800", noon2021),
        // A time may be followed by what is no digit.
        Case("18 Jan 2021 12:0:0pm", noon2021),
        Case("18 Jan 2021 12:00:000", nil),
        Case("18 Jan 2021 12:00", nil),
        // Days of one or two digits, months by three letters, years of two to four digits.
        Case("8 Jan 2021 12:00:00", noon2021 - 864_000),
        Case("18th January 2021 12:00:00", noon2021),
        Case("018 Jan 2021 12:00:00", nil),
        Case("18 Ja 2021 12:00:00", nil),
        Case("18 Jan 20210 12:00:00", nil),
        Case("18 Jan 0021 12:00:00", noon2021),
        // Two-digit years: 69 is 2069, 70 is 1970.
        Case("01 Jan 69 00:00:00", 3_124_224_000),
        Case("01 Jan 70 00:00:00", 0),
        Case("01 Jan 99 00:00:00", 915_148_800),
        Case("01 Jan 00 00:00:00", 946_684_800),
        // The first token that can be a part is it: a bare 21 is a day before it is a year.
        Case("Jan 21 18 12:00:00", 1_516_536_000),
        // Limits of every part.
        Case("31 Dec 1600 00:00:00", nil),
        Case("01 Jan 1601 00:00:00", -11_644_473_600),
        Case("00 Jan 2021 12:00:00", nil),
        Case("31 Jan 2021 12:00:00", noon2021 + 13 * 86_400),
        Case("32 Jan 2021 12:00:00", nil),
        Case("18 Jan 2021 23:59:59", noon2021 + 43_199),
        Case("18 Jan 2021 24:00:00", nil),
        Case("18 Jan 2021 12:60:00", nil),
        Case("18 Jan 2021 12:00:60", nil),
        // Dates that do not exist.
        Case("30 Feb 2021 12:00:00", nil),
        Case("29 Feb 2021 12:00:00", nil),
        Case("29 Feb 2020 12:00:00", 1_582_977_600),
        Case("29 Feb 1900 12:00:00", nil),
        Case("31 Apr 2021 12:00:00", nil),
        // A part is missing.
        Case("18 Jan 12:00:00", nil),
        Case("Jan 2021 12:00:00", nil),
        Case("18 2021 12:00:00", nil),
        Case("18 Jan 2021", nil),
        Case("", nil),
    ])
    func `3.2.1, 3.2.2, 3.2.3, 3.2.4: a date is read token by token`(_ row: Case) {
        #expect(CookieDate.parse(row.text.utf8) == row.seconds)
    }
}
