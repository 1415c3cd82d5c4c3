import HTTPModel

/// The Netscape format of `cookies.txt` (SESSION.md, section 3.5).
///
///     file   = *( line ( LF / CRLF ) )
///     line   = [ "#HttpOnly_" ] domain TAB flag TAB path TAB flag TAB expiry TAB name TAB value
///     flag   = "TRUE" / "FALSE"        hosts below the domain too; secure origins only
///     expiry = seconds since 1970, 0 for a session cookie
///
/// The order of the lines is the order of creation. What has no column stands in a comment before
/// the cookie (FILES.md, 9.3, rule 14): `# linger: samesite=lax escaped latin1`, where `escaped`
/// says that tabs and percent signs of the next line are percent-encoded, and `latin1` that its
/// name and value go out as bytes of ISO-8859-1.
package enum CookieFile {
    /// The first line, which some readers insist on.
    static let magic = "# Netscape HTTP Cookie File"
    /// The start of a comment that is for us.
    static let note = "# linger:"
    /// The longest line, in bytes; a longer one is ignored.
    package static let lineLimit = 5000
    /// The longest file, in bytes.
    package static let sizeLimit = 16 << 20

    /// What a file holds.
    package struct Contents: Sendable, Hashable {
        /// The cookies, in order.
        package var cookies: [Cookie] = []
        /// Lines that are no cookies.
        package var problems: [Problem] = []
        /// What became of the cookies in the store that they were loaded into.
        package var insertion = CookieInsertion()
    }

    /// A line that is no cookie.
    package struct Problem: Sendable, Hashable {
        /// The line's number, from 1.
        package var line: Int
        /// What is wrong with it.
        package var kind: Kind

        /// What is wrong with a line.
        package enum Kind: Sendable, Hashable {
            /// It is longer than the limit.
            case tooLong
            /// It has not seven fields between tabs.
            case fieldCount(Int)
            /// A flag that is neither `TRUE` nor `FALSE`.
            case flag(String)
            /// An expiry that is no number.
            case expiry(String)
            /// A control character.
            case controlCharacter
            /// No cookie can be for this domain.
            case domain(String)
            /// It promises what it does not keep.
            case refused(CookieRefusal)
        }
    }

    /// What was written.
    package struct Summary: Sendable, Hashable {
        /// How many cookies.
        package var written = 0
        /// How many have lines that no reader would take, because they are too long.
        package var omitted = 0
    }

    // MARK: Writing

    /// The text of a file with `cookies`, which are in the order of their creation.
    package static func text(for cookies: [Cookie]) -> (text: String, summary: Summary) {
        var lines = [self.magic, ""]
        var summary = Summary()
        for cookie in cookies {
            let (note, line) = self.lines(for: cookie)
            guard line.utf8.count <= self.lineLimit else {
                summary.omitted += 1
                continue
            }
            if let note { lines.append(note) }
            lines.append(line)
            summary.written += 1
        }
        return (lines.joined(separator: "\n") + "\n", summary)
    }

    private static func lines(for cookie: Cookie) -> (note: String?, line: String) {
        var notes: [String] = []
        if cookie.sameSite != .default { notes.append("samesite=\(cookie.sameSite.rawValue)") }
        if cookie.isLatin1 { notes.append("latin1") }
        var texts = [cookie.path, cookie.name, cookie.value]
        if texts.contains(where: { $0.utf8.contains(0x09) }) {
            notes.append("escaped")
            texts = texts.map { $0.percentEncoding { $0 != 0x09 && $0 != UInt8(ascii: "%") } }
        }
        let columns = [
            (cookie.isHTTPOnly ? "#HttpOnly_" : "") + (cookie.isHostOnly ? "" : ".")
                + cookie.domain,
            cookie.isHostOnly ? "FALSE" : "TRUE",
            texts[0],
            cookie.isSecure ? "TRUE" : "FALSE",
            String(cookie.expiry ?? 0),
            texts[1],
            texts[2],
        ]
        let note = notes.isEmpty ? nil : ([self.note] + notes).joined(separator: " ")
        return (note, columns.joined(separator: "\t"))
    }
}
