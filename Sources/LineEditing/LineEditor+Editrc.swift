internal import CEditLine
internal import Glibc

/// `~/.editrc`: libedit reads it, and what it binds comes after our own choice of keys.
extension LineEditor {
    /// The file that libedit reads.
    private static var editrcPath: String? {
        if let path = getenv("EDITRC") {
            return String(cString: path)
        }
        return getenv("HOME").map { "\(String(cString: $0))/.editrc" }
    }

    /// Binds once more what the user's file binds.
    ///
    /// Choosing a map (`bind -v`) empties it, so the file comes first, then our keys for the map
    /// that it chose, then its bindings again.
    func bindUserKeys() {
        guard let path = Self.editrcPath, let file = fopen(path, "re") else {
            return
        }
        defer { fclose(file) }
        guard let tokenizer = tok_init(nil) else {
            return
        }
        defer { tok_end(tokenizer) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        while getline(&line, &capacity, file) > 0, let line {
            var count: CInt = 0
            var words: UnsafeMutablePointer<UnsafePointer<CChar>?>?
            tok_reset(tokenizer)
            if tok_str(tokenizer, line, &count, &words) == 0, let words,
                Self.isBinding(UnsafeBufferPointer(start: words, count: Int(count)))
            {
                // The words may begin with the name of another program: libedit looks at that.
                _ = el_parse(handle, count, words)
            }
        }
        free(line)
    }

    /// Whether a line binds a key, as opposed to choosing or listing a map.
    private static func isBinding(_ words: UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Bool {
        let texts = words.compactMap { $0.map { String(cString: $0) } }
        guard let command = texts.first?.split(separator: ":").last, command == "bind" else {
            return false
        }
        return texts.count > 2 && !texts.contains("-v") && !texts.contains("-e")
    }
}
