import ShellLanguage

/// A piece of a script that arrives.
package struct ScriptPiece: Sendable {
    /// What has arrived since the piece before.
    package let bytes: [UInt8]
    /// Whether no more will come.
    package let isLast: Bool

    /// Creates a piece.
    package init(_ bytes: [UInt8], isLast: Bool) {
        self.bytes = bytes
        self.isLast = isLast
    }
}

/// A script while it arrives, as from a program that writes a line and waits for its answer.
///
/// What has arrived is looked at before any line of it runs: what is no script sends nothing.
struct ArrivingScript {
    /// How long one line may be, with all that it goes on over, in bytes.
    private static let lineLimit = 64 << 20

    /// Why it is not run.
    struct Refusal: Error {
        /// What is wrong with it.
        let detail: String
    }

    /// The file as it was named; `-` is standard input.
    let file: String
    /// What no line has taken yet.
    var lines = ArrivingLines()
    /// The beginning of a line of the file whose end has not arrived.
    private var rest: [UInt8] = []

    init(file: String) {
        self.file = file
    }

    /// What it is called where it cannot be read.
    var name: String { self.file == "-" ? "standard input" : self.file }

    /// Takes in a piece.
    mutating func append(_ piece: ScriptPiece) throws(Refusal) {
        // A character or a mark may have arrived in part: only what is whole is looked at.
        let end =
            piece.isLast
            ? piece.bytes.endIndex
            : piece.bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let whole = end > 0 ? self.rest + piece.bytes[..<end] : piece.isLast ? self.rest : []
        self.rest = end > 0 ? Array(piece.bytes[end...]) : self.rest + piece.bytes
        guard let text = String(validating: whole, as: UTF8.self), !whole.contains(0) else {
            throw Refusal(detail: "it is binary, not shell lines")
        }
        if SessionFileText.firstMark(in: text) != nil {
            let file = self.file == "-" ? "FILE" : self.file
            throw Refusal(detail: "this is a session file: `replay \(file)`")
        }
        self.lines.append(text)
        if piece.isLast { self.lines.end() }
        guard self.lines.heldCount + self.rest.count <= Self.lineLimit || piece.isLast else {
            throw Refusal(detail: "a line is longer than \(Self.lineLimit >> 20) MiB")
        }
    }
}
