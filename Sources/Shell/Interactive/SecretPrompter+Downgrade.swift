package import HTTPModel
import Rendering

extension SecretPrompter {
    /// Asks whether a redirect from https to http may be followed: `redirect.downgrade ask`.
    package func confirmDowngrade(from: URI, to: URI) async -> Bool {
        let question =
            "a redirect from \(Sanitizer.line(from.description)) to"
            + " \(Sanitizer.line(to.description)) leaves TLS; follow it? y/N"
        return await self.confirm(question)
    }

    /// Asks whether a request is sent again that was not answered and may have been acted on.
    package func confirmResend(of request: RequestLabel, _ evidence: StaleEvidence) async -> Bool {
        let end = "\(evidence.connection) \(CloseSentences.sentence(evidence.reason))"
        return await self.confirm(
            "\(Sanitizer.line(request.description)) was not answered (\(end)), but may have been"
                + " acted on; send it again? y/N"
        )
    }

    private func confirm(_ question: String) async -> Bool {
        let answer = await self.ask(question)?.lowercased()
        return answer == "y" || answer == "yes"
    }
}
