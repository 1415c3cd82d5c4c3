/// Text from a bracket to the bracket that matches it by JSON's rules (LANGUAGE.md section 2,
/// rule 2).
///
/// Brackets in strings do not count. References are found everywhere, also in strings; `\{{`
/// is a literal `{{`, which no JSON text needs otherwise.
struct VerbatimJSON: Sendable {
    /// What was read.
    private(set) var pieces: [LexedWord.Piece] = []
    /// The offset after the matching bracket.
    private(set) var end: Int

    private var depth = 0
    private var isInString = false

    /// Reads from a `{` or `[`; `nil` if it is never closed.
    init?(in source: SourceText, at start: Int) {
        end = start
        repeat {
            guard end < source.count else { return nil }
            if source.has("\\{{", at: end) {
                append(source, from: end + 1, count: 2)
                end += 3
            } else if isInString, source.has("\\", at: end) {
                append(source, from: end, count: min(2, source.count - end))
                end += 2
            } else if let unit = BraceUnit(in: source, at: end), read(unit, source) {
                continue
            } else {
                follow(source.bytes[end])
                append(source, from: end, count: 1)
                end += 1
            }
        } while depth > 0
    }

    /// Takes a unit in, unless it is two plain brackets outside a string.
    private mutating func read(_ unit: BraceUnit, _ source: SourceText) -> Bool {
        switch unit {
        case .placeholder(let placeholder, let after):
            pieces.append(.init(kind: .placeholder(placeholder), offset: end))
            end = after
            return true
        case .literal(let after):
            guard isInString else { return false }
            append(source, from: end, count: after - end)
            end = after
            return true
        }
    }

    private mutating func follow(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): isInString.toggle()
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += isInString ? 0 : 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= isInString ? 0 : 1
        default: break
        }
    }

    private mutating func append(_ source: SourceText, from start: Int, count: Int) {
        for offset in start..<(start + count) {
            pieces.append(.init(kind: .quoted(source.bytes[offset]), offset: offset))
        }
    }
}
