import HTTPModel
import JSONPath
import Rendering
import ShellLanguage

/// The inside of `{{…}}`, and paths into the last body.
extension Completer {
    /// How many members of one value are listed.
    private static let memberLimit = 200

    /// What may stand in a reference.
    func references(_ prefix: String) -> [Offer] {
        if prefix.hasPrefix("$.") || prefix.hasPrefix("$[") {
            return self.paths(prefix, in: self.snapshot.lastBody)
        }
        if let offers = self.messageParts(prefix) { return offers }
        var offers = self.snapshot.variables.map { variable in
            Offer("\(variable.name)}}", Self.preview(variable), suffix: "", shown: variable.name)
        }
        if self.snapshot.base != nil {
            offers.append(Offer("base}}", "the base", suffix: "", shown: "base"))
        }
        if !self.snapshot.exchanges.isEmpty {
            offers.append(Offer("last.", "the last exchange", suffix: ""))
        }
        offers += self.exchangeNames.map { Offer("\($0.text).", $0.summary, suffix: "") }
        if !self.snapshot.lastBody.isEmpty {
            offers.append(Offer("$.", "in the last body", suffix: ""))
        }
        offers += Reference.dynamicNames.map { name in
            let takesMore = ["env", "processEnv", "secret", "datetime", "localDatetime"]
            let isWhole = !takesMore.contains(name)
            return Offer(
                "$\(name)\(isWhole ? "}}" : name == "env" ? "." : " ")",
                "new at each use",
                suffix: "",
                shown: "$\(name)"
            )
        }
        if prefix.first?.isNumber == true {
            offers += self.exchanges.map { Offer("\($0.text).", $0.summary, suffix: "") }
        }
        return offers
    }

    /// A secret stays hidden, also in a list.
    private static func preview(_ variable: (name: String, value: String)) -> String {
        let names = SensitiveNames(fieldPatterns: [])
        guard !names.holdsSecret(key: variable.name) else { return "(hidden)" }
        return Sanitizer.line(variable.value).truncated(toCells: 40)
    }

    /// What stands behind the name of an exchange: `login.response.body.$.id`.
    private func messageParts(_ prefix: String) -> [Offer]? {
        let steps = prefix.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
            .map(String.init)
        guard steps.count > 1, !prefix.hasPrefix("$"), let exchange = self.exchange(steps[0]) else {
            return nil
        }
        let name = steps[0]
        if steps.count == 2 {
            return ["response", "request"].map { (half: String) in
                Offer("\(name).\(half).", suffix: "", shown: half)
            }
        }
        let lead = "\(name).\(steps[1])."
        if steps.count == 3 {
            return ["body", "headers"].map { (part: String) in
                Offer("\(lead)\(part).", suffix: "", shown: part)
            }
        }
        guard steps[2] == "body" else { return [] }
        let content = steps[1] == "response" ? exchange.received : exchange.sent
        return self.paths(steps[3], in: content).map { offer in
            var offer = offer
            offer.text = "\(lead)body.\(offer.text)"
            return offer
        }
    }

    private func exchange(_ name: String) -> CompletionSnapshot.SeenExchange? {
        let exchanges = self.snapshot.exchanges
        if name == "last" { return exchanges.last { $0.status != nil } }
        if let number = Int(name) { return exchanges.last { $0.number == number } }
        return exchanges.last { $0.name == name }
    }

    // MARK: Paths

    /// Paths that go on from one that was begun behind `|`.
    func jsonPaths(_ prefix: String) -> [Offer] {
        guard !prefix.isEmpty else { return [Offer("$.", "a path into the body", suffix: "")] }
        return self.paths(prefix, in: self.snapshot.lastBody)
    }

    /// The members of what a path leads to, each as the whole path.
    private func paths(_ typed: String, in content: [UInt8]) -> [Offer] {
        guard let root = try? JSONValue(parsing: content) else { return [] }
        guard let cut = typed.lastIndex(where: { $0 == "." || $0 == "[" }) else {
            return [Offer("$.", suffix: "")]
        }
        let parent = String(typed[..<cut])
        // The first of several matches stands for all of them, so that `$.items[*].` goes on.
        guard let query = try? JSONPathQuery(parent.isEmpty ? "$" : parent),
            let value = try? query.firstMatch(in: root)
        else { return [] }
        switch value {
        case .object(let members):
            return members.prefix(Self.memberLimit).map { member in
                Offer(
                    parent + Self.step(member.key),
                    Self.preview(member.value),
                    suffix: "",
                    shown: member.key
                )
            }
        case .array(let elements):
            let first = elements.first.map(Self.preview) ?? "empty"
            return ["[0]", "[-1]", "[*]"].map { Offer(parent + $0, first, suffix: "") }
        case .null, .bool, .number, .string: return []
        }
    }

    private static func step(_ key: String) -> String {
        let isPlain =
            key.utf8.first.map { !$0.isASCIIDigit } ?? false
            && key.utf8.allSatisfy {
                $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_")
            }
        guard !isPlain else { return ".\(key)" }
        return "['\(key.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))']"
    }

    private static func preview(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): CountText.text(elements.count, "element")
        case .object(let members): CountText.text(members.count, "member")
        case .null, .bool, .number, .string:
            Sanitizer.line(String(value.compactText.prefix(80))).truncated(toCells: 40)
        }
    }
}
