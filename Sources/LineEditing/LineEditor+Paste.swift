internal import Glibc

extension LineEditor {
    /// How much one paste may bring; the rest of it is dropped, with a beep.
    static let pasteLimit = 4 << 20

    static let pasteEnd = Array("\u{1B}[201~".utf8)

    /// Takes what is pasted up to the terminal's end mark as text, line breaks and all.
    func paste() -> KeyOutcome {
        let (bytes, isWhole) = readPaste()
        let scalars = Self.cleanPaste(String(decoding: bytes, as: UTF8.self))
        let outcome = insert(scalars)
        return isWhole ? outcome : .beep
    }

    /// Reads up to the end mark, the end of input, or ^C; what comes after the mark is kept unread.
    private func readPaste() -> (bytes: [UInt8], isWhole: Bool) {
        var bytes: [UInt8] = []
        var dropped = 0
        var searched = 0
        while true {
            bytes += unread
            unread = []
            if let end = Self.firstRange(of: Self.pasteEnd, in: bytes[searched...]) {
                unread = ArraySlice(bytes[end.upperBound...])
                return (Array(bytes[..<end.lowerBound]), dropped == 0)
            }
            // The mark may have arrived in part.
            let kept = max(bytes.count - Self.pasteEnd.count + 1, 0)
            if kept > Self.pasteLimit {
                bytes.removeSubrange(Self.pasteLimit..<kept)
                dropped += kept - Self.pasteLimit
            }
            searched = max(bytes.count - Self.pasteEnd.count + 1, 0)
            guard let chunk = readChunk() else {
                return (bytes, dropped == 0)
            }
            unread = chunk
        }
    }

    /// Nil at the end of input, and when ^C was pressed because the end mark does not come.
    private func readChunk() -> ArraySlice<UInt8>? {
        while true {
            let ready = input.wait(wakeup: wakeup)
            if ready.input {
                let chunk = input.read(upTo: 65_536)
                return chunk.isEmpty ? nil : chunk[...]
            }
            wakeup.drain()
            // Other reasons for waking wait for the next key.
            if signals.take(SIGINT) || wakeup.isEnding {
                wakeup.ring()
                return nil
            }
        }
    }

    /// The pasted text without control characters, its line breaks as LF, none at its end.
    static func cleanPaste(_ text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r":
                scalars.append("\n")
            case "\n" where afterReturn:
                break
            case "\n", "\t":
                scalars.append(scalar)
            case "\0"..<" ", "\u{7F}"..<"\u{A0}":
                break
            default:
                scalars.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        while scalars.last == "\n" {
            scalars.removeLast()
        }
        return Composition.compose(scalars)
    }

    private static func firstRange(
        of mark: [UInt8],
        in bytes: ArraySlice<UInt8>
    ) -> Range<Int>? {
        var rest = bytes
        while let start = rest.firstIndex(of: mark[0]) {
            rest = rest[start...]
            if rest.starts(with: mark) {
                return start..<start + mark.count
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
