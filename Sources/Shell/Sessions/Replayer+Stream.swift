import DequeModule
import HTTPModel
import HTTPSession
import SessionFiles
import ShellLanguage

/// Performs steps that are nothing but requests, which most of a long file is: the next are made,
/// and the last are judged, on another thread while one is under way.
///
/// Done between two requests it would be time in which a near server goes to sleep.
extension Evaluator {
    /// The steps at the start of `steps` that can be performed as a stream.
    func stream(of steps: ArraySlice<ReplayStep>, _ run: ReplayRun) -> ArraySlice<ReplayStep> {
        // A default that is made of an answer waits for it.
        guard !self.liveDefaults.areOfExchanges else { return [] }
        let hasPace = (run.options.pace ?? run.plan.pace) != .none
        let stream = steps.prefix { $0.isRequestAlone && !($0.offset != nil && hasPace) }
        // One by itself has nothing to be made ahead.
        return stream.count > 1 ? stream : []
    }

    /// Performs a stream of steps; returns whether it ends the replay.
    func perform(
        stream steps: ArraySlice<ReplayStep>,
        _ run: inout ReplayRun,
        _ report: inout ReplayReport
    ) async -> Bool {
        guard let executor = self.configuration.networkExecutor else {
            return await self.perform(steps, over: nil, &run, &report)
        }
        // The replay as a whole may have a preference for the loop, which only sends here.
        return await withTaskExecutorPreference(globalConcurrentExecutor) {
            await self.perform(steps, over: executor, &run, &report)
        }
    }

    private func perform(
        _ steps: ArraySlice<ReplayStep>,
        over executor: (any TaskExecutor)?,
        _ run: inout ReplayRun,
        _ report: inout ReplayReport
    ) async -> Bool {
        let relay = RequestRelay(
            endsAtFailure: !run.options.continuesOnError,
            isLogged: run.exchangesInUse == nil
        )
        let session = self.session
        async let sender: Void = withTaskExecutorPreference(executor) {
            await session.perform(relay)
        }
        var stream = Stream(steps)
        var isStopped = false
        while !isStopped {
            if Task.isCancelled {
                relay.finish()
            } else {
                await self.makeRequests(of: &stream, relay, run)
            }
            let outcomes = await self.outcomes(of: &stream, relay, &run)
            if outcomes.isEmpty { break }
            report.steps += outcomes
            isStopped = !run.options.continuesOnError && outcomes.contains(where: \.hasFailed)
            self.showProgress(report, &run)
        }
        relay.finish()
        await sender
        report.steps += stream.withoutOutcome.map { Self.outcome($0, .skipped) }
        return isStopped
    }

    /// A stream of steps under way.
    private struct Stream {
        let steps: ArraySlice<ReplayStep>
        /// The first step that nothing has been made of.
        private(set) var next: Int
        /// Those before it that have no outcome yet.
        var made: Deque<MadeStep> = []

        init(_ steps: ArraySlice<ReplayStep>) {
            self.steps = steps
            self.next = steps.startIndex
        }

        /// The steps that have no outcome yet.
        var withoutOutcome: ArraySlice<ReplayStep> {
            self.steps[(self.made.first?.index ?? self.next)...]
        }

        /// Adds what was made of the next step.
        mutating func add(
            _ ended: ReplayReport.State? = nil,
            isAwaited: Bool,
            request: HTTPSession.SessionRequest? = nil
        ) {
            let made = MadeStep(
                index: self.next,
                ended: ended,
                isAwaited: isAwaited,
                request: request
            )
            self.made.append(made)
            self.next += 1
        }

        /// Takes the outcomes of the next steps, as long as they have no request.
        mutating func takeEnded() -> [ReplayReport.StepOutcome] {
            var outcomes: [ReplayReport.StepOutcome] = []
            while let next = self.made.first, let state = next.ended {
                self.made.removeFirst()
                outcomes.append(Evaluator.outcome(self.steps[next.index], state))
            }
            return outcomes
        }
    }

    /// A step whose request has been handed over: its place, as a step is large.
    private struct MadeStep {
        let index: Int
        /// What came of it instead, if there is no request.
        var ended: ReplayReport.State?
        /// Whether its outcome must be known before the next is made.
        var isAwaited: Bool
        /// The request, if it is kept to be saved.
        var request: HTTPSession.SessionRequest?
    }

    /// Makes requests ahead, as far as they can be made and the window reaches.
    private func makeRequests(
        of stream: inout Stream,
        _ relay: RequestRelay,
        _ run: ReplayRun
    ) async {
        while stream.made.last?.isAwaited != true, stream.made.count < RequestRelay.window,
            stream.next < stream.steps.endIndex
        {
            RequestRelay.giveWay()
            let step = stream.steps[stream.next]
            switch await self.prepared(step, run) {
            case .ended(let state):
                stream.add(state, isAwaited: !run.options.continuesOnError)
            case .request(let request):
                // What is captured from this one may be in the next; and expectations of the
                // session's connections mean those before the next.
                stream.add(
                    isAwaited: !step.captures.isEmpty || (run.needsTotals && step.isJudged),
                    request: run.options.isInShell ? request : nil
                )
                relay.hand(request, wantsExchange: self.looksAtExchange(of: step, run))
            }
        }
    }

    /// Whether more is done with the exchange of a step than to remember its connection.
    private func looksAtExchange(of step: ReplayStep, _ run: ReplayRun) -> Bool {
        step.isJudged || run.options.updates || self.notesExchanges || run.options.isInShell
            || self.redactions.concernsMessages
    }

    /// The outcomes of the next steps; none if there will be none.
    private func outcomes(
        of stream: inout Stream,
        _ relay: RequestRelay,
        _ run: inout ReplayRun
    ) async -> [ReplayReport.StepOutcome] {
        var outcomes = stream.takeEnded()
        guard outcomes.isEmpty, !stream.made.isEmpty else { return outcomes }
        for answer in await relay.answers() {
            guard let made = stream.made.popFirst() else { break }
            RequestRelay.giveWay()
            let step = stream.steps[made.index]
            var outcome = Self.outcome(step, .answered(requests: 1))
            if let exchange = answer.exchange {
                if let request = made.request { await self.keep(step, request, [exchange], run) }
                self.note(exchange, run)
                let result = StepExchanges(all: [exchange])
                outcome = await self.judge(result, step, isAlone: true, &run)
            } else if let connection = answer.connection {
                self.remember(connection, of: step, &run)
            }
            outcome.elapsed = answer.elapsed
            outcomes.append(outcome)
            outcomes += stream.takeEnded()
        }
        return outcomes
    }
}

extension ReplayStep {
    /// Whether it is a request and nothing else: no pause, no change before it, sent once, and made
    /// without what earlier ones were answered.
    fileprivate var isRequestAlone: Bool {
        self.group == nil && self.repetition.count == 1 && self.retry == nil && !self.isSkipped
            && self.skipCondition == nil && self.variables.isEmpty && self.commands.isEmpty
            && self.settings.isEmpty && self.delay == nil && self.connectionTimeout == nil
            && !self.substitutesInSideFile
            && self.requestTemplates.allSatisfy { text in
                Template.parse(text).references.allSatisfy(\.canBeResolvedAhead)
            }
    }
}

extension ReplayPlan {
    /// How many exchanges may be in use at a time; nil if a reference or a command may mean any of
    /// them.
    ///
    /// What is kept beyond that makes a long replay slower: it takes new memory for each request.
    var exchangesInUse: Int? {
        let mayMeanAny =
            self.steps.contains { !$0.commands.isEmpty || $0.substitutesInSideFile }
            || self.templates.contains { text in
                Template.parse(text).references.contains(where: \.meansExchange)
            }
        if mayMeanAny { return nil }
        var sizes: [String: Int] = [:]
        for step in self.steps {
            if let group = step.group { sizes[group, default: 0] += 1 }
        }
        return max(64, sizes.values.max() ?? 1)
    }
}

extension ReplayReport.StepOutcome {
    /// Whether it could not be sent or was not answered.
    var hasFailed: Bool {
        if case .failed = self.state { true } else { false }
    }
}
