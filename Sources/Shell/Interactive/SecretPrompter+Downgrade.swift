package import HTTPModel
import Rendering

extension SecretPrompter {
    /// Asks whether a redirect from https to http may be followed: `redirect.downgrade ask`.
    package func confirmDowngrade(from: URI, to: URI) async -> Bool {
        let question =
            "a redirect from \(Sanitizer.line(from.description)) to"
            + " \(Sanitizer.line(to.description)) leaves TLS; follow it? y/N"
        let answer = await self.ask(question)?.lowercased()
        return answer == "y" || answer == "yes"
    }
}
