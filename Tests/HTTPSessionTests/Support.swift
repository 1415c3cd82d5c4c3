import HTTPModel
import HTTPTypes
import HTTPSession
import Synchronization
import TestTransport

/// The wall clock of the tests: 2026-01-01T00:00:00Z.
let wallClock: Int64 = 1_767_225_600

/// Events in the order in which they were emitted.
final class EventRecorder: Sendable {
    private let recorded = Mutex<[SessionEvent]>([])

    var events: [SessionEvent] { self.recorded.withLock { $0 } }

    func record(_ event: SessionEvent) { self.recorded.withLock { $0.append(event) } }
}

/// A session over a scripted transport, with clocks that stand still.
func makeSession(
    _ transport: ScriptedTransport,
    settings: SessionSettings = SessionSettings(),
    events: EventRecorder = EventRecorder(),
    keptContentLimit: Int = 1 << 20,
    wallClock: @escaping @Sendable () -> Int64 = { HTTPSessionTests.wallClock },
    confirmDowngrade: (@Sendable (URI, URI) async -> Bool)? = nil,
    confirmResend: (@Sendable (RequestLabel, StaleEvidence) async -> Bool)? = nil,
    wait: @escaping @Sendable (RetryWait) async throws -> Void = { _ in }
) -> Session {
    var configuration = SessionConfiguration(
        userAgent: "linger/test",
        settings: settings,
        clock: { .start },
        wallClock: wallClock,
        emit: { events.record($0) },
        confirmDowngrade: confirmDowngrade,
        wait: wait,
        keptContentLimit: keptContentLimit
    )
    configuration.confirmResend = confirmResend
    return Session(transport: transport, configuration: configuration)
}

extension SessionRequest {
    /// A request for a target that is known to be one.
    static func make(
        _ method: String = "GET",
        _ target: String,
        fields: [FieldEdit] = [],
        body: RequestBody = .none,
        contentType: String? = nil
    ) throws -> Self {
        try Self(method, URI(target), fields: fields, body: body, contentType: contentType)
    }
}

extension TransportRequest {
    /// The fields as `Name: value` lines.
    var lines: [String] { self.fields.map { "\($0.name.rawName): \($0.value)" } }

    /// The values of the field `name`, joined with `|`; nil if it is absent.
    func value(_ name: String) -> String? {
        let values = self.fields.filter { $0.name.canonicalName == name.lowercased() }
        return values.isEmpty ? nil : values.map(\.value).joined(separator: "|")
    }

    /// Method and whole target, such as `GET https://a.example/x`.
    var line: String { "\(self.method.rawValue) \(self.origin)\(self.target)" }
}

/// What a cookie store needs to know about a request for `target`.
func context(
    _ target: String,
    now: Int64 = wallClock,
    secureOnLoopback: Bool = true
) throws -> CookieContext {
    CookieContext(target: try URI(target), now: now, secureOnLoopback: secureOnLoopback)
}

extension CookieStore {
    /// Stores what responses from `target` said.
    mutating func take(_ texts: String..., from target: String) throws {
        for text in texts { _ = self.store(text, context: try context(target)) }
    }

    /// The pairs that go to `target`, joined as on the wire.
    func sent(to target: String, now: Int64 = wallClock) throws -> String {
        self.verdicts(for: try context(target, now: now))
            .filter { $0.exclusion == nil }
            .map(\.cookie.pair)
            .joined(separator: "; ")
    }
}
