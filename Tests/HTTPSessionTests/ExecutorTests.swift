import Dispatch
import HTTPModel
import Synchronization
import TestTransport
import Testing

@testable import HTTPSession

@Suite("A session's executor")
struct ExecutorTests {
    /// Runs jobs on a queue and knows when it is running one.
    private final class QueueExecutor: SerialExecutor {
        private let queue = DispatchQueue(label: "executor")
        private let jobs = Atomic(0)

        var count: Int { self.jobs.load(ordering: .relaxed) }

        func enqueue(_ job: consuming ExecutorJob) {
            self.jobs.add(1, ordering: .relaxed)
            let job = UnownedJob(job)
            self.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }

        func checkIsolated() { dispatchPrecondition(condition: .onQueue(self.queue)) }
    }

    @Test func `the transport is called on the session's executor, without a hop between`()
        async throws
    {
        let executor = QueueExecutor()
        let transport = ScriptedTransport { _, _ in
            executor.checkIsolated()
            return .response(.init())
        }
        let session = Session(
            transport: transport,
            executor: executor,
            configuration: SessionConfiguration(
                userAgent: "linger/test",
                clock: { .start },
                wallClock: { wallClock }
            )
        )
        let record = await session.perform(
            Repetition(try .make("GET", "http://a.org/"), count: 100)
        )
        #expect(record.finished == 100)
        // One job a request would be a hop a request.
        #expect(executor.count < 20)
    }
}
