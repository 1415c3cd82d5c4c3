internal import HTTPModel

/// The words for retries by the policy and for answered challenges.
enum RetrySentences {
    /// Which retry it is, after which wait, and which setting it is by.
    static func plan(_ record: RetryRecord, wasSent: Bool = true) -> String {
        let wait = DurationText.text(record.wait)
        let setting =
            switch record.evidence {
            case .notConnected, .noResponse: "retry.max"
            case .status: "retry.status"
            }
        return (wasSent ? "" : "was to be ")
            + "sent again (\(record.number) of \(record.limit)) after \(wait)"
            + (record.isServersWait ? " as Retry-After says" : "") + ", by \(setting)"
    }

    /// Scheme, algorithm and realm of a challenge.
    static func challenge(_ record: ChallengeRecord) -> String {
        let scheme = "\(Sanitizer.line(record.scheme)) \(Sanitizer.line(record.algorithm))"
        let realm = "realm \"\(Sanitizer.line(record.realm))\""
        return "\(scheme), \(realm)" + (record.isStale ? ", for a newer nonce" : "")
    }

    /// The machine code of what a retry goes by.
    static func code(_ evidence: RetryRecord.Evidence) -> String {
        switch evidence {
        case .notConnected: "not_connected"
        case .noResponse: "no_response"
        case .status(let status): "status_\(status)"
        }
    }
}
