import HTTPModel

/// One pass over the waiting requests, oldest first over all keys.
struct Round: Sendable {
    /// The keys that are still in it.
    private var turns: [Turn]
    /// Slots of closing connections that older waiters have been promised, by origin.
    private var promises: [(origin: OriginIndex, count: Int)] = []
    /// Slots of closing connections that older waiters have been promised, in all.
    private(set) var promised = 0

    /// How far the pass has come with one key.
    struct Turn: Sendable {
        let key: KeyIndex
        /// The next waiter's index in the key's queue.
        var index = 0
        /// How many connections being opened have not been counted against a waiter yet.
        var connecting: Int
    }

    /// Begins a pass over `keys`.
    init(keys: [KeyIndex], table: ConnectionTable, waiting: WaitingRequests) {
        self.turns = []
        for key in keys {
            let book = table.keys[key]
            // Where the protocol is about to be known, or is HTTP/2, one may do for all.
            var turn = Turn(key: key, connecting: book.isHeld ? .max : book.connecting.count)
            let queue = waiting.queue(of: key)
            if queue.viaCount == 0, !book.hasIdle, book.streaming.isEmpty {
                // Those whose connections are being opened have nothing to gain.
                turn.index = min(turn.connecting, queue.count)
                turn.connecting -= turn.index
            }
            self.turns.append(turn)
        }
    }

    /// The oldest waiter that has not had its turn; nil if all have.
    mutating func next(in waiting: WaitingRequests) -> (turn: Int, key: KeyIndex, index: Int)? {
        self.turns.removeAll { $0.index >= waiting.queue(of: $0.key).count }
        var oldest: (turn: Int, order: Waiter.Order)?
        for (number, turn) in self.turns.enumerated() {
            if self.turns.count == 1 { return (number, turn.key, turn.index) }
            let order = waiting.queue(of: turn.key)[turn.index].order
            if let found = oldest, found.order < order { continue }
            oldest = (number, order)
        }
        return oldest.map { ($0.turn, self.turns[$0.turn].key, self.turns[$0.turn].index) }
    }

    /// Counts a connection being opened against the waiter whose turn it is, if one is left.
    mutating func countConnecting(_ turn: Int) -> Bool {
        guard self.turns[turn].connecting > 0 else { return false }
        self.turns[turn].connecting -= 1
        return true
    }

    /// Promises a closing connection's slot to the waiter whose turn it is.
    mutating func promise(_ origin: OriginIndex) {
        self.promised += 1
        if let index = self.promises.firstIndex(where: { $0.origin == origin }) {
            self.promises[index].count += 1
        } else {
            self.promises.append((origin, 1))
        }
    }

    /// How many slots of an origin have been promised.
    func promised(of origin: OriginIndex) -> Int {
        self.promises.first { $0.origin == origin }?.count ?? 0
    }

    /// Goes on after a waiter that stays in the queue.
    mutating func passed(_ turn: Int) {
        self.turns[turn].index += 1
    }

    /// Drops a key for whose waiters nothing can be done.
    mutating func blocked(_ turn: Int) {
        self.turns.remove(at: turn)
    }
}
