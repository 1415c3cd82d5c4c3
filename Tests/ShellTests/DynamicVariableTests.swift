import Testing

@testable import Shell

@Suite("Dynamic variables: times")
struct DynamicVariableTests {
    /// 31 January 2024, 13:05:09.078 in UTC, a Wednesday.
    private static let now = 1_706_706_309.078

    private func value(_ name: String, _ arguments: [String]) throws -> String {
        var generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
        return try DynamicVariables.value(
            of: name,
            arguments,
            secondsSince1970: Self.now,
            using: &generator
        )
    }

    @Test(
        arguments: [
            (["iso8601"], "2024-01-31T13:05:09.078Z"),
            (["rfc1123"], "Wed, 31 Jan 2024 13:05:09 GMT"),
            (["timestamp"], "1706706309"), (["iso8601", "-1", "d"], "2024-01-30T13:05:09.078Z"),
            (["iso8601", "1", "M"], "2024-02-29T13:05:09.078Z"),
            (["iso8601", "13", "M"], "2025-02-28T13:05:09.078Z"),
            (["iso8601", "-1", "y"], "2023-01-31T13:05:09.078Z"),
            (["iso8601", "-2", "M"], "2023-11-30T13:05:09.078Z"),
            (["iso8601", "1000", "ms"], "2024-01-31T13:05:10.078Z"),
            (["iso8601", "2", "w"], "2024-02-14T13:05:09.078Z"),
            (["timestamp", "1", "M"], "1709211909"), (["YYYY-MM-DD"], "2024-01-31"),
            (["D.M.YY H:m:s"], "31.1.24 13:5:9"), (["dddd, MMMM Do"], "Wednesday, January 31o"),
            (["ddd dd d hh:mm:ss.SSS A a Z ZZ"], "Wed We 3 01:05:09.078 PM pm +00:00 +0000"),
            (["[YYYY] YYYY"], "YYYY 2024"),
        ] as [([String], String)]
    )
    func `a time is written as asked`(_ row: (arguments: [String], text: String)) throws {
        #expect(try self.value("datetime", row.arguments) == row.text)
    }

    @Test(arguments: [
        ["iso860"], [], ["iso8601", "1"], ["iso8601", "1", "q"], ["iso8601", "x", "d"],
    ])
    func `what is no format and no offset is refused`(_ arguments: [String]) {
        #expect(throws: ReferenceProblem.self) { try self.value("datetime", arguments) }
    }
}
