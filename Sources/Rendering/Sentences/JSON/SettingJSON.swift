/// The `setting` object of `--json`: one for each row of `set`.
package enum SettingJSON {
    /// The object on one line; values are spelled as `set` takes them.
    ///
    /// `source` says where the value comes from, such as `default`, `session` or a file; `scope` is
    /// the origin that it holds for, or nil.
    package static func line(
        name: String,
        value: String,
        default defaultValue: String?,
        source: String,
        scope: String? = nil
    ) -> String {
        JSONLine.text("setting") { object in
            object.member("name", name)
            object.member("value", value)
            object.member("default", defaultValue)
            object.member("source", source)
            object.member("for", scope)
        }
    }
}
