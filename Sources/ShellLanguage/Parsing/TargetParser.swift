/// Reads the target of a request (LANGUAGE.md section 4).
struct TargetParser: Sendable {
    let source: SourceText
    let word: LexedWord

    func parse() throws(Diagnostic) -> Target {
        let text = source.text(word.span)
        let template = word.template(word.pieces[...], escapes: .removed, span: word.span)
        guard !template.isEmpty else {
            throw Diagnostic(.argument(.missingWord(.noun("target"))), word.span)
        }
        try template.checkControlCharacters(in: .target)
        try checkOperators(text)
        let form = TargetForm.classify(
            word.pieces.map(\.formByte),
            startsWithReference: word.pieces.first?.formByte == .some(nil)
        )
        switch form {
        case .success(let form):
            return Target(template: template, form: form)
        case .failure(let colon):
            throw ambiguous(text, colon: word.pieces[colon.index].offset)
        }
    }

    private func ambiguous(_ text: String, colon: Int) -> Diagnostic {
        let name = source.text(word.span.lowerBound..<colon)
        let value = source.text((colon + 1)..<word.span.upperBound)
        return Diagnostic(
            .request(.ambiguousTarget(name: name, text: value)),
            word.span,
            suggestions: name.isEmpty ? ["./\(text)"] : ["./\(text)", ". \(text)"]
        )
    }

    /// Refuses a raw `|` or `>` and offers the blank (section 2, rule 6).
    private func checkOperators(_ text: String) throws(Diagnostic) {
        guard
            let piece = word.pieces.first(where: { piece in
                piece.plainByte == UInt8(ascii: "|") || piece.plainByte == UInt8(ascii: ">")
            })
        else { return }
        let symbol =
            source.has(">>", at: piece.offset)
            ? ">>" : source.text(piece.offset..<(piece.offset + 1))
        let before = source.text(word.span.lowerBound..<piece.offset)
        let after = source.text((piece.offset + symbol.count)..<word.span.upperBound)
        throw Diagnostic(
            .request(.operatorInTarget(symbol)),
            word.span,
            suggestions: ["\(before) \(symbol) \(after)"]
        )
    }
}

extension LexedWord.Piece {
    /// The byte as the form of a target sees it; `nil` for a reference.
    fileprivate var formByte: UInt8? {
        switch kind {
        case .plain(let byte), .quoted(let byte): byte
        case .escaped: TargetForm.escapedByte
        case .placeholder: nil
        }
    }
}
