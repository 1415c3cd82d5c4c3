import HTTPModel
import HTTPSession
import SessionFiles
import ShellLanguage

/// What `save` writes of requests that came from session files.
extension Evaluator {
    /// Keeps a step of a replay that was sent, as a file has it; only the shell saves it.
    ///
    /// - Parameters:
    ///   - step: The step.
    ///   - request: Its request.
    ///   - exchanges: What came of it; of one that was sent several times, of each.
    ///   - run: The replay.
    func keep(
        _ step: ReplayStep,
        _ request: HTTPSession.SessionRequest,
        _ exchanges: [Exchange],
        _ run: ReplayRun
    ) async {
        guard run.options.isInShell, let number = exchanges.map(\.number).min() else { return }
        var entry = await self.typedEntry(of: step, request, run)
        if step.repetition.count > 1 {
            entry.repetition = (step.repetition.count, step.repetition.width)
        }
        self.typed.insert(entry, for: number)
    }

    /// What a session file says of the request of a step: references are kept.
    func typedEntry(
        of step: ReplayStep,
        _ request: HTTPSession.SessionRequest,
        _ run: ReplayRun
    ) async -> TypedRequests.Entry {
        var recorded = RecordedRequest(
            number: 0,
            lastNumber: await self.session.lastExchange()?.exchange.number,
            name: step.name,
            method: step.method,
            target: await self.typedTarget(of: step, request),
            followsRedirects: step.followsRedirects,
            usesCookieJar: step.usesCookieJar
        )
        recorded.timeout = step.timeout
        recorded.wantsHTTP2 = step.wantsHTTP2
        recorded.fields = step.fields
        recorded.captures = step.captures.map { "\($0.name) = \($0.text)" }
        recorded.expectations = step.expectations.map(\.expectation)
        recorded.body = self.typedBody(of: step, request, run)
        return TypedRequests.Entry(
            recorded: recorded,
            origin: request.target.origin,
            base: self.base,
            settings: self.settingsForSave(),
            state: await self.stickyState()
        )
    }

    /// The target; `{{base}}` is an origin in a saved file.
    private func typedTarget(
        of step: ReplayStep,
        _ request: HTTPSession.SessionRequest
    ) async -> String {
        guard step.target != "*", let text = try? await self.resolve(text: step.target) else {
            return step.target
        }
        let form = TargetResolver.form(ofSubstituted: text)
        return Self.join(step.target, form, to: request.target, base: self.base)
    }

    /// The content: with its references where it is text, else as it was sent.
    private func typedBody(
        of step: ReplayStep,
        _ request: HTTPSession.SessionRequest,
        _ run: ReplayRun
    ) -> RecordedRequest.Body {
        var text = ""
        for part in step.content {
            switch part {
            case .template(let template): text += template
            case .bytes(let bytes):
                guard step.content.count > 1, let plain = String(validating: bytes, as: UTF8.self)
                else { return .bytes(Self.bytes(of: request.body)) }
                text += Self.source(ofLiteral: plain)
            case .file(let reference):
                guard let path = try? self.sideFile(reference.path, step, run) else {
                    return .bytes(Self.bytes(of: request.body))
                }
                if step.content.count == 1, !reference.substitutesVariables {
                    return .file(path: Files.absolute(path))
                }
                guard let bytes = try? Files.read(path),
                    let plain = reference.substitutesVariables
                        ? reference.text(of: bytes) : String(validating: bytes, as: UTF8.self)
                else { return .bytes(Self.bytes(of: request.body)) }
                text += reference.substitutesVariables ? plain : Self.source(ofLiteral: plain)
            }
        }
        return step.content.isEmpty ? .none : .template(text)
    }
}
