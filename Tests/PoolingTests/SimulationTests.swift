import HTTPModel
import Testing

@testable import Pooling

@Suite("Pool machine: simulation")
struct SimulationTests {
    @Test(arguments: UInt64(0)..<200)
    func `rule 54: nothing that clients, servers, users and time do breaks a rule`(seed: UInt64) {
        var world = World(seed: seed)
        for number in 0..<100 {
            let wrong = world.step()
            guard wrong.isEmpty else {
                Issue.record(
                    """
                    seed \(seed), step \(number): \(wrong)
                    \(world.history.suffix(30).joined(separator: "\n"))
                    \(world.log.last ?? [])
                    """
                )
                return
            }
        }
        let atRest = world.comeToRest()
        #expect(atRest.isEmpty, "seed \(seed) at rest; \(world.history.suffix(20))")
        let atEnd = world.end()
        #expect(atEnd.isEmpty, "seed \(seed) at the end; \(world.history.suffix(20))")
    }

    @Test(arguments: UInt64(0)..<10)
    func `rule 53: the same events replay to the same actions`(seed: UInt64) {
        var first = World(seed: seed)
        var second = World(seed: seed)
        for _ in 0..<100 {
            _ = first.step()
            _ = second.step()
        }
        #expect(first.log == second.log)
        #expect(first.machine == second.machine)
    }
}
