import HTTPModel
import HTTPTypes

/// One request of an exchange: the first, or one that a redirect led to.
struct Hop {
    /// The method.
    var method: HTTPRequest.Method
    /// The target.
    var target: URI
    /// The content.
    var body: RequestBody
    /// Whether a redirect took the content away, and with it the fields that describe it.
    var hasLostContent = false
    /// The origins that redirects have left.
    ///
    /// What was given for one of them is not sent again in this exchange, even if a redirect goes
    /// back there (SESSION.md, RD2; Go CVE-2024-45336).
    var left: Set<Origin> = []

    /// Whether a redirect has changed the origin.
    var hasLeftFirstOrigin: Bool { !self.left.isEmpty }

    /// Whether what is bound to the target's origin may be sent.
    var mayUseBoundFields: Bool { !self.left.contains(self.target.origin) }

    /// Goes where a redirect leads.
    mutating func follow(_ step: RedirectStep) {
        if step.crossesOrigin { self.left.insert(self.target.origin) }
        self.method = step.method
        self.target = step.target
        if step.dropsContent {
            self.body = .none
            self.hasLostContent = true
        }
    }
}
