import TestSupport
import Testing

@testable import Pooling

@Suite("Slot lists")
struct SlotListTests {
    @Test(arguments: UInt64(0)..<20)
    func `lists agree with arrays whatever is appended and removed`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var links = SlotLinks()
        for _ in 0..<8 { links.addSlot() }
        var lists = [SlotList(), SlotList()]
        var arrays: [[Slot]] = [[], []]
        for _ in 0..<200 {
            let slot = Int.random(in: 0..<8, using: &generator)
            if let list = arrays.firstIndex(where: { $0.contains(slot) }) {
                links.remove(slot, from: &lists[list])
                arrays[list].removeAll { $0 == slot }
            } else {
                let list = Int.random(in: 0..<2, using: &generator)
                links.append(slot, to: &lists[list])
                arrays[list].append(slot)
            }
            for (list, array) in zip(lists, arrays) {
                #expect(links.slots(of: list) == array, "seed \(seed)")
                #expect(list.count == array.count)
                #expect(list.first == array.first)
                #expect(list.last == array.last)
            }
        }
    }

    @Test(arguments: 0...4)
    func `no more slots are listed than asked for`(limit: Int) {
        var links = SlotLinks()
        var list = SlotList()
        for slot in 0..<3 {
            links.addSlot()
            links.append(slot, to: &list)
        }
        #expect(links.slots(of: list, limit: limit) == Array([0, 1, 2].prefix(limit)))
    }
}
