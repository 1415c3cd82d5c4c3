/// The `output` object of `--json`: what a tail such as `| $.items[*].name` printed.
package enum OutputJSON {
    /// The object on one line; `number` counts the lines of the output from 1.
    package static func line(_ number: Int, text: String) -> String {
        JSONLine.text("output") { object in
            object.member("line", number)
            object.member("text", text)
        }
    }
}
