import HTTPModel
import TestSupport
import Testing

@testable import Pooling

@Suite("Waiting requests")
struct WaitingRequestsTests {
    private static func waiter(_ number: Int, via: Int? = nil) -> Waiter {
        Waiter(
            request: Bench.request(number, via: via),
            arrivedAt: .start,
            generation: 0,
            deadline: .start
        )
    }

    @Test func `a request comes behind the older ones, whenever it comes`() {
        var waiting = WaitingRequests()
        #expect(waiting.insert(Self.waiter(2), for: 0) == 1)
        #expect(waiting.insert(Self.waiter(4), for: 1) == 2)
        #expect(waiting.insert(Self.waiter(3), for: 0) == 2)
        #expect(waiting.insert(Self.waiter(1), for: 1) == 1)
        #expect(waiting.inOrder().map(\.waiter.request.id.exchange) == [1, 2, 3, 4])
        #expect(waiting.keys == [0, 1])
    }

    @Test func `a key is listed as long as somebody waits for it`() throws {
        var waiting = WaitingRequests()
        _ = waiting.insert(Self.waiter(1), for: 3)
        _ = waiting.insert(Self.waiter(2), for: 3)
        #expect(waiting.remove(at: 0, of: 3).request.id.exchange == 1)
        #expect(waiting.keys == [3])
        #expect(waiting.location(of: RequestID(exchange: 1)) == nil)
        let location = try #require(waiting.location(of: RequestID(exchange: 2)))
        #expect(location == (3, 0))
        _ = waiting.remove(at: 0, of: 3)
        #expect(waiting.keys.isEmpty)
        #expect(waiting.isEmpty)
        #expect(waiting.queue(of: 99).isEmpty)
    }

    @Test func `requests that insist on one connection are no demand for new ones`() {
        var queue = KeyQueue()
        for number in 1...4 {
            queue.insert(Self.waiter(number, via: number.isMultiple(of: 2) ? 9 : nil))
        }
        #expect(queue.demand == 2)
        #expect(queue.demand(before: 0) == 0)
        #expect(queue.demand(before: 2) == 1)
        #expect(queue.index(ofDemand: 0) == 0)
        #expect(queue.index(ofDemand: 1) == 2)
        #expect(queue.index(ofDemand: 2) == nil)
    }

    @Test(arguments: UInt64(0)..<20)
    func `a request is found wherever it stands`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var waiting = WaitingRequests()
        var numbers: Set<Int> = []
        for _ in 0..<200 {
            let number = Int.random(in: 1...30, using: &generator)
            let id = RequestID(exchange: number)
            if numbers.remove(number) != nil {
                guard let (key, index) = waiting.location(of: id) else {
                    Issue.record("\(id) is not found, seed \(seed)")
                    return
                }
                #expect(waiting.remove(at: index, of: key).request.id == id, "seed \(seed)")
            } else {
                let rank = waiting.insert(Self.waiter(number), for: number % 3)
                #expect(rank == numbers.count { $0 < number } + 1, "seed \(seed)")
                numbers.insert(number)
            }
            #expect(waiting.count == numbers.count)
        }
    }
}
