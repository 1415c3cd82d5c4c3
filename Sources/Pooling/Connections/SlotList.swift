/// The place of a connection in the table; used again after the connection has closed.
typealias Slot = Int

/// A list of slots in order, threaded through `SlotLinks`.
struct SlotList: Equatable, Sendable {
    // Small numbers, for with many lists it is memory that takes the time.
    fileprivate var head = SlotLinks.none
    fileprivate var tail = SlotLinks.none
    fileprivate var length: Int32 = 0

    /// The slot that was appended first; nil if the list is empty.
    var first: Slot? { self.head == SlotLinks.none ? nil : Slot(self.head) }
    /// The slot that was appended last; nil if the list is empty.
    var last: Slot? { self.tail == SlotLinks.none ? nil : Slot(self.tail) }
    /// The number of slots in the list.
    var count: Int { Int(self.length) }
    /// Whether no slot is in the list.
    var isEmpty: Bool { self.length == 0 }
}

/// The links of lists to which each slot belongs at most once.
///
/// Appending and removing take constant time wherever the slot stands, which keeps checkout and
/// release independent of how many connections are open.
struct SlotLinks: Equatable, Sendable {
    private var links: [Link] = []

    /// What stands for the end of a list.
    fileprivate static let none: Int32 = -1

    /// A slot's neighbours.
    private struct Link: Equatable, Sendable {
        var previous = SlotLinks.none
        var next = SlotLinks.none
    }

    /// Makes room for one more slot.
    mutating func addSlot() {
        self.links.append(Link())
    }

    /// Appends a slot that is in no list.
    mutating func append(_ slot: Slot, to list: inout SlotList) {
        let number = Int32(truncatingIfNeeded: slot)
        self.links[slot] = Link(previous: list.tail)
        if let last = list.last { self.links[last].next = number } else { list.head = number }
        list.tail = number
        list.length += 1
    }

    /// Removes a slot from the list that it is in.
    mutating func remove(_ slot: Slot, from list: inout SlotList) {
        let link = self.links[slot]
        if link.previous == Self.none {
            list.head = link.next
        } else {
            self.links[Slot(link.previous)].next = link.next
        }
        if link.next == Self.none {
            list.tail = link.previous
        } else {
            self.links[Slot(link.next)].previous = link.previous
        }
        list.length -= 1
    }

    /// The slot after `slot` in its list.
    func slot(after slot: Slot) -> Slot? {
        let next = self.links[slot].next
        return next == Self.none ? nil : Slot(next)
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
