import HTTPModel
import HTTPTypes

extension Session {
    /// Makes attempts until there is a final response or a failure; both end up in `exchange`.
    func run(
        _ request: SessionRequest,
        _ exchange: inout Exchange,
        prepared: PreparedRequest? = nil,
        isRepeated: Bool = false,
        sink: any ContentSink,
        observer: (any BodyObserver)? = nil,
        handOver: HandOver? = nil
    ) async {
        let prepared = prepared ?? self.prepare(request)
        var run = ExchangeRun(
            request: request,
            hop: prepared.hop,
            prepared: prepared.composition,
            observer: observer,
            handOver: handOver,
            settings: request.isBackground
                ? EnteredSettings(all: self.settings, byOrigin: self.settingsByOrigin) : nil,
            isRepeated: isRepeated,
            stamp: ContentStamp(request.body)
        )
        while await self.attempt(&run, &exchange, sink: sink) == .again {}
    }

    private func attempt(
        _ run: inout ExchangeRun,
        _ exchange: inout Exchange,
        sink: any ContentSink
    ) async -> NextStep {
        let id = RequestID(exchange: exchange.number, attempt: exchange.attempts.count + 1)
        let composition = run.prepared.take() ?? self.compose(run.request, run.hop).composition
        await self.announceRedirect(&run, composition, id)
        run.sentFields = composition.fields
        run.digest = composition.digest
        let startedAt = self.configuration.clock()
        let (cause, hop) = (run.cause, run.hop)
        let attempt = { (outcome: Attempt.Outcome) in
            var attempt = Attempt(
                cause: cause,
                method: hop.method.rawValue,
                target: hop.target,
                sentFields: composition.lines,
                contentLength: hop.body.length,
                credentials: composition.credentials,
                startedAt: startedAt,
                result: outcome
            )
            attempt.remarks = composition.remarks
            return attempt
        }
        for remark in composition.remarks { self.emit(.requestRemark(remark), id) }
        let transportRequest = self.transportRequest(&run, composition, id, exchange, startedAt)
        let gate = self.gate(for: run, transportRequest, sink: sink)
        do throws(TransportError) {
            let response = try await self.transport.send(transportRequest, to: gate)
            exchange.attempts.append(attempt(.response(response)))
            let step = AttemptStep(exchange: exchange.number, target: run.hop.target)
            self.storeCookies(of: response, for: run.request, step)
            if response.head.fields.contains(where: \.isFolded) {
                self.remarkFolding(in: response, &exchange, id)
            }
            return await self.answered(response, gate, &run, &exchange, sink: sink)
        } catch {
            gate.abandon()
            exchange.keptPart = sink.keptPart
            let (next, refusal) = await self.next(after: error, &run, exchange, id)
            exchange.attempts.append(
                attempt(.failed(.transport(error, retryRefusal: refusal)))
            )
            return await self.take(next, &run, &exchange, id)
        }
    }

    private func answered(
        _ response: TransportResponse,
        _ gate: ResponseGate,
        _ run: inout ExchangeRun,
        _ exchange: inout Exchange,
        sink: any ContentSink
    ) async -> NextStep {
        let id = RequestID(exchange: exchange.number, attempt: exchange.attempts.count)
        let decision = StaleRetryPolicy.decide(response, context: run.retryContext) {
            run.stamp.isReplayable
        }
        // What has been passed on already cannot be taken back.
        if case .retry = decision, gate.isHolding {
            gate.drop()
            _ = self.retry(decision, &run, id, arrival: nil)
            return .again
        }
        if case .refused = decision { _ = self.retry(decision, &run, id, arrival: nil) }
        if gate.isHolding {
            do throws(BodySinkError) {
                try gate.release()
            } catch {
                gate.abandon()
                exchange.fail(error, response, at: run.hop.target.origin)
                return .finished
            }
        }
        run.isRetry = false
        run.arrival = nil
        if run.digest != nil { self.takeNextNonce(of: response.head, run) }
        switch gate.decision(for: response.head) {
        case .redirect(let decision):
            if response.head.status == 401, run.digest != nil {
                self.remarkChallenge(of: response, run, &exchange, id)
            }
            return await self.redirected(decision, response, &run, &exchange, sink: sink)
        case .authenticate(let challenge):
            self.take(challenge, &run, id)
            return .again
        case .misdirected:
            run.wasMisdirected = true
            run.cause = .misdirected(response.use.connection)
            self.emit(.requestMisdirected, id, response.use.connection)
            return .again
        case .expectationRefused:
            run.skipsExpectation = true
            run.cause = .expectationRefused(response.use.connection)
            self.emit(.requestExpectationRefused, id, response.use.connection)
            return .again
        case .retry(let record):
            return await self.take(.retry(record), &run, &exchange, id)
        case .notRetried(let refusal):
            self.emit(.requestRetryRefused(rule: 37, why: refusal), id)
            exchange.attempts[exchange.attempts.count - 1].retryRefusal = refusal
            exchange.content = sink.content()
            return .finished
        }
    }

    private func redirected(
        _ decision: RedirectDecision,
        _ response: TransportResponse,
        _ run: inout ExchangeRun,
        _ exchange: inout Exchange,
        sink: any ContentSink
    ) async -> NextStep {
        switch decision {
        case .final:
            exchange.content = sink.content()
            return .finished
        case .follow(let step):
            run.follow(step)
            return .again
        case .ask(let step):
            if await self.confirmsDowngrade(run.hop.target, step.target, exchange.number) {
                run.follow(step)
                return .again
            }
            let failure = ExchangeFailure.downgradeRefused(
                from: run.hop.target.description,
                to: step.target.description
            )
            exchange.stop(failure, response, run.hop, to: step.target)
            return .finished
        case .stop(let failure, _) where failure.isOfContent:
            exchange.content = sink.content()
            exchange.attempts[exchange.attempts.count - 1].redirectRefusal = failure
            return .finished
        case .stop(let failure, let target):
            exchange.content = sink.content()
            exchange.stop(failure, response, run.hop, to: target)
            return .finished
        }
    }

    /// Asks whether a redirect from https to http may be followed: once in a repetition, for all of
    /// its requests that one origin sends to the other.
    private func confirmsDowngrade(_ from: URI, _ to: URI, _ number: Int) async -> Bool {
        guard let confirm = self.configuration.confirmDowngrade else { return false }
        let run = self.repetitions.values.first { $0.record.numbers.contains(number) }
        guard let run else { return await confirm(from, to) }
        let pair = [from.origin, to.origin]
        // Not detached: every request that asks waits for it.
        let question = run.downgrades[pair] ?? Task { await confirm(from, to) }
        run.downgrades[pair] = question
        return await question.value
    }

    /// Prepares the retry that was decided on, and tells of it; returns whether there is one.
    func retry(
        _ decision: StaleRetryPolicy.Decision,
        _ run: inout ExchangeRun,
        _ id: RequestID,
        arrival: ArrivalNumber?
    ) -> Bool {
        let event: PoolEvent.Kind
        var connection: ConnectionID?
        switch decision {
        case .none: return false
        case .retry(let rule, let evidence):
            run.cause = .staleRetry(evidence)
            run.isRetry = true
            run.arrival = arrival
            connection = evidence.connection
            event = .requestRetry(rule: rule, evidence: evidence)
        case .refused(let rule, let why):
            event = .requestRetryRefused(rule: rule, why: why)
        }
        self.emit(event, id, connection)
        if case .retry = decision { return true }
        return false
    }

    /// Completes the record of a redirect with what stayed behind, and tells of it.
    private func announceRedirect(
        _ run: inout ExchangeRun,
        _ next: Composition,
        _ id: RequestID
    ) async {
        guard case .redirect(var record) = run.cause else { return }
        record.isReturn = run.isBack
        record.stripped = run.stripped(by: next, crossesOrigin: record.crossesOrigin)
        if await self.leavesCertificateBehind(record) { record.stripped.append("tls.cert") }
        run.cause = .redirect(record)
        self.emit(
            .requestRedirect(
                status: record.status,
                from: record.from.description,
                to: record.to.description,
                methodBefore: record.methodBefore,
                stripped: record.stripped
            ),
            id
        )
    }

    /// Whether a redirect leads from where our certificate is shown to where it is not, or back to
    /// an origin that had it before it was left (SESSION.md, RD2).
    private func leavesCertificateBehind(_ record: RedirectRecord) async -> Bool {
        guard record.crossesOrigin else { return false }
        if record.isReturn { return await self.transport.showsCertificate(to: record.to.origin) }
        guard await self.transport.showsCertificate(to: record.from.origin) else { return false }
        return await !self.transport.showsCertificate(to: record.to.origin)
    }

    /// What becomes of a redirect from https to http; nobody is asked about what runs in the
    /// background.
    private func downgradePolicy(for run: ExchangeRun) -> SessionSettings.Downgrade {
        let canAsk = self.configuration.confirmDowngrade != nil && !run.request.isBackground
        let downgrade = self.settings(for: run).downgrade
        return canAsk || downgrade != .ask ? downgrade : .refuse
    }

    /// The settings for the next attempt: what runs in the background keeps those of its line.
    func settings(for run: ExchangeRun) -> SessionSettings {
        run.settings?.settings(for: run.hop.target.origin)
            ?? self.settings(for: run.hop.target.origin)
    }

    private func gate(
        for run: ExchangeRun,
        _ request: TransportRequest,
        sink: any ContentSink
    ) -> ResponseGate {
        let settings = self.settings(for: run)
        let policy = RedirectPolicy(
            follows: run.request.followsRedirects ?? settings.followsRedirects,
            limit: settings.maxRedirects,
            downgrade: self.downgradePolicy(for: run)
        )
        let context = RedirectPolicy.Context(
            method: run.hop.method,
            target: run.hop.target,
            hasContent: run.hop.body != .none,
            followed: run.followed
        )
        var judge = ResponseJudge(
            redirects: policy,
            redirectContext: context,
            stamp: run.stamp
        )
        judge.hasExpectation = request.expectationField != nil
        // One connection that was asked for by its number has no other in its place.
        judge.leavesMisdirected = !run.wasMisdirected && run.request.via == nil
        if run.digest != nil { judge.challenges = .init(answered: run.answered) }
        if !settings.retryStatuses.isEmpty {
            judge.retries = (
                RetryPolicy(settings), run.policyContext(timeLeft: request.totalTimeout),
                self.configuration.wallClock()
            )
        }
        let retryContext = run.retryContext
        return ResponseGate(
            to: sink,
            holds408: !retryContext.isRetry && retryContext.isIdempotent,
            judge: judge
        )
    }

    private func transportRequest(
        _ run: inout ExchangeRun,
        _ composition: Composition,
        _ id: RequestID,
        _ exchange: Exchange,
        _ now: Instant
    ) -> TransportRequest {
        let settings = self.settings(for: run)
        let total = run.request.totalTimeout ?? settings.totalTimeout
        // What earlier attempts took is gone; an attempt that has no time left fails at once.
        let rest = total.map { max($0 - exchange.issuedAt.duration(to: now), .nanoseconds(1)) }
        var request = TransportRequest(
            id: id,
            origin: run.hop.target.origin,
            method: run.hop.method,
            target: run.hop.target.requestTarget,
            fields: composition.fields,
            body: run.hop.body,
            sendsChunked: run.request.sendsChunked,
            coding: run.hop.body == .none ? nil : run.request.coding,
            uploadObserver: run.observeUpload(),
            wantsFreshConnection: run.wantsFreshConnection(isFirst: id.attempt == 1),
            via: run.isRetry || run.hop.hasLeftFirstOrigin ? nil : run.request.via,
            version: run.request.version,
            withholdsCertificate: run.isBack,
            arrival: run.arrival,
            responseTimeout: settings.responseTimeout,
            totalTimeout: rest
        )
        request.skipsExpectation = run.skipsExpectation
        request.wantsVerdicts = !run.isRepeated
        if let handOver = run.handOver.take() { request.onArrival = { handOver.handed() } }
        return request
    }
}

extension ExchangeFailure {
    /// Whether a redirect was not followed for want of content, which makes it the result
    /// (SESSION.md, RD6).
    fileprivate var isOfContent: Bool {
        if case .contentNotReplayable = self { true } else { false }
    }
}
