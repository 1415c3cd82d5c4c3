/// A text with the colours of its parts, for a prompt.
///
/// The editor brackets the colours for libedit itself, measures the text in terminal cells, and
/// leaves the colours out where the terminal has none.
package struct StyledText: Hashable, Sendable {
    /// A run of characters in one style.
    package struct Span: Hashable, Sendable {
        /// The characters; control characters are shown as U+FFFD.
        package var text: String
        /// The parameters of SGR (`ESC [ … m`), such as `1;32`; empty is the terminal's own style.
        package var sgr: String

        /// Makes a run of characters in one style.
        package init(_ text: String, sgr: String = "") {
            self.text = text
            self.sgr = sgr
        }
    }

    /// The runs, in the order of reading.
    package var spans: [Span]

    /// Makes a text of runs.
    package init(_ spans: [Span]) {
        self.spans = spans
    }

    /// Makes a text in one style.
    package init(_ text: String, sgr: String = "") {
        self.spans = text.isEmpty ? [] : [Span(text, sgr: sgr)]
    }

    /// The characters alone.
    package var plain: String {
        spans.map(\.text).joined()
    }
}

/// What stands before the line, and at the right margin.
package struct Prompt {
    /// What stands before the line, on one row.
    ///
    /// Its last character is drawn without style (libedit loses an escape at the end of a prompt),
    /// so let it end in a blank.
    package var text: StyledText

    /// Gives what stands at the right margin, asked anew whenever the prompt is drawn.
    ///
    /// It is called on the main thread, and must be quick. libedit hides it when the line comes
    /// close, or wraps. Its last character is drawn without style too.
    package var right: (() -> StyledText)?

    /// Makes a prompt.
    package init(_ text: StyledText, right: (() -> StyledText)? = nil) {
        self.text = text
        self.right = right
    }

    /// Makes a prompt of plain text.
    package init(_ text: String) {
        self.init(StyledText(text))
    }
}
