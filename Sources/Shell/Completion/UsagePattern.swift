/// One form of a command, as its help shows it, for completion: `pool close #ID|idle [--force]`.
///
/// Words in capitals and `#ID` are placeholders, `|` separates alternatives, brackets enclose what
/// may be left out, `…` means again. So help and completion can never disagree.
struct UsagePattern: Sendable, Hashable {
    /// What may stand in one place.
    struct Element: Sendable, Hashable {
        /// Words, and placeholders.
        var alternatives: [String]
        /// Whether it may be left out.
        var isOptional: Bool
        /// Whether it may stand several times.
        var repeats = false
    }

    /// An option of the form, with what stands behind it.
    struct Option: Sendable, Hashable {
        var name: String
        var values: [String]
    }

    /// As help shows it.
    let text: String
    /// What stands after the command's name.
    private(set) var elements: [Element] = []
    /// The options, which may stand anywhere.
    private(set) var options: [Option] = []

    /// Reads a form of the command called `name`; nil if it is a form of another.
    init?(_ text: String, of name: String) {
        self.text = text
        var words = text.split(separator: " ").map(String.init)
        guard words.first == name || words.first == "…" else { return nil }
        words.removeFirst()
        var depth = 0
        var isOptionValue = false
        for word in words {
            let opened = word.prefix { $0 == "[" }.count
            let closed = word.reversed().prefix { $0 == "]" }.count
            depth += opened
            let core = String(word.dropFirst(opened).dropLast(closed))
            if core == "…" {
                if !self.elements.isEmpty { self.elements[self.elements.count - 1].repeats = true }
            } else if core.hasPrefix("-"), core.count > 1 {
                self.options.append(Option(name: core, values: []))
                isOptionValue = depth > 0 && closed == 0
            } else if isOptionValue {
                self.options[self.options.count - 1].values = Self.alternatives(core)
                isOptionValue = false
            } else if !core.isEmpty {
                self.elements.append(
                    Element(alternatives: Self.alternatives(core), isOptional: depth > 0)
                )
            }
            depth = max(0, depth - closed)
        }
    }

    private static func alternatives(_ text: String) -> [String] {
        text.split(separator: "|").map(String.init)
    }

    /// Whether a word of a usage stands for others.
    static func isPlaceholder(_ word: String) -> Bool {
        word == "#ID" || word.contains { $0.isUppercase }
    }

    /// What may come after `words`: alternatives of elements and names of options.
    func expected(after words: [String]) -> (alternatives: [String], options: [String]) {
        var positional: [String] = []
        var used: Set<String> = []
        var rest = words[...]
        while let word = rest.popFirst() {
            guard let option = self.options.first(where: { $0.name == word }) else {
                positional.append(word)
                continue
            }
            used.insert(word)
            guard !option.values.isEmpty else { continue }
            guard rest.popFirst() != nil else { return (option.values, []) }
        }
        guard let places = self.places(after: positional) else { return ([], []) }
        return (
            places.flatMap { $0 < self.elements.count ? self.elements[$0].alternatives : [] },
            self.options.map(\.name).filter { !used.contains($0) }
        )
    }

    /// The places that words lead to; nil if they do not fit.
    private func places(after words: [String]) -> [Int]? {
        var places = self.skipping([0])
        for word in words {
            var next: Set<Int> = []
            for place in places where place < self.elements.count {
                let element = self.elements[place]
                guard element.alternatives.contains(where: { Self.fits(word, $0) }) else {
                    continue
                }
                next.insert(place + 1)
                if element.repeats { next.insert(place) }
            }
            guard !next.isEmpty else { return nil }
            places = self.skipping(next)
        }
        return places.sorted()
    }

    /// The places, and those behind elements that may be left out.
    private func skipping(_ places: Set<Int>) -> Set<Int> {
        var all = places
        for place in places {
            var next = place
            while next < self.elements.count, self.elements[next].isOptional {
                next += 1
                all.insert(next)
            }
        }
        return all
    }

    private static func fits(_ word: String, _ alternative: String) -> Bool {
        guard self.isPlaceholder(alternative) else { return word == alternative }
        switch alternative {
        case "N", "M", "N-M", "#ID": return word.contains(where: \.isNumber)
        case "@NAME": return word.hasPrefix("@")
        default: return true
        }
    }
}
