import HTTPModel

/// The one queue over all keys, kept as a queue for each key (POOL.md rule 15).
///
/// Waiters of one key take the same connections, so only the heads of keys need comparing.
struct WaitingRequests: Equatable, Sendable {
    /// The keys for which requests wait, in no particular but a reproducible order.
    private(set) var keys: [KeyIndex] = []
    /// How many requests wait.
    private(set) var count = 0
    private var queues: [KeyQueue] = []
    private var places: [RequestID: Place] = [:]
    private var youngest: Waiter.Order?

    /// Where a request stands.
    private struct Place: Equatable, Sendable {
        let key: KeyIndex
        let order: Waiter.Order
    }

    /// Whether nobody waits.
    var isEmpty: Bool { self.count == 0 }

    /// The queue of a key.
    func queue(of key: KeyIndex) -> KeyQueue {
        key < self.queues.count ? self.queues[key] : KeyQueue()
    }

    /// How many waiters of a key a new connection would serve.
    func demand(for key: KeyIndex) -> Int {
        key < self.queues.count ? self.queues[key].demand : 0
    }

    /// Where a request waits; nil if it does not.
    func location(of id: RequestID) -> (key: KeyIndex, index: Int)? {
        guard let place = self.places[id] else { return nil }
        return (place.key, self.queues[place.key].index(of: place.order))
    }

    /// Adds a waiter, and tells its rank among all, from 1.
    mutating func insert(_ waiter: Waiter, for key: KeyIndex) -> Int {
        let order = waiter.order
        precondition(self.places[order.id] == nil, "request \(order.id) waits already")
        while self.queues.count <= key { self.queues.append(KeyQueue()) }
        if self.queues[key].isEmpty { self.keys.append(key) }
        self.queues[key].insert(waiter)
        self.places[order.id] = Place(key: key, order: order)
        self.count += 1
        if let youngest = self.youngest, order < youngest {
            // Only what had been dispatched before comes back out of order.
            return self.keys.reduce(1) { $0 + self.queues[$1].index(of: order) }
        }
        self.youngest = order
        return self.count
    }

    /// Removes the waiter at an index of a key's queue.
    mutating func remove(at index: Int, of key: KeyIndex) -> Waiter {
        let waiter = self.queues[key].remove(at: index)
        self.places[waiter.request.id] = nil
        self.count -= 1
        if self.queues[key].isEmpty { self.keys.removeAll { $0 == key } }
        if self.isEmpty { self.youngest = nil }
        return waiter
    }

    /// Changes the waiter at an index of a key's queue; its order stays.
    mutating func update(at index: Int, of key: KeyIndex, _ change: (inout Waiter) -> Void) {
        change(&self.queues[key][index])
    }

    /// All waiters with their keys, oldest first.
    func inOrder() -> [(key: KeyIndex, waiter: Waiter)] {
        self.keys
            .flatMap { key in self.queues[key].indices.map { (key, self.queues[key][$0]) } }
            .sorted { $0.1.order < $1.1.order }
    }
}
