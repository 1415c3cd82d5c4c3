/// Text with references in it, split before anything is substituted.
///
/// Literal parts and what references yield are only ever data: no part of a template becomes an
/// operator, an option or a second reference (LANGUAGE.md section 3). Two literal parts never stand
/// next to each other, and no literal part is empty.
package struct Template: Hashable, Sendable {
    /// A piece of a template.
    package enum Part: Hashable, Sendable {
        /// Text that stands for itself.
        case literal(String)
        /// A reference to be substituted.
        case placeholder(Placeholder)
    }

    /// The pieces in order; empty for empty text.
    package let parts: [Part]
    /// Where the text stands, quotes included.
    package let span: SourceSpan

    /// Makes a template, joining literals that stand side by side.
    package init(parts: [Part], span: SourceSpan = .none) {
        var joined: [Part] = []
        for part in parts {
            switch (part, joined.last) {
            case (.literal(""), _):
                continue
            case (.literal(let text), .literal(let before)):
                joined[joined.count - 1] = .literal(before + text)
            case (.literal, _), (.placeholder, _):
                joined.append(part)
            }
        }
        self.parts = joined
        self.span = span
    }

    /// Makes a template of text without references.
    package init(literal text: String, span: SourceSpan = .none) {
        self.init(parts: [.literal(text)], span: span)
    }

    /// Whether there is no text and no reference.
    package var isEmpty: Bool { parts.isEmpty }

    /// The text, if no reference stands in it.
    package var literalText: String? {
        var text = ""
        for part in parts {
            guard case .literal(let literal) = part else { return nil }
            text += literal
        }
        return text
    }

    /// The references in order.
    package var placeholders: [Placeholder] {
        parts.compactMap { part in
            guard case .placeholder(let placeholder) = part else { return nil }
            return placeholder
        }
    }

    /// Returns the text with each reference replaced by what `value` returns for it.
    ///
    /// Percent-encoding, where `Placeholder.isEncoded` asks for it, is done in `value`.
    package func substituting<Failure: Error>(
        _ value: (Placeholder) throws(Failure) -> String
    ) throws(Failure) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .placeholder(let placeholder): text += try value(placeholder)
            }
        }
        return text
    }
}

/// A reference where it stands.
package struct Placeholder: Hashable, Sendable {
    /// What it refers to.
    package let reference: Reference
    /// Whether `%` stands before it: what it yields is percent-encoded as one segment or value.
    package let isEncoded: Bool
    /// The text between the braces, without blanks at its ends.
    package let source: String
    /// Where it stands, braces included.
    package let span: SourceSpan
}

/// A word of a line: a template, and whether quotes stood in it.
package struct Word: Hashable, Sendable {
    /// The word without its quotes and escapes.
    package let template: Template
    /// Whether any part of it was quoted.
    package let isQuoted: Bool

    /// Where the word stands, quotes included.
    package var span: SourceSpan { template.span }
    /// The text, if no reference stands in it.
    package var literalText: String? { template.literalText }

    /// Makes a word.
    package init(template: Template, isQuoted: Bool) {
        self.template = template
        self.isQuoted = isQuoted
    }
}
