/// Tells text from what is none, before anything else looks at it.
enum TextCheck {
    /// The first place at which `bytes` are not text: not UTF-8, or a control character other than
    /// TAB, LF and CR.
    static func firstProblem(in bytes: [UInt8], file: String) -> SessionFileProblem? {
        let control = self.firstControl(in: bytes)
        let invalid = self.firstInvalid(in: bytes)
        switch (control, invalid) {
        case (nil, nil): return nil
        case (let control?, let invalid) where control < invalid ?? .max:
            return self.problem(.text(.controlCharacter(bytes[control])), at: control, bytes, file)
        case (_, let invalid):
            return self.problem(.text(.notUTF8), at: invalid ?? 0, bytes, file)
        }
    }

    private static func firstControl(in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                // Eight bytes at once, where none of them is below a space.
                if offset + 8 <= buffer.count {
                    let word = buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    if (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080 == 0 {
                        offset += 8
                        continue
                    }
                }
                let end = min(offset + 8, buffer.count)
                if let found = (offset..<end).first(where: { buffer[$0].isControl }) {
                    return found
                }
                offset = end
            }
            return nil
        }
    }

    /// The offset of the first byte that is not part of well-formed UTF-8.
    private static func firstInvalid(in bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    private static func problem(
        _ kind: SessionFileProblem.Kind,
        at offset: Int,
        _ bytes: [UInt8],
        _ file: String
    ) -> SessionFileProblem {
        let before = bytes[..<offset]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = String(decoding: bytes[lineStart..<offset], as: UTF8.self).count + 1
        return SessionFileProblem(file: file, line: line, column: column, kind: kind)
    }
}

extension UInt8 {
    /// Whether this is a control character that no text has.
    fileprivate var isControl: Bool {
        self < 0x20 && self != 0x09 && self != 0x0A && self != 0x0D
    }
}
