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
        let span = bytes.span
        return span.indices.first { index in
            let byte = span[index]
            return byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
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
