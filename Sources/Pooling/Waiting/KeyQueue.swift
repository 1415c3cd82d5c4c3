import DequeModule
import HTTPModel

/// The requests that wait for connections of one key, oldest first.
struct KeyQueue: Equatable, Sendable {
    private var waiters: Deque<Waiter> = []
    /// How many of them wait for one connection only and so never have one opened.
    private(set) var viaCount = 0
    /// How many of the others want a connection that no request has used.
    private(set) var freshCount = 0

    /// The number of waiters.
    var count: Int { self.waiters.count }
    /// Whether nobody waits.
    var isEmpty: Bool { self.waiters.isEmpty }
    /// The number of waiters that a new connection would serve.
    var demand: Int { self.waiters.count - self.viaCount }
    /// The indices of the waiters.
    var indices: Range<Int> { self.waiters.indices }

    /// The waiter at an index.
    subscript(index: Int) -> Waiter {
        get { self.waiters[index] }
        set { self.waiters[index] = newValue }
    }

    /// Where a waiter of this order stands, or would stand.
    func index(of order: Waiter.Order) -> Int {
        if let last = self.waiters.last, last.order < order { return self.waiters.count }
        var (low, high) = (0, self.waiters.count)
        while low < high {
            let middle = (low + high) / 2
            if self.waiters[middle].order < order { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Adds a waiter behind the older ones.
    mutating func insert(_ waiter: Waiter) {
        self.waiters.insert(waiter, at: self.index(of: waiter.order))
        self.count(waiter, 1)
    }

    /// Removes the waiter at an index.
    mutating func remove(at index: Int) -> Waiter {
        let waiter = self.waiters.remove(at: index)
        self.count(waiter, -1)
        return waiter
    }

    private mutating func count(_ waiter: Waiter, _ step: Int) {
        if waiter.request.via != nil {
            self.viaCount += step
        } else if waiter.request.wantsFresh {
            self.freshCount += step
        }
    }

    /// How many of the waiters in front of `index` a new connection would serve.
    func demand(before index: Int) -> Int {
        guard self.viaCount > 0 else { return index }
        return self.waiters.prefix(index).count { $0.request.via == nil }
    }

    /// The index of the waiter that has `count` in front of it which a new connection would serve,
    /// and that is such a one itself.
    func index(ofDemand count: Int) -> Int? {
        guard count < self.demand else { return nil }
        guard self.viaCount > 0 else { return count }
        var left = count
        for (index, waiter) in self.waiters.enumerated() where waiter.request.via == nil {
            if left == 0 { return index }
            left -= 1
        }
        return nil
    }

    /// The index of the oldest waiter that satisfies a condition.
    func firstIndex(where condition: (Waiter) -> Bool) -> Int? {
        self.waiters.firstIndex(where: condition)
    }
}
