import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// Requests that were pasted or edited as session files write them (LANGUAGE.md, section 8).
extension Evaluator {
    /// Sends the requests of a block, and shows what was wrong with it.
    func runBlock(_ text: String) async -> ShellProblem? {
        do throws(ShellProblem) {
            try await self.performBlock(text)
            return nil
        } catch {
            self.report(error, source: "", at: nil)
            return error
        }
    }

    /// Sends the requests of a block in order.
    ///
    /// Fields and body belong to their request alone.
    func performBlock(_ text: String) async throws(ShellProblem) {
        let reading = SessionFileReader.read(text, file: "the request")
        let plan: ReplayPlan
        do {
            plan = try ReplayPlan(reading)
        } catch {
            for problem in error.problems { self.console.errLine(Sanitizer.line("\(problem)")) }
            throw .scriptFailed(status: 2)
        }
        var options = ReplayOptions()
        // The person at the prompt names the files, not a file that came from elsewhere.
        options.allowsOutside = true
        let folder = self.localPath(".")
        let run = ReplayRun(plan: plan, path: "\(folder)/request.http", options: options)
        for variable in plan.variables {
            self.assign(try await self.resolve(text: variable.value), to: variable.name)
        }
        for step in plan.steps where !step.isSkipped {
            var request = try await self.request(of: step, run)
            try await self.makeDefaults(for: &request)
            self.remark(Self.summary(of: step, request))
            if let name = request.name { try self.checkBlockName(name) }
            let number = self.session.reserveNumber()
            self.typed.insert(await self.typedEntry(of: step, request, run), for: number)
            let built = BuiltRequest(request: request)
            await self.remarkCredentials(of: built)
            let exchange = try await self.sendAndShow(
                built,
                number: number,
                tails: .none,
                isOnlyShown: step.expectations.isEmpty && step.captures.isEmpty
            )
            try await self.capture(step.captures, from: exchange)
            try await self.check(exchange, step.expectations.map(\.expectation))
            try self.check(outcomeOf: exchange)
        }
    }

    private func checkBlockName(_ name: String) throws(ShellProblem) {
        guard Name.problem(in: name) != nil else { return }
        throw .usage(
            command: "# @name",
            .invalid(name, expected: RequestTags.nameHint),
            nil
        )
    }

    /// `POST /orders · 2 fields · 7 B`.
    private static func summary(
        of step: ReplayStep,
        _ request: HTTPSession.SessionRequest
    ) -> String {
        var parts = ["\(step.method) \(Sanitizer.line(step.target))"]
        if !step.fields.isEmpty { parts.append(CountText.text(step.fields.count, "field")) }
        switch request.body {
        case .none: break
        case .bytes(let bytes): parts.append(ByteText.text(bytes.count))
        case .parts(let pieces): parts.append(CountText.text(pieces.count, "part"))
        }
        return parts.joined(separator: " · ")
    }
}
