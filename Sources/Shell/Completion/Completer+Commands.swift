import HTTPModel
import HTTPSession
import Rendering
import ShellLanguage

/// The words of commands, from the usage that their help shows.
extension Completer {
    /// What may follow `words` after a command's name.
    func arguments(of name: String, after words: [String], _ prefix: String) -> [Offer] {
        guard let command = self.snapshot.registry.command(name) else { return [] }
        var patterns = command.help.usage.compactMap { UsagePattern($0, of: name) }
        let shared = patterns.filter { $0.text.hasPrefix("…") }.flatMap(\.options)
        patterns.removeAll { $0.text.hasPrefix("…") }
        var offers: [Offer] = []
        var options: [Offer] = []
        for pattern in patterns {
            let (alternatives, names) = pattern.expected(after: words)
            for alternative in alternatives {
                offers += self.offers(alternative, of: command, pattern, words, prefix)
            }
            options += names.map { Offer($0, pattern.text) }
        }
        options += shared.filter { !words.contains($0.name) }.map { Offer($0.name) }
        if let last = words.last, let option = shared.first(where: { $0.name == last }) {
            return option.values.flatMap {
                self.offers(placeholder: $0, of: command, words, prefix)
            }
        }
        // Options come last, and only where they are begun or nothing else is.
        return prefix.hasPrefix("-") || offers.isEmpty ? offers + options : offers
    }

    private func offers(
        _ alternative: String,
        of command: any ShellCommand,
        _ pattern: UsagePattern,
        _ words: [String],
        _ prefix: String
    ) -> [Offer] {
        guard UsagePattern.isPlaceholder(alternative) else {
            return [Offer(alternative, pattern.text)]
        }
        return self.offers(placeholder: alternative, of: command, words, prefix)
    }

    private func offers(
        placeholder: String,
        of command: any ShellCommand,
        _ words: [String],
        _ prefix: String
    ) -> [Offer] {
        let sources = command.completions[placeholder] ?? CompletionSource.standard(placeholder)
        return sources.flatMap { self.offers(from: $0, words, prefix) }
    }

    private func offers(
        from source: CompletionSource,
        _ words: [String],
        _ prefix: String
    ) -> [Offer] {
        switch source {
        case .nothing: []
        case .words(let words): words.map { Offer($0) }
        case .exchanges: self.exchanges
        case .exchangeNames: self.exchangeNames
        case .connections: self.connections
        case .jobs: self.snapshot.jobs.map { Offer("\($0.number)", $0.label.description) }
        case .files: self.files(prefix)
        case .folders: self.files(prefix, foldersOnly: true)
        case .targets: self.targets(PartialRequest(method: "GET"), prefix)
        case .origins: self.origins
        case .cookies:
            self.snapshot.cookies.map { Offer($0.name, "\($0.domain)\($0.path)") }
        case .variables:
            self.snapshot.variables.map { Offer("@\($0.name)", "") }
        case .settings: self.settings
        case .settingValues: self.settingValues(of: words.last ?? "")
        case .fields: self.fieldNames.map { Offer($0) }
        case .queryDefaults: self.snapshot.queryNames.map { Offer($0, "a default parameter") }
        case .environments: self.snapshot.environments.map { Offer($0, "an environment") }
        case .aliases:
            self.snapshot.aliases.sorted { $0.key < $1.key }.map { Offer($0.key, "= \($0.value)") }
        case .topics: self.topics
        case .commands: self.methods
        }
    }

    private var topics: [Offer] {
        let commands = self.snapshot.registry.commands.map {
            Offer($0.signature.name, $0.summary)
        }
        let topics = HelpTopics.names.map { Offer($0, "a topic") }
        return (commands + topics).sorted { $0.text < $1.text } + self.methods
    }

    private var settings: [Offer] {
        SettingsTable.all.map { setting in
            Offer(setting.name, "\(setting.get(self.snapshot.settings)) · \(setting.summary)")
        }
    }

    /// The values that a setting is known to take, the one in force among them.
    private func settingValues(of name: String) -> [Offer] {
        guard let setting = SettingsTable.setting(name) else { return [] }
        let current = setting.get(self.snapshot.settings)
        let standard = setting.get(SettingsValues())
        var offers = setting.choices.map { value in
            let notes = [value == current ? "now" : nil, value == standard ? "default" : nil]
            return Offer(value, notes.compactMap { $0 }.joined(separator: ", "))
        }
        if !setting.choices.contains(current) { offers.insert(Offer(current, "now"), at: 0) }
        if standard != current, !setting.choices.contains(standard) {
            offers.append(Offer(standard, "default"))
        }
        return offers
    }

    /// The origins that were talked to, the base's first.
    var origins: [Offer] {
        var origins = self.snapshot.base.map { [$0.origin] } ?? []
        origins += self.snapshot.exchanges.reversed().map(\.target.origin)
        var unique: Set<Origin> = []
        return origins.filter { unique.insert($0).inserted }.map { Offer($0.description) }
    }
}

extension Setting {
    /// The values that its description lists: `on or off`, `pretty or raw`.
    var choices: [String] {
        let words = self.expected.split(separator: " ").map {
            String($0.filter { $0 != "," })
        }
        var choices: [String] = []
        for (index, word) in words.enumerated() {
            let isListed =
                index + 1 < words.count && words[index + 1] == "or"
                || index > 0 && words[index - 1] == "or"
            let isWord = word.allSatisfy { $0.isLowercase || $0 == "-" }
            // Of `a duration such as 30s, or off` only `off` is a value.
            let isSentence = ["a", "up", "the", "parts"].contains(word)
            if isListed, isWord, !isSentence { choices.append(word) }
        }
        return choices
    }
}
