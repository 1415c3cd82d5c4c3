import HTTPModel

/// The place of a key in the table.
typealias KeyIndex = Int

/// The place of an origin in the table.
typealias OriginIndex = Int

/// What the table knows of one key.
///
/// One small record stays for every key of a session, so that "#1 closed" remains true however
/// long ago that was.
struct KeyBook: Equatable, Sendable {
    let key: ConnectionKey
    let origin: OriginIndex
    /// Idle connections that have carried a request, longest idle first.
    var used = SlotList()
    /// Idle connections that have not, longest idle first.
    var unused = SlotList()
    /// Connections being opened, oldest first.
    var connecting: [Slot] = []
    /// How many of those are opened ahead of need.
    var warming = 0
    /// Connections that carry a request.
    var busy = 0
    /// The connection that closed, or began to, most recently.
    var lastGone: GoneConnection?

    /// Whether a connection is idle.
    var hasIdle: Bool { !self.used.isEmpty || !self.unused.isEmpty }
}

/// What the table knows of one origin, over all its keys.
struct OriginBook: Equatable, Sendable {
    let origin: Origin
    /// `pool.size` for this origin.
    var limit: Int
    /// Its keys in order of appearance.
    var keys: [KeyIndex] = []
    /// Its connections whose sockets are not closed, in order of their numbers.
    var members = SlotList()
    /// How many of those carry a request.
    var busy = 0
    /// How many of those are idle.
    var idle = 0
    /// How many of those are closing.
    var closing = 0
    /// The connection that closed, or began to, most recently.
    var lastGone: GoneConnection?
    /// Whether it has been said that the limit is reached.
    var isLimitReported = false
    /// Watches for connections that a limit closes and that are then opened again.
    var churn = ChurnWatch()

    /// Connections that are neither closed nor closing.
    var active: Int { self.members.count - self.closing }
    /// How many active connections there are above the limit: `over_by` (POOL.md rule 28).
    var over: Int { max(0, self.active - self.limit) }
    /// Whether a further connection may be opened now, as far as this origin goes.
    var hasRoom: Bool { self.members.count < self.limit }
}

/// What is remembered of the connection of a key that went last.
struct GoneConnection: Equatable, Sendable {
    let id: ConnectionID
    let key: KeyIndex
    let reason: CloseReason
    /// How long it had been idle; nil if it was not.
    let idleFor: Duration?
}
