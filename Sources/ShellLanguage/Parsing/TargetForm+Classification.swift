extension TargetForm {
    /// Says what kind of target a template is, by its literal text alone (LANGUAGE.md section 4).
    ///
    /// - Returns: `nil` for `NAME:TEXT`, which may be a path or a field.
    package static func classify(_ template: Template) -> TargetForm? {
        var bytes: [UInt8?] = []
        var startsWithReference = false
        for part in template.parts {
            switch part {
            case .literal(let text):
                bytes += text.utf8.map { $0 }
            case .placeholder:
                startsWithReference = startsWithReference || bytes.isEmpty
                bytes.append(nil)
            }
        }
        return try? classify(bytes, startsWithReference: startsWithReference).get()
    }

    /// A colon that makes a target ambiguous, by its index.
    struct AmbiguousColon: Error, Hashable, Sendable {
        let index: Int
    }

    /// A byte of no text, which stands for an escaped one: it never means anything.
    static let escapedByte: UInt8 = 0xFF

    /// Classifies bytes, where `nil` stands for a reference.
    static func classify(
        _ bytes: [UInt8?],
        startsWithReference: Bool
    ) -> Result<TargetForm, AmbiguousColon> {
        if startsWithReference { return .success(.reference) }
        let reader = FormReader(bytes: bytes)
        if let form = reader.formByStart { return .success(form) }
        guard !reader.hasEscapeBeforePath, let colon = reader.colonBeforePath else {
            return .success(.bare)
        }
        if reader.has("//", at: colon + 1) {
            let scheme = bytes[..<colon].compactMap { $0 }
            guard scheme.count == colon else { return .success(.reference) }
            return .success(.absolute(scheme: String(decoding: scheme, as: UTF8.self).lowercased()))
        }
        guard reader.portStands(at: colon + 1) else {
            return .failure(AmbiguousColon(index: colon))
        }
        return .success(colon == 0 ? .localPort : .host)
    }
}

/// The questions that classification asks of a target.
private struct FormReader {
    let bytes: [UInt8?]

    func has(_ text: String, at index: Int) -> Bool {
        guard index + text.utf8.count <= bytes.count else { return false }
        return zip(bytes[index...], text.utf8).allSatisfy { $0 == $1 }
    }

    private func equals(_ text: String) -> Bool {
        bytes.count == text.utf8.count && has(text, at: 0)
    }

    /// The form, where the first characters tell it.
    var formByStart: TargetForm? {
        if equals(".") { return .base }
        if equals("*") { return .asterisk }
        if has("?", at: 0) { return .query }
        if has("//", at: 0) { return .schemeRelative }
        if has("/", at: 0) { return .originPath }
        if equals("..") || ["./", "../", ".?", "..?"].contains(where: { has($0, at: 0) }) {
            return .relativePath
        }
        if has("[", at: 0), let end = bytes.firstIndex(of: UInt8(ascii: "]")) {
            let isHost = endsHost(at: end + 1) || has(":", at: end + 1)
            return isHost ? .host : .bare
        }
        return nil
    }

    /// Whether an escaped byte stands before any `/`, `?` and `#`: then no colon there counts.
    var hasEscapeBeforePath: Bool {
        let first = bytes.firstIndex { byte in
            byte.map { $0 == TargetForm.escapedByte || "/?#".utf8.contains($0) } ?? false
        }
        return first.map { bytes[$0] == TargetForm.escapedByte } ?? false
    }

    /// The first colon with no `/`, `?` or `#` before it.
    var colonBeforePath: Int? {
        let first = bytes.firstIndex { byte in byte.map { ":/?#".utf8.contains($0) } ?? false }
        return first.flatMap { bytes[$0] == UInt8(ascii: ":") ? $0 : nil }
    }

    /// Whether digits or references stand at an index, and then the end of a host.
    func portStands(at start: Int) -> Bool {
        let end = bytes[start...].firstIndex { $0.map { !$0.isDigit } ?? false } ?? bytes.count
        return end > start && endsHost(at: end)
    }

    private func endsHost(at index: Int) -> Bool {
        guard index < bytes.count else { return true }
        return bytes[index].map { "/?#".utf8.contains($0) } ?? false
    }
}
