import DequeModule
import HTTPModel

/// The slots of open connections by their numbers.
///
/// Numbers are given in order and never twice, so a list serves, with four bytes for each
/// connection since the oldest that is open.
struct SlotDirectory: Equatable, Sendable {
    /// The number of the first connection in the list.
    private var first = 1
    private var slots: Deque<Int32> = []

    /// What stands for a connection that is closed.
    private static let none: Int32 = -1

    /// The slot of a connection; nil if it is closed or never was.
    func slot(of id: ConnectionID) -> Slot? {
        let index = id.number - self.first
        guard self.slots.indices.contains(index) else { return nil }
        let slot = self.slots[index]
        return slot == Self.none ? nil : Slot(slot)
    }

    /// Enters a connection.
    ///
    /// - Precondition: Its number is above those of all that were entered before.
    mutating func enter(_ id: ConnectionID, _ slot: Slot) {
        precondition(id.number >= self.first + self.slots.count, "\(id) was entered out of order")
        if self.slots.isEmpty { self.first = id.number }
        while self.first + self.slots.count < id.number { self.slots.append(Self.none) }
        self.slots.append(Int32(slot))
    }

    /// Removes a connection that has closed.
    mutating func remove(_ id: ConnectionID) {
        let index = id.number - self.first
        guard self.slots.indices.contains(index) else { return }
        self.slots[index] = Self.none
        while self.slots.first == Self.none {
            self.slots.removeFirst()
            self.first += 1
        }
    }
}
