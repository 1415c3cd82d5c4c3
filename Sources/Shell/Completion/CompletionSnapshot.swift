package import HTTPModel
package import HTTPSession
import HTTPTypes
package import OpenAPI
import SessionFiles
import ShellLanguage

/// What the session knows at one instant, as far as Tab needs it.
///
/// Taken before each prompt, so that completing is a pure function of text, cursor and this, and
/// never waits for anything.
package struct CompletionSnapshot: Sendable {
    /// An exchange, as far as Tab needs it.
    package struct SeenExchange: Sendable {
        /// Its number.
        package var number: Int
        /// Its name.
        package var name: String?
        /// The method.
        package var method: String
        /// The target.
        package var target: URI
        /// The status; nil if there was no response.
        package var status: Int?
        /// The content that was sent, if it is in memory and small.
        package var sent: [UInt8]
        /// The content that came, if it is in memory and small.
        package var received: [UInt8]
    }

    /// A name in a local folder.
    package struct FileName: Sendable, Hashable {
        /// The name.
        package var name: String
        /// Whether it is a folder.
        package var isFolder: Bool

        /// Creates a name.
        package init(name: String, isFolder: Bool) {
            self.name = name
            self.isFolder = isFolder
        }
    }

    /// The commands.
    package var registry = CommandRegistry.standard
    /// The base.
    package var base: URI?
    /// The variables in order.
    package var variables: [(name: String, value: String)] = []
    /// The settings in force.
    package var settings = SettingsValues()
    /// The aliases, with what they stand for.
    package var aliases: [String: String] = [:]
    /// The default fields.
    package var fields: [DefaultField] = []
    /// The names of default query parameters.
    package var queryNames: [String] = []
    /// The cookies.
    package var cookies: [Cookie] = []
    /// The open connections.
    package var connections: [ConnectionSnapshot] = []
    /// The latest exchanges, oldest first.
    package var exchanges: [SeenExchange] = []
    /// The numbers of the jobs that run.
    package var jobs: [(number: Int, label: RequestLabel)] = []
    /// The description of the service.
    package var description: APIDescription?
    /// The content of the last answer, if it is JSON and small enough to look into.
    package var lastBody: [UInt8] = []
    /// The environments of `http-client.env.json` in the local folder.
    package var environments: [String] = []
    /// The names in a local folder, given as it was typed.
    package var names: @Sendable (String) -> [FileName] = { _ in [] }

    /// Creates a snapshot of an empty session.
    package init() {}

    /// How many exchanges are looked at.
    static let exchangeLimit = 200
    /// How long content may be that is looked into for links and names.
    static let contentLimit = 64 << 10
    /// How long the last answer may be for its paths to be completed.
    static let lastBodyLimit = 512 << 10
    /// How many answers are searched for links.
    static let linkedAnswers = 8

    /// The parser that reads the line.
    var parser: ShellParser {
        ShellParser(
            commands: self.registry.signatures,
            aliases: self.aliases,
            isInteractive: true
        )
    }
}

extension Evaluator {
    /// What the session knows now.
    package func completionSnapshot() async -> CompletionSnapshot {
        var snapshot = CompletionSnapshot()
        snapshot.registry = self.registry
        snapshot.base = self.base
        snapshot.variables = self.variables.all
        snapshot.settings = self.settings
        snapshot.aliases = self.aliases
        snapshot.fields = await self.session.fields
        snapshot.queryNames = await self.session.query.map(\.name)
        snapshot.cookies = await self.session.cookies()
        snapshot.connections = await self.session.transport.snapshot().connections
        snapshot.jobs = self.jobs.all.map { ($0.number, $0.label) }
        snapshot.description = self.currentDescription
        let entries = await self.session.entries.suffix(CompletionSnapshot.exchangeLimit)
        snapshot.exchanges = entries.compactMap(Self.seen)
        if let last = await self.session.lastExchange(),
            last.exchange.content.count <= CompletionSnapshot.lastBodyLimit
        {
            snapshot.lastBody = (try? last.exchange.content.bytes()) ?? []
        }
        let environments = try? Files.read(self.localPath(EnvironmentFile.names[0]))
        if let content = environments.flatMap({ try? EnvironmentFile($0) }) {
            snapshot.environments = content.environments.sorted()
        }
        snapshot.names = { [environment = self.configuration.environment] folder in
            let path = Files.expandingHome(folder.isEmpty ? "." : folder, environment: environment)
            return Files.names(in: path).map {
                .init(name: $0, isFolder: Files.isFolder("\(path)/\($0)"))
            }
        }
        return snapshot
    }

    private static func seen(_ entry: LogEntry) -> CompletionSnapshot.SeenExchange? {
        switch entry {
        case .exchange(let logged):
            let exchange = logged.exchange
            return CompletionSnapshot.SeenExchange(
                number: exchange.number,
                name: exchange.name,
                method: logged.request.method.rawValue,
                target: logged.request.target,
                status: exchange.response?.head.status,
                sent: Self.small(logged.request.body),
                received: Self.small(exchange.content)
            )
        case .repetition(let record):
            return CompletionSnapshot.SeenExchange(
                number: record.numbers.lowerBound,
                name: record.request.name,
                method: record.request.method.rawValue,
                target: record.request.target,
                status: nil,
                sent: Self.small(record.request.body),
                received: []
            )
        }
    }

    private static func small(_ body: RequestBody) -> [UInt8] {
        guard case .bytes(let bytes) = body, bytes.count <= CompletionSnapshot.contentLimit else {
            return []
        }
        return bytes
    }

    private static func small(_ content: Exchange.Content) -> [UInt8] {
        guard case .memory(let bytes) = content, bytes.count <= CompletionSnapshot.contentLimit
        else { return [] }
        return bytes
    }
}
