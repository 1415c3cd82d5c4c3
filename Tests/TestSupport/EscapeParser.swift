/// Splits what a program sends to a terminal into characters, controls and escape sequences.
struct EscapeParser {
    /// A part of the stream.
    enum Element: Hashable {
        case print(Unicode.Scalar)
        case control(UInt8)
        /// `ESC` and a final byte, with what stood between.
        case escape(intermediates: String, final: Character)
        /// `ESC [`: `marker` is `?` or `>` or empty; a parameter left out is nil.
        case csi(marker: String, parameters: [Int?], final: Character)
        /// `ESC ]` up to its terminator.
        case osc(String)
    }

    private enum State {
        case ground
        case escape(String)
        case csi(String)
        /// OSC, or a string that is skipped (DCS, APC, PM); the second says whether ESC came.
        case string(bytes: [UInt8], isOSC: Bool, afterEscape: Bool)
    }

    private var state = State.ground
    private var character: [UInt8] = []

    /// Takes the next byte.
    mutating func next(_ byte: UInt8) -> Element? {
        switch state {
        case .ground:
            return ground(byte)
        case .escape(let intermediates):
            return escape(byte, intermediates)
        case .csi(let text):
            return csi(byte, text)
        case .string(let bytes, let isOSC, let afterEscape):
            return string(byte, bytes, isOSC, afterEscape)
        }
    }

    private mutating func ground(_ byte: UInt8) -> Element? {
        if byte == 0x1B {
            character = []
            state = .escape("")
            return nil
        }
        if byte < 0x20 || byte == 0x7F {
            return .control(byte)
        }
        character.append(byte)
        if let text = String(validating: character, as: UTF8.self) {
            character = []
            return text.unicodeScalars.first.map(Element.print)
        }
        guard character.count >= 4 || byte < 0x80 else {
            return nil
        }
        character = []
        return .print("\u{FFFD}")
    }

    private mutating func escape(_ byte: UInt8, _ intermediates: String) -> Element? {
        let character = Character(Unicode.Scalar(byte))
        switch byte {
        case 0x20..<0x30:
            state = .escape(intermediates + String(character))
            return nil
        case UInt8(ascii: "["):
            state = .csi("")
            return nil
        case UInt8(ascii: "]"):
            state = .string(bytes: [], isOSC: true, afterEscape: false)
            return nil
        case UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            state = .string(bytes: [], isOSC: false, afterEscape: false)
            return nil
        default:
            state = .ground
            return .escape(intermediates: intermediates, final: character)
        }
    }

    private mutating func csi(_ byte: UInt8, _ text: String) -> Element? {
        guard byte >= 0x20 else {
            // Controls are obeyed in the middle of a sequence; ESC begins another.
            if byte == 0x1B {
                state = .escape("")
                return nil
            }
            return .control(byte)
        }
        guard (0x40..<0x7F).contains(byte) else {
            state = .csi(text + String(Unicode.Scalar(byte)))
            return nil
        }
        state = .ground
        let marker = text.prefix { "?><=".contains($0) }
        let parameters = text.dropFirst(marker.count)
            .split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
        return .csi(
            marker: String(marker),
            parameters: parameters,
            final: Character(Unicode.Scalar(byte))
        )
    }

    private mutating func string(
        _ byte: UInt8,
        _ bytes: [UInt8],
        _ isOSC: Bool,
        _ afterEscape: Bool
    ) -> Element? {
        if byte == 0x07 || (afterEscape && byte == UInt8(ascii: "\\")) {
            state = .ground
            return isOSC ? .osc(String(decoding: bytes, as: UTF8.self)) : nil
        }
        let isEscape = byte == 0x1B
        state = .string(
            bytes: isEscape ? bytes : bytes + [byte],
            isOSC: isOSC,
            afterEscape: isEscape
        )
        return nil
    }
}
