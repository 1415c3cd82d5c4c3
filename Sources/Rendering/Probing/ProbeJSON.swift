package import HTTPModel

/// The `probe` object of `--json`.
package enum ProbeJSON {
    /// The object on one line; what was not measured is null.
    package static func line(of findings: ProbeFindings, limits: PoolLimits) -> String {
        JSONLine.text("probe") { object in
            object.member("origin", findings.origin.description)
            object.member("method", findings.label.method)
            object.member("target", findings.label.target)
            object.member("version", findings.version)
            object.member("keepAlive", findings.keepAliveField)
            object.object("idle") { Self.write(findings.idle, to: &$0) }
            object.object("requests") { Self.write(findings.requests, to: &$0) }
            object.array("set") { array in
                for setting in ProbeAdvice(findings, limits: limits).settings {
                    array.object { entry in
                        entry.member("name", setting.name)
                        entry.member("value", setting.value)
                    }
                }
            }
        }
    }

    private static func write(_ idle: ProbeFindings.Idle, to object: inout JSONWriter.Object) {
        let facts: (outcome: String, time: Duration?, reason: CloseReason?, error: TransportError?)
        switch idle {
        case .ended(let time, let reason): facts = ("closed", time, reason, nil)
        case .alive(let time): facts = ("alive", time, nil, nil)
        case .silent(let time): facts = ("silent", time, nil, nil)
        case .interrupted(let time): facts = ("interrupted", time, nil, nil)
        case .notKept(let reason): facts = ("not_kept", nil, reason, nil)
        case .failed(let error): facts = ("failed", nil, nil, error)
        }
        object.member("outcome", facts.outcome)
        object.milliseconds("ms", facts.time)
        object.member("reason", facts.reason?.rawValue)
        Self.write(facts.error, to: &object)
    }

    private static func write(
        _ requests: ProbeFindings.Requests,
        to object: inout JSONWriter.Object
    ) {
        let facts: (outcome: String, reason: CloseReason?, error: TransportError?)
        switch requests.end {
        case .ended(let reason): facts = ("closed", reason, nil)
        case .bound: facts = ("alive", nil, nil)
        case .interrupted: facts = ("interrupted", nil, nil)
        case .failed(let error): facts = ("failed", nil, error)
        }
        object.member("outcome", facts.outcome)
        object.member("count", requests.count)
        object.member("reason", facts.reason?.rawValue)
        Self.write(facts.error, to: &object)
    }

    private static func write(_ error: TransportError?, to object: inout JSONWriter.Object) {
        guard let error else { return object.null("error") }
        object.error("error", ErrorSentences.render(.transport(error, retryRefusal: nil)))
    }
}
