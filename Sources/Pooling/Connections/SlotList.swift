/// The place of a connection in the table; used again after the connection has closed.
typealias Slot = Int

/// A list of slots in order, threaded through `SlotLinks`.
struct SlotList: Equatable, Sendable {
    /// The slot that was appended first; nil if the list is empty.
    fileprivate(set) var first: Slot?
    /// The slot that was appended last; nil if the list is empty.
    fileprivate(set) var last: Slot?
    /// The number of slots in the list.
    fileprivate(set) var count = 0

    /// Whether no slot is in the list.
    var isEmpty: Bool { self.count == 0 }
}

/// The links of lists to which each slot belongs at most once.
///
/// Appending and removing take constant time wherever the slot stands, which keeps checkout and
/// release independent of how many connections are open.
struct SlotLinks: Equatable, Sendable {
    private var previous: [Slot?] = []
    private var next: [Slot?] = []

    /// Makes room for one more slot.
    mutating func addSlot() {
        self.previous.append(nil)
        self.next.append(nil)
    }

    /// Appends a slot that is in no list.
    mutating func append(_ slot: Slot, to list: inout SlotList) {
        self.previous[slot] = list.last
        self.next[slot] = nil
        if let last = list.last { self.next[last] = slot } else { list.first = slot }
        list.last = slot
        list.count += 1
    }

    /// Removes a slot from the list that it is in.
    mutating func remove(_ slot: Slot, from list: inout SlotList) {
        let (before, after) = (self.previous[slot], self.next[slot])
        if let before { self.next[before] = after } else { list.first = after }
        if let after { self.previous[after] = before } else { list.last = before }
        list.count -= 1
    }

    /// The slot after `slot` in its list.
    func slot(after slot: Slot) -> Slot? { self.next[slot] }

    /// The slots of a list in order, at most `limit` of them.
    func slots(of list: SlotList, limit: Int = .max) -> [Slot] {
        var slots: [Slot] = []
        slots.reserveCapacity(min(limit, list.count))
        var current = list.first
        while let slot = current, slots.count < limit {
            slots.append(slot)
            current = self.next[slot]
        }
        return slots
    }
}
