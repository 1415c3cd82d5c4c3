/// The entries of a netrc file: names and passwords by host.
///
///     file    = *( "machine" HOST *pair / "default" *pair / "macdef" NAME … blank line )
///     pair    = ( "login" / "password" / "account" ) TEXT
///
/// Hosts are compared whole and canonical, never by what stands before a colon (Requests
/// CVE-2024-47081). An entry stands for itself: what it lacks is not taken from another one, and
/// `default` does not fill gaps (curl CVE-2024-11053, CVE-2025-0167).
package struct Netrc: Sendable, Hashable {
    /// Where it was read from.
    package let path: String
    private var entries: [Entry] = []

    /// The longest file, in bytes.
    static let sizeLimit = 1 << 20

    private struct Entry: Sendable, Hashable {
        /// The host; nil for `default`.
        var host: String?
        var user: String?
        var password: String?
    }

    /// How many hosts it names.
    package var hostCount: Int { self.entries.count { $0.host != nil } }

    /// Reads a file.
    package init(contentsOf path: String) throws(FileError) {
        self.init(try readTextFile(path, limit: Self.sizeLimit), path: path)
    }

    /// Reads the text of a file; words that make no sense are skipped.
    init(_ text: String, path: String) {
        self.path = path
        var words = Self.words(text)
        while let word = words.popFirst() {
            switch word {
            case "machine":
                guard let host = words.popFirst() else { return }
                let canonical = (try? HostName.canonical(host)) ?? host.lowercasingASCII
                self.entries.append(Entry(host: canonical))
            case "default": self.entries.append(Entry(host: nil))
            case "login": self.set(\.user, words.popFirst())
            case "password": self.set(\.password, words.popFirst())
            case "account": _ = words.popFirst()
            default: continue
            }
        }
    }

    private mutating func set(_ path: WritableKeyPath<Entry, String?>, _ value: String?) {
        guard let last = self.entries.indices.last else { return }
        self.entries[last][keyPath: path] = value
    }

    /// The credentials for a host; the first entry that names it decides.
    ///
    /// Whether the `default` entry may stand in is `usesDefault`: not after a redirect to another
    /// origin, whose host the user never named.
    func credentials(for host: String, usesDefault: Bool) -> Credentials? {
        let entry =
            self.entries.first { $0.host == host }
            ?? (usesDefault ? self.entries.first { $0.host == nil } : nil)
        guard let user = entry?.user, let password = entry?.password else { return nil }
        return try? .basic(user: user, password: password)
    }

    /// The words of a file: comments and macros left out, quotes taken off.
    private static func words(_ text: String) -> ArraySlice<String> {
        var words: [String] = []
        var isMacro = false
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.allSatisfy({ $0 == " " || $0 == "\t" }) { isMacro = false }
            guard !isMacro else { continue }
            var scanner = Substring(line)
            while let word = Self.word(&scanner) {
                // A password may begin with "#", so only a word that begins an entry is a comment.
                let isValue = ["password", "login", "account"].contains(words.last ?? "")
                if word.hasPrefix("#"), !isValue { break }
                isMacro = isMacro || (word == "macdef" && !isValue)
                if isMacro { break }
                words.append(word)
            }
        }
        return words[...]
    }

    private static func word(_ rest: inout Substring) -> String? {
        rest = rest.drop { $0 == " " || $0 == "\t" }
        guard let first = rest.first else { return nil }
        guard first == "\"" else {
            let word = rest.prefix { $0 != " " && $0 != "\t" }
            rest = rest[word.endIndex...]
            return String(word)
        }
        rest.removeFirst()
        var word = ""
        while let character = rest.popFirst(), character != "\"" {
            word.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
        }
        return word
    }
}
