package import NIOCore

/// Runs actors and tasks on one event loop, so that a request, the pool's decision and the channel
/// are one sequence without a hop.
///
/// It is a task executor as well as a serial one: inside an actor whose serial executor is the
/// loop, continuations still resume by way of the task's executor, which would be the global pool.
/// There is exactly one instance a loop; it is never mixed with `loop.executor`, whose identity
/// differs.
package final class LoopExecutor: SerialExecutor, TaskExecutor {
    /// The loop that everything runs on.
    package let loop: any EventLoop

    /// Creates the executor of `loop`.
    package init(loop: any EventLoop) {
        self.loop = loop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        self.loop.execute {
            unowned.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(),
                taskExecutor: self.asUnownedTaskExecutor()
            )
        }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(complexEquality: self)
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        UnownedTaskExecutor(ordinary: self)
    }

    package func isSameExclusiveExecutionContext(other: LoopExecutor) -> Bool {
        self === other
    }

    /// Lets `assumeIsolated` succeed in channel handlers, which no task runs.
    package func checkIsolated() {
        self.loop.preconditionInEventLoop()
    }
}
