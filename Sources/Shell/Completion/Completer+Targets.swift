import HTTPModel
import OpenAPI
import Rendering
import ShellLanguage

/// Paths: those of the description, those that were sent, those that answers link to.
extension Completer {
    /// From how many paths on, only their next segments are listed.
    private static let foldAbove = 40
    /// How many links are taken from one answer.
    private static let linkLimit = 200

    /// A path of the service, and what is known of it.
    private struct KnownPath {
        var path: String
        /// What the list shows; a template has its parameters here.
        var shown: String
        var summary: String
    }

    /// Targets that may be meant.
    func targets(_ request: PartialRequest, _ prefix: String) -> [Offer] {
        guard let base = self.snapshot.base, !prefix.contains("://") else {
            return self.absoluteTargets(prefix)
        }
        let directory = base.path.hasSuffix("/") ? base.path : base.path + "/"
        // A path from the origin, or one below the base.
        let isFromOrigin = prefix.hasPrefix("/") || prefix.isEmpty && directory == "/"
        let lead = prefix.hasPrefix("./") ? "./" : ""
        let typed = isFromOrigin ? prefix : directory + prefix.dropFirst(lead.count)
        let paths = self.paths(request, typed.isEmpty ? "/" : typed, base.origin)
        let shorten: (String) -> String? = { path in
            guard !isFromOrigin else { return path }
            return path.hasPrefix(directory) ? lead + path.dropFirst(directory.count) : nil
        }
        var offers: [Offer] = []
        for path in paths {
            guard let text = shorten(path.path), let shown = shorten(path.shown) else { continue }
            let isWhole = path.path == path.shown
            offers.append(Offer(text, path.summary, suffix: isWhole ? " " : "", shown: shown))
        }
        return Self.folded(offers, prefix)
    }

    /// Whole URLs that were sent, of any origin.
    private func absoluteTargets(_ prefix: String) -> [Offer] {
        var unique: Set<String> = []
        var offers: [Offer] = []
        for exchange in self.snapshot.exchanges.reversed() {
            var target = exchange.target
            target.query = nil
            let text =
                prefix.contains("://")
                ? target.description : String("\(target.origin.authority)\(target.path)")
            guard unique.insert(text).inserted else { continue }
            offers.append(Offer(text, Self.summary(of: exchange)))
        }
        return offers
    }

    /// The paths of the base's origin that go on from `typed`.
    private func paths(
        _ request: PartialRequest,
        _ typed: String,
        _ origin: Origin
    ) -> [KnownPath] {
        var known: [KnownPath] = []
        var unique: Set<String> = []
        func add(_ path: KnownPath) {
            if unique.insert(path.shown).inserted { known.append(path) }
        }
        let described = self.snapshot.description?.operations ?? []
        // Split once: a description may have thousands of operations.
        let pieces = Self.pieces(of: typed)
        for operation in described where operation.method == request.method {
            guard let path = Self.continuing(pieces, with: operation.path) else { continue }
            let note = operation.isDeprecated ? "deprecated · " : ""
            add(KnownPath(path: path.text, shown: path.shown, summary: note + operation.summary))
        }
        for exchange in self.snapshot.exchanges.reversed()
        where exchange.target.origin == origin && exchange.target.path.hasPrefix(typed) {
            let status = exchange.status.map { ", \($0)" } ?? ""
            add(
                KnownPath(
                    path: exchange.target.path,
                    shown: exchange.target.path,
                    summary: "\(exchange.method) in \(exchange.number)\(status)"
                )
            )
        }
        for (link, number) in self.links(of: origin) where link.hasPrefix(typed) {
            add(KnownPath(path: link, shown: link, summary: "link in \(number)"))
        }
        // Paths with other methods only where there is nothing else.
        if known.isEmpty {
            for operation in described {
                guard let path = Self.continuing(pieces, with: operation.path) else { continue }
                let summary = "\(operation.method) only · \(operation.summary)"
                add(KnownPath(path: path.text, shown: path.shown, summary: summary))
            }
        }
        return known
    }

    /// What stands between the slashes of a path.
    static func pieces(of path: String) -> [Substring] {
        Array(path.split(separator: "/", omittingEmptySubsequences: false).dropFirst())
    }

    /// Whether a template goes on from a path that was begun.
    private static func fits(_ pieces: [Substring], _ segments: [PathTemplate.Segment]) -> Bool {
        guard pieces.count <= segments.count else { return false }
        for index in pieces.indices {
            let isLast = index == pieces.count - 1
            switch segments[index] {
            case .literal(let literal):
                let fits = isLast ? literal.hasPrefix(pieces[index]) : literal == pieces[index]
                guard fits else { return false }
            case .parameter:
                guard isLast || !pieces[index].isEmpty else { return false }
            }
        }
        return true
    }

    /// What a path that was begun becomes by a template: up to the next parameter, what was typed
    /// for parameters kept.
    static func continuing(
        _ pieces: [Substring],
        with template: PathTemplate
    ) -> (text: String, shown: String)? {
        let segments = template.segments
        guard Self.fits(pieces, segments) else { return nil }
        var text = zip(pieces, segments).map { piece, segment -> String in
            if case .literal(let literal) = segment { literal } else { String(piece) }
        }
        var shown = text
        if let last = pieces.last, last.isEmpty, pieces.count <= segments.count,
            case .parameter(let name, _, _) = segments[pieces.count - 1]
        {
            shown[shown.count - 1] = name
            shown += segments[pieces.count...].map(\.text)
            return ("/" + text.joined(separator: "/"), "/" + shown.joined(separator: "/"))
        }
        // From here on literal text, up to the first parameter.
        var isOpen = false
        for segment in segments[pieces.count...] {
            shown.append(segment.text)
            guard !isOpen else { continue }
            if case .literal(let literal) = segment {
                text.append(literal)
            } else {
                text.append("")
                isOpen = true
            }
        }
        return ("/" + text.joined(separator: "/"), "/" + shown.joined(separator: "/"))
    }

    /// Of many paths, the next segments of them.
    private static func folded(_ offers: [Offer], _ prefix: String) -> [Offer] {
        let fitting = offers.filter { $0.text.hasPrefix(prefix) }
        guard fitting.count > Self.foldAbove else { return offers }
        var counts: [String: Int] = [:]
        var order: [String] = []
        for offer in fitting {
            let shown = offer.shown ?? offer.text
            let rest = shown.dropFirst(prefix.count)
            let end = rest.firstIndex(of: "/").map { rest.index(after: $0) } ?? rest.endIndex
            let folder = String(shown[..<end])
            if counts[folder] == nil { order.append(folder) }
            counts[folder, default: 0] += 1
        }
        guard order.count > 1 else { return offers }
        return order.flatMap { folder -> [Offer] in
            let count = counts[folder] ?? 0
            let same = fitting.filter { ($0.shown ?? $0.text).hasPrefix(folder) }
            guard count > 1, folder.hasSuffix("/") else {
                return same.filter { ($0.shown ?? $0.text) == folder }
            }
            // A template's parameter is shown, not typed.
            let text = folder.firstIndex(of: "{").map { String(folder[..<$0]) } ?? folder
            return [Offer(text, "\(count) paths", suffix: "", shown: folder)]
        }
    }

    // MARK: Links

    /// The paths on `origin` that the latest answers name, with the number of the answer.
    private func links(of origin: Origin) -> [(path: String, number: Int)] {
        let answers = self.snapshot.exchanges.reversed().filter {
            $0.target.origin == origin && !$0.received.isEmpty
        }
        return answers.prefix(CompletionSnapshot.linkedAnswers).flatMap { exchange in
            Self.links(in: exchange.received, of: origin).map { ($0, exchange.number) }
        }
    }

    /// The quoted texts that are paths, or URLs of `origin`: JSON's links and those of HTML alike.
    static func links(in content: [UInt8], of origin: Origin) -> [String] {
        let quote = UInt8(ascii: "\"")
        let start = Array("\(origin)/".utf8)
        var links: [String] = []
        var offset = 0
        while links.count < Self.linkLimit,
            let open = content[offset...].firstIndex(of: quote), open + 1 < content.count
        {
            offset = open + 1
            let rest = content[offset...]
            let isPath = rest[offset] == UInt8(ascii: "/")
            guard isPath || rest.starts(with: start) else { continue }
            guard let end = rest.prefix(512).firstIndex(of: quote) else { continue }
            let text = String(decoding: rest[..<end], as: UTF8.self).replacing("\\/", with: "/")
            let path = isPath ? text : String(text.dropFirst(start.count - 1))
            offset = end + 1
            let isPlain = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }
            guard isPlain, !path.hasPrefix("//"), !path.contains("{") else { continue }
            links.append(path)
        }
        return links
    }
}
