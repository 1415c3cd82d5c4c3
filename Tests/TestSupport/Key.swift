/// A key, as xterm sends it.
package enum Key: Hashable, Sendable {
    case enter, tab, backspace, escape, delete, home, end
    case up, down, left, right
    case controlLeft, controlRight
    /// Control with a letter.
    case control(Character)
    /// Alt (Meta) with a key.
    indirect case alt(Key)
    /// A character.
    case character(Character)

    /// The bytes, as text.
    package var sequence: String {
        switch self {
        case .enter: "\r"
        case .tab: "\t"
        case .backspace: "\u{7F}"
        case .escape: "\u{1B}"
        case .delete: "\u{1B}[3~"
        case .home: "\u{1B}[H"
        case .end: "\u{1B}[F"
        case .up: "\u{1B}[A"
        case .down: "\u{1B}[B"
        case .right: "\u{1B}[C"
        case .left: "\u{1B}[D"
        case .controlRight: "\u{1B}[1;5C"
        case .controlLeft: "\u{1B}[1;5D"
        case .control(let letter):
            String(UnicodeScalar((letter.uppercased().utf8.first ?? 0x40) & 0x1F))
        case .alt(let key): "\u{1B}" + key.sequence
        case .character(let character): String(character)
        }
    }
}
