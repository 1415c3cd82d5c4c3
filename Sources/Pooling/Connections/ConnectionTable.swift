import HTTPModel

/// All connections whose sockets are not closed, by number, by key and by origin.
///
/// Keeps the lists and counts that follow from the connections' states; decides nothing. Every
/// operation that a checkout or a release needs takes constant time.
struct ConnectionTable: Equatable, Sendable {
    /// The connections by slot; those in free slots are closed.
    private(set) var connections: [Connection] = []
    /// The keys by index.
    private(set) var keys: [KeyBook] = []
    /// The origins by index.
    private(set) var origins: [OriginBook] = []
    /// All connections, in order of their numbers.
    private(set) var open = SlotList()
    /// The idle connections, longest idle first.
    private(set) var idle = SlotList()
    /// How many connections carry a request.
    private(set) var busyCount = 0
    /// How many connections are closing.
    private(set) var closingCount = 0
    /// How many connections carry requests on streams.
    private(set) var streamingCount = 0

    private var slots = SlotDirectory()
    private var freeSlots: [Slot] = []
    private var keyDirectory = KeyDirectory()
    private var originIndices: [Origin: OriginIndex] = [:]
    private var openLinks = SlotLinks()
    private var memberLinks = SlotLinks()
    private var idleLinks = SlotLinks()
    private var keyIdleLinks = SlotLinks()

    /// Connections that are neither closed nor closing.
    var activeCount: Int { self.open.count - self.closingCount }
}

// MARK: - Looking up

extension ConnectionTable {
    /// The slot of a connection; nil if it is closed or never was.
    func slot(of id: ConnectionID) -> Slot? { self.slots.slot(of: id) }

    /// The index of a key that has been seen.
    func index(of key: ConnectionKey) -> KeyIndex? {
        self.keyDirectory.index(of: key, in: self.keys)
    }

    /// The index of an origin that has been seen.
    func index(of origin: Origin) -> OriginIndex? { self.originIndices[origin] }

    /// The index of a key, which is entered if it is new.
    mutating func enter(_ key: ConnectionKey, limits: PoolLimits) -> KeyIndex {
        if let index = self.index(of: key) { return index }
        let origin = self.enter(key.origin, limits: limits)
        let index = self.keys.count
        self.keys.append(KeyBook(origin: origin, key: key, spoken: key.fixedProtocol))
        self.origins[origin].keys.append(index)
        self.keyDirectory.enter(key)
        return index
    }

    /// The index of an origin, which is entered if it is new.
    mutating func enter(_ origin: Origin, limits: PoolLimits) -> OriginIndex {
        if let index = self.originIndices[origin] { return index }
        let index = self.origins.count
        self.origins.append(OriginBook(limit: limits.perOrigin(for: origin), origin: origin))
        self.originIndices[origin] = index
        return index
    }

    /// The open connections in order of their numbers, at most `limit` of them.
    func openSlots(limit: Int = .max) -> [Slot] {
        self.openLinks.slots(of: self.open, limit: limit)
    }

    /// The connections of an origin in order of their numbers, at most `limit` of them.
    func members(of origin: OriginIndex, limit: Int = .max) -> [Slot] {
        self.memberLinks.slots(of: self.origins[origin].members, limit: limit)
    }

    /// The connections of a key in order of their numbers.
    func slots(of key: KeyIndex) -> [Slot] {
        self.members(of: self.keys[key].origin).filter { self.connections[$0].key == key }
    }

    /// The connections of HTTP/2 of a key that may take more requests, in order of their numbers;
    /// those whose peers have not sent their settings included.
    func multiplexers(of key: KeyIndex) -> [Slot] {
        self.slots(of: key).filter {
            self.connections[$0].multiplexer != nil && self.connections[$0].mayServeLater
        }
    }

    /// The idle connections, longest idle first.
    func idleSlots() -> [Slot] { self.idleLinks.slots(of: self.idle) }

    /// The idle connection of a key that is taken first; one that has carried a request before one
    /// that has not (POOL.md rule 13).
    func preferredIdle(of key: KeyIndex, order: ReuseOrder) -> Slot? {
        let book = self.keys[key]
        let list = book.used.isEmpty ? book.unused : book.used
        return switch order {
        case .lifo: list.last
        case .fifo: list.first
        }
    }

    /// The longest idle connection of an origin.
    func longestIdle(of origin: OriginIndex) -> Slot? {
        var longest: (slot: Slot, since: Instant)?
        for key in self.origins[origin].keys {
            let book = self.keys[key]
            for slot in [book.used.first, book.unused.first] {
                guard let slot, let since = self.connections[slot].idle?.since else { continue }
                if let found = longest, found.since <= since { continue }
                longest = (slot, since)
            }
        }
        return longest?.slot
    }
}

// MARK: - Changing

extension ConnectionTable {
    /// Adds a connection that is being opened.
    mutating func start(
        _ id: ConnectionID,
        key: KeyIndex,
        generation: Int,
        purpose: Connection.Purpose,
        now: Instant
    ) -> Slot {
        let connection = Connection(
            id: id,
            key: key,
            origin: self.keys[key].origin,
            generation: generation,
            purpose: purpose,
            startedAt: now
        )
        let slot = self.place(connection)
        self.slots.enter(id, slot)
        self.openLinks.append(slot, to: &self.open)
        self.memberLinks.append(slot, to: &self.origins[connection.origin].members)
        self.book(slot)
        return slot
    }

    private mutating func place(_ connection: Connection) -> Slot {
        if let slot = self.freeSlots.popLast() {
            self.connections[slot] = connection
            return slot
        }
        self.connections.append(connection)
        self.openLinks.addSlot()
        self.memberLinks.addSlot()
        self.idleLinks.addSlot()
        self.keyIdleLinks.addSlot()
        return self.connections.count - 1
    }

    /// Lets something happen to a connection, and books what follows from it.
    @inline(__always)
    mutating func change<Result>(
        _ slot: Slot,
        _ event: (inout Connection) -> Result
    ) -> Result {
        self.unbook(slot)
        let result = event(&self.connections[slot])
        self.book(slot)
        return result
    }

    /// Parks an idle connection, which keeps its place among the idle ones.
    mutating func park(
        _ slot: Slot,
        _ lifespan: Lifespan
    ) -> (deadline: Connection.Deadline, needsTimer: Bool) {
        self.connections[slot].parked(lifespan)
    }

    /// Brings the deadline of a parked connection forward; when its timer must run out then.
    mutating func bringForward(_ slot: Slot, by jump: Duration) -> Instant? {
        self.connections[slot].broughtForward(by: jump)
    }

    /// Notes that the timer of a connection has run out; when it must do so again.
    mutating func timerRanOut(_ slot: Slot, now: Instant) -> Instant? {
        self.connections[slot].timerRanOut(now: now)
    }

    /// Notes that the timer of a connection is disarmed; whether it was armed.
    mutating func timerDisarmed(_ slot: Slot) -> Bool {
        self.connections[slot].timerDisarmed()
    }

    /// Marks a connection that must not carry another request.
    mutating func retire(_ slot: Slot, _ reason: CloseReason) {
        self.connections[slot].retire(reason)
    }

    /// Judges a finished exchange.
    mutating func judge(
        _ slot: Slot,
        _ outcome: FinishOutcome,
        _ lifespan: Lifespan,
        now: Instant
    ) -> CloseReason? {
        self.connections[slot].judged(outcome, lifespan, now: now)
    }

    /// Removes a connection whose socket is closed.
    mutating func remove(_ slot: Slot) {
        self.change(slot) { $0.ended() }
        let connection = self.connections[slot]
        self.openLinks.remove(slot, from: &self.open)
        self.memberLinks.remove(slot, from: &self.origins[connection.origin].members)
        if connection.isGoingAway { self.origins[connection.origin].goingAway -= 1 }
        self.slots.remove(connection.id)
        self.freeSlots.append(slot)
    }

    /// Remembers a connection that closes or has closed.
    mutating func remember(_ gone: GoneConnection) {
        self.keys[gone.key].lastGone = gone
        self.origins[self.keys[gone.key].origin].lastGone = gone
    }

    /// Takes over new limits.
    mutating func limitsChanged(to limits: PoolLimits) {
        for index in self.origins.indices {
            self.origins[index].limit = limits.perOrigin(for: self.origins[index].origin)
            self.origins[index].isLimitReported = false
            self.origins[index].churn = ChurnWatch()
        }
    }

    /// Notes whether it has been said that an origin's limit is reached.
    mutating func setLimitReported(_ isReported: Bool, of origin: OriginIndex) {
        self.origins[origin].isLimitReported = isReported
    }

    /// Notes whether the user has paused an origin.
    mutating func setPaused(_ isPaused: Bool, of origin: OriginIndex) {
        self.origins[origin].isPaused = isPaused
    }

    /// Lets an origin's watch take note of something.
    mutating func watch<Result>(
        _ origin: OriginIndex,
        _ event: (inout ChurnWatch) -> Result
    ) -> Result {
        event(&self.origins[origin].churn)
    }

    // MARK: HTTP/2

    /// Notes that a connection being opened speaks HTTP/2.
    mutating func negotiatedHTTP2(_ slot: Slot) {
        self.connections[slot].negotiatedHTTP2()
    }

    /// Lets something happen to the streams of a connection that leaves its state as it is.
    mutating func multiplex<Result>(
        _ slot: Slot,
        _ event: (inout Multiplexer) -> Result
    ) -> Result {
        self.connections[slot].multiplex(event)
    }

    /// Gives a connection that streams already one more request.
    mutating func addStream(_ slot: Slot, _ work: Connection.Work) {
        self.connections[slot].taken(by: work)
    }

    /// Takes a request off its stream; nil if it is on none.
    mutating func endStream(_ slot: Slot, _ request: RequestID) -> Connection.Work? {
        self.connections[slot].multiplex { $0.ended(request) }
    }

    /// Notes that a peer said GOAWAY, so that its connection leaves `pool.size` (POOL.md rule 7).
    mutating func goAway(_ slot: Slot) {
        guard !self.connections[slot].isGoingAway else { return }
        self.connections[slot].multiplex { $0.wentAway() }
        self.origins[self.connections[slot].origin].goingAway += 1
    }

    /// Notes which protocol the connections of a key speak.
    mutating func learn(_ spoken: ConnectionProtocol, of key: KeyIndex) {
        self.keys[key].spoken = spoken
    }

    /// Forgets which protocol the connections of each key speak, where that was not settled.
    mutating func forgetProtocols() {
        for key in self.keys.indices { self.keys[key].spoken = self.keys[key].key.fixedProtocol }
    }

    /// Notes which connect is to tell the protocol of its key.
    mutating func setProbe(_ id: ConnectionID?, of key: KeyIndex) {
        self.keys[key].probe = id
    }

    /// Enters a connection in the lists and counts of its state.
    private mutating func book(_ slot: Slot) {
        let (key, origin) = (self.connections[slot].key, self.connections[slot].origin)
        switch self.connections[slot].state {
        case .connecting:
            self.keys[key].connecting.append(slot)
            if self.connections[slot].purpose == .warm { self.keys[key].warming += 1 }
        case .idle:
            self.idleLinks.append(slot, to: &self.idle)
            self.origins[origin].idle += 1
            if self.connections[slot].isUnused {
                self.keyIdleLinks.append(slot, to: &self.keys[key].unused)
            } else {
                self.keyIdleLinks.append(slot, to: &self.keys[key].used)
            }
        case .streaming, .busy:
            if case .streaming = self.connections[slot].state {
                self.streamingCount += 1
                self.keys[key].streaming.append(slot)
            }
            self.busyCount += 1
            self.keys[key].busy += 1
            self.origins[origin].busy += 1
        case .closing:
            self.closingCount += 1
            self.origins[origin].closing += 1
            if self.connections[slot].isGoingAway { self.origins[origin].goingAwayClosing += 1 }
        case .closed: break
        }
    }

    /// Takes a connection out of the lists and counts of its state.
    private mutating func unbook(_ slot: Slot) {
        let (key, origin) = (self.connections[slot].key, self.connections[slot].origin)
        switch self.connections[slot].state {
        case .connecting:
            self.keys[key].connecting.removeAll { $0 == slot }
            if self.connections[slot].purpose == .warm { self.keys[key].warming -= 1 }
        case .idle:
            self.idleLinks.remove(slot, from: &self.idle)
            self.origins[origin].idle -= 1
            if self.connections[slot].isUnused {
                self.keyIdleLinks.remove(slot, from: &self.keys[key].unused)
            } else {
                self.keyIdleLinks.remove(slot, from: &self.keys[key].used)
            }
        case .streaming, .busy:
            if case .streaming = self.connections[slot].state {
                self.streamingCount -= 1
                self.keys[key].streaming.removeAll { $0 == slot }
            }
            self.busyCount -= 1
            self.keys[key].busy -= 1
            self.origins[origin].busy -= 1
        case .closing:
            self.closingCount -= 1
            self.origins[origin].closing -= 1
            if self.connections[slot].isGoingAway { self.origins[origin].goingAwayClosing -= 1 }
        case .closed: break
        }
    }
}
