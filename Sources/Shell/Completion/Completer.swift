package import LineEditing
import Rendering
import ShellLanguage

/// What Tab offers: a pure function of the line, the cursor and what the session knows.
package struct Completer: Sendable {
    /// What may be put at the cursor.
    struct Offer: Hashable {
        /// What is put there, before quoting.
        var text: String
        /// What the list shows for it; nil is the text itself.
        var shown: String?
        /// What it is, in a few words.
        var summary = ""
        /// What follows it where it is the only one.
        var suffix = " "

        init(_ text: String, _ summary: String = "", suffix: String = " ", shown: String? = nil) {
            self.text = text
            self.summary = summary
            self.suffix = suffix
            self.shown = shown
        }
    }

    /// What the session knows.
    let snapshot: CompletionSnapshot

    /// Creates a completer.
    package init(_ snapshot: CompletionSnapshot) {
        self.snapshot = snapshot
    }

    /// What Tab offers at `cursor`, an offset in UTF-8 bytes.
    package func complete(_ line: String, cursor: Int) -> LineCompletion {
        let context = self.context(of: line, cursor: cursor)
        var seen: Set<String> = []
        var candidates: [LineCompletion.Candidate] = []
        let prefix = context.prefix
        for offer in self.offers(for: context) {
            guard Self.fits(offer.text, prefix, ignoringCase: self.ignoresCase(context)),
                seen.insert(offer.shown ?? offer.text).inserted, Self.isTypeable(offer.text)
            else { continue }
            candidates.append(
                LineCompletion.Candidate(
                    context.quoting.write(offer.text),
                    shown: Sanitizer.line(offer.shown ?? offer.text),
                    summary: Sanitizer.line(offer.summary),
                    suffix: Self.suffix(of: offer, context)
                )
            )
        }
        return LineCompletion(start: context.start, candidates: candidates)
    }

    /// The context, seen through an alias where the line begins with one.
    private func context(of line: String, cursor: Int) -> CompletionContext {
        let parser = self.snapshot.parser
        let expanded = parser.expandingAlias(in: line)
        let growth = expanded.utf8.count - line.utf8.count
        let blank = line.utf8.firstIndex(of: UInt8(ascii: " ")) ?? line.utf8.endIndex
        let firstWord = line.utf8.distance(from: line.startIndex, to: blank)
        guard growth != 0, cursor > firstWord else {
            return parser.completionContext(of: line, cursor: cursor)
        }
        var context = parser.completionContext(of: expanded, cursor: cursor + growth)
        context.start -= growth
        return context
    }

    private static func suffix(of offer: Offer, _ context: CompletionContext) -> String {
        guard offer.suffix == " " else { return offer.suffix }
        return switch context.quoting {
        case .none, .plain: " "
        case .single: "' "
        case .double: "\" "
        }
    }

    private func ignoresCase(_ context: CompletionContext) -> Bool {
        switch context.expected {
        case .item, .method, .lineStart, .fieldValue: true
        case .nothing, .target, .targetQuery, .queryValue, .dataValue, .optionValue, .argument,
            .reference, .jsonPath, .file, .variable, .tag, .connection:
            false
        }
    }

    private static func fits(_ text: String, _ prefix: String, ignoringCase: Bool) -> Bool {
        if text.hasPrefix(prefix) { return true }
        return ignoringCase && text.lowercased().hasPrefix(prefix.lowercased())
    }

    /// Names come from servers and files: what could drive a terminal is not put on the line.
    private static func isTypeable(_ text: String) -> Bool {
        Sanitizer.line(text) == text
    }

    private func offers(for context: CompletionContext) -> [Offer] {
        switch context.expected {
        case .nothing: []
        case .lineStart: self.lineStarts(context.prefix)
        case .method: self.methods
        case .target(let request): self.targets(request, context.prefix)
        case .targetQuery(let request):
            self.queryNames(request).map {
                Offer("\($0.name)=", $0.summary, suffix: "", shown: $0.name)
            }
        case .queryValue(let request, let name): self.queryValues(request, name)
        case .item(let request): self.items(request, context.prefix)
        case .fieldValue(let name): self.fieldValues(name)
        case .dataValue(let request, let key, let isJSON):
            self.dataValues(request, key, isJSON: isJSON)
        case .optionValue(let option): self.optionValues(option, context.prefix)
        case .argument(let command, let words):
            self.arguments(of: command, after: words, context.prefix)
        case .reference: self.references(context.prefix)
        case .jsonPath: self.jsonPaths(context.prefix)
        case .file: self.files(context.prefix)
        case .variable:
            self.snapshot.variables.map { Offer("\($0.name) = ", "", suffix: "", shown: $0.name) }
        case .tag: Self.tags
        case .connection: self.connections
        }
    }
}
