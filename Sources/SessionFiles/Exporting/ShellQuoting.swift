import HTTPModel

/// Writes words for a POSIX shell (XCU, section 2.2), secrets as variables of the environment.
///
/// A word is in single quotes, in which every character stands for itself, so that nothing in it
/// can be anything else; a secret is `"$NAME"` beside them. Bytes that no one should paste into a
/// terminal go through `printf`, whose octal escapes can say any byte.
struct ShellQuoting {
    /// The variables that the text expects, in order of first use.
    private(set) var names: [String] = []
    private var namesByText: [String: String] = [:]

    /// One word of these pieces.
    mutating func word(_ pieces: [ExportPiece]) -> String {
        var text = ""
        for piece in pieces.joined {
            switch piece {
            case .literal(let bytes):
                text += String(decoding: bytes, as: UTF8.self).posixQuoted
            case .secret(let name, _): text += "\"$\(self.variable(name))\""
            }
        }
        return text.isEmpty ? "''" : text
    }

    /// One word of plain text.
    mutating func word(_ text: String) -> String { self.word([.literal(Array(text.utf8))]) }

    /// Whether the pieces can stand in a word: text with no control but TAB and LF.
    static func isWord(_ pieces: [ExportPiece]) -> Bool {
        pieces.allSatisfy { piece in
            guard case .literal(let bytes) = piece else { return true }
            guard let text = String(validating: bytes, as: UTF8.self) else { return false }
            return text.unicodeScalars.allSatisfy { scalar in
                scalar == "\n" || scalar == "\t" || !scalar.isUnsafeToShow
            }
        }
    }

    /// A `printf` command that writes the pieces, whatever bytes they hold.
    mutating func printf(_ pieces: [ExportPiece]) -> String {
        var format = ""
        var arguments = ""
        for piece in pieces {
            switch piece {
            case .literal(let bytes):
                for byte in bytes { format += Self.escaped(byte, isFirst: format.isEmpty) }
            case .secret(let name, _):
                format += "%s"
                arguments += " \"$\(self.variable(name))\""
            }
        }
        return "printf '\(format)'\(arguments)"
    }

    private static func escaped(_ byte: UInt8, isFirst: Bool) -> String {
        switch byte {
        case UInt8(ascii: "%"): return "%%"
        case UInt8(ascii: "\\"): return "\\\\"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        // A first "-" would begin an option.
        case UInt8(ascii: "-") where isFirst: return "\\055"
        case 0x20..<0x7F where byte != UInt8(ascii: "'"):
            return String(Character(Unicode.Scalar(byte)))
        default:
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
    }

    /// The variable that stands for a secret.
    private mutating func variable(_ text: String) -> String {
        if let known = self.namesByText[text] { return known }
        let base = text.environmentName
        var name = base
        var number = 2
        while self.names.contains(name) {
            name = "\(base)_\(number)"
            number += 1
        }
        self.namesByText[text] = name
        self.names.append(name)
        return name
    }
}

extension [ExportPiece] {
    /// The pieces with literals that stand side by side as one.
    fileprivate var joined: [ExportPiece] {
        self.reduce(into: []) { result, piece in
            if case .literal(let bytes) = piece, case .literal(let before)? = result.last {
                result[result.count - 1] = .literal(before + bytes)
            } else {
                result.append(piece)
            }
        }
    }
}

extension String {
    /// The text as one word of a POSIX shell, in single quotes.
    ///
    /// Byte by byte, as a shell reads it: a quote and a combining mark are one character to us, and
    /// two to a shell.
    package var posixQuoted: String {
        var bytes = Array("'".utf8)
        for byte in self.utf8 {
            if byte == UInt8(ascii: "'") {
                bytes += Array("'\\''".utf8)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes + Array("'".utf8), as: UTF8.self)
    }

    /// The name of a variable for a secret that stands under this name.
    package var environmentName: String {
        let letters = self.uppercased().map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber) ? letter : "_"
        }
        let base = String(letters)
        if base.first?.isNumber ?? true { return "_" + base }
        // A shell has these for itself.
        let reserved = ["PATH", "HOME", "IFS", "PWD", "SHELL", "USER"]
        return reserved.contains(base) ? base + "_SECRET" : base
    }
}
