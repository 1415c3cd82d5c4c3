package import HTTPModel

/// What is repeated, how often, and what becomes of it.
package struct Repetition: Sendable {
    /// The request, or what the log shows for all of them.
    package var request: SessionRequest
    /// How many, at least 1.
    package var count: Int
    /// How many at a time, at least 1.
    package var parallel: Int
    /// Makes the request anew, for the repetition with this index, from 0; nil ends the whole.
    package var remake: (@Sendable (Int) async -> SessionRequest?)?
    /// Takes every exchange with its content, in the order of the numbers.
    ///
    /// Without it contents are read and counted only, which is what makes a repetition fast. A
    /// content that was spilled to a file is removed when this returns.
    package var inOrder: (@Sendable (Exchange) async -> Void)?

    /// Creates a repetition.
    package init(
        _ request: SessionRequest,
        count: Int,
        parallel: Int = 1,
        remake: (@Sendable (Int) async -> SessionRequest?)? = nil,
        inOrder: (@Sendable (Exchange) async -> Void)? = nil
    ) {
        self.request = request
        self.count = count
        self.parallel = parallel
        self.remake = remake
        self.inOrder = inOrder
    }
}

extension Session {
    /// Sends a request many times, some at a time, and keeps one compact record in the log.
    ///
    /// Cancelling the task ends it: what is under way is cancelled and not counted, and the record
    /// says how far it came.
    ///
    /// - Parameters:
    ///   - repetition: What is repeated.
    ///   - numbers: The numbers, if they were reserved: as many as there are repetitions.
    /// - Returns: The record, which is in the log too.
    package func perform(
        _ repetition: Repetition,
        numbers: ClosedRange<Int>? = nil
    ) async -> RepeatRecord {
        let numbers = numbers ?? self.reserveNumbers(count: repetition.count)
        precondition(numbers.count == repetition.count, "\(repetition.count) numbers are needed")
        let record = RepeatRecord(
            numbers: numbers,
            request: repetition.request,
            parallel: max(1, min(repetition.parallel, repetition.count)),
            issuedAt: self.configuration.clock()
        )
        let key = numbers.lowerBound
        self.insert(.repetition(record))
        let run = RepeatRun(record: record)
        self.repetitions[key] = run
        await withTaskGroup { group in
            for _ in 0..<record.parallel {
                group.addTask { await self.work(on: repetition, key) }
            }
        }
        self.repetitions[key] = nil
        run.record.elapsed = record.issuedAt.duration(to: self.configuration.clock())
        run.record.isRunning = false
        self.log.update(run.record)
        return run.record
    }

    /// The repetition that holds exchange `number`; how far it has come, if it still runs.
    package func repetition(_ number: Int) -> RepeatRecord? {
        guard case .repetition(var record)? = self.log.entry(number) else { return nil }
        guard record.isRunning, let run = self.repetitions[record.numbers.lowerBound] else {
            return record
        }
        let name = record.request.name
        record = run.record
        record.request.name = name
        record.elapsed = record.issuedAt.duration(to: self.configuration.clock())
        return record
    }

    /// How many exchanges of the repetition that begins with `number` have ended; nil if none runs.
    ///
    /// For lines of progress: unlike ``repetition(_:)`` it copies nothing that grows.
    package func finishedCount(ofRepetition number: Int) -> Int? {
        self.repetitions[number]?.record.finished
    }

    /// Sends one request after the other, until there are no more.
    private func work(on repetition: Repetition, _ key: Int) async {
        guard let run = self.repetitions[key] else { return }
        while !Task.isCancelled {
            guard let index = run.takeIndex() else { return }
            if repetition.inOrder != nil {
                guard await self.waitForTurn(run, index) else { return }
            }
            var request = repetition.request
            if let remake = repetition.remake {
                guard let made = await remake(index) else { break }
                request = made
            }
            var exchange = Exchange(
                number: key + index,
                issuedAt: self.configuration.clock(),
                isBackground: request.isBackground
            )
            await self.run(
                request,
                &exchange,
                prepared: repetition.remake == nil ? self.prepared(request, for: run) : nil,
                sink: self.makeSink(
                    repetition.inOrder == nil ? .discard : .memory,
                    for: request
                )
            )
            if exchange.wasCancelled { break }
            let took = exchange.issuedAt.duration(to: self.configuration.clock())
            run.record.add(exchange, took: took)
            if let inOrder = repetition.inOrder {
                await self.handOut(exchange, run, index, to: inOrder)
            }
        }
        // A cancellation, or a request that was not made: the others stop too, and those that wait
        // for their turn would wait for ever.
        for worker in run.stop() { worker.resume() }
    }

    /// The request with its fields, made anew if something has changed since the last time.
    private func prepared(_ request: SessionRequest, for run: RepeatRun) -> PreparedRequest {
        if let prepared = run.prepared, self.isCurrent(prepared) { return prepared }
        let prepared = self.prepare(request)
        run.prepared = prepared
        return prepared
    }

    /// Waits while too much has ended that was not handed out; returns whether to go on.
    private func waitForTurn(_ run: RepeatRun, _ index: Int) async -> Bool {
        while run.isTooEarly(index) {
            await withCheckedContinuation { run.wait($0) }
        }
        return !run.hasStopped
    }

    private func handOut(
        _ exchange: Exchange,
        _ run: RepeatRun,
        _ index: Int,
        to inOrder: @Sendable (Exchange) async -> Void
    ) async {
        guard run.ended(exchange, index: index) else { return }
        while let next = run.takeInOrder() {
            await inOrder(next)
            if case .spilled(let path, _) = next.content { self.spillFolder.remove(path) }
            for worker in run.takeWaiting() { worker.resume() }
        }
    }
}

extension Exchange {
    /// Whether it ended because its task was cancelled.
    fileprivate var wasCancelled: Bool {
        guard case .transport(let error, _)? = self.failure else { return false }
        return error.cause == .cancelled
    }
}
