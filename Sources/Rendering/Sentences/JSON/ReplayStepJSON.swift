/// The `step` object of a replay's report: one request of a session file.
package enum ReplayStepJSON {
    /// The object on one line.
    ///
    /// - Parameters:
    ///   - file: The session file.
    ///   - name: What the request is called.
    ///   - state: `passed`, `failed`, `error` or `skipped`.
    ///   - elapsed: How long it took.
    ///   - lines: What failed, as the terminal shows it.
    /// - Returns: The object, without a line feed.
    package static func line(
        file: String,
        name: String,
        state: String,
        elapsed: Duration,
        lines: [String]
    ) -> String {
        JSONLine.text("step") { object in
            object.member("file", file)
            object.member("name", name)
            object.member("state", state)
            object.milliseconds("elapsedMs", elapsed)
            object.strings("failures", lines)
        }
    }
}
