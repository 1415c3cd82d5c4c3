import HTTPModel
import Rendering
import ShellLanguage

/// First words, methods, tags, connections.
extension Completer {
    /// The methods, with what they are for.
    var methods: [Offer] {
        RequestOptionSyntax.methods.map { Offer($0, "send \($0.uppercased())") }
    }

    /// The tags of the next request.
    static let tags: [Offer] = TagName.allCases.map { tag in
        let summary =
            switch tag {
            case .name: "names the next exchange"
            case .expect: "a check on the next answer"
            case .capture: "keeps a part of the next answer in a variable"
            case .timeout: "the bound on the next exchange"
            case .noRedirect: "the next request follows no redirect"
            }
        return Offer(tag.rawValue, summary)
    }

    /// What may begin a line.
    func lineStarts(_ prefix: String) -> [Offer] {
        var offers = self.methods
        offers += self.snapshot.registry.commands.map {
            Offer($0.signature.name, $0.summary)
        }
        offers.append(Offer("send", "send another method"))
        offers.append(Offer("repeat", "send a request many times"))
        offers += self.snapshot.aliases.sorted { $0.key < $1.key }.map {
            Offer($0.key, "= \($0.value)")
        }
        var unique: Set<String> = []
        offers = offers.filter { unique.insert($0.text).inserted }.sorted { $0.text < $1.text }
        // Fields only where one is meant: their names would bury the commands.
        if prefix.first?.isUppercase == true {
            offers += self.fieldNames.map {
                Offer("\($0): ", "a default field", suffix: "", shown: "\($0):")
            }
        }
        return offers
    }

    /// The open connections.
    var connections: [Offer] {
        self.snapshot.connections.map { connection in
            Offer("\(connection.id)", Self.summary(of: connection))
        }
    }

    static func summary(of connection: ConnectionSnapshot) -> String {
        let requests = CountText.text(connection.requestCount, "request")
        return "\(connection.key.origin) · \(connection.state.rawValue) · \(requests)"
    }

    /// The exchanges by number, the latest first.
    var exchanges: [Offer] {
        self.snapshot.exchanges.reversed().map { exchange in
            Offer(String(exchange.number), Self.summary(of: exchange))
        }
    }

    /// The names of exchanges, the latest first.
    var exchangeNames: [Offer] {
        self.snapshot.exchanges.reversed().compactMap { exchange in
            exchange.name.map { Offer($0, "\(exchange.number) · \(Self.summary(of: exchange))") }
        }
    }

    static func summary(of exchange: CompletionSnapshot.SeenExchange) -> String {
        let status = exchange.status.map { " · \($0)" } ?? ""
        return "\(exchange.method) \(exchange.target.requestTarget)\(status)"
    }

    /// What may follow an option of a request.
    func optionValues(_ option: String, _ prefix: String) -> [Offer] {
        switch option {
        case "--via": self.connections
        case "--output": self.files(prefix)
        case "--http": [Offer("1.1"), Offer("2")]
        case "--timeout": ["1s", "5s", "30s"].map { Offer($0) }
        default: []
        }
    }
}
