import HTTPModel
import Testing

@testable import Pooling

@Suite("Connection table")
struct ConnectionTableTests {
    private var table = ConnectionTable()
    private let limits = PoolLimits(perOriginOverrides: [ConnectionKey.b.origin: 2])

    private mutating func start(_ number: Int, _ key: ConnectionKey = .a) -> Slot {
        let index = self.table.enter(key, limits: self.limits)
        return self.table.start(
            ConnectionID(number),
            key: index,
            generation: 0,
            purpose: .demand,
            now: .start
        )
    }

    private mutating func use(_ slot: Slot) {
        let work = Connection.Work(
            request: RequestID(exchange: 1),
            label: RequestLabel(method: "GET", target: "/"),
            arrivedAt: .start,
            detours: Detours(),
            since: .start
        )
        self.table.change(slot) { $0.taken(by: work) }
    }

    @Test func `a key is entered once, with the limit of its origin`() {
        var table = ConnectionTable()
        #expect(table.index(of: .a) == nil)
        let first = table.enter(.a, limits: self.limits)
        #expect(table.enter(.a, limits: self.limits) == first)
        let second = table.enter(.aOther, limits: self.limits)
        #expect(table.keys[first].origin == table.keys[second].origin)
        #expect(table.origins[table.keys[first].origin].keys == [first, second])
        let third = table.enter(.b, limits: self.limits)
        #expect(table.origins[table.keys[third].origin].limit == 2)
    }

    @Test mutating func `a slot is used again, a number is not`() {
        let slot = self.start(1)
        self.table.remove(slot)
        #expect(self.table.slot(of: ConnectionID(1)) == nil)
        #expect(self.start(2) == slot)
        #expect(self.table.slot(of: ConnectionID(2)) == slot)
        #expect(self.table.open.count == 1)
    }

    @Test mutating func `counts follow the states`() {
        let slots = (1...4).map { self.start($0) }
        for slot in slots[1...] { self.table.change(slot) { $0.opened(now: .start) } }
        self.use(slots[2])
        self.table.change(slots[3]) { $0.beginClosing(.user, now: .start) }
        let origin = self.table.origins[0]
        #expect(self.table.keys[0].connecting == [slots[0]])
        #expect(self.table.idle.count == 1)
        #expect(self.table.busyCount == 1)
        #expect(self.table.closingCount == 1)
        #expect(self.table.activeCount == 3)
        #expect((origin.members.count, origin.idle, origin.busy, origin.closing) == (4, 1, 1, 1))
        #expect(origin.active == 3)
    }

    @Test mutating func `used connections are preferred, in the order that is set`() {
        let slots = (1...4).map { self.start($0) }
        for slot in slots { self.table.change(slot) { $0.opened(now: .start) } }
        for slot in slots[..<2] {
            self.use(slot)
            self.table.change(slot) { $0.released(now: .start) }
        }
        #expect(self.table.preferredIdle(of: 0, order: .lifo) == slots[1])
        #expect(self.table.preferredIdle(of: 0, order: .fifo) == slots[0])
        for slot in slots[..<2] { self.use(slot) }
        #expect(self.table.preferredIdle(of: 0, order: .lifo) == slots[3])
        #expect(self.table.preferredIdle(of: 0, order: .fifo) == slots[2])
    }

    @Test mutating func `the longest idle of an origin is found over all its keys`() {
        let old = self.start(1, .aOther)
        let new = self.start(2, .a)
        let other = self.start(3, .b)
        for slot in [other, old, new] { self.table.change(slot) { $0.opened(now: .start) } }
        self.use(old)
        let later = Instant.start.advanced(by: .seconds(1))
        self.table.change(old) { $0.released(now: later) }
        #expect(self.table.longestIdle(of: self.table.keys[0].origin) == new)
        #expect(self.table.idle.first == other)
    }
}
