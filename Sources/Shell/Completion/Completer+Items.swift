import HTTPModel
import OpenAPI
import Rendering
import ShellLanguage

/// Items, options, and their values.
extension Completer {
    /// A name with what it means.
    struct Named: Hashable {
        var name: String
        var summary: String
    }

    // MARK: What the request is

    /// The path that a request goes to, as far as it can be told without substituting.
    private func path(of request: PartialRequest) -> String? {
        guard let base = self.snapshot.base else { return nil }
        guard var target = request.target else { return base.path }
        if let mark = target.firstIndex(of: "?") { target = String(target[..<mark]) }
        if target.hasPrefix("/") { return target }
        if target.contains("://") { return (try? URI(target))?.path }
        let directory = base.path.hasSuffix("/") ? base.path : base.path + "/"
        return target.hasPrefix("./") ? directory + target.dropFirst(2) : directory + target
    }

    private func operation(of request: PartialRequest) -> APIOperation? {
        guard let path = self.path(of: request) else { return nil }
        return self.snapshot.description?.operation(request.method, path: path)
    }

    private func parameters(
        of request: PartialRequest,
        _ place: APIParameter.Place
    ) -> [APIParameter] {
        guard let description = self.snapshot.description,
            let operation = self.operation(of: request)
        else { return [] }
        return description.parameters(of: operation).filter { $0.place == place }
    }

    /// Earlier requests to the same path, the latest first.
    private func earlier(_ request: PartialRequest) -> [CompletionSnapshot.SeenExchange] {
        guard let path = self.path(of: request) else { return [] }
        return self.snapshot.exchanges.reversed().filter { $0.target.path == path }
    }

    // MARK: Names

    /// Names of query parameters: described ones, then those that were sent to this path.
    func queryNames(_ request: PartialRequest) -> [Named] {
        var names = self.parameters(of: request, .query).map {
            Named(name: $0.name, summary: Self.summary($0.value, $0.summary, $0.isRequired))
        }
        for exchange in self.earlier(request) {
            for pair in (exchange.target.query ?? "").split(separator: "&") {
                let name = String(pair.prefix { $0 != "=" }).percentDecoded
                if !names.contains(where: { $0.name == name }) {
                    names.append(Named(name: name, summary: "in \(exchange.number)"))
                }
            }
        }
        return names
    }

    private func bodyFields(_ request: PartialRequest, below path: [String] = []) -> [APIField] {
        guard let description = self.snapshot.description,
            let operation = self.operation(of: request),
            let content = description.content(of: operation).first
        else { return [] }
        return description.fields(of: content, below: path)
    }

    /// Data items: described members, then those that were sent to this path.
    private func dataItems(_ request: PartialRequest, _ prefix: String) -> [Offer] {
        var offers: [Offer] = []
        // `a[b` goes on within the member `a`.
        let open = prefix.lastIndex(of: "[")
        let lead = open.map { String(prefix[...$0]) } ?? ""
        let steps = lead.split(separator: "[").map { String($0.filter { $0 != "]" }) }
        for field in self.bodyFields(request, below: steps) {
            let key = lead + field.name + (open == nil ? "" : "]")
            let separator = field.value.isString || field.value.type.isEmpty ? "=" : ":="
            offers.append(
                Offer(
                    key + separator,
                    Self.summary(field.value, field.summary, field.isRequired),
                    suffix: ""
                )
            )
        }
        guard open == nil else { return offers }
        for exchange in self.earlier(request) where !exchange.sent.isEmpty {
            guard case .object(let members)? = try? JSONValue(parsing: exchange.sent) else {
                continue
            }
            for member in members {
                let isString = if case .string = member.value { true } else { false }
                let text = member.key + (isString ? "=" : ":=")
                if !offers.contains(where: { $0.text.hasPrefix(member.key) }) {
                    offers.append(Offer(text, "in \(exchange.number)", suffix: ""))
                }
            }
        }
        return offers
    }

    private static func summary(_ value: APIValue, _ text: String, _ isRequired: Bool) -> String {
        let choices = value.choices.prefix(6).map(\.text).joined(separator: "|")
        let parts = [
            isRequired ? "required" : "", choices.isEmpty ? value.type : choices, text,
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }

    /// What may stand in a request after its target.
    func items(_ request: PartialRequest, _ prefix: String) -> [Offer] {
        if prefix.hasPrefix("-") {
            return Self.options.filter { !request.options.contains($0.text) }
        }
        var offers: [Offer] = []
        if !["GET", "HEAD", "OPTIONS", "TRACE", "DELETE"].contains(request.method) {
            offers += self.dataItems(request, prefix)
        }
        offers += self.queryNames(request).map {
            Offer("\($0.name)==", $0.summary, suffix: "", shown: "\($0.name)==")
        }
        offers += self.parameters(of: request, .header).map {
            Offer("\($0.name):", Self.summary($0.value, $0.summary, $0.isRequired), suffix: "")
        }
        offers = offers.filter { offer in
            !request.keys.contains(String(offer.text.prefix { !"=:".contains($0) }))
        }
        if !prefix.isEmpty {
            offers += self.fieldNames.map { Offer("\($0):", "a field", suffix: "") }
        }
        return offers.isEmpty ? Self.options : offers
    }

    /// The options, with what they do.
    private static let options: [Offer] = RequestOptionSyntax.all.map { option in
        Offer(option.name, RequestOptionSummaries.text(of: option.name))
    }

    // MARK: Values

    /// What a query parameter may be: the described values, then those that were sent.
    func queryValues(_ request: PartialRequest, _ name: String) -> [Offer] {
        let parameter = self.parameters(of: request, .query).first { $0.name == name }
        var values = parameter.map { Self.values($0.value) } ?? []
        for exchange in self.earlier(request) {
            for pair in (exchange.target.query ?? "").split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, String(parts[0]).percentDecoded == name else { continue }
                values.append(
                    Offer(String(parts[1]).percentDecoded, "in \(exchange.number)")
                )
            }
        }
        return values
    }

    /// What a data item may be.
    func dataValues(_ request: PartialRequest, _ key: String, isJSON: Bool) -> [Offer] {
        let steps = key.split(separator: "[").map { String($0.filter { $0 != "]" }) }
        guard let name = steps.last else { return [] }
        let field = self.bodyFields(request, below: steps.dropLast()).first { $0.name == name }
        var values = field.map { Self.values($0.value, isJSON: isJSON) } ?? []
        if values.isEmpty, isJSON { values = ["true", "false", "null"].map { Offer($0) } }
        return values
    }

    private static func values(_ value: APIValue, isJSON: Bool = false) -> [Offer] {
        var choices = value.choices
        if choices.isEmpty, value.type == "boolean" { choices = [.bool(true), .bool(false)] }
        var offers = choices.map { choice in
            let isDefault = choice == value.defaultValue
            return Offer(isJSON ? choice.compactText : choice.text, isDefault ? "default" : "")
        }
        if let standard = value.defaultValue, !choices.contains(standard) {
            offers.append(Offer(isJSON ? standard.compactText : standard.text, "default"))
        }
        return offers
    }
}

/// What the options of requests do, in a few words.
enum RequestOptionSummaries {
    /// What an option does; it is named with its dashes.
    static func text(of option: String) -> String {
        switch option {
        case "--json": "the body is JSON, also where there is none"
        case "--form": "the body is a form"
        case "--multipart": "the body has parts, for files"
        case "--raw": "TEXT: the whole body"
        case "--name": "NAME: names the exchange"
        case "--fresh": "on a new connection"
        case "--via": "#ID: on that connection"
        case "--no-follow": "follows no redirect"
        case "--follow": "follows redirects"
        case "--timeout": "D: the bound on the whole exchange"
        case "--no-cookies": "without cookies, and keeping none"
        case "--auth": "USER[:PASSWORD]: Basic"
        case "--bearer": "TOKEN: Bearer"
        case "--digest": "USER[:PASSWORD]: Digest"
        case "--http": "1.1 or 2"
        case "--compress": "compresses the body"
        case "--chunked": "sends the body in chunks"
        case "--download": "into a file that the answer names"
        case "--output": "FILE: into that file"
        case "--resume": "goes on with a download that broke off"
        case "--dry-run": "shows what would be sent"
        case "--verbose": "shows the heads of request and response, in a pipe too"
        default: ""
        }
    }
}
