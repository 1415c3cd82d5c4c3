import HTTPModel

/// The place of a key in the table.
typealias KeyIndex = Int

/// The place of an origin in the table.
typealias OriginIndex = Int

/// What the table knows of one key.
///
/// One small record stays for every key of a session, so that "#1 closed" remains true however
/// long ago that was. Here too, what is looked at most comes first.
struct KeyBook: Equatable, Sendable {
    let origin: OriginIndex
    /// Idle connections that have carried a request, longest idle first.
    var used = SlotList()
    /// Idle connections that have not, longest idle first.
    var unused = SlotList()
    /// Connections that carry a request.
    var busy = 0
    /// Those of HTTP/2 among them, oldest first.
    var streaming: [Slot] = []
    let key: ConnectionKey
    /// Connections being opened, oldest first.
    var connecting: [Slot] = []
    /// How many of those are opened ahead of need.
    var warming = 0
    /// The protocol that its connections speak; nil until it is known (POOL.md rule 38).
    var spoken: ConnectionProtocol?
    /// The connection that is to tell which protocol that is, while others wait for it.
    var probe: ConnectionID?
    /// The connection that closed, or began to, most recently.
    var lastGone: GoneConnection?

    /// Whether a connection is idle.
    var hasIdle: Bool { !self.used.isEmpty || !self.unused.isEmpty }

    /// Whether connections being opened may turn out to serve all who wait (rules 38 and 39).
    var isHeld: Bool { self.probe != nil || (self.spoken == .http2 && !self.connecting.isEmpty) }
}

/// What the table knows of one origin, over all its keys.
struct OriginBook: Equatable, Sendable {
    /// `pool.size` for this origin.
    var limit: Int
    /// Its connections whose sockets are not closed, in order of their numbers.
    var members = SlotList()
    /// How many of those carry a request.
    var busy = 0
    /// How many of those are idle.
    var idle = 0
    /// How many of those are closing.
    var closing = 0
    /// How many of those leave `pool.size` to their successors after a GOAWAY (POOL.md rule 7).
    var goingAway = 0
    /// How many of these are closing.
    var goingAwayClosing = 0
    /// Watches for connections that a limit closes and that are then opened again.
    var churn = ChurnWatch()
    let origin: Origin
    /// Its keys in order of appearance.
    var keys: [KeyIndex] = []
    /// The connection that closed, or began to, most recently.
    var lastGone: GoneConnection?
    /// Whether it has been said that the limit is reached.
    var isLimitReported = false
    /// Whether requests to it wait until the user lets them go (POOL.md rule 10).
    var isPaused = false

    /// Connections that count against the limit: their sockets are not closed.
    var counted: Int { self.members.count - self.goingAway }
    /// Those of them that are not closing.
    var active: Int { self.counted - self.closing + self.goingAwayClosing }
    /// How many active connections there are above the limit: `over_by` (POOL.md rule 28).
    var over: Int { max(0, self.active - self.limit) }
    /// Whether a further connection may be opened now, as far as this origin goes.
    var hasRoom: Bool { self.counted < self.limit }
}

/// What a request has met on its way to an answer.
struct Detours: Equatable, Sendable {
    /// Connections that were dead before a byte of it was sent (POOL.md rule 33).
    var deadConnections: UInt8 = 0
    /// Peers that have proved not to have acted on it (POOL.md rule 35).
    var refusals: UInt8 = 0

    /// Whether it met anything, and so may be older than requests that wait.
    var isNone: Bool { self.deadConnections + self.refusals == 0 }
}

/// What is remembered of the connection of a key that went last.
struct GoneConnection: Equatable, Sendable {
    let id: ConnectionID
    let key: KeyIndex
    let reason: CloseReason
    /// How long it had been idle; nil if it was not.
    let idleFor: Duration?
}
