/// Turns roles into colours of the terminal, or into nothing.
///
/// Only the terminal's own 16 colours are used, so the user's theme decides about the tones; of
/// those only the ones that are legible on light and on dark backgrounds: no white, no black, no
/// yellow, and blue only in bold. Colour is never the only carrier of a meaning.
package struct Palette: Sendable, Hashable {
    /// Whether there is any colour.
    package var isColored: Bool

    /// Creates a palette with or without colour.
    package init(isColored: Bool) {
        self.isColored = isColored
    }

    /// The palette without colour.
    package static let plain = Self(isColored: false)
    /// The palette with colour.
    package static let colored = Self(isColored: true)

    /// Wraps `text` in the look of a role; without colour, without a role, or if there is no text,
    /// it is returned as it is.
    ///
    /// The text must be safe for a terminal already, see `Sanitizer`.
    package func styled(_ text: String, as role: Role?) -> String {
        guard let role, !text.isEmpty else { return text }
        let opening = self.opening(of: role)
        return opening.isEmpty ? text : "\(opening)\(text)\(Self.reset)"
    }

    /// The sequence that begins a role; empty without colour and for roles that look like plain
    /// text.
    package func opening(of role: Role) -> String {
        guard self.isColored, let parameters = Self.parameters(of: role) else { return "" }
        return "\u{1B}[\(parameters)m"
    }

    /// The sequence that ends a role; empty where `opening(of:)` is.
    package func closing(of role: Role) -> String {
        self.opening(of: role).isEmpty ? "" : Self.reset
    }

    private static let reset = "\u{1B}[0m"

    /// The parameters of Select Graphic Rendition (ECMA-48, section 8.3.117).
    private static func parameters(of role: Role) -> String? {
        switch role {
        case .informational: "2"
        case .success: "32"
        case .redirection: "36"
        case .clientError: "35"
        case .serverError: "1;31"
        case .fieldName: "36"
        case .dim: "2"
        case .strong: "1"
        case .error: "1;31"
        case .warning: "1;35"
        case .notice: "36"
        case .caret: "1;31"
        case .prompt: "1"
        case .tableHeader: "1"
        case .escape: "7"
        case .jsonKey: "1;34"
        case .jsonString: "32"
        case .jsonNumber: "36"
        case .jsonLiteral: "35"
        case .jsonPunctuation: nil
        case .added: "32"
        case .removed: "31"
        }
    }
}
