/// The bytes that a formatter puts around and between tokens, with their colours.
struct JSONMarks: Sendable {
    let keyOpening: ShortBytes
    let stringOpening: ShortBytes
    let quoteClosing: ShortBytes
    let numberOpening: ShortBytes
    let literalOpening: ShortBytes
    let closing: ShortBytes
    let objectOpening: ShortBytes
    let objectClosing: ShortBytes
    let arrayOpening: ShortBytes
    let arrayClosing: ShortBytes
    let comma: ShortBytes
    let colon: ShortBytes
    let escapeOpening: ShortBytes
    /// The colours alone, to go on in after an escape.
    let keyColor: ShortBytes
    let stringColor: ShortBytes
    /// What ends any colour.
    let reset: [UInt8]

    init(_ palette: Palette, layout: JSONFormatter.Layout) {
        func punctuation(_ text: String) -> ShortBytes {
            ShortBytes(palette.styled(text, as: .jsonPunctuation))
        }
        let reset = palette.closing(of: .jsonString)
        self.keyOpening = ShortBytes(palette.opening(of: .jsonKey) + "\"")
        self.stringOpening = ShortBytes(palette.opening(of: .jsonString) + "\"")
        self.quoteClosing = ShortBytes("\"" + reset)
        self.numberOpening = ShortBytes(palette.opening(of: .jsonNumber))
        self.literalOpening = ShortBytes(palette.opening(of: .jsonLiteral))
        self.closing = ShortBytes(reset)
        self.objectOpening = punctuation("{")
        self.objectClosing = punctuation("}")
        self.arrayOpening = punctuation("[")
        self.arrayClosing = punctuation("]")
        self.comma = punctuation(",")
        self.colon =
            switch layout {
            case .pretty: ShortBytes(palette.styled(":", as: .jsonPunctuation) + " ")
            case .compact: punctuation(":")
            }
        self.escapeOpening = ShortBytes(palette.opening(of: .escape))
        self.keyColor = ShortBytes(palette.opening(of: .jsonKey))
        self.stringColor = ShortBytes(palette.opening(of: .jsonString))
        self.reset = Array(reset.utf8)
    }
}
