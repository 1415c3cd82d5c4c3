import HTTPModel
import HTTPSession
import Rendering
import SessionFiles
import ShellLanguage

/// Expectations on exchanges: `expect …` and `# @expect …`.
extension Evaluator {
    /// Reads an expectation that stands at `span`.
    static func expectation(
        _ text: String,
        at span: SourceSpan
    ) throws(ShellProblem) -> Expectation {
        do {
            return try Expectation.parse(text)
        } catch {
            throw .usage(
                command: "expect",
                .invalid(text, expected: error.kind.sentence),
                SourceSpan(
                    min(span.lowerBound + error.offset, span.upperBound),
                    span.upperBound
                )
            )
        }
    }

    /// Holds expectations against an exchange; shows those that fail.
    func check(_ exchange: Exchange, _ expectations: [Expectation]) async throws(ShellProblem) {
        guard !expectations.isEmpty else { return }
        let subject = await self.subject(for: exchange)
        var failed = false
        for expectation in expectations {
            let result = await self.evaluate(expectation, subject)
            self.tell(result, of: exchange)
            if !result.passed { failed = true }
        }
        if failed { throw .expectationFailed }
    }

    /// Holds an expectation against a subject, with what its references yield now.
    func evaluate(
        _ expectation: Expectation,
        _ subject: ExpectationSubject
    ) async -> ExpectationResult {
        guard expectation.holdsReferences else { return expectation.evaluate(subject) }
        do throws(ShellProblem) {
            let resolved = try await expectation.resolvingReferences {
                (text) async throws(ShellProblem) in try await self.resolve(text: text)
            }
            return resolved.evaluate(subject)
        } catch {
            return ExpectationResult(
                passed: false,
                expectedText: expectation.text,
                actualText: Self.sentence(of: error),
                notes: []
            )
        }
    }

    /// Shows what came of an expectation: as JSON in any case, to people if it failed.
    func tell(_ result: ExpectationResult, of exchange: Exchange) {
        if self.printsJSON {
            self.console.outLine(
                ExpectationJSON.line(
                    text: result.expectedText,
                    passed: result.passed,
                    actual: result.actualText,
                    exchange: exchange.number,
                    name: exchange.name
                )
            )
        }
        guard !result.passed else { return }
        let palette = self.console.errorContext.palette
        let label = palette.styled("expect \(result.expectedText): FAILED", as: .error)
        let place = Self.place?.text.map { "\(Sanitizer.line($0)): " } ?? ""
        self.console.errLine(place + label)
        for note in [result.actualText] + result.notes { self.console.errLine("   \(note)") }
    }

    /// The facts that expectations are held against.
    func subject(for exchange: Exchange) async -> ExpectationSubject {
        var subject = self.subjectAlone(for: exchange)
        let totals = self.events.connectionTotals
        subject.session = SessionTotals(
            opened: totals.opened,
            reused: totals.reused,
            maxOpen: totals.mostOpen,
            open: totals.open
        )
        var connections: [String: ConnectionID] = [:]
        var lastUses: [ConnectionID: RequestReference] = [:]
        for entry in await self.session.entries {
            guard case .exchange(let logged) = entry, logged.exchange.number != exchange.number,
                let use = logged.exchange.attempts.last?.use
            else { continue }
            let label = logged.exchange.name ?? "exchange \(logged.exchange.number)"
            if let name = logged.exchange.name { connections[name] = use.connection }
            lastUses[use.connection] = RequestReference(label: label, file: "", line: 0)
        }
        subject.connectionOfRequest = { connections[$0] }
        subject.lastUse = { lastUses[$0] }
        subject.secrets = { self.exportSecrets().hiding(sentBy: exchange) }
        return subject
    }

    /// The facts of an exchange by itself; content in a file is read when it is asked for.
    func subjectAlone(for exchange: Exchange) -> ExpectationSubject {
        var subject = ExpectationSubject(exchange)
        let content = exchange.content
        switch content {
        case .none, .memory: break
        case .spilled, .file, .delivered:
            subject.setContent(
                reading: { try? content.bytes() },
                sha256: {
                    var digest = ContentDigest()
                    guard (try? content.read { digest.add(Array($0)) }) != nil else { return nil }
                    return digest.text
                }
            )
            subject.contentAbsence = {
                do throws(ContentProblem) {
                    _ = try content.bytes()
                    return nil
                } catch {
                    return error.sentence
                }
            }
        }
        return subject
    }
}
