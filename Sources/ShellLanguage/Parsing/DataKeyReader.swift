/// Reads the brackets of a key (LANGUAGE.md section 5).
struct DataKeyReader {
    let word: LexedWord
    let span: SourceSpan

    /// Reads `a[b][0][]`; `nil` if the brackets do not fit.
    func read(_ pieces: LexedWord.Pieces) -> DataKey? {
        let open = UInt8(ascii: "[")
        let close = UInt8(ascii: "]")
        let rootEnd = pieces.firstIndex { $0.syntaxByte == open } ?? pieces.endIndex
        let root = pieces[..<rootEnd]
        guard !root.contains(where: { $0.syntaxByte == close }) else { return nil }
        var steps: [DataKey.Step] = []
        var rest = pieces[rootEnd...]
        while let first = rest.first {
            guard first.syntaxByte == open,
                let end = rest.firstIndex(where: { $0.syntaxByte == close }),
                let step = step(rest[rest.index(after: rest.startIndex)..<end])
            else { return nil }
            steps.append(step)
            rest = rest[(end + 1)...]
        }
        let name = root.isEmpty ? nil : word.template(root, escapes: .removed, span: span)
        return DataKey(root: name, steps: steps, span: span)
    }

    private func step(_ pieces: LexedWord.Pieces) -> DataKey.Step? {
        if pieces.isEmpty { return .append }
        guard !pieces.contains(where: { $0.syntaxByte == UInt8(ascii: "[") }) else { return nil }
        let name = word.template(pieces, escapes: .removed, span: span)
        if let text = name.literalText, text.isAllDigits {
            return Int(text).map { .element($0) }
        }
        // HTTPie's `[\1]`: a member whose name is digits.
        let digits = word.template(pieces.dropFirst(), escapes: .removed, span: span)
        if pieces.first?.plainByte == UInt8(ascii: "\\"), digits.literalText?.isAllDigits == true {
            return .member(digits)
        }
        return .member(name)
    }
}
