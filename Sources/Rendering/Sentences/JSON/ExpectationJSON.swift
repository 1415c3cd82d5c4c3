/// The `expectation` object of `--json`: one for each expectation that was checked.
package enum ExpectationJSON {
    /// The object on one line.
    ///
    /// `exchange` is the number of the exchange it is about, `actual` what was found instead where
    /// it failed, and `file` with `line` the place where it stands.
    package static func line(
        text: String,
        passed: Bool,
        actual: String? = nil,
        exchange: Int? = nil,
        name: String? = nil,
        file: String? = nil,
        line: Int? = nil
    ) -> String {
        JSONLine.text("expectation") { object in
            object.member("n", exchange)
            object.member("name", name)
            object.member("text", text)
            object.member("passed", passed)
            object.member("actual", actual)
            object.member("file", file)
            object.member("line", line)
        }
    }
}
