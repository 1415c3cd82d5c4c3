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
    private var links: [Link] = []

    /// A slot's neighbours; small, for with many connections it is memory that takes the time.
    private struct Link: Equatable, Sendable {
        var previous = Self.none
        var next = Self.none

        /// What stands for the end of a list.
        static let none: Int32 = -1
    }

    /// Makes room for one more slot.
    mutating func addSlot() {
        self.links.append(Link())
    }

    /// Appends a slot that is in no list.
    mutating func append(_ slot: Slot, to list: inout SlotList) {
        self.links[slot] = Link(previous: list.last.map { Int32($0) } ?? Link.none)
        if let last = list.last { self.links[last].next = Int32(slot) } else { list.first = slot }
        list.last = slot
        list.count += 1
    }

    /// Removes a slot from the list that it is in.
    mutating func remove(_ slot: Slot, from list: inout SlotList) {
        let (before, after) = (self.slot(before: slot), self.slot(after: slot))
        if let before {
            self.links[before].next = self.links[slot].next
        } else {
            list.first = after
        }
        if let after {
            self.links[after].previous = self.links[slot].previous
        } else {
            list.last = before
        }
        list.count -= 1
    }

    /// The slot after `slot` in its list.
    func slot(after slot: Slot) -> Slot? {
        let next = self.links[slot].next
        return next == Link.none ? nil : Slot(next)
    }

    private func slot(before slot: Slot) -> Slot? {
        let previous = self.links[slot].previous
        return previous == Link.none ? nil : Slot(previous)
    }

    /// The slots of a list in order, at most `limit` of them.
    func slots(of list: SlotList, limit: Int = .max) -> [Slot] {
        var slots: [Slot] = []
        slots.reserveCapacity(min(limit, list.count))
        var current = list.first
        while let slot = current, slots.count < limit {
            slots.append(slot)
            current = self.slot(after: slot)
        }
        return slots
    }
}
