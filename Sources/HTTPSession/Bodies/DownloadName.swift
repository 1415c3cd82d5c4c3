package import HTTPModel

/// The name of a downloaded file, made safe: what a server sends is a wish, not a path.
///
/// HTTPie CVE-2019-10751 let the target of a redirect choose the name; here the request's own
/// target does, unless the response says `Content-Disposition`.
package enum DownloadName {
    /// The longest name, in bytes of UTF-8; file systems take 255, and a suffix must fit.
    static let limit = 200

    /// The name that a request's target suggests: its last segment.
    package static func suggested(by target: URI) -> String {
        let segment = target.path.split(separator: "/").last.map { String($0).percentDecoded }
        return segment.flatMap { self.safe($0) } ?? "download"
    }

    /// The name that a response suggests (RFC 6266); nil if it suggests none that can be used.
    static func suggested(by head: ResponseHead) -> String? {
        guard let value = head.first("Content-Disposition") else { return nil }
        // The scanner of challenges reads parameters that commas separate; these have semicolons.
        var parameters: [String: String] = [:]
        for piece in Self.pieces(of: value).dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = piece[..<equals].trimmingBlanks.lowercasingASCII
            let text = piece[piece.index(after: equals)...].trimmingBlanks
            if parameters[name] == nil { parameters[name] = Self.unquoted(text) }
        }
        let extended = parameters["filename*"].flatMap { self.decoded($0) }
        return (extended ?? parameters["filename"]).flatMap { self.safe($0) }
    }

    /// A name without folders, controls and what hides or misleads; nil if nothing is left.
    static func safe(_ text: String) -> String? {
        // Scalar by scalar: a slash and a combining mark are one character, which is no slash.
        let kept = String.UnicodeScalarView(text.unicodeScalars.filter(Self.isKept))
        let last = kept.split { $0 == "/" || $0 == "\\" }.last ?? kept[kept.endIndex...]
        var name = last.drop { $0 == "." || $0 == " " }
        while let end = name.last, end == "." || end == " " { name.removeLast() }
        // A name that begins with a dash is an option to most programs.
        if name.first == "-" {
            name.replaceSubrange(..<name.index(after: name.startIndex), with: "_".unicodeScalars)
        }
        guard !name.isEmpty else { return nil }
        return self.shortened(String(name))
    }

    /// The name with a number before its last suffix, for one that is taken.
    static func numbered(_ name: String, _ number: Int) -> String {
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else {
            return "\(name)-\(number)"
        }
        return "\(name[..<dot])-\(number)\(name[dot...])"
    }

    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
            .privateUse:
            false
        default: scalar != "\u{FFFD}"
        }
    }

    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > self.limit else { return name }
        let suffix = name.lastIndex(of: ".").map { name[$0...] } ?? ""
        let kept = suffix.utf8.count <= 20 ? suffix : ""
        var stem = name.dropLast(kept.count)
        while stem.utf8.count + kept.utf8.count > self.limit { stem.removeLast() }
        return String(stem) + kept
    }

    // MARK: Parameters

    /// The pieces between semicolons outside quotes.
    private static func pieces(of value: String) -> [Substring] {
        var isQuoted = false
        var isEscaped = false
        return value.split(omittingEmptySubsequences: false) { character in
            defer { isEscaped = character == "\\" && isQuoted && !isEscaped }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            return character == ";" && !isQuoted
        }
    }

    private static func unquoted(_ text: String) -> String {
        guard text.hasPrefix("\""), text.count > 1, text.hasSuffix("\"") else { return text }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            // Servers put Windows paths there unescaped; the path goes in any case.
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            if isEscaped, character != "\"", character != "\\" { result.append("\\") }
            result.append(character)
            isEscaped = false
        }
        return result
    }

    /// An extended value (RFC 8187): `UTF-8''na%C3%AFve.txt`.
    private static func decoded(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return String(parts[2]).percentDecoded
    }
}
