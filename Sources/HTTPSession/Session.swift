package import HTTPModel
import Synchronization

/// A session over a transport: what sticks, what is sent, and what came back.
///
/// It runs on the executor that it is given, the one of the transport's event loop, so that a
/// request is one sequence without hops (ARCHITECTURE.md, "Who runs where"). Several requests can
/// be under way at a time; between the suspensions of one, the others see a consistent state.
package actor Session {
    /// Kept so that `serialExecutor` stays valid.
    private nonisolated let executorOwner: any AnyObject & Sendable
    private nonisolated let serialExecutor: UnownedSerialExecutor
    private nonisolated let lastNumber = Atomic(0)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { self.serialExecutor }

    /// What carries the requests.
    package nonisolated let transport: any Transport
    nonisolated let configuration: SessionConfiguration

    /// The settings; a change holds from the next hop on, but not for what is in the background.
    package var settings: SessionSettings { didSet { self.changes += 1 } }
    /// The settings of the origins that have their own.
    var settingsByOrigin: [Origin: SessionSettings] = [:] { didSet { self.changes += 1 } }
    var defaultFields: DefaultFields { didSet { self.changes += 1 } }
    var queryDefaults = QueryDefaults() { didSet { self.changes += 1 } }
    var credentials: [Origin: Credentials] = [:] { didSet { self.changes += 1 } }
    /// The netrc file that credentials are looked up in; nil unless the user asked for that.
    package var netrc: Netrc? { didSet { self.changes += 1 } }
    /// Counts changes to the above, so that a prepared request knows when it is out of date.
    private(set) var changes = 0
    var digestExchanges = DigestExchanges()
    var cookieStore = CookieStore()
    var cookieRefusals = RecentRefusals()
    var resolvedFields = ResolvedFields()
    var plainCompositions = PlainCompositions()
    var repetitions: [Int: RepeatRun] = [:]
    var log: ExchangeLog
    let spillFolder: SpillFolder

    /// Creates a session.
    ///
    /// - Parameters:
    ///   - transport: What carries the requests.
    ///   - executor: Where the session runs: that of the transport's event loop. Nil is one of its
    ///     own.
    ///   - configuration: Clocks, ways out, limits.
    package init(
        transport: any Transport,
        executor: (any SerialExecutor)? = nil,
        configuration: SessionConfiguration
    ) {
        if let executor {
            self.executorOwner = executor
            self.serialExecutor = executor.asUnownedSerialExecutor()
        } else {
            let home = Home()
            self.executorOwner = home
            self.serialExecutor = home.unownedExecutor
        }
        self.transport = transport
        self.configuration = configuration
        self.settings = configuration.settings
        self.defaultFields = DefaultFields(userAgent: configuration.userAgent)
        self.log = ExchangeLog(
            entryLimit: configuration.logLimit,
            contentLimit: configuration.keptContentLimit
        )
        self.spillFolder = SpillFolder(parent: configuration.temporaryFolder)
    }

    /// Changes settings, those of single origins alike; they hold from the next hop on.
    package func update(_ change: @Sendable (inout SessionSettings) -> Void) {
        change(&self.settings)
        for origin in self.settingsByOrigin.keys {
            if var settings = self.settingsByOrigin[origin] {
                change(&settings)
                self.settingsByOrigin[origin] = settings
            }
        }
    }

    /// Replaces all settings: those for all origins, and those of single ones.
    package func setSettings(
        _ settings: SessionSettings,
        byOrigin: [Origin: SessionSettings]
    ) {
        self.settings = settings
        self.settingsByOrigin = byOrigin
    }

    /// The settings that hold for requests to `origin`.
    func settings(for origin: Origin) -> SessionSettings {
        self.settingsByOrigin[origin] ?? self.settings
    }

    /// Takes the number of an exchange that will be performed; needs no turn on the executor.
    package nonisolated func reserveNumber() -> Int {
        self.reserveNumbers(count: 1).lowerBound
    }

    /// Takes the numbers of exchanges that will be performed.
    ///
    /// - Precondition: `count` is at least 1.
    package nonisolated func reserveNumbers(count: Int) -> ClosedRange<Int> {
        precondition(count >= 1, "no numbers to reserve: \(count)")
        let last = self.lastNumber.add(count, ordering: .relaxed).newValue
        return (last - count + 1)...last
    }

    /// Removes all temporary files; contents that were spilled cannot be read any more.
    package func close() {
        self.spillFolder.remove()
    }
}

/// The executor of a session that was given none: an actor has one by nature.
private actor Home {}
