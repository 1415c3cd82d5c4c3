import Testing

@testable import SessionFiles

@Suite("Values of settings for one origin")
struct ScopedValueTests {
    @Test(arguments: [
        ("off --for https://a.test", "off", "https://a.test"),
        ("2 --for {{base}}", "2", "{{base}}"),
        ("a b --for c", "a b", "c"),
        ("a --for b --for c", "a --for b", "c"),
        ("x  --for  a.test ", "x", "a.test"),
    ])
    func `the last --for and its origin end the value`(
        _ text: String,
        _ value: String,
        _ origin: String
    ) {
        #expect(ScopedValue(text) == ScopedValue(value: value, origin: origin))
    }

    @Test(arguments: [
        "", "off", "off --for", "off --for ", " --for a", "off --for a b", "x--for a",
    ])
    func `anything else is for all origins`(_ text: String) {
        #expect(ScopedValue(text) == nil)
    }

    @Test func `it is written as it is read`() {
        let value = ScopedValue(value: "off", origin: "https://a.test")
        #expect(ScopedValue(value.text) == value)
    }
}
