import HTTPModel

/// Says where credentials came from (SESSION.md, section 2.4).
enum CredentialsSentences {
    /// The source in a few words.
    static func text(_ source: CredentialsSource) -> String {
        switch source {
        case .requestField: "the request's own Authorization field"
        case .request: "--auth, --bearer or --digest of the request"
        case .session: "`auth` for this origin"
        case .userInformation: "user information in the URL"
        case .defaultField: "a default Authorization field"
        case .netrc: "the netrc file"
        }
    }
}

extension Attempt {
    /// Whether it answers a challenge.
    var isAnswerToChallenge: Bool {
        if case .challenge = self.cause { true } else { false }
    }
}
