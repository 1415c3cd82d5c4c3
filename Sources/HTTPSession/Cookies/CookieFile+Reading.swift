import HTTPModel

extension CookieFile {
    /// Reads the text of a file; a line that is no cookie is a problem, not the end.
    package static func parse(_ text: String) -> Contents {
        var contents = Contents()
        var notes: Substring = ""
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            let isCookie = line.hasPrefix(self.httpOnlyPrefix) || !line.hasPrefix("#")
            guard isCookie, !line.allSatisfy({ $0 == " " || $0 == "\t" }) else {
                notes = line.hasPrefix(self.note) ? line.dropFirst(self.note.count) : ""
                continue
            }
            do throws(LineError) {
                contents.cookies.append(try self.cookie(line, notes: notes))
            } catch {
                contents.problems.append(Problem(line: index + 1, kind: error.kind))
            }
            notes = ""
        }
        return contents
    }

    private static let httpOnlyPrefix = "#HttpOnly_"

    /// Why a line is no cookie.
    private struct LineError: Error {
        let kind: Problem.Kind
    }

    private static func cookie(
        _ line: Substring,
        notes: Substring
    ) throws(LineError) -> Cookie {
        guard line.utf8.count <= self.lineLimit else { throw LineError(kind: .tooLong) }
        // curl CVE-2022-35252: control characters in a file made requests that servers refuse.
        guard !line.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else {
            throw LineError(kind: .controlCharacter)
        }
        let isHTTPOnly = line.hasPrefix(self.httpOnlyPrefix)
        let rest = isHTTPOnly ? line.dropFirst(self.httpOnlyPrefix.count) : line
        var columns = rest.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        // Some writers leave out the path, some an empty value.
        if columns.count == 6, self.flags[columns[2]] != nil { columns.insert("/", at: 2) }
        if columns.count == 6 { columns.append("") }
        guard columns.count == 7 else { throw LineError(kind: .fieldCount(columns.count)) }
        let includesSubdomains = try self.flag(columns[1])
        let words = notes.split(separator: " ")
        if words.contains("escaped") {
            for place in [2, 5, 6] { columns[place] = columns[place].percentDecoded }
        }
        var cookie = Cookie(
            name: columns[5],
            value: columns[6],
            domain: try self.domain(columns[0], includesSubdomains: includesSubdomains),
            isHostOnly: !includesSubdomains,
            path: columns[2].hasPrefix("/") ? columns[2] : "/",
            isSecure: try self.flag(columns[3]),
            isHTTPOnly: isHTTPOnly,
            sameSite: self.sameSite(words),
            expiry: try self.expiry(columns[4])
        )
        cookie.isLatin1 = words.contains("latin1") && columns[5...].allSatisfy(\.isLatin1)
        do throws(CookieRefusal) {
            guard !cookie.pair.isEmpty else { throw .empty }
            try cookie.checkPromises(hasRootPath: cookie.path == "/")
        } catch {
            throw LineError(kind: .refused(error))
        }
        return cookie
    }

    private static let flags = ["TRUE": true, "FALSE": false]

    private static func flag(_ text: String) throws(LineError) -> Bool {
        guard let flag = self.flags[text] else { throw LineError(kind: .flag(text)) }
        return flag
    }

    private static func domain(
        _ text: String,
        includesSubdomains: Bool
    ) throws(LineError) -> String {
        let name = (text.hasPrefix(".") ? String(text.dropFirst()) : text).lowercasingASCII
        let isPlausible = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        let isTooWide = includesSubdomains && PublicSuffixes.contains(name)
        guard isPlausible, !isTooWide else { throw LineError(kind: .domain(text)) }
        return name
    }

    private static func expiry(_ text: String) throws(LineError) -> Int64? {
        // Some exporters write fractions of a second.
        let whole = text.prefix { $0 != "." }
        guard let seconds = Int64(whole) else { throw LineError(kind: .expiry(text)) }
        return seconds == 0 ? nil : seconds
    }

    private static func sameSite(_ words: [Substring]) -> Cookie.SameSite {
        for word in words where word.hasPrefix("samesite=") {
            return Cookie.SameSite(rawValue: String(word.dropFirst(9))) ?? .default
        }
        return .default
    }
}

extension String {
    /// Whether each character is one byte of ISO-8859-1.
    fileprivate var isLatin1: Bool { self.unicodeScalars.allSatisfy { $0.value < 0x100 } }
}
