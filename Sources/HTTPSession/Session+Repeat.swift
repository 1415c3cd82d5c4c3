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
    /// Takes every exchange with its content, in the order of the numbers; answers whether to go
    /// on, and else ends the whole at once.
    ///
    /// Without it contents are read and counted only, which is what makes a repetition fast. A
    /// content that was spilled to a file is removed when this returns.
    package var inOrder: (@Sendable (Exchange) async -> Bool)?
    /// How many bytes of contents may be in memory while they wait for their turn; nil lets each
    /// of them have what `body.limit` says.
    ///
    /// Each has a share, and goes to a temporary file beyond it. It does not hold its connection
    /// back instead: the one whose turn it is may be waiting for that very connection, behind a
    /// redirect or a stale retry, and then neither would ever end.
    package var heldLimit: Int?
    /// Who waits until the transport has the first of them, as many as there are at a time.
    package var handOver: HandOver?

    /// Creates a repetition.
    package init(
        _ request: SessionRequest,
        count: Int,
        parallel: Int = 1,
        remake: (@Sendable (Int) async -> SessionRequest?)? = nil,
        inOrder: (@Sendable (Exchange) async -> Bool)? = nil,
        heldLimit: Int? = nil
    ) {
        self.request = request
        self.count = count
        self.parallel = parallel
        self.remake = remake
        self.inOrder = inOrder
        self.heldLimit = heldLimit
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
        var record = RepeatRecord(
            numbers: numbers,
            request: repetition.request,
            parallel: max(1, min(repetition.parallel, repetition.count)),
            issuedAt: self.configuration.clock()
        )
        record.isRemade = repetition.remake != nil
        let key = numbers.lowerBound
        defer { repetition.handOver?.end() }
        self.insert(.repetition(record))
        let run = RepeatRun(record: record)
        self.repetitions[key] = run
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<record.parallel {
                group.addTask { await self.work(on: repetition, key) }
            }
            // Where nobody wants more, nobody waits for what is under way.
            for await isWanted in group where !isWanted { group.cancelAll() }
        }
        for exchange in run.takeEarly() { self.removeSpilled(exchange) }
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

    /// Sends one request after the other, until there are no more; returns whether what it handed
    /// out was wanted.
    private func work(on repetition: Repetition, _ key: Int) async -> Bool {
        guard let run = self.repetitions[key] else { return true }
        var isWanted = true
        while !Task.isCancelled {
            guard let index = run.takeIndex() else { return true }
            if repetition.inOrder != nil {
                guard await self.waitForTurn(run, index) else { return true }
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
                isRepeated: true,
                sink: self.makeSink(for: request, of: repetition, run),
                handOver: index < run.record.parallel ? repetition.handOver : nil
            )
            if exchange.wasCancelled { break }
            let took = exchange.issuedAt.duration(to: self.configuration.clock())
            run.record.add(exchange, took: took)
            if let inOrder = repetition.inOrder {
                isWanted = await self.handOut(exchange, run, index, to: inOrder)
                if !isWanted { break }
            }
        }
        // A cancellation, a request that was not made, or nobody who wants more: the others stop
        // too, and those that wait for their turn would wait for ever.
        for worker in run.stop() { worker.resume() }
        return isWanted
    }

    /// Where the content of one of the requests goes until its turn.
    private func makeSink(
        for request: SessionRequest,
        of repetition: Repetition,
        _ run: RepeatRun
    ) -> any ContentSink {
        guard repetition.inOrder != nil else { return self.makeSink(.discard, for: request) }
        guard let limit = repetition.heldLimit else {
            return self.makeSink(.memory, for: request)
        }
        let bodyLimit = self.settings(for: request.target.origin).bodyLimit
        // A few kilobytes are not worth a file.
        let share = max(limit / run.window, 4 << 10)
        return MemorySink(limit: min(bodyLimit, share), folder: self.spillFolder)
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
        to inOrder: @Sendable (Exchange) async -> Bool
    ) async -> Bool {
        guard run.ended(exchange, index: index) else { return true }
        while let next = run.takeInOrder() {
            let isWanted = await inOrder(next)
            self.removeSpilled(next)
            // The run stays with whoever hands out, so that nobody else goes on with it.
            guard isWanted else { return false }
            for worker in run.takeWaiting() { worker.resume() }
        }
        return true
    }

    private func removeSpilled(_ exchange: Exchange) {
        if case .spilled(let path, _) = exchange.content { self.spillFolder.remove(path) }
    }
}

extension Exchange {
    /// Whether it ended because its task was cancelled.
    fileprivate var wasCancelled: Bool {
        guard case .transport(let error, _)? = self.failure else { return false }
        return error.cause == .cancelled
    }
}
